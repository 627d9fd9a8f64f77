/** Likelihoods against numbers computed elsewhere, in float64 and on the backends' float32. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Args, ArgValue } from '../../src/builtins/arguments.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { classLogitsOf } from '../../src/builtins/likelihoods/logits.js';
import { lnFactorial } from '../../src/builtins/special.js';
import { Kit, list } from '../laws/kit.js';
import { run, useBackend } from '../laws/tfjs.js';
import { defaultCall } from './defaults.js';
import * as values from './likelihood-values.js';

/** An argument that is an expression, whose value the context gives. */
const tensor: ArgValue = {
  kind: 'expression',
  value: {
    kind: 'tensor',
    ref: { kind: 'layer', id: 's', output: 0 },
    type: { rate: 'each', shape: [], site: 'example' },
    text: 's',
  },
};

interface Computed {
  readonly kit: Kit;
  /** −ln p, its gradient in the output, its gradient in the argument that is a tensor, the mean. */
  readonly nodes: readonly Node[];
}

/** All rows of a table at once. */
function compute(
  name: string,
  outputs: readonly number[],
  targets: readonly number[],
  more: Args,
  given: readonly number[] = [],
): Computed {
  const { definition, args } = defaultCall('likelihood', name);
  const kit = new Kit();
  const exact = (numbers: readonly number[]): Node => kit.b.input('data', kit.random().toString(), [numbers.length]);
  const feed = (numbers: readonly number[]): Node => {
    const node = exact(numbers);
    kit.feeds[node.attrs['name'] as string] = { shape: [numbers.length], data: Float64Array.from(numbers) };
    return node;
  };
  const [output, target, argument] = [feed(outputs), feed(targets), feed(given.length === 0 ? outputs : given)];
  const context = { b: kit.b, linked: false, weight: () => output, value: () => argument };
  const nll = definition.negativeLogLikelihood(context, output, target, { ...args, ...more });
  return {
    kit,
    nodes: [nll, ...gradients(kit.b, kit.b.sum(nll), [output, argument]), definition.mean(kit.b, output, false)],
  };
}

const column = (table: readonly (readonly number[])[], i: number): readonly number[] => table.map((row) => row[i]!);

interface Table {
  readonly name: string;
  readonly rows: readonly (readonly number[])[];
  readonly args: Args;
  /** The columns that hold the argument, −ln p, its derivatives, and the mean. */
  readonly columns: {
    readonly argument?: number;
    readonly nll: number;
    readonly slope: number;
    readonly inArgument?: number;
    readonly mean?: number;
  };
}

const tables: readonly Table[] = [
  { name: 'poisson', rows: values.poisson, args: {}, columns: { nll: 2, slope: 3 } },
  {
    name: 'negative_binomial',
    rows: values.negativeBinomial,
    args: { log_dispersion: tensor },
    columns: { argument: 2, nll: 3, slope: 4, inArgument: 5 },
  },
  {
    name: 'continuous_bernoulli',
    rows: values.continuousBernoulli,
    args: {},
    columns: { nll: 2, slope: 3, mean: 4 },
  },
  {
    name: 'gaussian',
    rows: values.gaussian,
    args: { log_variance: tensor },
    columns: { argument: 2, nll: 3, slope: 4, inArgument: 5 },
  },
  ...[...new Set(column(values.huber, 2))].map((limit): Table => ({
    name: 'huber',
    rows: values.huber.filter((row) => row[2] === limit),
    args: { limit },
    columns: { nll: 3, slope: 4 },
  })),
];

/** Relative where numbers are large. */
const close = (found: number, expected: number, tolerance: number, what: string): void => {
  expect(
    Math.abs(found - expected) / Math.max(1, Math.abs(expected)),
    `${what}: ${found} for ${expected}`,
  ).toBeLessThan(tolerance);
};

type Evaluate = (kit: Kit, nodes: readonly Node[]) => readonly (readonly number[])[];

