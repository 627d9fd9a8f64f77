/** Classification of a code by its k nearest neighbours, logistic regression and a linear SVM, learned on the training part. */
import { elements } from '../dataset.js';
import { matrixChart } from './charts.js';
import { kNearest, linear } from './classifiers.js';
import { percent, type Cell } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import type { Rows } from './pca.js';

interface Score {
  readonly features: string;
  readonly numbers: number;
  readonly nearest: number;
  readonly logistic: number;
  readonly svm: number;
}

interface Needs {
  readonly label: string;
  readonly which: string;
  readonly learned: number;
  readonly classes: readonly Cell[];
  /** The share of the most frequent label: what needs no features. */
  readonly chance: number;
  readonly scores: readonly Score[];
  readonly truth: readonly number[];
  /** By logistic regression on the code. */
  readonly predicted: readonly number[];
}

export const probe: FigureEntry<Needs> = {
  name: 'probe',
  async needs(run, args) {
    const { training: train, many: test } = run.labelled;
    if (train.length === 0 || test.length === 0) return { unavailable: 'no label is known' };
    const [known, asked] = [run.labels(train), run.labels(test)];
    if (known === undefined || asked === undefined) return { unavailable: 'the data have no labels' };
    const classes = [...new Set([...known.values, ...asked.values])].sort((a, b) => a - b);
    if (classes.length < 2) return { unavailable: `${known.name} has one value alone` };
    if (classes.length > 100) return { unavailable: `${known.name} has ${classes.length} values, and is no category` };
    const index = (label: number): number => classes.indexOf(label);
    const learned = known.values.map(index);
    const truth = asked.values.map(index);
    const right = (found: readonly number[]): number =>
      found.filter((one, i) => one === truth[i]).length / truth.length;
    const probed = async (features: string, seen: Rows, shown: Rows) => {
      const by = (loss: 'logistic' | 'svm') => linear(loss, seen, learned, shown, classes.length);
      const found = await by('logistic');
      return {
        score: {
          features,
          numbers: seen.d,
          nearest: right(kNearest(seen, learned, shown, number(args, 'neighbours'))),
          logistic: right(found),
          svm: right(await by('svm')),
        },
        found,
      };
    };
    const code = subject(args);
    const own = await probed(code.name, await run.of(code, train), await run.of(code, test));
    const input = run.spec.variables.find(
      ({ role, domain, name }) => role === 'input' && domain.kind !== 'category' && name !== code.name,
    );
    const raw = input === undefined ? undefined : ({ kind: 'variable', name: input.name, shape: input.shape } as const);
    const beside =
      raw === undefined || elements(raw.shape) > 4096
        ? undefined
        : await probed(raw.name, await run.of(raw, train), await run.of(raw, test));
    const counts = classes.map((_, k) => truth.filter((one) => one === k).length);
    return {
      label: known.name,
      which: run.isHeldOut ? 'held-out' : 'the same',
      learned: train.length,
      classes: classes.map(
        (value) => known.cells[known.values.indexOf(value)] ?? asked.cells[asked.values.indexOf(value)]!,
      ),
      chance: Math.max(...counts) / truth.length,
      scores: [own.score, ...(beside === undefined ? [] : [beside.score])],
      truth,
      predicted: own.found,
    };
  },
  draw: ({ label, which, learned, classes, chance, scores, truth, predicted }, args) => ({
    title: `Probe of ${subject(args).name}`,
    note: `Accuracy of ${label} on ${truth.length} ${which} examples, by classifiers that learn from ${learned} training examples: ${number(args, 'neighbours')} nearest neighbours, logistic regression, and a linear support vector machine. The most frequent class alone gives ${percent(chance)}.`,
    drawings: [
      {
        kind: 'table',
        title: 'Accuracy',
        columns: ['of', 'numbers', `${number(args, 'neighbours')} nearest`, 'logistic', 'SVM'],
        rows: scores.map(({ features, numbers, ...of }) => [
          features,
          numbers,
          ...[of.nearest, of.logistic, of.svm].map(percent),
        ]),
      },
      matrixChart(
        `Logistic regression of ${subject(args).name}`,
        classes.flatMap((row, i) =>
          classes.map((column, j) => ({
            row,
            column,
            count: truth.filter((one, at) => one === i && predicted[at] === j).length,
          })),
        ),
        ['predicted', label],
      ),
    ],
  }),
};
