/**
 * What entries declare, and what they answer to calls that are drawn: shapes, inferred sizes, mirrors, weights, ranges and
 * the words in which they refuse. Other tests hold shapes and values against formulas; here a reader judges them once, and
 * nothing of it changes without a word: `npx vitest run test/builtins/answers.test.ts -u` writes them anew.
 */
import { describe, expect, it } from 'vitest';
import type { Args, ArgValue, BuiltinCall, ExampleShape, ExpressionType, Param } from '../../src/builtins/arguments.js';
import type { Definition, Range, WeightDeclaration } from '../../src/builtins/define.js';
import { builtins, definitions } from '../../src/builtins/index.js';
import { isMisfit } from '../../src/builtins/layers/shapes.js';
import { stream, type Stream } from '../interpreter/compare/random.js';
import { defaultCall } from './defaults.js';
import { drawnShape, valueOf } from './draws.js';
import { argsOf, layerCases, layerOf, otherShapes, title, type LayerCase } from './layer-cases.js';

/** Words for readers, which the reference holds. */
const prose: ReadonlySet<string> = new Set(['summary', 'formula', 'source', 'examples', 'aliases', 'category']);

/** A value on one line: data as it is, functions by a sign. */
function shown(value: unknown): string {
  if (typeof value === 'function') return 'ƒ';
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value instanceof Set || value instanceof Map) return shown([...value]);
  if (typeof value === 'number') return String(Number(value.toPrecision(9)));
  if (typeof value !== 'object' || value === null) return String(value);
  const { category, name } = value as Partial<Definition>;
  if (category !== undefined && name !== undefined) return `${category} ${name}`;
  if ('initializer' in value && 'axes' in value) return ofWeight(value as WeightDeclaration);
  if ('definition' in value && 'args' in value) {
    const { definition, args } = value as BuiltinCall;
    return `${definition.name}(${Object.values(args).map(shown).join(', ')})`;
  }
  const entries = Object.entries(value).filter(([key]) => !prose.has(key));
  return `{ ${entries.map(([key, one]) => `${key}: ${shown(one)}`).join(', ')} }`;
}

const ofWeight = ({ name, shape, axes, initializer, trainable, role }: WeightDeclaration): string =>
  `${name} ${shape.join('×')} of ${axes.join('×')} by ${shown(initializer)}, ${role}${trainable ? '' : ', kept'}`;

/** What of some arguments is not as in others. */
const beyond = (args: Args | undefined, others: Args): Args | undefined =>
  args && Object.fromEntries(Object.entries(args).filter(([key, value]) => shown(value) !== shown(others[key])));

const declared = (entry: Definition): readonly string[] => [
  `${entry.name}: ${Object.entries(entry)
    .filter(([key]) => key !== 'params' && key !== 'name' && !prose.has(key))
    .map(([key, value]) => `${key} ${shown(value)}`)
    .join(', ')}`,
  ...('params' in entry ? entry.params : []).map((param) => `  ${param.name} ${shown(param)}`),
];

const categories = [...new Set(definitions.map(({ category }) => category))];

describe('what is declared', () => {
  it.each(categories)('of each %s', (category) => {
    const lines = definitions.filter((one) => one.category === category).flatMap(declared);
    expect(lines.join('\n')).toMatchSnapshot();
  });
});

/** Calls of an entry: with what it has where nothing is said, and with other arguments. */
function callsOf({
  name,
  params,
}: Pick<Definition, 'name'> & { readonly params: Definition['params'] }): readonly Args[] {
  const r = stream(name.length + 3);
  const defaults = Object.fromEntries(
    params.flatMap((param) => (param.default === undefined ? [] : [[param.name, param.default]])),
  ) as Args;
  const drawn = (): Args =>
    Object.fromEntries(
      params.flatMap((param) => {
        const value = r.chance(0.7) ? numberOf(r, param) : (defaults[param.name] ?? valueOf(r, param));
        return value === undefined ? [] : [[param.name, value]];
      }),
    );
  return [drawn(), drawn(), drawn(), drawn()];
}

