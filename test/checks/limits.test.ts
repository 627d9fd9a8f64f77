/** Short files that stand for much: the front end ends on each of them, soon, and says the limit. */
import { expect, test } from 'vitest';
import { check, Workspace } from '../../src/compiler.js';
import { guarded } from '../fuzz/guard.js';

const model = (encoder: string, decoder = 'decoder { dense(4) }', rest = ''): string =>
  `autoencoder A {\n  input x: [4]\n  encoder { ${encoder} }\n  ${decoder}\n  reconstruct x by squared_error\n  ${rest}\n}\n`;

const nested = (depth: number): string =>
  `block B0 { relu }\n${Array.from({ length: depth }, (_, i) => `block B${i + 1} { B${i} }\n`).join('')}`;
const doubling = (times: number): string =>
  `block B0 { relu }\n${Array.from({ length: times }, (_, i) => `block B${i + 1} { B${i}; B${i} }\n`).join('')}`;

test.each([
  ['a name that a repetition does not find', model('repeat 1e9 { take q; x: relu }'), 'AE2001'],
  [
    'a repetition with a misspelling beside what is right',
    model('repeat 1e9 { upsample_zero(decoder); a, b: upsample(2); take from }'),
    'AE2003',
  ],
  [
    'a broken repetition and its mirror',
    model('repeat 1e9 as i { take __proto__; encoder: lstm(d, rho: threshold(), sigmoid) }', 'decoder mirror(encoder)'),
    'AE2001',
  ],
  ['a repetition without end', model('repeat 1e9 { relu }'), 'AE1007'],
  ['blocks, one inside the other', `${nested(5000)}${model('B5000; dense(2)')}`, 'AE1007'],
  [
    'blocks that double, in many networks',
    `${doubling(14)}${model('B14; dense(2)', 'decoder { dense(4) }', Array.from({ length: 200 }, (_, i) => `network n${i}(x) { B14 }`).join('\n'))}`,
    'AE1007',
  ],
  [
    'mirrors of a long encoder',
    model(
      'repeat 10000 { dense(4) }; dense(2)',
      'decoder { dense(4) }',
      Array.from({ length: 200 }, (_, i) => `network n${i} mirror(encoder)`).join('\n'),
    ),
    'AE1007',
  ],
  [
    'all weights, over and over',
    model('repeat 2000 { dense(4) }; dense(2)', 'decoder { dense(4) }', 'constrain all by unit_norm\n'.repeat(2000)),
    'AE1007',
  ],
  ['a path of many names', model('dense(2)', 'decoder { dense(4) }', `penalty l1(${'a.'.repeat(5000)}b)`), 'AE1007'],
  ['a third of a million arguments', model(`dense(${'1, '.repeat(330_000)}1)`), 'AE2003'],
])(
  '%s',
  (_what, text, code) => {
    const outcome = guarded(
      () => check('a.ae', text, () => undefined).findings.map(({ message }) => message.code),
      60_000,
    );
    expect(outcome.kind).toBe('ended');
    expect(outcome.kind === 'ended' && outcome.value).toContain(code);
    expect(outcome.kind === 'ended' && outcome.milliseconds).toBeLessThan(15_000);
  },
  120_000,
);

test('two layers of one name do not read each other', () => {
  const text = model(
    'code: dense(3)',
    'decoder { h: dense(3); h: dense(4); out: dense(4) }',
    'train { phase a { train out; minimize squared_error(out, x) } }',
  );
  const outcome = guarded(
    () => check('a.ae', text, () => undefined).findings.map(({ message }) => message.code),
    20_000,
  );
  expect(outcome).toMatchObject({ kind: 'ended' });
  expect(outcome.kind === 'ended' && outcome.value.filter((code) => /^AE[123]/.test(code))).toEqual(['AE2007']);
});

test('facts are short however long the way is that they are of', () => {
  const text = model('dense(4)', 'decoder { repeat 900 as i { dense(i + 5) } }');
  const [finding] = check('long.ae', text, () => undefined).findings;
  expect(finding!.message.code).toBe('AE3001');
  expect(finding!.facts).toMatchObject({
    trace: {
      first: ['4', '5', '6', '7', '8', '9'],
      cut: true,
      last: ['900', '901', '902', '903', '904'],
    },
  });
});

test('so many words are guessed, and those that have another name everywhere', () => {
  // Fixes that nobody has tried: trying them has limits of its own.
  const guessed = (item: (i: number) => string): number => {
    const items = Array.from({ length: 220 }, (_, i) => item(i)).join('\n  ');
    const { findings } = new Workspace(() => undefined).check('a.ae', model('dense(2)', 'decoder { dense(4) }', items));
    return findings.filter(({ fixes }) => fixes.length > 0).length;
  };
  expect(guessed((i) => `let number${i} = hiden${i === 0 ? '\n  let hidden = 3' : ''}`)).toBe(200);
  expect(guessed((i) => `network n${i}(x) { Linear(3) }`)).toBe(220);
});
