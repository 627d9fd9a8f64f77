/**
 * Reverse-mode differentiation as a pass over the op graph (Griewank & Walther 2008, §3.2): it
 * appends the adjoint program to the builder that holds the primal one. Its result is an ordinary
 * graph, so differentiating twice is calling it twice.
 */
import type { Builder } from './build.js';
import type { Node, Origin } from './graph.js';
import { ops } from './ops/index.js';
import { sameShape, showShape } from './shape.js';

/**
 * Cotangents of `xs` for the cotangent `dy` of `y` (default: 1, then `y` must be a scalar). Zero
 * where `y` does not depend on an x. Adjoint nodes carry the origin of the node that they belong to, marked as such.
 */
export function gradients(b: Builder, y: Node, xs: readonly Node[], dy?: Node): readonly Node[] {
  if (dy === undefined && y.shape.length > 0)
    throw new Error(`the gradient of a ${showShape(y.shape)} tensor needs a cotangent`);
  const order = reachable(y);
  const wanted = dependents(order, xs);
  const cotangents = new Map<number, Node>([[y.id, dy ?? b.scalar(1)]]);
  for (const node of [...order].reverse()) {
    const cotangent = namedAfter(b, node, cotangents.get(node.id));
    const { vjp } = ops[node.op];
    if (cotangent === undefined || vjp === undefined || !wanted.has(node.id)) continue;
    const needs = node.inputs.map((input) => wanted.has(input.id));
    if (!needs.includes(true)) continue;
    const parts = b.at(adjointOf(node), () => vjp.call(ops[node.op], b, node, cotangent, needs));
    node.inputs.forEach((input, i) => {
      const part = parts[i] ?? null;
      if (part === null || needs[i] !== true) return;
      if (!sameShape(part.shape, input.shape)) {
        throw new Error(`${node.op}: cotangent ${i} is ${showShape(part.shape)}, its input ${showShape(input.shape)}`);
      }
      const sum = cotangents.get(input.id);
      cotangents.set(input.id, sum === undefined ? part : b.at(sumOf(input), () => b.add(sum, part)));
    });
  }
  return xs.map((x) => cotangents.get(x.id) ?? b.fill(0, x.shape));
}

/** What belongs to the derivative of a node says so. */
const adjointOf = ({ origin }: Node): Origin | undefined => origin && { ...origin, isAdjoint: true };

/** Where a node is read several times, its cotangent is a sum, which is no part of what its entry computes. */
const sumOf = ({ origin }: Node): Origin | undefined => origin && { ...origin, isAdjoint: true, entry: 'sum' };

/** `d.encoder.code` of what is called `encoder.code`, for who reads it. */
function namedAfter(b: Builder, node: Node, cotangent: Node | undefined): Node | undefined {
  const { name, shape } = node;
  const isPlain = name === undefined || shape.length === 0 || name.startsWith('d.');
  return isPlain || cotangent === undefined ? cotangent : b.at(sumOf(node), () => b.named(cotangent, `d.${name}`));
}

/** Whether a gradient flows from `y` into one of `xs`. */
export function flowsInto(y: Node, xs: readonly Node[]): boolean {
  return dependents(reachable(y), xs).has(y.id);
}

/** The nodes that `y` is computed from, inputs first. */
export function reachable(y: Node): readonly Node[] {
  const seen = new Map<number, Node>();
  const stack = [y];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node.id)) continue;
    seen.set(node.id, node);
    stack.push(...node.inputs);
  }
  return [...seen.values()].sort((a, b) => a.id - b.id);
}

/** Ids of the nodes in `order` that depend on one of `xs` through differentiable ops, `xs` included. */
function dependents(order: readonly Node[], xs: readonly Node[]): ReadonlySet<number> {
  const ids = new Set(xs.map((x) => x.id));
  for (const node of order) {
    if (ops[node.op].vjp !== undefined && node.inputs.some((input) => ids.has(input.id))) ids.add(node.id);
  }
  return ids;
}
