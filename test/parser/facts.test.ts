/** What the parser says of damaged statements, as data; test/parser/renderings.test.ts pins the words. */
import { describe, expect, it } from 'vitest';
import { factsOf, mended } from './reading.js';

const [itemsBefore, after] = ['autoencoder A {\n  ', '\n}\n'];
const inItems = (text: string): string => itemsBefore + text + after;
const inBody = (text: string): string => inItems(`encoder { ${text} }`);
const inTrain = (text: string): string => inItems(`train { ${text} }`);

type Facts = readonly [string, object, string];

/** The findings in a statement, and the statement with the first fix of the first. */
function check(wrap: (text: string) => string, text: string, expected: readonly Facts[], fixed?: string): void {
  const whole = wrap(text);
  expect(factsOf(whole)).toEqual(expected);
  const now = mended(whole);
  expect(now).toBe(fixed === undefined ? whole : wrap(fixed));
  if (fixed !== undefined) expect(factsOf(now).length).toBeLessThan(expected.length);
}

describe('of characters and numbers', () => {
  it.each<[string, readonly Facts[], string?]>([
    ['let a = 20%', [['percentage', { text: '20%', share: '0.2' }, '20%']], 'let a = 0.2'],
    ['let a = 12.5%', [['percentage', { text: '12.5%', share: '0.125' }, '12.5%']], 'let a = 0.125'],
    ['let a = .5', [['not-a-number', { text: '.5', meant: '0.5' }, '.5']], 'let a = 0.5'],
    ['let a = 2n', [['not-a-number', { text: '2n', meant: '2 * n' }, '2n']], 'let a = 2 * n'],
    ['let a = 28x28', [['not-a-number', { text: '28x28' }, '28x28']]],
    ['let a = 1e999', [['number-too-large', { text: '1e999' }, '1e999']]],
    ['let a = 1 − b', [['lookalike', { character: '−', meant: '-' }, '−']], 'let a = 1 - b'],
    ['input x: [3] ∈ real', [['lookalike', { character: '∈', meant: 'in' }, '∈']], 'input x: [3]  in  real'],
    ['let a = $b', [['unknown-text', { text: '$', quotes: false }, '$']], 'let a = b'],
    ['let a = b % 3', [['unknown-text', { text: '%', quotes: false }, '%']]],
    [
      'figure f("a)',
      [
        ['string-not-closed', { mark: '"' }, '"a)'],
        ['not-closed', { opener: '(', closer: ')', closing: ')', found: '\n' }, ''],
      ],
    ],
    ["figure f('a')", [['single-quotes', { text: "'a'", meant: '"a"' }, "'a'"]], 'figure f("a")'],
    ['let a = 3 # b', [['foreign-comment', { text: '# b', begins: '#' }, '# b']], 'let a = 3 // b'],
  ])('%s', (text, expected, fixed) => {
    if (text === 'let a = b % 3') expect(factsOf(inItems(text))).toEqual(expected);
    else if (text.startsWith('figure f("')) expect(factsOf(inItems(text))).toEqual(expected);
    else check(inItems, text, expected, fixed);
  });
});

describe('of brackets', () => {
  it.each<[string, readonly Facts[], string?]>([
    ['penalty l1(x', [['not-closed', { opener: '(', closer: ')', closing: ')', found: '\n' }, '']], 'penalty l1(x)'],
    ['input x: [3)', [['closed-by-another', { opener: '[', found: ')', right: ']' }, ')']], 'input x: [3]'],
    ['penalty l1(x))', [['closes-nothing', { bracket: ')' }, ')']], 'penalty l1(x)'],
    ['penalty f(a; b)', [['semicolon-in-brackets', {}, ';']], 'penalty f(a, b)'],
    [
      'encoder: dense(3)',
      [['colon-before-body', { role: 'encoder', layers: 'dense(3)', text: ': dense(3)' }, ': dense(3)']],
      'encoder { dense(3) }',
    ],
    [
      'train:\n    epochs 3',
      [['indented-body', { statement: 'train', header: 'train:' }, ':']],
      'train {\n    epochs 3\n  }',
    ],
  ])('%s', (text, expected, fixed) => check(inItems, text, expected, fixed));

  it('nested without end', () => {
    expect(factsOf(inItems(`penalty ${'('.repeat(80)}1${')'.repeat(80)}`))).toEqual([
      ['nested-too-deeply', { most: 64 }, '('],
    ]);
  });
});

