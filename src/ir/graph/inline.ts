/** A graph written out where it is used. */
import type { Builder } from './build.js';
import type { AttrValue, Attrs, Graph, Node } from './graph.js';
import type { Dim } from './shape.js';

/**
 * Copies the nodes of a body into `b`, for as many rows as `rows` says in the place of its batch; `given` are what
 * its inputs stand for, by name. What became of each node, by its id.
 */
export function inline(
  b: Builder,
  body: Graph,
  given: ReadonlyMap<string, Node>,
  rows: Dim,
): ReadonlyMap<number, Node> {
  const copies = new Map<number, Node>();
  for (const node of body.nodes) {
    const value =
      node.op === 'Input'
        ? given.get(node.attrs['name'] as string)
        : b.at(node.origin, () =>
            b.make(
              node.op,
              node.inputs.map((input) => copies.get(input.id)!),
              withRows(node.attrs, rows),
              node.name,
              node.body,
            ),
          );
    if (value === undefined) throw new Error(`nothing is given for ${String(node.attrs['name'])}`);
    copies.set(node.id, value);
  }
  return copies;
}

const withRows = (attrs: Attrs, rows: Dim): Attrs =>
  Object.fromEntries(Object.entries(attrs).map(([name, value]) => [name, inValue(value, rows)]));

function inValue(value: AttrValue, rows: Dim): AttrValue {
  if (Array.isArray(value)) return value.map((one) => inValue(one as AttrValue, rows));
  if (typeof value !== 'object') return value;
  const dim = value as unknown as Exclude<Dim, number>;
  const scaled = typeof rows === 'number' ? dim.batch * rows : { ...rows, batch: rows.batch * dim.batch };
  return (dim.of === undefined ? scaled : dim) as unknown as AttrValue;
}