/** As other arguments are drawn, numbers too. */
function numberOf(r: Stream, param: Param): ArgValue | undefined {
  const { type } = param;
  if (type.kind !== 'float') return valueOf(r, param);
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = type;
  const fitting = [0.25, 0.7, 1.5, 3].filter((one) => one >= min && one <= max && one > above && one < below);
  return r.pick(fitting);
}

/** What a function gives, or why it gives nothing. */
function answer(of: () => unknown): string {
  try {
    return shown(of());
  } catch (error) {
    return `throws ${error instanceof Error ? error.message : String(error)}`;
  }
}

const shapes: readonly ExampleShape[] = [[], [1], [6], [4, 6], [5, 4, 1], [7, 6, 4]];

describe('what layers answer', () => {
  it.each(builtins.layer.map(({ name }) => name).filter((name) => layerCases.some(({ layer }) => layer === name)))(
    '%s',
    (name) => {
      const layer = layerOf(name);
      const r = stream(name.length);
      const written = layerCases.filter((one) => one.layer === name);
      const drawn = Array.from({ length: 12 }, (): LayerCase => {
        const [{ args, input }] = [r.pick(written)];
        const changed = Object.fromEntries(
          layer.params.flatMap((param) => {
            const value = r.chance(0.5) ? valueOf(r, param) : undefined;
            return value === undefined ? [] : [[param.name, value]];
          }),
        );
        return {
          layer: name,
          input: r.chance(0.4) ? input : drawnShape(r),
          args: { ...args, ...changed },
          training: false,
        };
      });
      const lines = [...written, ...drawn].map((one) => {
        const args = argsOf(one);
        const given = layer.shape([one.input, ...otherShapes(one)], args);
        if (isMisfit(given)) return `${title(one)} refuses: ${shown(given)}`;
        const output = (Array.isArray(given[0]) ? given[0] : given) as ExampleShape;
        const omitted = Object.fromEntries(
          Object.entries(args).filter(([key]) => !layer.params.some((p) => p.name === key && p.inferred === true)),
        );
        const sides: readonly Range[] = [one.input, ...otherShapes(one)].map(() => [-2, 3]);
        const facts: Readonly<Record<string, unknown>> = {
          gives: given,
          of: layer.invert?.(output, args),
          needs: layer.demands?.(args),
          solved: beyond(layer.solve?.(one.input, output, omitted as Args), omitted as Args),
          weights: layer.weights?.(one.input, args),
          passes: layer.passes?.(args),
          keeps: layer.keeps?.(args),
          within: layer.range?.(sides, args),
          mirror: [false, true].map((tied) => {
            const calls = layer.mirror({
              args,
              input: one.input,
              output,
              activation: defaultCall('activation', 'tanh'),
              tied,
            });
            return typeof calls === 'string'
              ? calls
              : calls.map((call) => `${call.layer} ${shown(beyond(call.args, defaultCall('layer', call.layer).args))}`);
          }),
        };
        const told = Object.entries(facts).filter(([, value]) => value !== undefined);
        return `${title(one)}: ${told.map(([key, value]) => `${key} ${shown(value)}`).join('; ')}`;
      });
      // Of other outputs, of which it may be able to give none.
      const back = shapes.map((output) => {
        const args = argsOf(written[0]!);
        return `${output.join('×')} is of ${shown(layer.invert?.(output, args))}, by ${shown(beyond(layer.solve?.(written[0]!.input, output, args), args))}`;
      });
      expect([...new Set([...lines, ...back])].join('\n')).toMatchSnapshot();
    },
  );
});

const type = (rate: ExpressionType['rate'], shape: ExampleShape): ExpressionType => ({ rate, shape, site: 'example' });
const ranges: readonly Range[] = [
  [-Infinity, Infinity],
  [0, 1],
  [-2, 3],
  [-3, -1],
  [-1, 0],
  [0, 0],
  [2, 5],
];

