/** The plain-data description that a generated program carries. */
import { isInferred, type ArgValue, type BuiltinCall, type TensorRef } from '../builtins/arguments.js';
import { compilerVersion } from '../version.js';
import { readsOf, type ProgramGraphs } from '../ir/lower/program.js';
import { statisticsOf, storedWeights, trainableWeights } from '../ir/lower/weights.js';
import type { CompiledModel } from '../ir/lower/compiled.js';
import { leavesOf, scalarOf } from '../ir/model/scalar.js';
import { codeOf, layersOf, type ScalarExpr, type Source, type Term } from '../ir/model/model.js';
import type { PhaseSpec, ProgramSpec } from '../runtime/program.js';

export const showSource = (source: Source): string => `${source.file}:${source.line}:${source.column}`;

/** A call as it could be written: `adam(lr: 0.001)`; defaults are spelled out. */
export function showCall(call: BuiltinCall): string {
  const args = call.definition.params.flatMap((param) => {
    const value = call.args[param.name];
    return value === undefined || isInferred(value) ? [] : [`${param.name}: ${showArg(value)}`];
  });
  return args.length === 0 ? call.definition.name : `${call.definition.name}(${args.join(', ')})`;
}

/** A tensor by its path. */
export const showRef = (ref: TensorRef): string => (ref.kind === 'layer' ? ref.id : ref.name);

function showArg(value: ArgValue): string {
  if (typeof value !== 'object') return String(value);
  if (!('kind' in value)) return `[${value.join(', ')}]`;
  switch (value.kind) {
    case 'call':
      return showCall(value);
    case 'tensors':
      return value.items.map(showRef).join(', ');
    case 'weights':
      return value.names.join(', ');
    case 'layer':
      return value.id;
    case 'application':
      return `${value.network}(${value.inputs.map(showRef).join(', ')})`;
    case 'infer':
      return '_';
    default:
      return value.name;
  }
}

export function showScalar(expr: ScalarExpr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value);
    case 'schedule':
      return showCall(expr.call);
    case 'penalty':
    case 'mean':
      return expr.text;
    case 'negate':
      return `−${within(expr.operand, 2)}`;
    case 'binary': {
      // What stands behind a minus or a stroke, or below an exponent, binds tighter than the operator.
      const [own, tighter] = [binding[expr.op], binding[expr.op] + 1];
      const [left, right] = [expr.op === '^' ? tighter : own, expr.op === '-' || expr.op === '/' ? tighter : own];
      return `${within(expr.left, left)} ${{ '*': '·', '/': '/', '+': '+', '-': '−', '^': '^' }[expr.op]} ${within(expr.right, right)}`;
    }
  }
}

const binding = { '+': 1, '-': 1, '*': 2, '/': 2, '^': 3 } as const;

/** An operand, in parentheses where it binds less than `least`. */
function within(expr: ScalarExpr, least: number): string {
  const own = expr.kind === 'binary' ? binding[expr.op] : expr.kind === 'negate' || (expr.kind === 'number' && expr.value < 0) ? 2 : 4;
  return own < least ? `(${showScalar(expr)})` : showScalar(expr);
}

/** A term with its reduction, as `aec explain` prints it. */
export function showTerm(term: Term): string {
  if (term.kind === 'penalty') return showScalar(term.value);
  const weight = term.weight.kind === 'number' && term.weight.value === 1 ? '' : `${showScalar(term.weight)} · `;
  const over = term.kind === 'tree' ? ` of the mean over the ${term.compared === 'children' ? 'inner nodes' : 'leaves'}` : '';
  return `${weight}mean over the batch${over} of [${term.likelihood.definition.formula}]`;
}

function outputShape(model: CompiledModel, name: string): readonly number[] {
  const { shape, domain } = model.variables.find((v) => v.name === name)!;
  return domain.kind === 'category' ? [...shape, domain.classes] : shape;
}

/** When the schedules in the terms have come to their ends; those without an end, at that of the phase. */
function settledAt({ terms, training: { epochs } }: CompiledModel): Pick<PhaseSpec, 'settled'> {
  const schedules = terms.flatMap((term) => leavesOf(scalarOf(term))).flatMap((leaf) => (leaf.kind === 'schedule' ? [leaf.call] : []));
  const longest = (lengths: readonly number[]): number => Math.max(0, ...lengths);
  const given = (name: 'steps' | 'epochs'): readonly number[] => schedules.flatMap(({ args }) => (typeof args[name] === 'number' ? [args[name]] : []));
  const whole = schedules.filter(({ definition, args }) => definition.last(args) === undefined || (args['steps'] === undefined && args['epochs'] === undefined));
  return schedules.length === 0 ? {} : { settled: { epochs: longest([...given('epochs'), ...whole.map(() => epochs)]), steps: longest(given('steps')) } };
}

export function programSpec(model: CompiledModel, graphs: ProgramGraphs, sourceHash: string): ProgramSpec {
  const { training } = model;
  const slots = training.optimizer.definition.slots(training.optimizer.args);
  const trains = trainableWeights(model);
  const shapeOf = (name: string): readonly number[] => model.weights.find((w) => w.name === name)!.declaration.shape;
  const stop = training.stop;
  const phase: PhaseSpec = {
    name: 'train',
    epochs: training.epochs,
    batch: training.batch,
    trains,
    slots: trains.flatMap((name) => slots.map((slot) => ({ name: `${name}/${slot.name}`, shape: shapeOf(name), initial: slot.initial }))),
    terms: model.terms.map((term) => ({ name: term.name, formula: showTerm(term), origin: showSource(term.source) })),
    optimizer: showCall(training.optimizer),
    ...settledAt(model),
    ...(stop === undefined ? {} : { earlyStopping: { patience: stop.args['patience'] as number, minDelta: stop.args['min_delta'] as number } }),
  };
  return {
    name: model.name,
    doc: model.doc,
    sourceHash,
    parameters: model.parameters,
    compiler: `aec ${compilerVersion}`,
    variables: model.variables.map((v) => ({
      name: v.name,
      role: v.role,
      shape: v.shape,
      ...(v.shape.join() === v.corrupted.join() ? {} : { degraded: v.corrupted }),
      domain: v.domain,
      origin: showSource(v.source),
    })),
    weights: [
      ...storedWeights(model).map((w) => ({ name: w.name, shape: w.declaration.shape, trainable: w.declaration.trainable })),
      ...statisticsOf(model).map(({ weight, variable, kind, shape }) => ({ name: weight, shape, trainable: false, statistic: { variable, kind } })),
    ],
    phases: [phase],
    seed: training.seed,
    validation: training.validation,
    activations: layersOf(model).map((layer) => ({ name: layer.id, shape: layer.outputs[0]!, origin: showSource(layer.source) })),
    code: codeOf(model).map((code) => ({ name: code.name, shape: code.shape, origin: showSource(code.source) })),
    outputs: model.terms.flatMap((term) => (term.kind === 'reconstruction' ? [{ name: term.label, variable: term.variable, shape: outputShape(model, term.variable) }] : [])),
    decodeReads: readsOf(graphs.decode),
    generative: graphs.sample !== undefined,
    sampleReads: graphs.sample === undefined ? [] : readsOf(graphs.sample),
    corruption: model.variables.flatMap((v) => v.corruption.map((c) => showCall(c))).join(', then '),
  };
}
