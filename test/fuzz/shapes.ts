/** Shapes that no file of a person has: one thing over and over, deep, long, on one line, in odd characters. */
import { words } from './corpus.js';
import type { Random } from './random.js';

/** Where what is repeated stands. */
const frames: readonly ((inside: string) => string)[] = [
  (inside) => inside,
  (inside) => `autoencoder A { ${inside} }`,
  (inside) =>
    `autoencoder A {\n  input x: [4]\n  encoder { ${inside} }\n  decoder { dense(4) }\n  reconstruct x by squared_error\n}\n`,
  (inside) =>
    `autoencoder A {\n  input x: [4]\n  encoder { dense(${inside}) }\n  decoder mirror(encoder)\n  reconstruct x by squared_error\n}\n`,
  (inside) =>
    `autoencoder A {\n  input x: [4]\n  encoder { code: dense(2) }\n  decoder mirror(encoder)\n  reconstruct x by squared_error\n  penalty ${inside}\n}\n`,
  (inside) =>
    `autoencoder A {\n  input x: ${inside}\n  encoder { code: dense(2) }\n  decoder mirror(encoder)\n  reconstruct x by squared_error\n}\n`,
  (inside) => `autoencoder A(${inside}) {\n  input x: [4]\n}\n`,
  (inside) =>
    `autoencoder A {\n  input x: [4]\n  encoder { code: dense(2) }\n  decoder mirror(encoder)\n  reconstruct x by squared_error\n  train { ${inside} }\n}\n`,
  (inside) =>
    `block B { ${inside} }\nautoencoder A {\n  input x: [4]\n  encoder { B; B }\n  decoder mirror(encoder)\n  reconstruct x by squared_error\n}\n`,
  (inside) =>
    `autoencoder A {\n  input x: [4]\n  encoder { repeat 30 as i { ${inside} } }\n  decoder mirror(encoder)\n  reconstruct x by squared_error\n}\n`,
];

const pieces = [
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '((',
    '([',
    '{(',
    ')(',
    '}{',
    '[)',
    'f(',
    'f(x)',
    'a.',
    '.',
    ',',
    ';',
    ':',
    '=',
    '~',
    '?',
    '_',
    '-',
    '- (',
    '2^',
    '2+',
    '1 ',
    '"',
    "'",
    '\\',
    '//',
    '/*',
    '*/',
    '#',
  ],
  ...[
    'dense(4);',
    'relu;',
    'h: dense(4);',
    'take h;',
    'repeat 2 {',
    'x, ',
    'a: dense(3), ',
    'phase a {',
    'train h;',
    'import "blocks.ae"\n',
    'block B {',
    'autoencoder A {',
    'encoder {',
    'leaf {',
    'tie a = b;',
    'let a = 1;',
    'epochs 3;',
    'draw z ~ a;',
    'f(x).',
    'a of ',
    '[3 of ',
    'by b ',
    'and a ',
    'where a and ',
    'rec: ',
    'previous x, ',
    '20%',
    'adam(3), ',
    'match a to b;',
    'dnse(4);',
    'dense(rleu);',
    'penalty l1(h);',
  ],
  ...[
    '\n',
    '\r\n',
    '\r',
    '\t',
    ' ',
    '\u2028',
    '\u0000',
    '\uFEFF',
    '\ud800',
    '😀',
    'e\u0301',
    '变',
    'a',
    '0',
    '1e',
    '0.',
    '// c\n',
    '/// d\n',
    '// aec-ignore AE4001\n',
  ],
] as const;

/** One to three pieces of text, some thousand characters of them, in some frame. */
export function pathological(random: Random): string {
  const unit = random
    .several(1, 3, () => (random.chance(0.9) ? random.pick(pieces) : random.pick(words)))
    .join(random.chance(0.3) ? ' ' : '');
  const size = random.pick([40, 300, 1500, 4000]);
  const inside = unit.repeat(Math.max(1, Math.floor(size / Math.max(1, unit.length))));
  return random.pick(frames)(
    random.chance(0.2) ? `${inside}${random.pick(pieces).repeat(random.between(1, 200))}` : inside,
  );
}
