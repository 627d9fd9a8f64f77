/** Tensors of which there is one at each position of a sequence, and where their positions are there at all. */
import { keyOf, tensorsIn, type Application, type Site, type TensorRef } from '../../builtins/arguments.js';
import type { Node } from '../graph/graph.js';
import type { Store } from './store.js';

/** Where a tensor has one value. */
export function siteOf(store: Store, ref: TensorRef): Site {
  switch (ref.kind) {
    case 'variable':
      return store.variable(ref.name).structure.kind === 'sequence' ? 'positions' : 'example';
    case 'layer':
      return store.networkOf(ref.id)?.form.kind === 'fold' ? 'example' : store.layers.get(ref.id)!.site;
    case 'latent': {
      const latent = store.latents.get(ref.name);
      return latent?.shape.length === 2 ? siteOf(store, latent.experts[0].from) : 'example';
    }
    case 'previous':
    case 'applied':
      return siteOf(store, ref.of);
    default:
      return 'example';
  }
}

/** What a pass knows of positions. */
export interface PositionsSite {
  readonly store: Store;
  /** Masks of what stands in the place of its inputs. */
  readonly given: ReadonlyMap<string, Node> | undefined;
  /** The mask of a variable. */
  readonly mask: (variable: string) => Node;
  /** The same of a tensor in a pass of its own. */
  readonly inApplication: (application: Application, ref: TensorRef) => Node | undefined;
}

/** 1 at the positions of a tensor that are there, [rows, length]; undefined where none is padding. */
export function positionsMask(at: PositionsSite, ref: TensorRef): Node | undefined {
  const { store } = at;
  const given = at.given?.get(keyOf(ref));
  if (given !== undefined) return given;
  if (siteOf(store, ref) !== 'positions') return undefined;
  switch (ref.kind) {
    case 'variable':
      return at.mask(ref.name);
    case 'previous':
      return ref.of.kind === 'variable' && store.written.has(ref.of.name) ? undefined : positionsMask(at, ref.of);
    case 'latent':
      return positionsMask(at, store.latents.get(ref.name)!.experts[0].from);
    case 'applied':
      return at.inApplication(ref.application, ref.of);
    case 'layer': {
      // What begins a sequence has all its positions.
      const { definition, input, args } = store.layers.get(ref.id)!;
      if (definition.positions?.reads === 'example') return undefined;
      return [input, ...tensorsIn(args)].reduce<Node | undefined>(
        (found, one) => found ?? positionsMask(at, one),
        undefined,
      );
    }
    default:
      return undefined;
  }
}
