/** Where something was written. */
import type { Place } from '../../diagnostics/place.js';
import type { Origin } from '../graph/graph.js';

/** A place to point at, and the uses of blocks that led there. */
export interface Source extends Origin {
  readonly place: Place;
  /** Uses of blocks around it, innermost last. */
  readonly through: readonly Place[];
}
