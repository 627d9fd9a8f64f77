/** The passes in their order: what a graph goes through between lowering and printing. */
import type { Graph } from '../graph.js';
import type { Backend } from '../ops/index.js';
import { inBodies } from './bodies.js';
import { cut, type Cut, type Uncut } from './cut.js';
import { fold } from './fold.js';
import { legalise } from './legalise.js';
import { prune } from './prune.js';
import { productsOfRepeats } from './repeats.js';
import { share } from './share.js';

/** A graph without what is computed twice or for nothing. */
const tidy = (graph: Graph): Graph => prune(share(fold(prune(share(graph)))));

/** A graph cut at the sums over its batch. */
export const cutAtSums = (graph: Graph): Cut | Uncut => cut(tidy(graph));

/** A graph ready to print for every one of the backends. */
export function optimise(graph: Graph, backends: readonly Backend[]): Graph {
  const whole = inBodies(tidy(graph), (body) => optimise(body, backends));
  return tidy(tidy(legalise(productsOfRepeats(whole), backends)));
}
