import { describe, expect, it } from 'vitest';
import { makeFigure } from '../../src/runtime/figures/index.js';
import { chosenFigures } from '../../src/runtime/node/report/chosen.js';
import { normalQuantile } from '../../src/runtime/figures/priors.js';
import type { Dataset } from '../../src/runtime/dataset.js';
import type { Chart } from '../../src/runtime/figures/drawing.js';
import { treeColumn, type NestedTree } from '../../src/runtime/nested-trees.js';
import { chartOf, dataOf, drawn, identity, modelOf, picturesOf, tableOf, type Known } from '../support/figures.js';

/** x ↦ x, by way of a code that is x. */
const copies = (d: number, figures: string, more = ''): string => `autoencoder Copies {
  input x: [${d}] in real
  ${more}
  encoder { code: dense(${d}) }
  decoder { out: dense(${d}) }
  reconstruct x by squared_error
  ${figures}
  train { validation 0; seed 4 }
}`;
const unchanged = (d: number) => ({ 'encoder.code.kernel': identity(d), 'decoder.out.kernel': identity(d) });
/** Each word by what comes behind it, whatever the code is: at the start the second, then the third, then one that is unknown. */
const next = {
  'decoder.embedding.table': identity(5),
  'decoder.dense.kernel': Array.from({ length: 7 * 5 }, (_, i) => (i === 2 * 5 + 3 || i === 3 * 5 ? 1 : 0)),
  'decoder.dense.bias': [0, 0, 0.5, 0, 0],
};
const counted = (n: number, d: number) =>
  dataOf({ x: { shape: [d], data: Array.from({ length: n * d }, (_, i) => i) } });

describe('codes', () => {
  it('stand in a line with what they are of', async () => {
    const known = await modelOf(copies(2, 'figure codes(code, count: 3)'), counted(8, 2), {
      'encoder.code.kernel': [0, 1, 10, 0],
      'decoder.out.kernel': identity(2),
    });
    expect(tableOf(await drawn(known))).toMatchObject({
      columns: ['x 1', 'x 2', 'code 1', 'code 2'],
      rows: [
        [0, 1, 10, 0],
        [2, 3, 30, 2],
        [4, 5, 50, 4],
      ],
    });
  });
});

describe('codes of maps', () => {
  it('are pictures of their channels below what they are of', async () => {
    const text = `autoencoder Maps {
      input x: [2, 2, 1] in [0, 1]
      encoder { code: conv(1, kernel: 1) }
      decoder { up: conv_transpose(2, kernel: 3, stride: 2); avgpool(2); conv(1, kernel: 1) }
      reconstruct x by squared_error
      figure codes(up, count: 1)
      train { validation 0 }
    }`;
    const known = await modelOf(text, dataOf({ x: { shape: [2, 2, 1], data: [1, 1, 0, 0] } }), {
      'encoder.code.kernel': [1],
      // The first channel stamps ones, the second nothing but its middle.
      'decoder.up.kernel': Array.from({ length: 18 }, (_, i) => (i % 2 === 0 || i === 9 ? 1 : 0)),
    });
    const [x, up, ...others] = picturesOf(await drawn(known)).rows;
    expect(others).toEqual([]);
    expect([x!.title, ...x!.values]).toEqual(['x 1', 1, 1, 0, 0]);
    expect([up!.title, up!.image, up!.low, up!.high]).toEqual([
      'decoder.up 1',
      { height: 4, width: 4, channels: 1 },
      0,
      2,
    ]);
    const [ones, middle] = [up!.values.subarray(0, 16), up!.values.subarray(16)];
    // Two stamps, which overlap in one column, and are summed there.
    expect([...ones].filter((one) => one === 2)).toHaveLength(3);
    expect([...middle].filter((one) => one === 1)).toHaveLength(2);
    expect([...middle].filter((one) => one !== 0)).toHaveLength(2);
  });
});

