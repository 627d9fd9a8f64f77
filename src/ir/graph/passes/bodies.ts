/**
 * Bodies of loops: each is optimised as a graph of its own, and what it would compute anew in every round,
 * though no row changes it, is computed once in front.
 */
import { Builder } from '../build.js';
import { inline } from '../inline.js';
import type { Graph, Node } from '../graph.js';
import { bodyInput, looped, loopOf, type Loop } from '../ops/loops.js';
import { elements } from '../shape.js';
import { onHost } from './fold.js';
import { prune } from './prune.js';
import { rebuild } from './rebuild.js';

export const inBodies = (graph: Graph, pass: (body: Graph) => Graph): Graph =>
  graph.nodes.every((node) => node.body === undefined)
    ? graph
    : rebuild(graph, (b, node, inputs, keep) => {
        if (node.body === undefined) return keep();
        const of = loopOf({ ...node, inputs, body: pass(node.body) });
        const value = looped(b, node, lifted(b, of));
        return node.name === undefined ? value : b.named(value, node.name);
      });

/** With what no row changes computed in `b`, and without what the body does not read. */
function lifted(b: Builder, of: Loop): Loop {
  const { body } = of;
  const changing = new Set<number>();
  for (const node of body.nodes) {
    const isRow = node.op === 'Input' ? elements(node.shape).power > 0 : node.inputs.some(({ id }) => changing.has(id));
    if (isRow || elements(node.shape).power > 0) changing.add(node.id);
  }
  const isLifted = (node: Node): boolean => !changing.has(node.id) && !onHost(node) && node.op !== 'Const';
  const given = new Map(
    [...of.whole.entries()].map(([i, node]): readonly [string, Node] => [bodyInput.whole(i), node]),
  );
  const constant = prune({
    ...body,
    nodes: body.nodes,
    outputs: body.nodes.filter(isLifted).map((node) => ({ name: String(node.id), node })),
  });
  const copies = inline(b, constant, given, 1);
  const outside = new Map(constant.outputs.map(({ name, node }) => [Number(name), copies.get(node.id)!]));

  const inside = new Builder();
  const fresh = new Map<number, Node>();
  const [rows, whole]: [Node[], Node[]] = [[], []];
  const isRead = (node: Node): boolean =>
    body.outputs.some((output) => output.node === node) ||
    body.nodes.some((other) => !isLifted(other) && other.inputs.includes(node));
  for (const node of body.nodes) {
    const name = String(node.attrs['name']);
    const value = isLifted(node)
      ? isRead(node)
        ? inside.input('given', bodyInput.whole(whole.push(outside.get(node.id)!) - 1), node.shape, node.dtype)
        : undefined
      : node.op === 'Input' && name !== bodyInput.start
        ? isRead(node)
          ? inside.input('given', bodyInput.row(rows.push(rowOf(of, name)) - 1), node.shape, node.dtype)
          : undefined
        : inside.at(node.origin, () =>
            inside.make(
              node.op,
              node.inputs.map((input) => fresh.get(input.id)!),
              node.attrs,
              node.name,
              node.body,
            ),
          );
    if (value !== undefined) fresh.set(node.id, value);
  }
  const outputs = body.outputs.map(({ name, node }) => ({ name, node: fresh.get(node.id)! }));
  return { ...of, rows, whole, body: inside.finish(body.name, outputs) };
}

const rowOf = ({ rows }: Loop, name: string): Node => rows.find((_, i) => bodyInput.row(i) === name)!;
