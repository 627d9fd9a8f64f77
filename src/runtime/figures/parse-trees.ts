/** Trees as they are written on a page: words below, and above them what they are joined to. */
import { selectTrees, type TreeColumn } from '../trees.js';
import { palette } from './charts.js';
import { rounded, short, type Chart, type Record } from './drawing.js';
import { firstOf, number, subject, type FigureEntry } from './entry.js';
import { Run } from './run.js';
import { leafText, phrasesOf, withTrees } from './words.js';

/** A node of a tree: leaves first, from left to right, then inner nodes as they are complete. */
interface Node {
  /** The words below it. */
  readonly phrase: string;
  readonly isLeaf: boolean;
  readonly at: Place;
  readonly label?: number;
  readonly error?: number;
  /** Where its parent stands; undefined of a root. */
  readonly up?: Place;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

interface Needs {
  readonly which: string;
  readonly trees: readonly (readonly Node[])[];
}

export const trees: FigureEntry<Needs> = {
  name: 'trees',
  async needs(run, args) {
    const { name } = subject(args);
    const column = run.trained.data.trees?.[name];
    if (column === undefined) return { unavailable: `${name} is no tree of the data` };
    const rows = run.first(number(args, 'count'));
    const chosen = selectTrees(column, rows);
    const vocabulary = run.trained.data.vocabularies?.[name] ?? [];
    const errors = await errorsOf(run, name, chosen, rows);
    return {
      which: run.which,
      trees: Array.from(rows, (_, tree) => nodesOf(chosen, tree, vocabulary, errors)),
    };
  },
  draw({ which, trees: drawn }, args) {
    const inner = drawn.flat().flatMap(({ error }) => (error === undefined ? [] : [error]));
    const isLabelled = drawn.flat().some(({ label }) => label !== undefined);
    return {
      title: `Trees of ${subject(args).name}`,
      note: [
        `${firstOf(drawn.length, which)}.`,
        ...(isLabelled ? ['Numbers are the labels of nodes.'] : []),
        ...(inner.length === 0
          ? []
          : [
              `Colours are errors: −log p of what stands below a node, less those of its two children; ${short(inner.reduce((a, b) => a + b, 0) / inner.length)} on average.`,
            ]),
      ].join(' '),
      drawings: drawn.map((nodes, i) => chartOf(`example ${i + 1}`, nodes)),
    };
  },
};

/** −log p that each inner node adds to its tree, in the order of the trees; undefined where nothing reconstructs. */
async function errorsOf(
  run: Run,
  name: string,
  column: TreeColumn,
  rows: Int32Array,
): Promise<Float64Array | undefined> {
  if (run.trained.program.score === undefined) return undefined;
  const phrases = phrasesOf(column);
  const data = withTrees(
    run.trained.data,
    Array.from(phrases.of, (tree) => rows[tree]!),
    { ...run.trained.data.trees, [name]: phrases.trees },
  );
  const looked = new Run({ ...run.trained, data }, run.outside);
  // One by one: a program sums over the trees of a batch.
  const costs = new Float64Array(phrases.at.length);
  for (const [node, phrase] of phrases.at.entries()) {
    const scores = Object.values(await looked.scores(Int32Array.of(phrase)));
    if (scores.length === 0) return undefined;
    costs[node] = scores.reduce((sum, one) => sum + one[0]!, 0);
  }
  const { leafAt, left, right } = column;
  const errors = costs.slice();
  for (let tree = 0; tree + 1 < leafAt.length; tree++) {
    const [first, leaves] = [leafAt[tree]! - tree, leafAt[tree + 1]! - leafAt[tree]!];
    for (let node = first; node < first + leaves - 1; node++)
      for (const child of [left[node]!, right[node]!])
        if (child >= leaves) errors[node]! -= costs[first + child - leaves]!;
  }
  return errors;
}

function nodesOf(
  column: TreeColumn,
  tree: number,
  vocabulary: readonly string[],
  errors: Float64Array | undefined,
): readonly Node[] {
  const { leafAt, left, right, labels } = column;
  const [start, leaves] = [leafAt[tree]!, leafAt[tree + 1]! - leafAt[tree]!];
  const count = 2 * leaves - 1;
  const [places, phrases, parents]: [Place[], string[], number[]] = [[], [], []];
  for (let at = 0; at < leaves; at++) {
    places.push({ x: at, y: 0 });
    phrases.push(leafText(column, vocabulary, start + at));
  }
  for (let at = leaves; at < count; at++) {
    const inner = start - tree + at - leaves;
    const [l, r] = [left[inner]!, right[inner]!];
    parents[l] = parents[r] = at;
    const [one, other] = [places[l]!, places[r]!];
    places.push({ x: (one.x + other.x) / 2, y: 1 + Math.max(one.y, other.y) });
    phrases.push(`${phrases[l]!} ${phrases[r]!}`);
  }
  return places.map((place, at): Node => {
    // A distribution has no one label.
    const label = labels?.width === 1 ? labels.values[2 * start - tree + at]! : -1;
    const parent = parents[at];
    return {
      phrase: phrases[at]!,
      isLeaf: at < leaves,
      at: place,
      ...(parent === undefined ? {} : { up: places[parent]! }),
      ...(label < 0 ? {} : { label }),
      ...(errors === undefined || at < leaves ? {} : { error: errors[start - tree + at - leaves]! }),
    };
  });
}

/** Pixels from word to word, and from a level to the next. */
const [across, up] = [30, 26];

function chartOf(title: string, nodes: readonly Node[]): Chart {
  const values = nodes.map(({ phrase, isLeaf, at: { x, y }, label, error, up: parent }): Record => ({
    kind: isLeaf ? 'word' : 'node',
    phrase,
    x: rounded(x),
    y,
    ...(parent === undefined ? {} : { upX: rounded(parent.x), upY: parent.y }),
    ...(label === undefined ? {} : { label }),
    ...(error === undefined ? {} : { error: rounded(error) }),
  }));
  const root = nodes.at(-1)!;
  const axis = (field: string) => ({ field, type: 'quantitative', axis: null, scale: { zero: false, nice: false } });
  const place = { x: axis('x'), y: axis('y') };
  const only = (test: string) => [{ filter: test }];
  const hasErrors = nodes.some(({ error }) => error !== undefined);
  const said = hasErrors ? `datum.phrase + ': ' + format(datum.error, '.3~r')` : 'datum.phrase';
  const legend = { orient: 'right', gradientLength: 80 };
  return {
    kind: 'chart',
    title,
    values,
    spec: {
      width: Math.max(across, across * (nodes.filter(({ isLeaf }) => isLeaf).length - 1)),
      height: Math.max(up, up * root.at.y),
      layer: [
        // Up, then across to the parent: straight lines would cross what stands between.
        ...[
          { ...place, y2: { field: 'upY' } },
          { ...place, y: { ...place.y, field: 'upY' }, x2: { field: 'upX' } },
        ].map((encoding) => ({
          transform: only('isValid(datum.upX)'),
          mark: { type: 'rule', color: palette[6], aria: false },
          encoding,
        })),
        {
          transform: only(`datum.kind === 'node'`),
          mark: { type: 'point', filled: true, size: 90, opacity: 1 },
          encoding: {
            ...place,
            color: hasErrors
              ? { field: 'error', type: 'quantitative', scale: { scheme: 'viridis' }, title: 'error', legend }
              : { value: palette[0] },
            description: { value: { expr: said } },
          },
        },
        {
          transform: only(`datum.kind === 'node' && isValid(datum.label)`),
          mark: { type: 'text', dx: 9, dy: -5, align: 'left', fontSize: 10 },
          encoding: { ...place, text: { field: 'label' } },
        },
        {
          transform: only(`datum.kind === 'word'`),
          mark: { type: 'text', angle: 45, align: 'left', baseline: 'middle', dy: 7, fontSize: 11 },
          encoding: { ...place, text: { field: 'phrase' } },
        },
      ],
    },
  };
}
