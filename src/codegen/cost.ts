/** What it costs to compute a graph. */
import type { Graph } from '../ir/graph/graph.js';
import { onHost } from '../ir/graph/passes/fold.js';
import { optimise } from '../ir/graph/passes/index.js';
import { lastUses } from '../ir/graph/passes/lifetimes.js';
import { ops, type Backend } from '../ir/graph/ops/index.js';
import { elementsAt } from '../ir/graph/shape.js';

export interface Cost {
  /** Floating-point operations of one step. */
  readonly flops: number;
  /** Largest number of bytes of intermediate values alive at one time. */
  readonly peakBytes: number;
  /** Kernels called. */
  readonly ops: number;
}

/** Cost of a graph after the passes for the given backends. */
export function costOf(graph: Graph, backends: readonly Backend[], batch: number): Cost {
  const plan = optimise(graph, backends);
  const deaths = lastUses(plan, (node) => node.op === 'Input' || onHost(node));
  const bytes = (shape: Parameters<typeof elementsAt>[0]): number => 4 * elementsAt(shape, batch);
  let [flops, alive, peak, count] = [0, 0, 0, 0];
  for (const node of plan.nodes) {
    if (node.op === 'Input' || onHost(node)) continue;
    count += 1;
    flops += ops[node.op].flops?.(node, batch) ?? elementsAt(node.shape, batch);
    // A reshape shares its input's buffer.
    if (node.op !== 'Reshape') alive += bytes(node.shape);
    peak = Math.max(peak, alive);
    for (const dead of deaths.get(node.id) ?? []) if (dead.op !== 'Reshape') alive -= bytes(dead.shape);
  }
  return { flops, peakBytes: peak, ops: count };
}

const si = (value: number): string => {
  const units = [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const;
  const unit = units.find(([, size]) => value >= size);
  return unit === undefined ? String(Math.round(value)) : `${(value / unit[1]).toPrecision(3)} ${unit[0]}`;
};

export const costText = ({ flops, peakBytes, ops: count }: Cost): string =>
  `${si(flops)}flop, ${si(peakBytes)}B of intermediates, ${count} kernels`;