describe('interpolation, traversal and arithmetic', () => {
  it('go straight from code to code', async () => {
    const known = await modelOf(copies(4, 'figure interpolation(code, steps: 3)'), counted(20, 4), unchanged(4));
    const { rows } = picturesOf(await drawn(known));
    expect(rows).toHaveLength(5);
    expect(rows.map(({ title }) => title)[1]).toBe('3 → 4');
    expect([...rows[1]!.values]).toEqual([8, 9, 10, 11, 10, 11, 12, 13, 12, 13, 14, 15]);
  });

  it('write words as lines of text', async () => {
    const text = `autoencoder Words {
      input s: sequence(token(vocab: 4), length: 3)
      encoder { embedding(4); lstm(2, last: true); code: dense(2) }
      decoder(previous s) { embedding(5); concat(code); dense(5) }
      reconstruct s by categorical
      figure interpolation(code, steps: 2)
      train { validation 0 }
    }`;
    const data = dataOf({ s: { shape: [3], data: [1, 2, -1, 3, 0, 1] } });
    const vocabularies = { s: ['a', 'dog', 'barks', 'loud'] };
    const known = await modelOf(text, { ...data, vocabularies }, next);
    expect(tableOf(await drawn(known))).toMatchObject({
      columns: ['row', 'column', 's'],
      rows: [
        ['1 → 2', 1, 'dog barks ?'],
        ['1 → 2', 2, 'dog barks ?'],
      ],
    });
  });

  it('move one number of a code by three of its deviations', async () => {
    const data = dataOf({ x: { shape: [2], data: [0, 5, 2, 5, 0, 5, 2, 5] } });
    const known = await modelOf(copies(2, 'figure traversal(code, steps: 3)'), data, unchanged(2));
    const values = chartOf(await drawn(known)).values;
    // σ of the first is 1, of the second 0; from the code of the first example.
    expect(values.map(({ x, y }) => [x, y])).toEqual([
      [-3, 5],
      [0, 5],
      [3, 5],
      [0, 5],
      [0, 5],
      [0, 5],
    ]);
  });

  it('start from draws of the prior where nothing encodes', async () => {
    const text = `autoencoder Drawn {
      input x: [4] in real
      draw z ~ uniform(4, low: 3, high: 5)
      draw w ~ uniform(2, low: 7, high: 9)
      decoder generator(z, w) { out: dense(4) }
      network critic(x) { dense(1) }
      figure arithmetic(z)
      figure interpolation(z, steps: 3)
      figure traversal(z, steps: 3)
      train {
        player judge { train critic; minimize cross_entropy(critic(x), 1) }
        player artist { train generator; minimize cross_entropy(critic(generator), 1) }
        update simultaneous
        validation 0
      }
    }`;
    // What comes out is z, and with a hundred times w_1 where that is asked for.
    const kernel = (share: number): readonly number[] =>
      Array.from({ length: 24 }, (_, i) => (i < 16 ? Number(i % 5 === 0) : i < 20 ? share : 0));
    const known = await modelOf(text, counted(20, 4), { 'generator.out.kernel': kernel(0) });
    const rows = picturesOf(await drawn(known)).rows.map(({ values }) => [...values]);
    for (const row of rows) {
      const [a, b, c, sum] = [0, 4, 8, 12].map((at) => row.slice(at, at + 4)) as [
        number[],
        number[],
        number[],
        number[],
      ];
      expect([...a, ...b, ...c].every((value) => value >= 3 && value <= 5)).toBe(true);
      sum.forEach((value, i) => expect(value).toBeCloseTo(a[i]! - b[i]! + c[i]!, 5));
    }
    expect(new Set(rows.flat()).size).toBeGreaterThan(40);
    const [path] = picturesOf(await drawn(known, 1)).rows;
    [...path!.values.subarray(4, 8)].forEach((value, i) =>
      expect(value).toBeCloseTo((path!.values[i]! + path!.values[8 + i]!) / 2, 5),
    );
    // The other draw is one for all rows.
    const beside = await modelOf(text, counted(20, 4), { 'generator.out.kernel': kernel(100) });
    const moved = picturesOf(await drawn(beside, 2)).rows.flatMap(({ values }) => [...values]);
    const alone = picturesOf(await drawn(known, 2)).rows.flatMap(({ values }) => [...values]);
    const shifts = moved.map((value, i) => value - alone[i]!);
    expect(shifts[0]!).toBeGreaterThan(700);
    for (const shift of shifts) expect(shift).toBeCloseTo(shifts[0]!, 2);
  });

  it('add a difference', async () => {
    const data = dataOf({ x: { shape: [4], data: [1, 2, 3, 4, 1, 1, 1, 1, 10, 20, 30, 40] } });
    const known = await modelOf(copies(4, 'figure arithmetic(code)'), data, unchanged(4));
    const [row, ...others] = picturesOf(await drawn(known)).rows;
    expect(others).toEqual([]);
    expect([...row!.values.slice(12)]).toEqual([10, 21, 32, 43]);
  });
});

