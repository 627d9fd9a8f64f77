/**
 * Cuts a graph at the sums over its batch: what may be computed of some rows without the others, and what follows from the
 * sums. Parts of a batch may then be computed anywhere, in any number at a time, and their summands added in their order.
 */
import { Builder } from '../build.js';
import type { Graph, Node, Output } from '../graph.js';
import { beginsWithBatch } from '../shape.js';
import { mannerOf } from './parts.js';
import { prune } from './prune.js';

export interface Cut {
  /** Of some rows: its outputs are summands, `0`, `1`, …. What it asks of the batch's size is that of the whole one. */
  readonly part: Graph;
  /** From the sums, inputs of the kind `sum`, what the graph gives. */
  readonly joined: Graph;
}

/**
 * Where a value is known: of no row (`before`), of some rows of the batch (`rows`), only once all rows are added up
 * (`behind`). What is drawn as a whole (`drawn`) nobody may draw a part of.
 */
type Known = 'before' | 'drawn' | 'rows' | 'behind';

/** A node that is of rows and needs them all. */
export interface Uncut {
  readonly needsAll: Node;
}

/** @param graph each of whose outputs is one for all rows */
export function cut(graph: Graph): Cut | Uncut {
  const known = new Map<Node, Known>();
  const sums = new Map<Node, string>();
  for (const node of graph.nodes) {
    const own = knownOf(node, known);
    if (own === undefined) return { needsAll: node };
    known.set(node, own);
    if (own === 'behind' && node.inputs.some((input) => known.get(input) === 'rows')) sums.set(node, String(sums.size));
  }
  const open = graph.outputs.find(({ node }) => known.get(node) === 'rows');
  if (open !== undefined) return { needsAll: open.node };
  return { part: partOf(graph, known, sums), joined: joinedOf(graph, known, sums) };
}

function knownOf(node: Node, known: ReadonlyMap<Node, Known>): Known | undefined {
  const inputs = node.inputs.map((input) => known.get(input)!);
  const ofRows = beginsWithBatch(node.shape);
  if (node.op === 'RandomNormal' || node.op === 'RandomUniform') return ofRows ? 'rows' : 'drawn';
  if (node.op === 'Input') return ofRows ? 'rows' : 'before';
  if (!inputs.includes('rows') && !ofRows)
    return inputs.includes('behind') ? 'behind' : inputs.includes('drawn') ? 'drawn' : 'before';
  // A row that depends on sums, or on what is drawn once for all, would have to wait for it.
  if (inputs.includes('behind') || inputs.includes('drawn')) return undefined;
  const manner = mannerOf(node);
  return manner === 'whole' ? undefined : manner === 'joined' ? 'rows' : 'behind';
}

/** Sizes of the batch as numbers are those of the whole one, wherever they are asked for. */
const asWhole = (b: Builder, node: Node, inputs: readonly Node[]): Node =>
  node.op === 'Moment' && node.attrs['which'] === 'batchSize'
    ? b.make('Moment', [], { which: 'examples' })
    : b.make(node.op, inputs, node.attrs, node.name, node.body);

function partOf(graph: Graph, known: ReadonlyMap<Node, Known>, sums: ReadonlyMap<Node, string>): Graph {
  const b = new Builder();
  const made = new Map<Node, Node>();
  for (const node of graph.nodes) {
    const own = known.get(node);
    if (own === 'drawn' || (own === 'behind' && !sums.has(node))) continue;
    const inputs = node.inputs.map((input) => made.get(input)!);
    made.set(
      node,
      b.at(node.origin, () => asWhole(b, node, inputs)),
    );
  }
  const outputs = [...sums].map(([node, name]): Output => ({ name, node: made.get(node)! }));
  return prune(b.finish(`${graph.name} of a part`, outputs));
}

function joinedOf(graph: Graph, known: ReadonlyMap<Node, Known>, sums: ReadonlyMap<Node, string>): Graph {
  const b = new Builder();
  const made = new Map<Node, Node>();
  for (const node of graph.nodes) {
    if (known.get(node) === 'rows') continue;
    const sum = sums.get(node);
    const inputs = sum === undefined ? node.inputs.map((input) => made.get(input)!) : [];
    made.set(
      node,
      b.at(node.origin, () =>
        sum === undefined ? asWhole(b, node, inputs) : b.input('sum', sum, node.shape, node.dtype),
      ),
    );
  }
  return prune(
    b.finish(
      graph.name,
      graph.outputs.map(({ name, node }) => ({ name, node: made.get(node)! })),
    ),
  );
}