describe('what other entries answer', () => {
  // Asked inside of cases: what runs while tests are gathered is switched by nothing.
  const asked = (name: string, of: () => readonly string[]): void => {
    it(name, () => {
      expect(of().join('\n')).toMatchSnapshot();
    });
  };

  asked('corruptions of shapes', () =>
    builtins.corruption.flatMap((one) =>
      callsOf(one).flatMap((args) =>
        shapes.map(
          (shape) =>
            `${one.name} ${shown(args)} of ${shape.join('×')}: ${answer(() => one.shape(shape, args))}, ${answer(() => one.share?.(args, shape))}`,
        ),
      ),
    ),
  );

  asked('likelihoods of outputs', () =>
    builtins.likelihood.flatMap((one) =>
      [undefined, 4].map(
        (classes) => `${one.name}: ${shapes.map((shape) => answer(() => one.outputShape(shape, classes))).join(' ')}`,
      ),
    ),
  );

  asked('functions of types and ranges', () =>
    builtins.function.flatMap((one) => {
      const types = [
        type('constant', []),
        type('each', []),
        type('each', [1]),
        type('each', [3]),
        type('each', [4]),
        type('whole', []),
      ];
      const [least] = one.arity;
      const some = Math.max(1, least);
      return [
        ...types
          .flatMap((a) => (some === 1 ? [[a]] : types.map((b) => [a, b])))
          .map((of) => `${one.name} of ${shown(of)}: ${answer(() => one.type(of))}`),
        ...ranges
          .flatMap((a) => (some === 1 ? [[a]] : ranges.map((b) => [a, b])))
          .map((of) => `${one.name} of ${shown(of)}: ${answer(() => one.range(of))}`),
      ];
    }),
  );

  asked('distributions of sizes', () =>
    builtins.distribution.flatMap((one) =>
      [1, 2, 5].flatMap((n) =>
        callsOf(one)
          .slice(0, 1)
          .map(
            (args) =>
              `${one.name} ${n} ${shown(args)}: ${[
                () => one.shape(n, [4, 3]),
                () => one.shape(n, [6]),
                () => one.posterior?.values?.(n),
                () => one.posterior?.weights?.(n, [n]),
                () => one.known?.(args),
                () => ('everyValue' in one && n < 3 ? one.everyValue?.(n) : undefined),
              ]
                .map(answer)
                .join('; ')}`,
          ),
      ),
    ),
  );

  asked('arguments that go together', () =>
    definitions.flatMap((one) =>
      one.conflict === undefined
        ? []
        : callsOf(one).map(
            (args) => `${one.category} ${one.name} ${shown(args)}: ${answer(() => one.conflict!(args))}`,
          ),
    ),
  );

  asked('schedules at their ends', () =>
    builtins.schedule.flatMap((one) =>
      callsOf(one).map((args) => `${one.name} ${shown(args)}: ${answer(() => one.last(args))}`),
    ),
  );

  asked('what optimisers remember', () =>
    builtins.optimizer.flatMap((one) =>
      callsOf(one).map((args) => `${one.name} ${shown(args)}: ${answer(() => one.slots(args))}`),
    ),
  );

  asked('weights of flows and priors', () => [
    ...builtins.flow.flatMap((one) =>
      callsOf(one)
        .slice(0, 2)
        .map((args) => `${one.name} ${shown(args)}: ${answer(() => one.weights(args, [3]))}`),
    ),
    ...builtins.prior.flatMap((one) =>
      callsOf(one)
        .slice(0, 2)
        .map(
          (args) =>
            `${one.name} ${shown(args)}: ${answer(() => one.weights?.(args, [3], new Map([['x', [5]]])))}, ${answer(() => one.known?.(args))}`,
        ),
    ),
  ]);

  asked('constraints of weights', () =>
    builtins.constraint.flatMap((one) =>
      callsOf(one)
        .slice(0, 2)
        .flatMap((args) =>
          (
            [
              [
                ['input', 'output'],
                [4, 3],
              ],
              [['output'], [3]],
              [
                ['window', 'window', 'input', 'output'],
                [2, 3, 4, 5],
              ],
              [
                ['place', 'output'],
                [2, 3],
              ],
            ] as const
          ).map(
            ([axes, shape]) =>
              `${one.name} ${shown(args)} of ${axes.join('×')}: ${answer(() => one.admits({ axes, shape }))}, ${answer(() => one.energy?.({ axes, shape }, args))}, ${answer(() => one.sameLength?.(args))}`,
          ),
        ),
    ),
  );
});