const normal = `autoencoder Normal {
  input x: [2] in real
  encoder { dense(2) }
  latent z ~ normal(2)
  decoder { out: dense(2) }
  reconstruct x by gaussian(sigma: 1)
  penalty kl(z)
  prior z ~ normal(1, 2)
  figure manifold(z, steps: 5)
  figure traversal(z, steps: 2)
  figure samples(z, count: 4000)
  train { validation 0 }
}`;

describe('a prior', () => {
  const model = () => modelOf(normal, counted(6, 2), { 'decoder.out.kernel': identity(2) });

  it('has quantiles', () => {
    for (const [p, z] of [
      [0.01, -2.3263478740408408],
      [0.5, 0],
      [0.9, 1.2815515655446004],
      [0.99, 2.3263478740408408],
    ] as const)
      expect(normalQuantile(p)).toBeCloseTo(z, 7);
  });

  it('lays a manifold between its quantiles 1 % and 99 %, the second dimension upwards', async () => {
    const { values } = chartOf(await drawn(await model()));
    const at = [0.01, 0.255, 0.5, 0.745, 0.99].map((p) => 1 + 2 * normalQuantile(p));
    expect(values).toHaveLength(25);
    values.forEach(({ x, y }, i) => {
      expect(x).toBeCloseTo(at[i % 5]!, 4);
      expect(y).toBeCloseTo(at[4 - Math.floor(i / 5)]!, 4);
    });
  });

  it('says how far a traversal goes', async () => {
    const [first, second] = chartOf(await drawn(await model(), 1)).values;
    expect(Number(second!['x']) - Number(first!['x'])).toBeCloseTo(12, 4);
    expect(second!['y']).toBe(first!['y']);
  });

  it('is what samples are drawn from', async () => {
    const { values } = chartOf(await drawn(await model(), 2));
    const xs = values.map(({ x }) => Number(x));
    const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
    expect(values).toHaveLength(4000);
    expect(Math.abs(mean - 1)).toBeLessThan(0.15);
    expect(Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length)).toBeCloseTo(2, 0);
  });
});

describe('grid', () => {
  const conditional = `autoencoder Conditional {
    input x: [4] in real
    input c: category(3)
    encoder(x, c) { dense(2) }
    latent z ~ normal(2)
    decoder(z, c) { out: dense(4) }
    reconstruct x by gaussian(sigma: 1)
    penalty kl(z)
    figure grid(z, c, count: 2)
    train { validation 0 }
  }`;

  it('has one style in each row and one class in each column', async () => {
    const data = dataOf({
      x: { shape: [4], data: Array.from({ length: 24 }, (_, i) => i) },
      c: { shape: [], data: [0, 1, 2, 0, 1, 2] },
    });
    // The output is z and then what the class adds: nothing, 100 or 200 to the third number.
    const kernel = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 200, 0];
    const known = await modelOf(conditional, data, { 'decoder.out.kernel': kernel });
    const { rows, columns } = picturesOf(await drawn(known));
    expect(columns).toBe(3);
    expect(rows).toHaveLength(2);
    for (const { values } of rows) {
      expect([values[2], values[6], values[10]]).toEqual([0, 100, 200]);
      expect(values[4]).toBe(values[0]);
      expect(values[9]).toBe(values[1]);
    }
    expect(rows[0]!.values[0]).not.toBe(rows[1]!.values[0]);
  });

  it('is of a class that may be missing, too: a latent of its name', async () => {
    const text = conditional
      .replace(
        'category(3)',
        'category(3)?\n    network classify(x) { dense(3) }\n    latent c ~ category(3, from: classify) by enumerated',
      )
      .replace('penalty kl(z)', 'penalty kl(z) + kl(c)');
    const data = dataOf({
      x: { shape: [4], data: Array.from({ length: 24 }, (_, i) => i) },
      c: { shape: [], data: [0, 1, 2, 0, -1, -1] },
    });
    const kernel = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 200, 0];
    const known = await modelOf(text, data, { 'decoder.out.kernel': kernel });
    const { rows, columns } = picturesOf(await drawn(known));
    expect(columns).toBe(3);
    for (const { values } of rows) {
      expect([values[2], values[6], values[10]]).toEqual([0, 100, 200]);
      expect(values[4]).toBe(values[0]);
    }
    expect(rows[0]!.values[0]).not.toBe(rows[1]!.values[0]);
  });
});

