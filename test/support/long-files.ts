/** Long files of every kind: what `aec check` must get through in time that grows with their length alone. */
import { corpusFiles } from '../checks/mutations.js';

/** `count` lines between a head and a tail. */
const long = (head: string, line: (i: number) => string, tail: string, count: number): string =>
  [head, ...Array.from({ length: count }, (_, i) => line(i)), tail].join('\n');

const head = 'autoencoder A {\n  input x: [64] in [0, 1]';
const tail = '  decoder { dense(64, sigmoid) }\n  reconstruct x by bernoulli\n}\n';
const encoder = '  encoder { code: dense(32, relu) }';

/** Ways in which a file can be long, by name; each about `lines` lines. */
export const longFiles = (lines: number): Readonly<Record<string, string>> => ({
  'the corpus over and over': corpusFiles.join('\n').repeat(8).split('\n').slice(0, lines).join('\n'),
  'one layer a line': long(`${head}\n  encoder {`, () => '    dense(32, relu)', `  }\n${tail}`, lines),
  'one named layer a line': long(`${head}\n  encoder {`, (i) => `    h${i}: dense(32, relu)`, `  }\n${tail}`, lines),
  'a mirror of many layers': long(
    `${head}\n  encoder {`,
    () => '    dense(32)',
    '  }\n  decoder mirror(encoder, tied)\n  reconstruct x by bernoulli\n}\n',
    lines,
  ),
  'an image that comes out wrong': long(
    'autoencoder A {\n  input x: [28, 28, 1] in [0, 1]\n  encoder { conv(2, stride: 2) }\n  decoder {',
    () => '    conv(2)',
    '    conv(3)\n  }\n  reconstruct x by squared_error\n}\n',
    lines,
  ),
  'one unknown layer a line': long(`${head}\n  encoder {`, (i) => `    dnse${i}(32, relu)`, `  }\n${tail}`, lines),
  'one misspelled layer a line': long(`${head}\n  encoder {`, () => '    dnse(32, relu)', `  }\n${tail}`, lines),
  'one misspelled argument a line': long(`${head}\n  encoder {`, () => '    dense(32, rleu)', `  }\n${tail}`, lines),
  'one unknown name a line': long(
    `${head}\n  encoder {`,
    (i) => `    h${i}: dense(32)\n    take g${i}`,
    `  }\n${tail}`,
    lines / 2,
  ),
  'one penalty a line': long(`${head}\n${encoder}`, () => '  penalty 1e-4 * l1(code)', tail, lines),
  'one unknown penalty a line': long(`${head}\n${encoder}`, (i) => `  penalty l1(cde${i})`, tail, lines),
  'one weight decay a line': long(`${head}\n${encoder}`, () => '  penalty weight_decay(all)', tail, lines),
  'one constraint a line': long(`${head}\n${encoder}`, () => '  constrain code.kernel by unit_norm', tail, lines),
  'one corruption of a layer a line': long(
    `${head}\n${encoder}`,
    () => '  corrupt code with gaussian(0.1)',
    tail,
    lines,
  ),
  'one layer, one corruption': long(
    `${head}\n  encoder {`,
    (i) => `    h${i}: dense(32, relu)`,
    `  }\n${Array.from({ length: lines / 2 }, (_, i) => `  corrupt h${i} with gaussian(0.1)`).join('\n')}\n${tail}`,
    lines / 2,
  ),
  'one layer, one constraint': long(
    `${head}\n  encoder {`,
    (i) => `    h${i}: dense(32, relu)`,
    `  }\n${Array.from({ length: lines / 2 }, (_, i) => `  constrain h${i} by unit_norm`).join('\n')}\n${tail}`,
    lines / 2,
  ),
  'one ambiguous name a line': long(
    `${head}\n${Array.from({ length: 100 }, (_, i) => `  network n${i}(x) { h: dense(3) }`).join('\n')}\n${encoder}`,
    () => '  penalty l1(h)',
    tail,
    lines,
  ),
  'one input a line': long('autoencoder A {', (i) => `  input x${i}: [4]`, `${encoder}\n${tail}`, lines),
  'one network a line': long(`${head}\n${encoder}`, (i) => `  head n${i}(code) { dense(3) }`, tail, lines),
  'many autoencoders': long(
    '',
    (i) => `autoencoder A${i} {\n  input x: [4]\n  encoder { dense(2) }\n  decoder mirror(encoder)\n}`,
    '',
    lines / 5,
  ),
  'many broken autoencoders': long(
    '',
    (i) => `autoencoder A${i} {\n  input x: [4\n  encoder { dens(2) }\n  reconstruct y by gaussian\n}`,
    '',
    lines / 5,
  ),
  'one block a line': long(
    '',
    (i) => `block B${i} { ${i === 0 ? 'relu' : `B${Math.floor(i / 2)}`} }`,
    `${head}\n  encoder { B${lines - 1}; dense(32) }\n${tail}`,
    lines,
  ),
  'one silence a line': long(
    `${head}\n${encoder}`,
    () => '  penalty 1e-4 * l1(code)  // aec-ignore AE4001',
    tail,
    lines,
  ),
  'one setting a line': long(`${head}\n${encoder}\n  train {`, () => '    epochs 3', `  }\n${tail}`, lines),
  'one phase a line': long(
    `${head}\n${encoder}\n  train {`,
    (i) => `    phase p${i} { train encoder }`,
    `  }\n${tail}`,
    lines,
  ),
  'one let a line': long(head, (i) => `  let a${i} = ${i === 0 ? '1' : `a${i - 1} + 1`}`, `${encoder}\n${tail}`, lines),
  'one syntax error a line': long(`${head}\n${encoder}`, () => '  penalty 1e-4 * * l1(code', tail, lines),
  'one import a line': long('', (i) => `import "b${i}.ae"`, `${head}\n${encoder}\n${tail}`, lines),
});
