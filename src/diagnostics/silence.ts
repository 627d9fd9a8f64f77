/** `// aec-ignore CODE`: warnings that the user has read and means to keep. */
import type { Ast, Silence } from '../parser/ast.js';
import { codes } from './codes.js';
import type { DiagnosticCode } from './codes.js';
import { diagnosticOf, type Diagnostic } from './diagnostic.js';
import { nearest } from './spelling.js';

/**
 * Removes the warnings that a comment of the file silences. Errors stay, whatever the comments
 * say. A comment that silences nothing, or names a code that there is not, gives a diagnostic of
 * its own, so that no silence outlives its reason.
 *
 * @param file the file of the Ast; diagnostics in other files pass through
 */
export function applySilences(diagnostics: readonly Diagnostic[], file: string, ast: Ast): Diagnostic[] {
  const effective = new Set<string>();
  const kept = diagnostics.filter((diagnostic) => {
    if (diagnostic.severity === 'error' || diagnostic.place.file !== file) return true;
    const silencers = ast.silences.filter((silence) => silences(silence, diagnostic));
    for (const silence of silencers) effective.add(keyOf(silence, diagnostic.code));
    return silencers.length === 0;
  });
  // Behind an error there may be warnings that were not looked for.
  const complete = !diagnostics.some(({ severity }) => severity === 'error');
  const complaints = ast.silences.flatMap((silence) =>
    silence.codes.length === 0
      ? [namesNothing(file, silence)]
      : silence.codes.flatMap((code) => {
          if (!isCode(code)) return [unknownCode(file, silence, code)];
          return effective.has(keyOf(silence, code)) || (!complete && codes[code].severity !== 'error') ? [] : [silencesNothing(file, silence, code)];
        }),
  );
  return [...kept, ...complaints];
}

const keyOf = (silence: Silence, code: string): string => `${silence.span.start} ${code}`;

const isCode = (code: string): code is DiagnosticCode => Object.hasOwn(codes, code);

function silences({ codes: named, covers }: Silence, { code, place }: Diagnostic): boolean {
  return named.includes(code) && place.span.start >= covers.start && place.span.start <= covers.end;
}

function complaint(
  file: string,
  silence: Silence,
  code: 'AE1008' | 'AE1009',
  words: Pick<Diagnostic, 'title' | 'cause'> & { readonly hint?: string },
): Diagnostic {
  const place = { file, span: silence.span };
  const only = silence.codes.length <= 1;
  return diagnosticOf(code, place, { ...words, fixes: only ? [{ title: 'Remove the comment', edits: [{ place, newText: '' }] }] : [] });
}

function silencesNothing(file: string, silence: Silence, code: DiagnosticCode): Diagnostic {
  return complaint(file, silence, 'AE1008', {
    title: `${code} is not reported on this line`,
    cause:
      codes[code].severity === 'error'
        ? 'The code is that of an error, and errors cannot be silenced.'
        : 'The comment silences nothing; what it silenced may have been mended.',
  });
}

function namesNothing(file: string, silence: Silence): Diagnostic {
  return complaint(file, silence, 'AE1008', {
    title: 'the comment names no code',
    cause: 'A silence names what it silences, as in `// aec-ignore AE4001`.',
  });
}

function unknownCode(file: string, silence: Silence, code: string): Diagnostic {
  const meant = nearest(code, Object.keys(codes));
  return complaint(file, silence, 'AE1009', {
    title: `there is no diagnostic ${code}`,
    cause: 'The comment names a code that aec does not have.',
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
  });
}