describe('of words', () => {
  it.each<[string, readonly Facts[], string?]>([
    ['inptu x: [3]', [['misspelled-keyword', { found: 'inptu', meant: 'input' }, 'inptu']], 'input x: [3]'],
    [
      'corrupt x wiht hole(3)',
      [['misspelled-keyword', { found: 'wiht', meant: 'with' }, 'wiht']],
      'corrupt x with hole(3)',
    ],
    [
      'latent z ~ normal(3) trough f',
      [['misspelled-keyword', { found: 'trough', meant: 'through' }, 'trough']],
      'latent z ~ normal(3) through f',
    ],
    [
      'rec: penalt l1(h)',
      [['misspelled-keyword', { found: 'penalt', meant: 'penalty' }, 'penalt']],
      'rec: penalty l1(h)',
    ],
    [
      'penalty a where c == 3',
      [['wrong-sign', { found: '==', right: '=', statement: 'condition' }, '==']],
      'penalty a where c = 3',
    ],
    [
      'latent z = normal(3)',
      [['wrong-sign', { found: '=', right: '~', statement: 'latent' }, '=']],
      'latent z ~ normal(3)',
    ],
    ['penalty f(a = 3)', [['wrong-sign', { found: '=', right: ':', statement: 'argument' }, '=']], 'penalty f(a : 3)'],
    [
      'input x [3]',
      [['missing-part', { statement: 'input', expects: 'connective', sign: ':', found: '[' }, '']],
      'input x: [3]',
    ],
    [
      'sweep d [3]',
      [['missing-part', { statement: 'sweep', expects: 'connective', sign: 'in', found: '[' }, '']],
      'sweep d in [3]',
    ],
    [
      'reconstruct x',
      [['missing-part', { statement: 'reconstruct', expects: 'likelihood', sign: 'by', found: '\n' }, '']],
    ],
    ['let h = 3 *', [['missing-part', { statement: 'expression', expects: 'operand', after: '*', found: '\n' }, '']]],
    [
      'penalty f(kernel 3)',
      [['missing-comma', { list: 'arguments', sign: ':', left: 'kernel', right: '3' }, '']],
      'penalty f(kernel: 3)',
    ],
    [
      'penalty f(3 relu)',
      [['missing-comma', { list: 'arguments', sign: ',', left: '3', right: 'relu' }, '']],
      'penalty f(3, relu)',
    ],
    ['input x: [28,, 28]', [['unexpected-comma', { list: 'items' }, ',']], 'input x: [28, 28]'],
    ['penalty a b', [['unexpected-text', { text: 'b', word: 'b', behind: 'statement', statement: 'penalty' }, 'b']]],
    [
      'penalty a ?',
      [['unexpected-text', { text: '?', word: '?', behind: 'statement', statement: 'penalty' }, '?']],
      'penalty a',
    ],
    [
      'penalty a b(c)',
      [['unexpected-text', { text: 'b(c)', word: 'b', behind: 'statement', statement: 'penalty' }, 'b(c)']],
    ],
    ['penalty f(a?)', [['question-outside-type', {}, '?']], 'penalty f(a)'],
    ['latent z ~ n by a by b', [['written-twice', { word: 'by', text: 'by b' }, 'by b']]],
    ['penalty a.b(3)', [['path-called', { path: 'a.b', text: 'a.b(3)' }, '(3)']]],
    ['decoder(z, 3) { }', [['not-a-tensor', { text: '3' }, '3']]],
    ['encoder a b { }', [['header-too-long', { role: 'encoder', text: 'b' }, 'b']]],
    ['epochs 3', [['not-an-item', { word: 'epochs', text: 'epochs 3', ofTraining: true }, 'epochs 3']]],
    ['foo 3', [['not-an-item', { word: 'foo', text: 'foo 3', ofTraining: false }, 'foo 3']]],
  ])('%s', (text, expected, fixed) => check(inItems, text, expected, fixed));

  it('behind what is whole', () => {
    check(
      inItems,
      'head a() at nodes',
      [['missing-part', { statement: 'head', expects: 'body', after: 'head', found: '\n' }, '']],
      'head a() at nodes { }',
    );
    check(inItems, 'input x: [3 of real, 4]', [
      ['unexpected-text', { text: '4', word: '4', behind: 'items', statement: 'input' }, '4'],
    ]);
    check(inItems, 'decoder d mirror(previous x)', [
      [
        'unexpected-text',
        { text: 'previous x', word: 'previous', behind: 'arguments', statement: 'decoder' },
        'previous x',
      ],
    ]);
  });

  it('at the top of a file', () => {
    check((text) => text, 'penalty l1(x)\n', [
      ['not-a-declaration', { word: 'penalty', text: 'penalty l1(x)', ofAutoencoder: true }, 'penalty l1(x)'],
    ]);
    check(
      (text) => text,
      'import { A } "a.ae"\n',
      [['missing-part', { statement: 'import', expects: 'connective', sign: 'from', found: '"a.ae"' }, '']],
      'import { A } from "a.ae"\n',
    );
  });
});