function agree({ name, rows, args, columns }: Table, evaluate: Evaluate, tolerance: number): void {
  const given = columns.argument === undefined ? [] : column(rows, columns.argument);
  const { kit, nodes } = compute(name, column(rows, 0), column(rows, 1), args, given);
  const [nll, slope, inArgument, mean] = evaluate(kit, nodes);
  rows.forEach((row, i) => {
    close(nll![i]!, row[columns.nll]!, tolerance, `${name} of ${row.join(', ')}`);
    close(slope![i]!, row[columns.slope]!, tolerance, `slope of ${name} of ${row.join(', ')}`);
    if (columns.inArgument !== undefined) {
      close(
        inArgument![i]!,
        row[columns.inArgument]!,
        tolerance,
        `slope in the argument of ${name} of ${row.join(', ')}`,
      );
    }
    if (columns.mean !== undefined)
      close(mean![i]!, row[columns.mean]!, tolerance, `mean of ${name} of ${row.join(', ')}`);
  });
}

const inFloat64: Evaluate = (kit, nodes) => kit.evaluate(...nodes).map(({ data }) => [...data]);

describe('in float64', () => {
  it.each(tables.map((table) => [table.name, table] as const))('%s and its derivatives', (_name, table) => {
    agree(table, inFloat64, 1e-7);
  });

  it.each(values.multinomial)('multinomial of $counts', ({ logits, counts, nll, slopes }) => {
    const { kit, nodes } = compute('multinomial', logits, counts, {});
    const [found, slope, , mean] = inFloat64(kit, nodes);
    close(found![0]!, nll, 1e-7, 'multinomial');
    slopes.forEach((expected, i) => close(slope![i]!, expected, 1e-7, 'slope'));
    expect(mean!.reduce((a, c) => a + c)).toBeCloseTo(1, 12);
  });

  it('ln x! of small and large numbers', () => {
    const expected = [0, 0, Math.log(2), Math.log(6), 15.104412573075516, 363.73937555556347, 82108.92783681436];
    const kit = new Kit();
    const [found] = kit.evaluate(lnFactorial(kit.b, kit.x([7], list(0, 1, 2, 3, 10, 100, 1e4))));
    expected.forEach((value, i) => close(found!.data[i]!, value, 1e-9, 'ln x!'));
  });
});

describe.each(['cpu', 'wasm'] as const)('in float32 on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const inFloat32: Evaluate = (kit, nodes) => {
    const graph = kit.graph(Object.fromEntries(nodes.map((node, i) => [`out${i}`, node])));
    return Object.values(run(optimise(graph, [backend]), kit.env)).map(({ data }) => [...data]);
  };

  it.each(tables.map((table) => [table.name, table] as const))('%s and its derivatives', (_name, table) => {
    agree(table, inFloat32, 2e-5);
  });

  it('ln x! of small numbers to 1e-6', () => {
    const kit = new Kit();
    const node = lnFactorial(kit.b, kit.x([5], list(0, 1, 2, 3, 4)));
    const [found] = inFloat32(kit, [node]);
    [1, 1, 2, 6, 24].forEach((value, i) => close(found![i]!, Math.log(value), 1e-6, `ln ${i}!`));
  });
});

it('logits of classes are those behind a softmax, logarithms of other probabilities, or what is given', () => {
  const kit = new Kit();
  const { b } = kit;
  const x = kit.k([2, 3]);
  const softmax = b.unary('Softmax', x);
  const moved = b.reshape(softmax, [3, 2]);
  const computed = b.scale(softmax, 0.5);
  expect(classLogitsOf(b, softmax, true)).toBe(x);
  expect(classLogitsOf(b, softmax, false)).toBe(softmax);
  const [logits, plain, logarithms, half] = kit.evaluate(
    classLogitsOf(b, moved, true),
    x,
    classLogitsOf(b, computed, true),
    computed,
  );
  expect(logits!.shape).toEqual([3, 2]);
  expect([...logits!.data]).toEqual([...plain!.data]);
  half!.data.forEach((p, i) => expect(logarithms!.data[i]).toBeCloseTo(Math.log(p), 9));
});
