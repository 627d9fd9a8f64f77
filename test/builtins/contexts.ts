/** What entries are lowered with, where they stand alone. */
import type { ArgValue, Expression, ExampleShape } from '../../src/builtins/arguments.js';
import type {
  CorruptionContext,
  LatentState,
  LikelihoodContext,
  Measured,
  PenaltyContext,
} from '../../src/builtins/define.js';
import type { Node } from '../../src/ir/graph/graph.js';
import type { Dim } from '../../src/ir/graph/shape.js';
import type { Kit } from '../laws/kit.js';
import { defaultCall } from './defaults.js';

const type: Expression['type'] = { rate: 'each', shape: [], site: 'example' };

/** An argument that is an expression: a tensor by a name. */
export const tensorArg = (id: string): ArgValue => ({
  kind: 'expression',
  value: { kind: 'tensor', ref: { kind: 'layer', id, output: 0 }, type, text: id },
});

/** An argument that is an expression of weights. */
export const weightsArg = (...names: readonly string[]): ArgValue => ({
  kind: 'expression',
  value: { kind: 'weights', names, type: { ...type, rate: 'whole' }, text: names.join() },
});

const nothing = (what: string) => (): never => {
  throw new Error(`no ${what}`);
};

/** The name of the tensor that an expression is. */
const nameOf = (of: Expression): string =>
  of.kind === 'tensor' && of.ref.kind === 'layer' ? of.ref.id : nothing('tensor')();

export const likelihoodContext = ({ b }: Kit, more: Partial<Omit<LikelihoodContext, 'b'>> = {}): LikelihoodContext => ({
  b,
  linked: false,
  weight: nothing('weight'),
  value: nothing('value'),
  ...more,
});

/** @param tensors values by name */
export const penaltyContext = (
  { b }: Kit,
  tensors: Readonly<Record<string, Node>>,
  more: Partial<Omit<PenaltyContext, 'b'>> = {},
): PenaltyContext => ({
  b,
  value: (of) => tensors[nameOf(of)] ?? nothing(nameOf(of))(),
  weight: nothing('weight'),
  axes: () => ['input', 'output'],
  latent: nothing('latent'),
  layer: nothing('layer'),
  there: () => undefined,
  own: nothing('weight of its own'),
  network: nothing('network'),
  jacobianNorm: (of) => b.sum(b.square(tensors[nameOf(of)]!), [1]),
  ...more,
});

/** What a measure adds to the loss. */
export const lossOf = ({ b }: Kit, measured: Measured): Node =>
  'whole' in measured ? measured.whole : b.batchMean(measured.each);

/** A latent of which the posterior is given, and whose prior is N(0, 1). */
export const latentState = ({ b }: Kit, mean: Node, logVariance: Node): LatentState => {
  const { definition } = defaultCall('distribution', 'normal');
  const posterior = { mean, log_variance: logVariance };
  const prior = { mean: b.scalar(0), log_variance: b.scalar(0) };
  return {
    posterior,
    value: () => mean,
    code: () => mean,
    divergence: () => definition.kl!(b, posterior, prior),
    surprise: () => b.neg(definition.logDensity!(b, prior, mean)),
    probability: nothing('probability'),
    logDensities: (of) => {
      const [rows, d] = of.shape as [Dim, number];
      const under = Object.fromEntries(
        Object.entries(posterior).map(([name, node]) => [name, b.reshape(node, [1, rows, d])]),
      );
      return definition.logDensity!(b, under, b.reshape(of, [rows, 1, d]));
    },
  };
};

export const [low, high] = [-5, 7];

/** The minimum and maximum of feature i are low − i and high + i, so that features are told apart. */
export const corruptionContext = (
  kit: Kit,
  shape: ExampleShape,
  value: CorruptionContext['value'] = nothing('value'),
): CorruptionContext => ({
  b: kit.b,
  statistic: (kind) =>
    kit.k(shape, (_random, size) => Array.from({ length: size }, (_, i) => ({ min: low - i, max: high + i })[kind])),
  value,
});
