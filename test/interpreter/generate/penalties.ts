/** Terms: arithmetic of what docs/language.md §7 measures, over what a model names. */
import type { Stream } from '../compare/random.js';
import { count, type Sizes } from './layers.js';
import type { Tensor } from './networks.js';
import { weight } from './settings.js';

/** A network or a layer that can be computed on tensors of a shape. */
export interface Applicable {
  readonly name: string;
  readonly reads: Sizes;
  readonly gives: Sizes;
}

export interface Named {
  readonly tensors: readonly Tensor[];
  readonly latent: boolean;
  /** Networks whose kernels can decay. */
  readonly decaying: readonly string[];
  readonly applicable: readonly Applicable[];
  /** A category, with the number of its classes. */
  readonly category?: { readonly name: string; readonly classes: number };
}

/** A text, or nothing where the model names nothing that it could be of. */
type Choice = (r: Stream, named: Named) => string | undefined;

const of = (tensors: readonly Tensor[], r: Stream): string | undefined =>
  tensors.length === 0 ? undefined : r.pick(tensors).path;
const wrap = (name: string, what: string | undefined, more = ''): string | undefined =>
  what === undefined ? undefined : `${name}(${what}${more})`;

/** A kernel by the layer that has it. */
function kernelOf(tensors: readonly Tensor[], r: Stream): string | undefined {
  const path = of(
    tensors.filter((t) => t.kernel !== undefined),
    r,
  );
  return path === undefined ? undefined : `${path}.kernel`;
}

// ────────────────────────────────────────────────────────────────────────────── tensors

/** An expression of a tensor's shape. */
function tensor(r: Stream, named: Named, like?: Sizes): { readonly text: string; readonly shape: Sizes } | undefined {
  const fitting = named.tensors.filter((t) => like === undefined || t.shape.join() === like.join());
  if (fitting.length === 0) return undefined;
  const [a, b] = [r.pick(fitting), r.pick(fitting)];
  const { shape } = a;
  const texts = [
    a.path,
    a.path,
    `stop(${a.path})`,
    `abs(${a.path})`,
    `(2 * ${a.path} - 1) / 3`,
    ...(b.shape.join() === shape.join()
      ? [`(${a.path} + ${b.path})`, `max(${a.path}, ${b.path})`, `${a.path} * ${b.path}`, `min(${a.path}, 0.2)`]
      : []),
  ];
  return { text: r.pick(texts), shape };
}

function compared(r: Stream, named: Named): string | undefined {
  const a = tensor(r, named);
  const b = a && tensor(r, named, a.shape);
  if (a === undefined || b === undefined) return undefined;
  const name = r.pick(['squared_error', 'laplace', 'huber', 'gaussian']);
  const more = {
    squared_error: '',
    laplace: r.pick(['', ', scale: 0.5']),
    huber: ', limit: 0.5',
    gaussian: r.pick(['', ', sigma: 0.6', ', learned: true', ', log_variance: 0.2']),
  }[name];
  return `${name}(${a.text}, ${b.text}${more})`;
}

function applied(r: Stream, named: Named): string | undefined {
  if (named.applicable.length === 0) return undefined;
  const { name, reads, gives } = r.pick(named.applicable);
  const on = tensor(r, { ...named, tensors: named.tensors.filter((t) => t.shape.join() === reads.join()) });
  if (on === undefined) return undefined;
  const call = `${name}(${on.text})`;
  return count(gives) === 1
    ? r.pick([`cross_entropy(${call}, 1)`, `cross_entropy(${call}, 0.3)`, `l2(${call})`])
    : r.pick([`l2(${call})`, `l1(stop(${call}) + ${call})`]);
}

// ────────────────────────────────────────────────────────────────────────────── numbers

/** One number for each example. */
const each: readonly Choice[] = [
  (r, named) => wrap('l1', tensor(r, named)?.text),
  (r, named) => wrap('l2', tensor(r, named)?.text),
  () => 'l1(encoder)',
  (r, { tensors }) =>
    wrap(
      'contractive',
      of(
        tensors.filter((t) => t.network === 'encoder' && t.plain && count(t.shape) <= 12),
        r,
      ),
    ),
  (r, { tensors }) =>
    wrap(
      'l0',
      of(
        tensors.filter((t) => t.jumps === true),
        r,
      ),
    ),
  compared,
  compared,
  applied,
  applied,
];

/** One number of the batch, or of weights. */
const whole: readonly Choice[] = [
  (r, { tensors }) => wrap(r.pick(['l1', 'l2']), kernelOf(tensors, r)),
  (r, { tensors, decaying }) =>
    wrap('weight_decay', r.chance(0.5) ? r.pick(['all', ...decaying]) : kernelOf(tensors, r)),
  (r, { tensors }) =>
    wrap(
      'kl_sparsity',
      of(
        tensors.filter((t) => t.range === 'unit'),
        r,
      ),
      r.chance(0.5) ? ', p: 0.2' : '',
    ),
  (r, { tensors }) => wrap('squared_sparsity', of(tensors, r), r.chance(0.5) ? ', p: 0.3' : ''),
  (r, { tensors }) => wrap('orthogonal', kernelOf(tensors, r)),
  (r, { tensors }) =>
    wrap(
      'uncorrelated',
      of(
        tensors.filter((t) => t.smooth === true && t.kernel === 'dense' && t.shape[0]! > 1 && t.range === undefined),
        r,
      ),
    ),
  (r, { tensors }) => wrap('mmd', of(tensors, r), r.pick(['', ', normal(0, 1)', ', normal(0.2, 2)'])),
];

/** What is measured of each example, put through functions that keep it one number. */
function shaped(r: Stream, text: string): string {
  if (r.chance(0.6)) return text;
  return r.pick([
    `max(${text}, 0.5)`,
    `min(${text}, 3)`,
    `abs(${text} - 1)`,
    `log(1 + ${text})`,
    `exp(-0.1 * ${text})`,
    `mean(${text}) ^ 2`,
    `max(mean(${text}), 0.4)`,
    `abs(mean(${text}) - 0.3)`,
    `(1 + ${text}) ^ 0.5`,
  ]);
}

export function penalties(r: Stream, named: Named): readonly string[] {
  const terms: string[] = [];
  const one = (): string | undefined => {
    if (named.latent && r.chance(0.2)) return shaped(r, 'kl(z)');
    if (r.chance(0.4)) return r.pick(whole)(r, named);
    const found = r.pick(each)(r, named);
    return found && shaped(r, found);
  };
  for (let i = r.pick([0, 0, 1, 1, 2, 3]); i > 0; i--) {
    const [a, b] = [one(), one()];
    if (a === undefined) continue;
    const single = r.chance(0.2) ? a : `${weight(r)} * ${a}`;
    const double =
      b === undefined
        ? single
        : r.pick([
            `${single} + ${weight(r)} * ${b}`,
            `(${a} + ${b}) / 4`,
            `${single} + 0.01 * ${b}`,
            `0.1 * (${a} + 2 * ${b})`,
          ]);
    const odd = r.pick([`0.1 * (${a}) ^ 2`, `(3 + -2 ^ 1) * ${a}`, `0.2 * ${a} + 1`]);
    terms.push(`${r.chance(0.1) ? `named${i}: ` : ''}penalty ${r.chance(0.6) ? single : r.chance(0.6) ? double : odd}`);
  }
  if (named.category !== undefined && r.chance(0.3)) {
    const found = r.pick(each)(r, named);
    if (found !== undefined)
      terms.push(`penalty 0.3 * ${found} where ${named.category.name} = ${r.int(0, named.category.classes - 1)}`);
  }
  return terms;
}