describe('phrases of trees', () => {
  // The vector of a node is the sum of those of its words.
  const text = (figure: string, validation = 0): string => `autoencoder A {
    input t: tree(token(vocab: 8), label: category(2)?)
    encoder {
      leaf { w: embedding(2) }
      compose(left, right) { concat; s: dense(2, bias: false) }
    }
    decoder { decompose(parent) { dense(4); split(2) } }
    head said at nodes { dense(2) }
    reconstruct children by gaussian at inner nodes
    penalty cross_entropy(said, t.label)
    ${figure}
    train { validation ${validation} }
  }`;
  const word = (text: string): NestedTree => ({ word: text, label: undefined });
  const both = (left: NestedTree, right: NestedTree, label?: number): NestedTree => ({ left, right, label });
  const [a, b, c] = ['a', 'b', 'c'].map(word) as [NestedTree, NestedTree, NestedTree];
  const treesOf = (trees: readonly NestedTree[]): Dataset => ({
    size: trees.length,
    columns: {},
    trees: { t: treeColumn('trees', trees) },
  });
  const data = treesOf([both(both(a, b, 1), c), both(a, b, 1), both(c, both(b, a, 0), 1)]);
  const vectors: Readonly<Record<string, readonly number[]>> = { a: [1, 0], b: [0, 1], c: [3, 0] };
  const known = async (
    source: string,
    set = data,
    more: Readonly<Record<string, readonly number[]>> = {},
  ): Promise<Known> => {
    const drawn = await modelOf(source, set);
    const table = 'encoder.leaf.w.table';
    const words = ['?', ...drawn.data.vocabularies!['t']!];
    return modelOf(source, set, {
      [table]: Array.from(
        { length: drawn.weights[table]!.shape[0]! },
        (_, i) => vectors[words[i] ?? ''] ?? [0, 0],
      ).flat(),
      'encoder.compose.s.kernel': [1, 0, 0, 1, 1, 0, 0, 1],
      ...more,
    });
  };

  it('are neighbours by the vectors of their nodes, each once, with the label of their root', async () => {
    const figure = await drawn(await known(text('figure neighbours(encoder, count: 1)')));
    expect(tableOf(figure).columns).toEqual(['phrase', 'neighbour', 'distance', 't.label']);
    expect(tableOf(figure).rows).toEqual([
      ['a b', 'b a', 0, 0],
      ['b a', 'a b', 0, 1],
      ['a b c', 'c b a', 0, 1],
      ['c b a', 'a b c', 0, '–'],
    ]);
    expect(figure.note).toContain('those of 4 training phrases');
  });

  it('are of numbers, too', async () => {
    const leaf = (...numbers: readonly number[]): NestedTree => ({ numbers, label: undefined });
    const [p, q, r] = [leaf(1, 0), leaf(0, 1), leaf(3, 0.5)];
    // One tree is a leaf, which is no phrase.
    const set = treesOf([both(both(p, q, 1), r), r, both(p, r, 1), both(q, p, 0), both(p, q, 1)]);
    const source = text('figure neighbours(encoder, count: 1)')
      .replace(/tree\(token\(vocab: \d+\)/, 'tree([2]')
      .replace(/leaf \{[^}]*\}/, 'leaf { linear }');
    const figure = await drawn(await modelOf(source, set, { 'encoder.compose.s.kernel': [1, 0, 0, 1, 1, 0, 0, 1] }));
    expect(tableOf(figure).rows).toEqual([
      ['(1, 0) (0, 1)', '(0, 1) (1, 0)', 0, 0],
      ['(1, 0) (3, 0.5)', '(1, 0) (0, 1) (3, 0.5)', 1, '–'],
      ['(0, 1) (1, 0)', '(1, 0) (0, 1)', 0, 1],
      ['(1, 0) (0, 1) (3, 0.5)', '(1, 0) (3, 0.5)', 1, 1],
    ]);
  });

  it('are points of a plane', async () => {
    const figure = await drawn(await known(text('figure scatter(encoder)')));
    const points = chartOf(figure).values.map(({ x, y, label }) => [x, y, label]);
    expect(points).toEqual([
      [4, 1, 'unlabelled'],
      [1, 1, 1],
      [1, 1, 0],
      [4, 1, 1],
    ]);
  });

  it('are no neighbours of themselves, though training has seen them', async () => {
    const trees = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? both(a, b) : both(b, a)));
    const figure = await drawn(await known(text('figure neighbours(encoder, count: 1)', 0.5), treesOf(trees)));
    expect(
      tableOf(figure)
        .rows.map(([phrase, near]) => [phrase, near])
        .sort(),
    ).toEqual([
      ['a b', 'b a'],
      ['b a', 'a b'],
    ]);
  });

  it('are drawn as trees, with what their nodes are reconstructed at', async () => {
    const source = text('figure trees(t, count: 2)');
    const zeros = Object.fromEntries(
      Object.entries((await modelOf(source, data)).weights)
        .filter(([name]) => name.startsWith('decoder'))
        .map(([name, { shape }]) => [name, Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0)]),
    );
    const figure = await drawn(await known(source, data, zeros));
    const [first, second, ...others] = figure.drawings as readonly Chart[];
    expect(others).toEqual([]);
    // −ln N(c; 0, 1) of two children of two numbers each.
    const none = 2 * Math.log(2 * Math.PI);
    const rows = first!.values.map(({ kind, phrase, x, y, upX, upY, label, error }) => [
      [kind, phrase, x, y, upX, upY, label],
      error,
    ]);
    expect(rows.map(([row]) => row)).toEqual([
      ['word', 'a', 0, 0, 0.5, 1, undefined],
      ['word', 'b', 1, 0, 0.5, 1, undefined],
      ['word', 'c', 2, 0, 1.25, 2, undefined],
      ['node', 'a b', 0.5, 1, 1.25, 2, 1],
      ['node', 'a b c', 1.25, 2, undefined, undefined, undefined],
    ]);
    expect(rows.slice(0, 3).map(([, error]) => error)).toEqual([undefined, undefined, undefined]);
    expect(rows[3]![1]).toBeCloseTo(none + (1 + 1) / 2, 4);
    expect(rows[4]![1]).toBeCloseTo(none + (1 + 1 + 9) / 2, 4);
    expect(second!.values.map(({ phrase }) => phrase)).toEqual(['a', 'b', 'a b']);
    expect(figure.note).toContain('The first 2 training examples. Numbers are the labels of nodes.');
    // A report of what asks for no figure has them, too.
    const plain = await modelOf(text(''), data);
    const chosen = chosenFigures(plain.program, plain.data).find(({ spec }) => spec.text === 'trees(t)');
    expect(await makeFigure(plain.run, chosen!.spec)).toMatchObject({
      note: expect.stringContaining('Colours are errors'),
    });
  });

  it('stand in a table of codes as the words of each tree', async () => {
    const figure = await drawn(await known(text('figure codes(encoder)')));
    expect(tableOf(figure)).toMatchObject({
      columns: ['t', 's 1', 's 2'],
      rows: [
        ['a b c', 4, 1],
        ['a b', 1, 1],
        ['c b a', 4, 1],
      ],
    });
  });
});
