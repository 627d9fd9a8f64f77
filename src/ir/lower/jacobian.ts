/**
 * ‖∂h/∂x‖²_F of each example as a graph. Nested tapes compute its gradient wrongly in TensorFlow.js; here
 * the Jacobian is spelled in ops, and differentiating the penalty is differentiating more ops.
 */
import { keyOf, tensorsIn, type Expression, type TensorRef } from '../../builtins/arguments.js';
import { gradients, reachable } from '../graph/autodiff.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { ops } from '../graph/ops/index.js';
import type { OpName } from '../graph/ops/names.js';
import { B, elements, fixed, product, sameShape, scaleDim } from '../graph/shape.js';
import { tensorsOf } from '../model/expressions.js';
import { dependentsOf } from '../model/dependence.js';
import { posteriorReads } from '../model/latents.js';
import { layersOf } from '../model/model.js';
import type { CompiledModel } from './compiled.js';
import type { Mode } from './mode.js';
import type { Pass } from './pass.js';

/**
 * The derivative at clean data of the network as it is deployed: noise, dropout and draws are left out. [B].
 *
 * @param from what the derivative is taken in; all observed numbers that `of` is computed from, unless given
 */
export function jacobianNorm(pass: Pass, of: Expression, from?: Expression): Node {
  const { b, model } = pass;
  const mode: Mode = { training: false, corrupt: false, latents: 'mean', readsCorrupted: pass.mode.readsCorrupted };
  const clean = pass.beside(mode);
  const h = refOf(of);
  const observed = inputsOf(model, h).filter((ref) => clean.variable(ref.name).domain.kind !== 'category');
  const inputs: readonly TensorRef[] = from === undefined ? observed : [refOf(from)];
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) {
    const closed = closedForm(b, clean.tensor(h), clean.tensor(only));
    if (closed !== undefined) return closed;
  }
  return byRows(clean, h, inputs);
}

function refOf(expr: Expression): TensorRef {
  if (expr.kind !== 'tensor') throw new Error(`${expr.text} is no tensor`);
  return expr.ref;
}

type VariableRef = Extract<TensorRef, { readonly kind: 'variable' }>;

/** The observed variables that a tensor is computed from. */
function inputsOf(model: CompiledModel, of: TensorRef): readonly VariableRef[] {
  const layers = new Map(layersOf(model).map((layer) => [layer.id, layer]));
  const found = new Map<string, VariableRef>();
  const seen = new Set<string>();
  const waiting: TensorRef[] = [of];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (seen.has(keyOf(ref))) continue;
    seen.add(keyOf(ref));
    const at = ref;
    if (at.kind === 'variable') found.set(at.name, at);
    else if (at.kind === 'latent')
      waiting.push(...model.latents.filter((z) => z.name === at.name).flatMap(posteriorReads));
    else if (at.kind === 'layer') waiting.push(layers.get(at.id)!.input, ...tensorsIn(layers.get(at.id)!.args));
    else if (at.kind === 'applied') waiting.push(at.of, ...at.application.inputs.flatMap(tensorsOf));
  }
  // In the order of their declarations, whatever way they were found.
  return model.variables.flatMap((v) => found.get(v.name) ?? []);
}

const elementwise: ReadonlySet<OpName> = new Set<OpName>([
  'Relu',
  'Sigmoid',
  'Tanh',
  'Softplus',
  'Exp',
  'Square',
  'Sin',
  'Cos',
  'Neg',
  'Identity',
  'Erf',
  'Abs',
]);

/**
 * One dense layer, h = φ(xW + b): ∂hⱼ/∂xᵢ = φ'ⱼ·Wᵢⱼ, so ‖J‖² = Σⱼ φ'ⱼ² Σᵢ Wᵢⱼ² (Rifai et al. 2011,
 * eq. 5). Undefined where h is anything else.
 */
function closedForm(b: Builder, h: Node, x: Node): Node | undefined {
  const dependent = new Set([x.id]);
  for (const node of reachable(h)) if (node.inputs.some((i) => dependent.has(i.id))) dependent.add(node.id);
  let slope: Node = b.scalar(1);
  let node = h;
  while (node.op !== 'MatMul') {
    const moving = node.inputs.filter((i) => dependent.has(i.id));
    const [next] = moving;
    if (next === undefined || moving.length !== 1 || !sameShape(next.shape, node.shape)) return undefined;
    if (node.op !== 'Add') {
      if (!elementwise.has(node.op)) return undefined;
      const [derivative] = ops[node.op].vjp!(b, node, b.fill(1, node.shape), [true]);
      slope = b.mul(derivative!, slope);
    }
    node = next;
  }
  const [left, kernel] = node.inputs as readonly [Node, Node];
  if (left.id !== x.id || dependent.has(kernel.id) || node.attrs['transposeA'] === true) return undefined;
  const columns = node.attrs['transposeB'] === true ? [1] : [0];
  const norms = b.sum(b.square(kernel), columns);
  return b.sum(b.mul(b.broadcastTo(b.square(slope), h.shape), norms), [1]);
}

/**
 * Any encoder: the batch is repeated once for each of the D units of h, and copy k is pulled back
 * with the cotangent e_k, so one backward pass over D·B examples holds every row of the Jacobian.
 */
function byRows(clean: Pass, of: TensorRef, inputs: readonly TensorRef[]): Node {
  const { b, model } = clean;
  const units = product(clean.tensor(of).shape.slice(1).map(fixed));
  const copies = scaleDim(B, units);
  const repeated = inputs.map((input) => repeatRows(b, clean.tensor(input), units));
  const given = new Map(inputs.map((input, i) => [keyOf(input), repeated[i]!]));
  const copy = clean.inCopies(units, given, dependentsOf(model, inputs));
  const h = b.reshape(copy.tensor(of), [copies, units]);
  const eye = b.constant(
    Array.from({ length: units * units }, (_, i) => (i % (units + 1) === 0 ? 1 : 0)),
    [units, 1, units],
  );
  const seeds = b.reshape(b.broadcastTo(eye, [units, B, units]), [copies, units]);
  return gradients(b, h, repeated, seeds)
    .map((rows) => b.sum(b.reshape(b.square(rows), [units, B, elements(rows.shape.slice(1)).count]), [0, 2]))
    .reduce((sum, part) => b.add(sum, part));
}

/** A batch of which every row stands there `times` times: [B, …] as [times·B, …]. */
function repeatRows(b: Builder, x: Node, times: number): Node {
  const row = elements(x.shape.slice(1)).count;
  const tiled = b.broadcastTo(b.reshape(x, [1, B, row]), [times, B, row]);
  return b.reshape(tiled, [scaleDim(B, times), ...x.shape.slice(1)]);
}
