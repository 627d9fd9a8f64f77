/**
 * What TypeScript alone reads of printed code (casts, assertions), told apart from what runs: a program is written with
 * it into a project, and run without it, so that nothing has to be parsed in between. The marks are control characters,
 * which text of users reaches generated code escaped.
 */
const [begin, end] = ['\u0002', '\u0003'];

/** Marks text that is left out where a program runs as it is. */
export const typeText = (text: string): string => `${begin}${text}${end}`;

/** The code as TypeScript. */
export const typesWritten = (code: string): string => code.replaceAll(begin, '').replaceAll(end, '');

/** The code as JavaScript. */
export const typesLeftOut = (code: string): string => code.replace(/\u0002[^\u0003]*\u0003/g, '');
