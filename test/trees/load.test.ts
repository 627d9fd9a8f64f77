/** Trees of files: what is read, and what is said of files that hold none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VariableSpec } from '../../src/runtime/index.js';
import { fitDataset } from '../../src/runtime/fit.js';
import { loadData } from '../../src/runtime/node/load/load.js';
import { loadTrees } from '../../src/runtime/node/load/trees.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aec-trees-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string, name = 'trees.txt') {
  const path = join(folder, name);
  writeFileSync(path, text);
  return loadTrees(path);
}

async function found(text: string, name?: string) {
  const result = await read(text, name);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  const { leafAt, left, right, values, words, labels } = result.value;
  return {
    leafAt: [...leafAt],
    children: [...left].map((child, i) => [child, right[i]]),
    words: [...values].map((word) => words![word]),
    labels: labels && [...labels.values],
  };
}

describe('what is read', () => {
  it('words, children in the order of completion, and labels of leaves and inner nodes', async () => {
    expect(await found('(3 (2 It) (4 (2 is) (1 good)))\n(0 bad)')).toEqual({
      leafAt: [0, 3, 4],
      children: [
        [1, 2],
        [0, 3],
      ],
      words: ['It', 'is', 'good', 'bad'],
      labels: [2, 2, 1, 4, 3, 0],
    });
  });

  it('a node of one child as its child, under the upper label', async () => {
    expect(await found('(4 (3 (2 word)))')).toMatchObject({ leafAt: [0, 1], labels: [4] });
  });

  it('a node of three children from the right, without a label of its own in between', async () => {
    expect(await found('(1 (2 a) (2 b) (2 c))')).toMatchObject({
      children: [
        [1, 2],
        [0, 3],
      ],
      labels: [2, 2, 2, -1, 1],
    });
  });

  it('phrases of a grammar as labels that are not known', async () => {
    expect(await found('(S (NP it) (VP works))')).toMatchObject({ words: ['it', 'works'], labels: undefined });
  });

  it('a chain of ten thousand words', async () => {
    const chain = `${'(1 (0 a) '.repeat(9_999)}(0 a)${')'.repeat(9_999)}`;
    expect((await found(chain)).leafAt).toEqual([0, 10_000]);
  });
});

/** A tree of words with a label at each node. */
const forest = (name: string): readonly VariableSpec[] => {
  const common = { role: 'input', shape: [], origin: 'm.ae:2:3' } as const;
  const domain = { kind: 'category', classes: 9 } as const;
  return [
    { ...common, name, domain, tree: { of: name, at: 'leaves', below: false } },
    { ...common, name: `${name}.label`, domain, tree: { of: name, at: 'nodes', below: false } },
  ];
};

describe('trees beside other variables', () => {
  const label: VariableSpec = {
    name: 'y',
    role: 'target',
    shape: [],
    origin: 'm.ae:3:3',
    domain: { kind: 'category', classes: 2 },
  };
  const files = (trees: string, labels: string) => {
    writeFileSync(join(folder, 'both.trees'), trees);
    writeFileSync(join(folder, 'both.csv'), labels);
    return [`t=${join(folder, 'both.trees')}`, `y=${join(folder, 'both.csv')}`];
  };

  it('are read in either order, each tree with the values of its row', async () => {
    const parts = files('(0 (1 a) (2 b))\n(1 c)\n(2 (1 a) (0 a))', 'y\n1\n0\n1\n');
    for (const named of [parts, [...parts].reverse()]) {
      const read = await loadData(named.join(','), [...forest('t'), label]);
      if (!read.ok) throw new Error(JSON.stringify(read.error));
      expect(read.value.size).toBe(3);
      expect([...read.value.columns['y']!.data]).toEqual([1, 0, 1]);
      expect([...read.value.trees!['t']!.leafAt]).toEqual([0, 2, 3, 5]);
    }
  });

  it('are two columns of trees', async () => {
    const [first] = files('(0 a) (1 b)', '');
    const second = join(folder, 'second.trees');
    writeFileSync(second, '(0 (1 c) (2 c)) (1 c)');
    const read = await loadData(`${first},u=${second}`, [...forest('t'), ...forest('u')]);
    expect(read).toMatchObject({ ok: true, value: { size: 2, vocabularies: { t: ['a', 'b'], u: ['c'] } } });
  });

  it('are as many as the rows', async () => {
    const parts = files('(0 a) (1 b)', 'y\n1\n0\n1\n');
    expect(await loadData(parts.join(','), [...forest('t'), label])).toMatchObject({
      ok: false,
      error: { expected: '3 examples in t, as in the first column', found: '2' },
    });
  });
});

describe('what is none', () => {
  it.each([
    ['(3 (2 It)', 1, 'the end of the file'],
    ['(3 word))', 1, '`)`'],
    ['(3 word)\nword', 2, '`word`'],
    ['(3 word)\n\n(2 () (1 a))', 3, '()'],
  ])('%s', async (text, row, what) => {
    const result = await read(text);
    expect(result).toMatchObject({ ok: false, error: { place: { row }, found: what } });
  });

  it('a file without trees', async () => {
    expect(await read(' \n')).toMatchObject({ ok: false, error: { found: 'none' } });
  });

  it('a label that is not declared, with the tree that has it', async () => {
    const path = join(folder, 'labels.txt');
    writeFileSync(path, '(0 a)\n(1 (5 b) (0 c))');
    const [leaves, nodes] = forest('t');
    const five: VariableSpec = { ...nodes!, domain: { kind: 'category', classes: 5 } };
    expect(await loadData(path, [leaves!, five])).toMatchObject({
      ok: false,
      error: { found: '5 in tree 2', hint: 'labels count from 0' },
    });
  });
});

