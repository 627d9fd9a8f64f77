/** The weights behind names of layers, blocks and networks: many statements may name the same ones. */
import type { Weight } from '../model/model.js';
import { below, type Named, type Names } from './names.js';

/** `trained` leaves out moving averages, `kernels` biases too. */
export type WeightSort = 'all' | 'trained' | 'kernels';

const belongs: Readonly<Record<WeightSort, (weight: Weight | undefined) => boolean>> = {
  all: () => true,
  trained: (weight) => weight?.declaration.trainable === true,
  kernels: (weight) => weight?.declaration.role === 'kernel',
};

export class WeightsBelow {
  /** What was found holds as long as no name has come. */
  readonly #known = new Map<Named, { readonly names: number; readonly sorts: Map<WeightSort, readonly string[]> }>();

  constructor(
    private readonly names: Names,
    private readonly weight: (name: string) => Weight | undefined,
  ) {}

  /** Full names, in the order in which they came. */
  of(named: Named, sort: WeightSort): readonly string[] {
    const { size } = this.names;
    const known = this.#known.get(named);
    const sorts = known?.names === size ? known.sorts : new Map<WeightSort, readonly string[]>();
    if (known?.sorts !== sorts) this.#known.set(named, { names: size, sorts });
    const found =
      sorts.get(sort) ??
      [...below(named)].flatMap(({ weight }) =>
        weight !== undefined && belongs[sort](this.weight(weight)) ? [weight] : [],
      );
    sorts.set(sort, found);
    return found;
  }
}
