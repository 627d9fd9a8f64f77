/** What tensors of a model are computed from. */
import { keyOf, type Application, type LayerId, type TensorRef } from '../../builtins/arguments.js';
import { tensorsOf } from '../model/expressions.js';
import { posteriorReads } from '../model/latents.js';
import type { Facts } from './facts.js';

export interface Ancestors {
  readonly layers: ReadonlySet<LayerId>;
  readonly latents: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** A walk from tensors to what they are computed from. */
export class Walk implements Ancestors {
  readonly layers = new Set<LayerId>();
  readonly latents = new Set<string>();
  readonly variables = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #stops: ReadonlySet<string>;

  constructor(
    private readonly facts: Pick<Facts, 'layer' | 'latent' | 'network' | 'readBy' | 'model'>,
    behind: readonly TensorRef[],
  ) {
    this.#stops = new Set(behind.map(keyOf));
  }

  /** Each tensor that is come across, nearest first; the sets hold those so far. */
  *from(refs: readonly TensorRef[], replaced = none, within = ''): Generator<TensorRef> {
    const waiting = [...refs];
    for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
      const key = keyOf(ref);
      const seen = within === '' ? key : `${within} ${key}`;
      if (this.#seen.has(seen) || this.#stops.has(key) || replaced.has(key)) continue;
      this.#seen.add(seen);
      yield ref;
      if (ref.kind === 'applied') {
        const { application } = ref;
        const inputs = new Set([...replaced, ...this.#inputsOf(application).map(keyOf)]);
        yield* this.from([ref.of], inputs, `${within} ${application.key}`);
        for (const input of application.inputs) waiting.push(...tensorsOf(input));
      } else waiting.push(...this.#readBy(ref));
    }
  }

  /** What the inputs of an application stand in the place of. */
  #inputsOf({ of }: Application): readonly TensorRef[] {
    if (of.kind === 'network') return this.facts.network(of.name)?.inputs ?? [];
    const layer = this.facts.layer(of.id);
    return layer === undefined ? [] : [layer.input];
  }

  #readBy(ref: Exclude<TensorRef, { readonly kind: 'applied' }>): readonly TensorRef[] {
    const { facts } = this;
    switch (ref.kind) {
      case 'variable':
        this.variables.add(ref.name);
        return [];
      case 'mask':
        return [];
      // The word before tells of the word, but is not it.
      case 'previous':
        return [];
      case 'latent': {
        this.latents.add(ref.name);
        const latent = facts.latent(ref.name);
        return latent === undefined ? [] : posteriorReads(latent);
      }
      case 'layer': {
        this.layers.add(ref.id);
        const layer = facts.layer(ref.id);
        return layer === undefined ? [] : facts.readBy(layer);
      }
      case 'given': {
        // A child's vector is computed by the leaves, and by the clause itself.
        return facts.model.networks.flatMap(({ form }) => {
          const clauses =
            form.kind === 'fold' ? [form.leaf, form.compose] : form.kind === 'unfold' ? [form.decompose] : [];
          return clauses.flatMap(({ parameters }) =>
            parameters.filter(({ name }) => name === ref.name).map(({ of }) => of),
          );
        });
      }
    }
  }
}

const none: ReadonlySet<string> = new Set();
