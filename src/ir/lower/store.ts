/** What passes of one graph share: the model by name, and the nodes of weights and data. */
import type { LayerId } from '../../builtins/arguments.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { severalOf, type Several } from './several.js';
import type { Hidden } from './variables.js';
import { layersOf, type Tie } from '../model/model.js';
import type {
  CompiledDraw,
  CompiledLatent,
  CompiledLayer,
  CompiledModel,
  CompiledNetwork,
  CompiledVariable,
} from './compiled.js';
import { statisticsOf } from './weights.js';

/** Draws have streams of their own, the same in every graph; noise counts from 0. */
const firstOfDraws = 1 << 16;

export class Store {
  readonly #weights = new Map<string, Node>();
  readonly data = new Map<string, Node>();
  /** Clean variables as the first pass has them: what is drawn of them is drawn once. */
  readonly clean = new Map<string, Node>();
  /** What decoders have written of variables, which they then read as what stands before. */
  readonly written = new Map<string, Node>();
  /** Draws that several passes share, by whose they are. */
  readonly drawn = new Map<string, Node>();
  /** Labels behind noise, likewise. */
  readonly labels = new Map<string, { readonly value: Node; readonly hidden: readonly Hidden[] }>();
  readonly layers: ReadonlyMap<LayerId, CompiledLayer>;
  readonly networks: ReadonlyMap<string, CompiledNetwork>;
  readonly #networkOf: ReadonlyMap<LayerId, CompiledNetwork>;
  readonly variables: ReadonlyMap<string, CompiledVariable>;
  readonly latents: ReadonlyMap<string, CompiledLatent>;
  readonly draws: ReadonlyMap<string, CompiledDraw>;
  /** Where several values stand for an example. */
  readonly several: Several | undefined;
  /** Of weights, and of statistics of the data. */
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #ties: ReadonlyMap<string, Tie>;

  constructor(
    private readonly b: Builder,
    model: CompiledModel,
    /** Whether draws are made; their means stand for them otherwise. */
    readonly drawing: boolean,
  ) {
    this.layers = by(layersOf(model), (layer) => layer.id);
    this.networks = by(model.networks, (network) => network.name);
    this.#networkOf = new Map(
      model.networks.flatMap((network) => network.layers.map(({ id }) => [id, network] as const)),
    );
    this.variables = by(model.variables, (variable) => variable.name);
    this.latents = by(model.latents, (latent) => latent.name);
    this.draws = by(model.draws, (draw) => draw.name);
    this.#shapes = new Map([
      ...model.weights.map(({ name, declaration }) => [name, declaration.shape] as const),
      ...statisticsOf(model).map(({ weight, shape }) => [weight, shape] as const),
    ]);
    this.several = severalOf(model);
    this.#ties = by(model.ties, (tie) => tie.weight);
  }

  /** A weight; tied ones are their partner's, reordered. */
  weight(name: string): Node {
    const { b } = this;
    const known = this.#weights.get(name);
    if (known !== undefined) return known;
    const tie = this.#ties.get(name);
    const turned = tie && b.transpose(this.weight(tie.of), tie.order);
    const value =
      turned === undefined ? b.input('weight', name, this.#shapeOf(name)) : tie!.sign === 1 ? turned : b.neg(turned);
    this.#weights.set(name, value);
    return value;
  }

  #shapeOf(weight: string): readonly number[] {
    const shape = this.#shapes.get(weight);
    if (shape === undefined) throw new Error(`no weight ${weight}`);
    return shape;
  }

  variable(name: string): CompiledVariable {
    const found = this.variables.get(name);
    if (found === undefined) throw new Error(`no variable ${name}`);
    return found;
  }

  networkOf(layer: LayerId): CompiledNetwork | undefined {
    return this.#networkOf.get(layer);
  }

  /** The stream of random numbers of a draw. */
  streamOf(draw: string): number {
    return firstOfDraws + [...this.draws.keys()].indexOf(draw);
  }
}

const by = <T>(items: readonly T[], name: (item: T) => string): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [name(item), item]));
