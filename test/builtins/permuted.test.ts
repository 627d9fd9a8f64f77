/** `permuted` keeps the values of each unit, and nothing of which stood together. */
import { expect, it } from 'vitest';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { loweringOf } from '../../src/builtins/define.js';
import { find } from '../../src/builtins/index.js';
import { B } from '../../src/ir/graph/shape.js';
import { gradientError, Kit, signed } from '../laws/kit.js';
import { evaluateNodes } from '../laws/reference.js';
import { at } from '../laws/reference/value.js';

const { lower } = loweringOf(find('function', 'permuted')!);
const [rows, units] = [7, 3];

function shuffled(step: number): readonly (readonly number[])[] {
  const kit = new Kit(rows);
  const x = kit.k([B, units], (_random, size) => Array.from({ length: size }, (_, i) => i));
  const y = lower(kit.b, [x]);
  const nodes = kit.graph({ y }).nodes;
  const value = evaluateNodes(nodes, { ...kit.env, step }).get(y.id)!;
  return Array.from({ length: rows }, (_, n) => Array.from({ length: units }, (_v, j) => at(value, n, j)));
}

it('each unit keeps its values, in an order of its own', () => {
  const made = shuffled(1);
  const orders = Array.from({ length: units }, (_, j) => made.map((row) => (row[j]! - j) / units));
  for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(new Set(orders.map((order) => order.join())).size).toBe(units);
});

it('every order is as likely', () => {
  const count = 700;
  const places = Array.from({ length: rows }, () => 0);
  for (let step = 0; step < count; step++) places[shuffled(step).findIndex((row) => row[1] === 1)]!++;
  for (const times of places) expect(Math.abs(times - count / rows)).toBeLessThan(45);
});

it('passes gradients to where values came from', () => {
  const kit = new Kit(5);
  const x = kit.x([B, units], signed);
  const loss = kit.b.sum(kit.b.unary('Tanh', kit.b.mul(lower(kit.b, [x]), kit.k([B, units]))));
  expect(gradientError(kit, loss, gradients(kit.b, loss, kit.wrt))).toBeLessThan(1e-6);
});
