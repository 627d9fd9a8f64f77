/** Penalties: arithmetic of the entries of docs/language.md §7 over what a model names. */
import type { Stream } from '../compare/random.js';
import { count } from './layers.js';
import type { Tensor } from './networks.js';
import { weight } from './settings.js';

export interface Named {
  readonly tensors: readonly Tensor[];
  readonly latent: boolean;
  /** Networks whose kernels can decay. */
  readonly decaying: readonly string[];
}

/** A penalty's text, or nothing where the model names nothing that it could be of. */
type Choice = (r: Stream, named: Named) => string | undefined;

const of = (tensors: readonly Tensor[], r: Stream): string | undefined => (tensors.length === 0 ? undefined : r.pick(tensors).path);

const choices: readonly Choice[] = [
  (r, { tensors }) => wrap('l1', of([...tensors], r)),
  (r, { tensors }) => wrap('l2', of([...tensors], r)),
  () => 'l1(encoder)',
  (r, { tensors }) => wrap(r.pick(['l1', 'l2']), kernelOf(tensors, r)),
  (r, { tensors, decaying }) => wrap('weight_decay', r.chance(0.5) ? r.pick(['all', ...decaying]) : kernelOf(tensors, r)),
  (r, { tensors }) => wrap('kl_sparsity', of(tensors.filter((t) => t.range === 'unit' && t.shape.length === 1), r), r.chance(0.5) ? ', p: 0.2' : ''),
  (r, { tensors }) => wrap('kl_sparsity', of(tensors.filter((t) => t.range === 'unit' && t.shape.length === 1), r), ', p: 0.3'),
  (r, { tensors }) => wrap('squared_sparsity', of(tensors.filter((t) => t.shape.length === 1), r), r.chance(0.5) ? ', p: 0.3' : ''),
  (r, { tensors }) => wrap('contractive', of(tensors.filter((t) => t.network === 'encoder' && t.plain && count(t.shape) <= 12), r)),
  (r, { tensors }) => wrap('orthogonal', kernelOf(tensors, r)),
  (r, { tensors }) => wrap('uncorrelated', of(tensors.filter((t) => t.smooth === true && t.kernel === 'dense' && t.shape[0]! > 1 && t.range === undefined), r)),
];

const wrap = (name: string, what: string | undefined, more = ''): string | undefined => (what === undefined ? undefined : `${name}(${what}${more})`);

/** A kernel by the layer that has it. */
function kernelOf(tensors: readonly Tensor[], r: Stream): string | undefined {
  const path = of(tensors.filter((t) => t.kernel !== undefined), r);
  return path === undefined ? undefined : `${path}.kernel`;
}

export function penalties(r: Stream, named: Named): readonly string[] {
  const terms: string[] = [];
  for (let i = r.pick([0, 0, 1, 1, 2, 3]); i > 0; i--) {
    const first = named.latent && r.chance(0.3) ? 'kl(z)' : r.pick(choices)(r, named);
    const [a, b] = [first, r.pick(choices)(r, named)];
    if (a === undefined) continue;
    const single = r.chance(0.2) ? a : `${weight(r)} * ${a}`;
    const double = b === undefined ? single : r.pick([`${single} + ${weight(r)} * ${b}`, `(${a} + ${b}) / 4`, `${single} + 0.01 * ${b}`, `0.1 * (${a} + 2 * ${b})`]);
    const odd = r.pick([`0.1 * ${a} ^ 2`, `(3 + -2 ^ 1) * ${a}`, `0.2 * ${a} + 1`]);
    terms.push(`penalty ${r.chance(0.6) ? single : r.chance(0.6) ? double : odd}`);
  }
  return terms;
}
