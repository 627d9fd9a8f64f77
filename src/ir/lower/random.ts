/** The random variables of one forward pass: latents and draws, each made once. */
import type { ArgValue, LayerId, TensorRef } from '../../builtins/arguments.js';
import type { Parameters } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import type { Dim } from '../graph/shape.js';
import type { CompiledLatent } from './compiled.js';
import { drawOf, repeatedState, stateOf, type LatentSite, type PassState } from './latents.js';
import type { Mode } from './mode.js';
import { noiseOf, type Several } from './several.js';
import type { Store } from './store.js';
import type { Stretch } from './stretch.js';
import { observedOf } from './variables.js';

/** What a pass gives its random variables. */
export interface RandomSite {
  readonly b: Builder;
  readonly mode: Mode;
  readonly stretch: Stretch;
  readonly store: Store;
  readonly rows: Dim;
  /** Where several values stand for an example in this pass. */
  readonly several: Several | undefined;
  tensor(ref: TensorRef): Node;
  data(name: string): Node;
  /** 1 on the rows where a variable is there, [rows]. */
  known(name: string): Node;
  posteriorsAt(latent: CompiledLatent): Parameters;
  /** Sets a weight that no gradient moves; absent where averages do not follow this pass. */
  readonly update?: (name: string, of: LayerId, value: Node) => void;
  /** What the pass around it knows of a latent that is not its own. */
  readonly outer: (name: string) => PassState | undefined;
}

export class Randoms {
  readonly #states = new Map<string, PassState>();

  constructor(private readonly site: RandomSite) {}

  draw(name: string): Node {
    const { b, rows, several, store } = this.site;
    const draw = store.draws.get(name)!;
    const noise = noiseOf(b, several, { whose: name, drawn: store.drawn }, store.streamOf(name));
    return b.at(draw.source, () => drawOf({ b, rows, noise }, draw, store.drawing));
  }

  latent(name: string): PassState {
    const { b, several, store, outer } = this.site;
    const latent = store.latents.get(name)!;
    const around = this.#states.get(name) ?? outer(name);
    const state =
      around === undefined
        ? stateOf(this.#siteOf(latent), latent)
        : several === undefined || this.#states.has(name)
          ? around
          : repeatedState(b, latent, around, several, (of) => this.#siteOf(of));
    this.#states.set(name, state);
    return state;
  }

  #siteOf(latent: CompiledLatent): LatentSite {
    const { b, mode, stretch, store, rows, several, tensor, data, known, update } = this.site;
    const { from } = latent.experts[0];
    return {
      b,
      mode,
      rows,
      noise: noiseOf(b, several, { whose: latent.name, drawn: store.drawn }),
      training: mode.training,
      tensor,
      known,
      posteriorsAt: (of) => this.site.posteriorsAt(of),
      weight: (name) => store.weight(name),
      update: (name, value) => update?.(name, from.kind === 'layer' ? from.id : latent.name, value),
      scalar: (value) => scalarOf(b, value, stretch),
      // What is sampled from the prior is not told what was observed.
      ...(latent.observed === 'sometimes' && mode.latents !== 'prior'
        ? { observed: observedOf(b, store.variable(latent.name), data(latent.name)) }
        : {}),
    };
  }
}

/** A number, or a schedule over the stretch. */
function scalarOf(b: Builder, value: ArgValue | undefined, stretch: Stretch): Node {
  if (typeof value === 'number') return b.scalar(value);
  if (typeof value === 'object' && 'kind' in value && value.kind === 'call' && value.definition.category === 'schedule')
    return value.definition.lower(b, value.args, stretch);
  throw new Error('neither a number nor a schedule');
}
