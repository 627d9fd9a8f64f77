/**
 * Constant folding and algebra that only removes work: arithmetic on literals, scalar factors
 * drawn together, broadcasts that the next op does by itself, chains of reshapes.
 */
import { type Builder } from '../build.js';
import type { Graph, Node } from '../graph.js';
import { ops } from '../ops/index.js';
import type { OpName } from '../ops/names.js';
import { broadcast, sameShape } from '../shape.js';
import { rebuild } from './rebuild.js';

/** What is simplified keeps its name, on an Identity that sharing takes away. */
export const fold = (graph: Graph): Graph =>
  rebuild(graph, (b, node, inputs, keep) => {
    const value = simplify(b, node, inputs, keep);
    return node.name === undefined || value.name !== undefined ? value : b.named(value, node.name);
  });

const broadcasting: ReadonlySet<OpName> = new Set<OpName>([
  'Add',
  'Sub',
  'Mul',
  'RealDiv',
  'Maximum',
  'Minimum',
  'Pow',
  'Greater',
  'GreaterEqual',
  'Less',
  'Equal',
]);

function simplify(b: Builder, node: Node, inputs: readonly Node[], keep: () => Node): Node {
  if (node.name === undefined && isLiteral(node, inputs)) return b.scalar(evaluate(node.op, inputs.map(literalValue)));
  const [x, y] = inputs;
  switch (node.op) {
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'RealDiv': {
      const plain = withoutBroadcasts(node, inputs);
      if (node.op === 'Mul') return mergeFactors(b, node, plain[0]!, plain[1]!);
      const gathered = node.op === 'Add' ? commonFactor(b, plain[0]!, plain[1]!) : undefined;
      if (gathered !== undefined && sameShape(gathered.shape, node.shape)) return gathered;
      // Only where the shape still comes out of the other operand.
      const spelled = { Add: 'add', Sub: 'sub', RealDiv: 'div' } as const;
      const result = b[spelled[node.op]](plain[0]!, plain[1]!);
      return sameShape(result.shape, node.shape) ? result : keep();
    }
    case 'Reshape': {
      if (x!.op === 'Reshape') return b.reshape(x!.inputs[0]!, node.shape);
      const scalar = repeatedScalar(x!);
      return scalar !== undefined && x!.op === 'BroadcastTo'
        ? b.broadcastTo(scalar, node.shape)
        : b.reshape(x!, node.shape);
    }
    case 'BroadcastTo':
      return b.broadcastTo(repeatedScalar(x!) ?? x!, node.shape);
    case 'Neg': {
      if (x!.op === 'Neg') return x!.inputs[0]!;
      const scalar = repeatedScalar(x!);
      return scalar === undefined || scalar === x ? keep() : b.broadcastTo(b.neg(scalar), node.shape);
    }
    default:
      if (broadcasting.has(node.op) && y !== undefined)
        return b.make(node.op, withoutBroadcasts(node, inputs), node.attrs, node.name);
      return keep();
  }
}

const literalValue = (node: Node): number => (node.attrs['values'] as readonly number[])[0]!;

const isLiteral = (node: Node, inputs: readonly Node[]): boolean =>
  node.shape.length === 0 &&
  ops[node.op].host !== undefined &&
  inputs.length > 0 &&
  inputs.every((input) => input.op === 'Const' && input.shape.length === 0);

function evaluate(op: OpName, values: readonly number[]): number {
  const [x, y] = values as readonly [number, number];
  const table: Partial<Record<OpName, () => number>> = {
    Neg: () => -x,
    Add: () => x + y,
    Sub: () => x - y,
    Mul: () => x * y,
    RealDiv: () => x / y,
    Square: () => x * x,
    Sqrt: () => Math.sqrt(x),
    Exp: () => Math.exp(x),
    Log: () => Math.log(x),
    Log1p: () => Math.log1p(x),
    Expm1: () => Math.expm1(x),
    Maximum: () => Math.max(x, y),
    Minimum: () => Math.min(x, y),
    Pow: () => x ** y,
    Abs: () => Math.abs(x),
    Floor: () => Math.floor(x),
    Sin: () => Math.sin(x),
    Cos: () => Math.cos(x),
    Identity: () => x,
  };
  const run = table[op];
  if (run === undefined) throw new Error(`no literal arithmetic for ${op}`);
  return run();
}

