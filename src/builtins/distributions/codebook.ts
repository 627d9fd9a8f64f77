/** The nearest of learned vectors. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { elements, fixed, type Dim } from '../../ir/graph/shape.js';
import type { DistributionDefinition, LatentContext, Noise, WeightDeclaration } from '../define.js';
import { initial } from '../initializers.js';
import { size, straightThrough } from './kit.js';

/** Of the moving averages (van den Oord et al. 2017, appendix A.1). */
const decay = 0.99;
/** An entry that stands for fewer vectors of a batch than this, on average, begins anew. */
const fewest = 0.01;

const kept = (name: string, shape: readonly number[], initializer: string): WeightDeclaration => ({
  name,
  shape,
  axes: shape.length === 1 ? ['output'] : ['output', 'input'],
  initializer: initial(initializer),
  trainable: false,
  role: 'kernel',
});

/** Vectors one below the other, [rows · places, units]. */
function asRows(b: Builder, x: Node): Node {
  const units = fixed(x.shape.at(-1));
  const { count } = elements(x.shape);
  const rows: Dim = { batch: count / units };
  return b.reshape(x, [rows, units]);
}

/** The index of the nearest entry of each row, int32: argmin ‖h − e‖² = argmax h·e − ½‖e‖². */
function nearest(b: Builder, rows: Node, entries: Node): Node {
  const half = b.scale(b.sum(b.square(entries), [1]), 0.5);
  const score = b.sub(b.matMul(rows, entries, false, true), b.reshape(half, [1, entries.shape[0]!]));
  return b.make('ArgMax', [score], { axis: 1 });
}

/** Each vector replaced by its entry. */
function quantised({ b, weight }: Pick<LatentContext, 'b' | 'weight'>, h: Node): Node {
  const [rows, entries] = [asRows(b, h), weight('entries')];
  const chosen = b.make('Gather', [entries, nearest(b, rows, entries)]);
  return b.reshape(chosen, h.shape);
}

/** Entries follow the vectors that they stand for; those that stand for none begin anew at a vector of the batch. */
function follow({ b, noise, weight, update }: LatentContext, h: Node): void {
  const rows = b.make('StopGradient', [asRows(b, h)]);
  const entries = weight('entries');
  const k = fixed(entries.shape[0]);
  const hot = b.make('OneHot', [nearest(b, rows, entries)], { depth: k });
  const average = (name: string, now: Node): Node => b.add(b.scale(weight(name), decay), b.scale(now, 1 - decay));
  const count = average('count', b.sum(hot, [0]));
  const sum = average('sum', b.matMul(hot, rows, true));
  const used = b.indicator('GreaterEqual', count, b.scalar(fewest));
  const column = (x: Node): Node => b.reshape(x, [k, 1]);
  const mean = b.div(sum, column(b.make('Maximum', [count, b.scalar(fewest)])));
  const anew = b.make('Gather', [rows, anywhere(b, noise, rows, k)]);
  const choose = (there: Node, otherwise: Node, of: Node): Node =>
    b.add(b.mul(of, there), b.mul(b.sub(b.scalar(1), of), otherwise));
  update('entries', choose(mean, anew, column(used)));
  // What begins anew counts as if it had stood for one vector.
  update('count', choose(count, b.fill(1, [k]), used));
  update('sum', choose(sum, anew, column(used)));
}

/** k row numbers, int32. */
function anywhere(b: Builder, noise: Noise, rows: Node, k: number): Node {
  const { count, power } = elements([rows.shape[0]!]);
  const many = power === 0 ? b.scalar(count) : b.scale(b.batchSize(), count);
  return b.cast(b.unary('Floor', b.mul(noise.uniform([k]), many)), 'int32');
}

export const codebook: DistributionDefinition = {
  category: 'distribution',
  name: 'codebook',
  aliases: ['vq', 'vector_quantised', 'vector_quantized', 'embedding_space'],
  params: [],
  summary: "Each vector of the encoder's tensor is replaced by the nearest of a number of learned ones.",
  formula:
    'z = e_k, k = argminⱼ ‖h − eⱼ‖; entries follow moving averages of what they stand for, and unused ones ' +
    'begin anew at a vector of the batch',
  source: 'van den Oord, Vinyals & Kavukcuoglu 2017, eq. 1 and appendix A.1',
  examples: ['latent z ~ codebook(512)'],
  size: size('entries', ['num_embeddings', 'codes', 'k', 'codebook_size', 'size'], 'number of learned vectors', 2),
  shape: (_entries, from) => from,
  drawn: false,
  posterior: {
    by: ['straight_through'],
    heads: [],
    prior: 'uniform',
    discrete: true,
    weights: (entries, shape) => [
      kept('entries', [entries, shape.at(-1) ?? 1], 'lecun_uniform'),
      kept('count', [entries], 'zeros'),
      kept('sum', [entries, shape.at(-1) ?? 1], 'zeros'),
    ],
  },
  values: {
    straight_through: (ctx, { of }) => {
      if (ctx.training) follow(ctx, of!);
      return straightThrough(ctx.b, quantised(ctx, of!), of!);
    },
  },
  sample: () => {
    throw new Error('its prior draws entries');
  },
  mean: (ctx, { of }) => quantised(ctx, of!),
  fixed: () => ({}),
};