describe('JSON', () => {
  const brackets = '(3 (2 It) (4 (2 is) (1 good)))\n(0 (a b c))\n(w)';
  const [first, second, third] = [
    {
      label: 3,
      children: [
        { label: 2, word: 'It' },
        {
          label: 4,
          children: [
            { label: 2, word: 'is' },
            { label: 1, word: 'good' },
          ],
        },
      ],
    },
    { label: 0, children: [['b', 'c']] },
    'w',
  ];

  it('is read as brackets are: objects, lists, words', async () => {
    const same = await found(brackets);
    expect(await found(JSON.stringify([first, second, third]), 'trees.json')).toEqual(same);
    const lines = [first, second, third].map((tree) => JSON.stringify(tree)).join('\n\n');
    expect(await found(`${lines}\n`, 'trees.jsonl')).toEqual(same);
  });

  const numbers = [
    {
      label: 1,
      children: [[0.5, 2], { label: 2, numbers: [1, -1] }],
    },
    [7, 8],
  ];
  const vectors: VariableSpec = {
    name: 't',
    role: 'input',
    shape: [2, 1],
    origin: 'm.ae:2:3',
    domain: { kind: 'interval', low: -1, high: 8 },
    tree: { of: 't', at: 'leaves', below: false },
  };

  it('has leaves of numbers', async () => {
    const path = join(folder, 'numbers.json');
    writeFileSync(path, JSON.stringify(numbers));
    const loaded = await loadData(path, [vectors, { ...forest('t')[1]!, domain: { kind: 'category', classes: 3 } }]);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    const { trees, vocabularies } = loaded.value;
    expect(vocabularies).toBeUndefined();
    expect([...trees!['t']!.leafAt]).toEqual([0, 2, 3]);
    expect([...trees!['t']!.values]).toEqual([0.5, 2, 1, -1, 7, 8]);
    expect([...trees!['t']!.labels!.values]).toEqual([-1, 2, 1, -1]);
  });

  it.each([
    [[...numbers, 'a'], vectors, '2 numbers at each leaf, as at the first', '"a"'],
    [[...numbers, [1, 2, 3]], vectors, '2 numbers at each leaf, as at the first', '[1,2,3]'],
    [['a', [1, 2]], vectors, 'a word at each leaf, as at the first', '[1,2]'],
    [[[1, 2, 3]], vectors, 't: [2, 1] (m.ae:2:3)', '[3]'],
    [[[1, 9]], vectors, 'a number in [-1, 8] for t (m.ae:2:3)', '9 in example 1, element 2 of 2'],
    [['a'], vectors, 'leaves of 2 numbers for t (m.ae:2:3)', 'words'],
    [[[1, 2]], forest('t')[0]!, 'words at the leaves for t (m.ae:2:3)', 'numbers'],
  ])('leaves are of one kind, and of that which is declared: %j', async (all, variable, expected, what) => {
    const path = join(folder, 'leaves.json');
    writeFileSync(path, JSON.stringify(all));
    expect(await loadData(path, [variable])).toMatchObject({ ok: false, error: { expected, found: what } });
  });

  it('are left as they are where they are tokens already', () => {
    const column = {
      leafAt: Int32Array.of(0, 2),
      left: Int32Array.of(0),
      right: Int32Array.of(1),
      values: Int32Array.of(3, 0),
      width: 1,
      source: 'made',
    };
    const fitted = fitDataset({ size: 1, columns: {}, trees: { t: column } }, [forest('t')[0]!], {
      vocabularies: { t: ['a', 'b', 'c'] },
    });
    expect(fitted.ok && [...fitted.value.trees!['t']!.values]).toEqual([3, 0]);
    expect(fitted.ok && fitted.value.vocabularies).toEqual({ t: ['a', 'b', 'c'] });
  });

  it('reads a chain of any length', async () => {
    const deep = 20_000;
    const { leafAt } = await found(`[${'["a",'.repeat(deep)}"b"${']'.repeat(deep)}]`, 'deep.json');
    expect(leafAt).toEqual([0, deep + 1]);
  });

  it.each([
    ['[["a", "b"], []]', 'trees.json', 2, '[]'],
    ['"a"\n\n{"label": 1.5, "word": "a"}', 'trees.jsonl', 3, '1.5'],
    ['[{"word": "a", "children": ["b"]}]', 'trees.json', 1, '{"word":"a","children":["b"]}'],
    ['["a", null]', 'trees.json', 2, 'null'],
    ['["a", 7]', 'trees.json', 2, '7'],
    ['["a", ""]', 'trees.json', 2, '""'],
    ['{"label": 1, "word": "a"}', 'trees.json', undefined, '{"label":1,"word":"a"}'],
    ['["a"', 'trees.json', undefined, 'JSON'],
    ['"a"\n[', 'trees.jsonl', 2, 'JSON'],
    ['[]', 'trees.json', undefined, 'none'],
  ])('refuses %s', async (text, name, row, said) => {
    const result = await read(text, name);
    expect(result).toMatchObject({ ok: false });
    if (result.ok) return;
    expect(result.error.place.row).toBe(row);
    expect(`${result.error.expected} ${result.error.found}`).toContain(said);
  });
});
