/** The weights of one autoencoder: by name, and those behind names of layers, blocks and networks. */
import type { LayerId } from '../../builtins/arguments.js';
import type { WeightDeclaration } from '../../builtins/define.js';
import type { Weight } from '../model/model.js';
import type { Layer } from '../model/networks.js';
import type { Source } from '../model/source.js';
import { below, type Named, type Names } from './names.js';

/** `trained` leaves out moving averages, `kernels` biases too. */
export type WeightSort = 'all' | 'trained' | 'kernels';

const belongs: Readonly<Record<WeightSort, (weight: Weight | undefined) => boolean>> = {
  all: () => true,
  trained: (weight) => weight?.declaration.trainable === true,
  kernels: (weight) => weight?.declaration.role === 'kernel',
};

export class Weights {
  readonly #byName = new Map<string, Weight>();
  readonly #ofLayer = new Map<LayerId, readonly Weight[]>();
  /** Below a name; many statements may name the same ones. What was found holds as long as no name has come. */
  readonly #below = new Map<Named, { readonly names: number; readonly sorts: Map<WeightSort, readonly string[]> }>();

  constructor(private readonly names: Names) {}

  get all(): readonly Weight[] {
    return [...this.#byName.values()];
  }

  get(name: string): Weight | undefined {
    return this.#byName.get(name);
  }

  /** The weights of a layer that has not been there before. */
  addLayer(owner: Named, { id, weights, source }: Layer): void {
    this.#ofLayer.set(
      id,
      weights.map((declaration) => this.add(owner, declaration, source, id)),
    );
  }

  add(owner: Named, declaration: WeightDeclaration, source: Source, layer?: LayerId): Weight {
    const named = this.names.enter(owner, declaration.name, 'weight');
    const name = named.path;
    named.weight = name;
    const weight: Weight = layer === undefined ? { name, declaration, source } : { name, declaration, source, layer };
    this.#byName.set(name, weight);
    return weight;
  }

  ofLayer(layer: LayerId): readonly Weight[] {
    return this.#ofLayer.get(layer) ?? [];
  }

  /** Adds weights of one owner; where its name is taken, with a number behind it. The name that they stand below. */
  addBelow(name: string, declarations: readonly WeightDeclaration[], source: Source): string {
    for (let count = 1; ; count++) {
      const own = count === 1 ? name : `${name}${count}`;
      if (declarations.some((declaration) => this.#byName.has(`${own}.${declaration.name}`))) continue;
      const owner = this.names.at(own) ?? this.names.enter(this.names.root, own, 'group');
      for (const declaration of declarations) this.add(owner, declaration, source);
      return own;
    }
  }

  /** Full names, in the order in which they came. */
  below(named: Named, sort: WeightSort): readonly string[] {
    const { size } = this.names;
    const known = this.#below.get(named);
    const sorts = known?.names === size ? known.sorts : new Map<WeightSort, readonly string[]>();
    if (known?.sorts !== sorts) this.#below.set(named, { names: size, sorts });
    const found =
      sorts.get(sort) ??
      [...below(named)].flatMap(({ weight }) =>
        weight !== undefined && belongs[sort](this.#byName.get(weight)) ? [weight] : [],
      );
    sorts.set(sort, found);
    return found;
  }
}