/** The scalar of which a tensor is nothing but copies; undefined where it is more. */
function repeatedScalar(node: Node): Node | undefined {
  if (node.shape.length === 0) return node;
  return node.op === 'BroadcastTo' || node.op === 'Reshape' ? repeatedScalar(node.inputs[0]!) : undefined;
}

/** Operands of a broadcasting op without the broadcasts that the op would do itself. */
function withoutBroadcasts(node: Node, inputs: readonly Node[]): readonly Node[] {
  let operands = [...inputs];
  for (const i of [0, 1]) {
    const operand = operands[i]!;
    const plain = repeatedScalar(operand) ?? (operand.op === 'BroadcastTo' ? operand.inputs[0]! : operand);
    if (plain === operand) continue;
    const trial = operands.map((o, j) => (j === i ? plain : o));
    const shape = broadcast(trial[0]!.shape, trial[1]!.shape);
    if (shape !== undefined && sameShape(shape, node.shape)) operands = trial;
  }
  return operands;
}

/** A scalar that the host can compute: literals, the step, the batch size and arithmetic on them. */
export function onHost(node: Node): boolean {
  return (
    node.shape.length === 0 && node.dtype === 'float32' && ops[node.op].host !== undefined && node.inputs.every(onHost)
  );
}

/** s·(t·x) = (s·t)·x for host scalars s and t. */
function mergeFactors(b: Builder, node: Node, x: Node, y: Node): Node {
  const [factor, rest] = onHost(x) ? [x, y] : onHost(y) ? [y, x] : [undefined, undefined];
  if (factor !== undefined && !onHost(rest)) {
    // Copies of a number are copies of its multiple.
    const scalar = repeatedScalar(rest);
    if (scalar !== undefined && onHost(scalar)) return b.broadcastTo(literalProduct(b, factor, scalar), node.shape);
    if (rest.op === 'Mul' && rest.name === undefined) {
      const [p, q] = rest.inputs as readonly [Node, Node];
      const [inner, value] = onHost(p) ? [p, q] : onHost(q) ? [q, p] : [undefined, undefined];
      if (inner !== undefined && sameShape(value.shape, node.shape)) {
        return b.mul(literalProduct(b, factor, inner), value);
      }
    }
    if (factor.op === 'Const' && literalValue(factor) === 1 && sameShape(rest.shape, node.shape)) return rest;
  }
  const result = b.mul(x, y);
  return sameShape(result.shape, node.shape) ? result : b.broadcastTo(result, node.shape);
}

/** s·x + s·y = s·(x + y) and s·x + (−s)·y = s·(x − y) for host scalars s: one pass over the elements less. */
function commonFactor(b: Builder, x: Node, y: Node): Node | undefined {
  const [p, q] = [scaled(x), scaled(y)];
  if (p === undefined || q === undefined || !sameShape(p.value.shape, q.value.shape)) return undefined;
  if (p.factor === q.factor) return b.mul(p.factor, b.add(p.value, q.value));
  if (isNegative(p.factor, q.factor)) return b.mul(q.factor, b.sub(q.value, p.value));
  return isNegative(q.factor, p.factor) ? b.mul(p.factor, b.sub(p.value, q.value)) : undefined;
}

/** A product with a host scalar, taken apart; one that carries a reader's name stays whole. */
function scaled(node: Node): { readonly factor: Node; readonly value: Node } | undefined {
  if (node.op !== 'Mul' || node.name !== undefined || onHost(node)) return undefined;
  const [p, q] = node.inputs as readonly [Node, Node];
  return onHost(p) ? { factor: p, value: q } : onHost(q) ? { factor: q, value: p } : undefined;
}

const isNegative = (a: Node, b: Node): boolean =>
  (a.op === 'Neg' && a.inputs[0] === b) ||
  (a.op === 'Const' && b.op === 'Const' && literalValue(a) === -literalValue(b));

function literalProduct(b: Builder, x: Node, y: Node): Node {
  if (x.op === 'Const' && y.op === 'Const') return b.scalar(literalValue(x) * literalValue(y));
  const [factor, rest] = x.op === 'Const' ? [x, y] : [y, x];
  const [over, under] = rest.op === 'RealDiv' ? rest.inputs : [];
  // A power of two loses no digit wherever it is multiplied.
  const isExact = factor.op === 'Const' && Number.isInteger(Math.log2(Math.abs(literalValue(factor))));
  return isExact && over?.op === 'Const' && under !== undefined
    ? b.div(b.scalar(literalValue(factor) * literalValue(over)), under)
    : b.mul(x, y);
}
