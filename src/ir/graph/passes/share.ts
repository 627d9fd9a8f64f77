/**
 * Common subexpressions: equal ops on equal inputs are computed once. Random draws differ by their
 * stream, so equal ones are the same draw. Identity nodes vanish; the name they gave moves to the
 * value, unless that has one already. So do StopGradients: every derivative has been taken by now.
 */
import { Builder } from '../build.js';
import type { Graph, Node } from '../graph.js';
import { rebuild } from './rebuild.js';

export function share(graph: Graph): Graph {
  const names = namesBehindIdentities(graph);
  const b = new Builder();
  const bodies = new Bodies();
  const known = new Map<string, Node>();
  const fresh = new Map<number, Node>();
  const late = new Map<number, string>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => fresh.get(input.id)!);
    if (node.op === 'Identity' || node.op === 'StopGradient') {
      fresh.set(node.id, inputs[0]!);
      continue;
    }
    const key = `${node.op}(${inputs.map((i) => i.id).join(',')})${attrsKey(node)}${bodies.key(node.body)}`;
    const name = node.name ?? names.get(node.id);
    const found = known.get(key) ?? b.at(node.origin, () => b.make(node.op, inputs, node.attrs, name, node.body));
    if (found.name === undefined && name !== undefined && !late.has(found.id)) late.set(found.id, name);
    known.set(key, found);
    fresh.set(node.id, found);
  }
  const shared = b.finish(
    graph.name,
    graph.outputs.map((o) => ({ ...o, node: fresh.get(o.node.id)! })),
  );
  return late.size === 0
    ? shared
    : rebuild(shared, (c, node, inputs) =>
        c.make(node.op, inputs, node.attrs, node.name ?? late.get(node.id), node.body),
      );
}

/** Bodies are the same where they are one object. */
class Bodies {
  readonly #known: Graph[] = [];

  key(body: Graph | undefined): string {
    if (body === undefined) return '';
    if (!this.#known.includes(body)) this.#known.push(body);
    return `{${this.#known.indexOf(body)}}`;
  }
}

/** JSON spells every number that is not finite `null`. */
const attrsKey = (node: Node): string =>
  JSON.stringify(node.attrs, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );

function namesBehindIdentities(graph: Graph): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const node of [...graph.nodes].reverse()) {
    const name = node.name ?? names.get(node.id);
    const value = node.inputs[0];
    if (
      (node.op === 'Identity' || node.op === 'StopGradient') &&
      name !== undefined &&
      value !== undefined &&
      value.name === undefined &&
      !names.has(value.id)
    ) {
      names.set(value.id, name);
    }
  }
  return names;
}
