/**
 * E_batch ‖∂h/∂x‖²_F as a graph. Nested tapes compute its gradient wrongly in TensorFlow.js; here
 * the Jacobian is spelled in ops, and differentiating the penalty is differentiating more ops.
 */
import type { TensorRef } from '../../builtins/arguments.js';
import { gradients, reachable } from '../autodiff.js';
import type { Builder } from '../build.js';
import type { CompiledModel } from '../compiled.js';
import type { Node } from '../graph.js';
import { findLayer } from '../model.js';
import { ops } from '../ops/index.js';
import type { OpName } from '../ops/names.js';
import { B, elements, fixed, product, sameShape, scaleDim } from '../shape.js';
import { Forward } from './forward.js';

export function jacobianNorm(forward: Forward, ref: TensorRef): Node {
  const { b, model } = forward;
  const inputs = inputsOf(model, ref);
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) {
    const closed = closedForm(b, forward.tensor(ref), forward.tensor(only));
    if (closed !== undefined) return closed;
  }
  return byRows(forward, ref, inputs);
}

/** The observed variables that a tensor is computed from. */
function inputsOf(model: CompiledModel, ref: TensorRef): readonly TensorRef[] {
  // Parameters are of recursive networks, which no CompiledModel has.
  if (ref.kind === 'parameter') throw new Error(`${ref.name} is no tensor of a chain`);
  if (ref.kind === 'variable') return [ref];
  if (ref.kind === 'latent') {
    const latent = model.latents.find((z) => z.name === ref.name)!;
    return distinct(Object.values(latent.posterior.heads).flatMap((head) => inputsOf(model, head)));
  }
  const layer = findLayer(model, ref.id)!;
  const others = Object.values(layer.args).flatMap((a): readonly TensorRef[] => (typeof a === 'object' && 'kind' in a && a.kind === 'tensors' ? a.items : []));
  return distinct([layer.input, ...others].flatMap((input) => inputsOf(model, input)));
}

const distinct = (refs: readonly TensorRef[]): readonly TensorRef[] => [...new Map(refs.map((r) => [JSON.stringify(r), r])).values()];

const elementwise: ReadonlySet<OpName> = new Set<OpName>(['Relu', 'Sigmoid', 'Tanh', 'Softplus', 'Exp', 'Square', 'Sin', 'Cos', 'Neg', 'Identity', 'Erf', 'Abs']);

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
  return b.batchMean(b.mul(b.broadcastTo(b.square(slope), h.shape), norms));
}

/**
 * Any encoder: the batch is repeated once for each of the D units of h, and copy k is pulled back
 * with the cotangent e_k, so one backward pass over D·B examples holds every row of the Jacobian.
 * Noise and batch statistics inside the network are left out: copies of an example must agree.
 */
function byRows(forward: Forward, ref: TensorRef, inputs: readonly TensorRef[]): Node {
  const { b, model } = forward;
  const units = product(forward.tensor(ref).shape.slice(1).map(fixed));
  const copies = scaleDim(B, units);
  const repeated = inputs.map((input) => {
    const x = forward.tensor(input);
    const row = elements(x.shape.slice(1)).count;
    const tiled = b.broadcastTo(b.reshape(x, [1, B, row]), [units, B, row]);
    return b.reshape(tiled, [copies, ...x.shape.slice(1)]);
  });
  const copy = new Forward(b, model, { training: false, corrupt: false, sample: false, readsCorrupted: true }, forward);
  inputs.forEach((input, i) => copy.replace(input, repeated[i]!));
  const h = b.reshape(copy.tensor(ref), [copies, units]);
  const eye = b.constant(Array.from({ length: units * units }, (_, i) => (i % (units + 1) === 0 ? 1 : 0)), [units, 1, units]);
  const seeds = b.reshape(b.broadcastTo(eye, [units, B, units]), [copies, units]);
  return gradients(b, h, repeated, seeds)
    .map((rows) => b.batchMean(b.square(rows)))
    .reduce((sum, part) => b.add(sum, part));
}