describe('of statements', () => {
  it.each<[(text: string) => string, string, readonly Facts[], string]>([
    [
      inItems,
      'input x: [3], input y: [3]',
      [['not-separated', { next: 'input', comma: true }, ',']],
      'input x: [3]; input y: [3]',
    ],
    [
      inItems,
      'let a = b penalty c',
      [['not-separated', { next: 'penalty', comma: false }, 'penalty']],
      'let a = b; penalty c',
    ],
    [
      inItems,
      'penalty c encoder { }',
      [['not-separated', { next: 'encoder', comma: false }, 'encoder']],
      'penalty c; encoder { }',
    ],
    [inBody, 'dense(3), relu', [['not-separated', { next: 'relu', comma: true }, ',']], 'dense(3); relu'],
    [inBody, 'relu, dense(3)', [['not-separated', { next: 'dense', comma: true }, ',']], 'relu; dense(3)'],
    [inBody, 'h: dense(3) relu', [['not-separated', { next: 'relu', comma: false }, 'relu']], 'h: dense(3); relu'],
    [inBody, 'relu take h', [['not-separated', { next: 'take', comma: false }, 'take']], 'relu; take h'],
    [inTrain, 'epochs 10, batch 5', [['not-separated', { next: 'batch', comma: true }, ',']], 'epochs 10; batch 5'],
    [
      inTrain,
      'train h, g, epochs 5',
      [['not-separated', { next: 'epochs', comma: true }, ',']],
      'train h, g; epochs 5',
    ],
    [
      inTrain,
      'rate h, g by 0.1, epochs 5',
      [['not-separated', { next: 'epochs', comma: true }, ',']],
      'rate h, g by 0.1; epochs 5',
    ],
    [inTrain, 'epochs 10 batch 5', [['not-separated', { next: 'batch', comma: false }, 'batch']], 'epochs 10; batch 5'],
    [inBody, 'dense 64', [['bare-arguments', { layer: 'dense', args: '64' }, '64']], 'dense(64)'],
    [inBody, 'x.h', [['not-a-layer', { text: 'x.h' }, 'x.h']], 'take x.h'],
    [inBody, 'critic(x).h', [['not-a-layer', { text: 'critic(x).h' }, 'critic(x).h']], 'take critic(x).h'],
    [
      inBody,
      'a, b split(2)',
      [['missing-part', { statement: 'layer', expects: 'connective', sign: ':', found: 'split' }, '']],
      'a, b: split(2)',
    ],
    [
      inTrain,
      'optimizer: adam',
      [['sign-before-value', { sign: ':', setting: 'optimizer', value: 'adam', text: 'optimizer: adam' }, ':']],
      'optimizer adam',
    ],
    [
      inTrain,
      'optimizer adam(lr: 1e-3), early(5)',
      [
        ['not-separated', { next: 'early', comma: true }, ','],
        ['call-without-setting', { call: 'early(5)' }, 'early(5)'],
      ],
      'optimizer adam(lr: 1e-3); early(5)',
    ],
    [
      inTrain,
      'minimise l1(h)',
      [['misspelled-keyword', { found: 'minimise', meant: 'minimize' }, 'minimise']],
      'minimize l1(h)',
    ],
    [
      inTrain,
      'match a to b.c',
      [
        [
          'earlier-spelling',
          { keyword: 'match', text: 'match a to b.c', now: 'minimize squared_error(a, stop(b.c))' },
          'match a to b.c',
        ],
      ],
      'minimize squared_error(a, stop(b.c))',
    ],
    [
      inTrain,
      'match a to b by gaussian(sigma: 2)',
      [
        [
          'earlier-spelling',
          {
            keyword: 'match',
            text: 'match a to b by gaussian(sigma: 2)',
            now: 'minimize gaussian(a, stop(b), sigma: 2)',
          },
          'match a to b by gaussian(sigma: 2)',
        ],
      ],
      'minimize gaussian(a, stop(b), sigma: 2)',
    ],
  ])('%#: %s', (wrap, text, expected, fixed) => check(wrap, text, expected, fixed));

  it.each<[string, readonly Facts[]]>([
    ['penalty l1(x)', [['not-in-a-body', { word: 'penalty', text: 'penalty l1(x)', is: 'item' }, 'penalty l1(x)']]],
    ['3', [['not-in-a-body', { word: '3', text: '3', is: 'nothing' }, '3']]],
    ['leaf { }; relu', [['outside-of-clauses', { text: 'relu' }, 'relu']]],
    ['repeat 2 { leaf { } }', [['not-in-a-body', { word: 'leaf', text: 'leaf { }', is: 'clause' }, 'leaf { }']]],
  ])('in a body: %s', (text, expected) => check(inBody, text, expected));

  it('in training, all mistakes of a line in one pass', () => {
    expect(factsOf(inTrain('adam(1e-3), epochs 10; validation 20%; batch; 3')).map(([name]) => name)).toEqual([
      'call-without-setting',
      'not-separated',
      'percentage',
      'missing-part',
      'not-in-training',
    ]);
    check(
      inTrain,
      'adam(1e-3)',
      [['call-without-setting', { call: 'adam(1e-3)' }, 'adam(1e-3)']],
      'optimizer adam(1e-3)',
    );
    check(inTrain, 'match a', [['earlier-spelling', { keyword: 'match', text: 'match a' }, 'match a']]);
  });

  it('too long for anybody', () => {
    expect(factsOf(inItems(`penalty 1${' + 1'.repeat(300)}`)).map(([name, facts]) => [name, facts])).toEqual([
      ['too-many-operators', { most: 200 }],
    ]);
    const path = Array.from({ length: 90 }, () => 'a').join('.');
    expect(factsOf(inItems(`penalty ${path}`))).toEqual([['path-too-long', { most: 80, names: 90 }, path]]);
  });

  it('are counted', () => {
    const found = factsOf(inItems('penalty\n'.repeat(200)));
    expect(found).toHaveLength(101);
    expect(found.at(-1)?.slice(0, 2)).toEqual(['too-many-errors', { shown: 100 }]);
  });
});
