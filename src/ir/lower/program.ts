/** Lowering: a Model becomes the functions of a program, each a graph. */
import type { LikelihoodContext, PenaltyContext } from '../../builtins/define.js';
import { gradients } from '../autodiff.js';
import { Builder } from '../build.js';
import type { Graph, Node, Output } from '../graph.js';
import { codeOf, layersOf, type Model, type ScalarExpr, type Term, type Training } from '../model.js';
import { B } from '../shape.js';
import type { StatisticSpec } from '../../runtime/program.js';
import { Forward, type ForwardMode } from './forward.js';
import { jacobianNorm } from './jacobian.js';

/** The graphs of a program. Outputs are named as the runtime's contract names them. */
export interface ProgramGraphs {
  readonly initialize: Graph;
  readonly trainStep: Graph;
  readonly evaluate: Graph;
  readonly corrupt?: Graph;
  readonly degrade?: Graph;
  readonly encode: Graph;
  readonly decode: Graph;
  readonly reconstruct: Graph;
  readonly sample?: Graph;
  readonly activations: Graph;
}

const clean: ForwardMode = { training: false, corrupt: false, sample: false, readsCorrupted: false };
const reading: ForwardMode = { ...clean, readsCorrupted: true };

export function lowerProgram(model: Model): ProgramGraphs {
  const corrupts = model.variables.some((v) => v.corruption.length > 0);
  const degrades = model.variables.some((v) => v.corruption.some((c) => c.definition.degradation));
  return {
    initialize: lowerInitialize(model),
    trainStep: lowerTrainStep(model),
    evaluate: lowerEvaluate(model),
    ...(corrupts ? { corrupt: lowerRead(model, 'corrupt') } : {}),
    ...(degrades ? { degrade: lowerRead(model, 'degrade') } : {}),
    encode: lowerEncode(model),
    decode: lowerDecode(model),
    reconstruct: lowerReconstruct(model),
    ...(samplePossible(model) ? { sample: lowerSample(model) } : {}),
    activations: lowerActivations(model),
  };
}

// ──────────────────────────────────────────────────────────────────────────── weights

export interface Statistic extends StatisticSpec {
  readonly weight: string;
  readonly shape: readonly number[];
}

/** Statistics of the data that the program keeps beside its weights: `x.mean`. */
export function statisticsOf(model: Model): readonly Statistic[] {
  return model.variables.flatMap((v) => {
    const kinds = new Set([...(v.preprocessing?.definition.statistics ?? []), ...v.corruption.flatMap((c) => c.definition.statistics)]);
    return [...kinds].map((kind): Statistic => ({ weight: `${v.name}.${kind}`, variable: v.name, kind, shape: v.shape }));
  });
}

/** Weights that are stored: everything but the tied ones. */
export const storedWeights = (model: Model) => model.weights.filter((w) => !model.ties.some((tie) => tie.weight === w.name));

export const trainableWeights = (model: Model): readonly string[] => storedWeights(model).filter((w) => w.declaration.trainable).map((w) => w.name);

function lowerInitialize(model: Model): Graph {
  const b = new Builder();
  const outputs = storedWeights(model).map((weight): Output => {
    const { initializer, shape } = weight.declaration;
    if (initializer.definition.category !== 'initializer') throw new Error(`${weight.name} has no initializer`);
    const draw = initializer.definition;
    const first = b.at(weight.source, () => draw.lower(b, shape, initializer.args));
    return { name: weight.name, node: b.named(project(b, model, weight.name, first), weight.name) };
  });
  return b.finish('initialize', outputs);
}

const project = (b: Builder, model: Model, name: string, weight: Node): Node =>
  model.constraints.filter((c) => c.weight === name).reduce((w, c) => b.at(c.source, () => c.call.definition.project(b, w, c.call.args)), weight);

// ────────────────────────────────────────────────────────────────────────────── terms

function lowerTerms(forward: Forward): readonly Node[] {
  return forward.model.terms.map((term) =>
    forward.b.at(term.source, () => forward.b.named(term.kind === 'reconstruction' ? reconstruction(forward, term) : scalar(forward, term.value), term.name)));
}

function reconstruction(forward: Forward, term: Extract<Term, { readonly kind: 'reconstruction' }>): Node {
  const { b } = forward;
  const { definition, args } = term.likelihood;
  const context: LikelihoodContext = { b, linked: term.linked, weight: (name) => forward.weight(`${term.variable}.${name}`) };
  const variable = forward.variable(term.variable);
  const target = variable.domain.kind === 'category' ? forward.data(term.variable) : forward.clean(term.variable);
  let each = definition.negativeLogLikelihood(context, forward.tensor(term.output), target, args);
  if (term.where === 'hidden') {
    const hidden = variable.corruption.find((c) => c.definition.hidden !== undefined)!;
    each = b.mul(each, hidden.definition.hidden!(b, variable.shape, hidden.args));
  }
  return b.mul(scalar(forward, term.weight), b.batchMean(each));
}

function scalar(forward: Forward, expr: ScalarExpr): Node {
  const { b } = forward;
  switch (expr.kind) {
    case 'number':
      return b.scalar(expr.value);
    case 'schedule':
      return expr.call.definition.lower(b, expr.call.args);
    case 'penalty': {
      const context: PenaltyContext = {
        b,
        tensor: (ref) => forward.tensor(ref),
        weight: (name) => forward.weight(name),
        latent: (ref) => {
          if (ref.kind !== 'latent') throw new Error('not a latent');
          return forward.latent(ref.name);
        },
        jacobianNorm: (ref) => jacobianNorm(forward, ref),
      };
      return expr.call.definition.lower(context, expr.call.args);
    }
    case 'negate':
      return b.neg(scalar(forward, expr.operand));
    case 'binary': {
      const [left, right] = [scalar(forward, expr.left), scalar(forward, expr.right)];
      const spelled = { '+': () => b.add(left, right), '-': () => b.sub(left, right), '*': () => b.mul(left, right), '/': () => b.div(left, right), '^': () => b.make('Pow', [left, right]) };
      return spelled[expr.op]();
    }
  }
}

/** All terms as one tensor of shape [terms], so that one read brings them to the host. */
const stack = (b: Builder, terms: readonly Node[]): Node => b.concat(terms.map((term) => b.reshape(term, [1])), 0);

// ─────────────────────────────────────────────────────────────────────────── functions

function lowerTrainStep(model: Model): Graph {
  const b = new Builder();
  const forward = new Forward(b, model, { training: true, corrupt: true, sample: true, readsCorrupted: false });
  const terms = lowerTerms(forward);
  const loss = b.named(terms.reduce((sum, term) => b.add(sum, term)), 'loss');
  const names = trainableWeights(model);
  const weights = names.map((name) => forward.weight(name));
  const raw = gradients(b, loss, weights).map((g, i) => b.named(g, `d.${names[i]!}`));
  const { training } = model;
  const clipped = training.clip === undefined ? raw : training.clip.definition.clip(b, raw, training.clip.args);
  const rate = learningRate(b, training);
  const step = b.shift(b.step(), 1);
  const outputs: Output[] = [];
  names.forEach((name, i) => {
    const slotNames = training.optimizer.definition.slots(training.optimizer.args).map((slot) => slot.name);
    const slots = Object.fromEntries(slotNames.map((slot) => [slot, b.input('slot', `${name}/${slot}`, weights[i]!.shape)]));
    const source = model.weights.find((w) => w.name === name)?.source;
    b.at(source, () => {
      const moved = training.optimizer.definition.update(b, weights[i]!, clipped[i]!, slots, rate, step, training.optimizer.args);
      outputs.push({ name: `weights/${name}`, node: b.named(project(b, model, name, moved.weight), `new.${name}`) });
      for (const slot of slotNames) outputs.push({ name: `slots/${name}/${slot}`, node: moved.slots[slot]! });
    });
  });
  for (const [name, value] of forward.updates) outputs.push({ name: `weights/${name}`, node: value });
  outputs.push({ name: 'terms', node: stack(b, terms) });
  return b.finish('trainStep', outputs);
}

function learningRate(b: Builder, training: Training): Node {
  const base = b.scalar(training.optimizer.args['lr'] as number);
  return training.schedule === undefined ? base : b.mul(base, training.schedule.definition.lower(b, training.schedule.args));
}

function lowerEvaluate(model: Model): Graph {
  const b = new Builder();
  const forward = new Forward(b, model, { ...clean, sample: true });
  return b.finish('evaluate', [{ name: 'terms', node: stack(b, lowerTerms(forward)) }]);
}

/** What the networks read of clean data: with noise as in training, or with the degradations alone. */
function lowerRead(model: Model, name: 'corrupt' | 'degrade'): Graph {
  const b = new Builder();
  const forward = new Forward(b, model, { ...clean, corrupt: name === 'corrupt' });
  const inputs = model.variables.filter((v) => v.role === 'input');
  return b.finish(name, inputs.map((v) => ({
    name: v.name,
    node: v.domain.kind === 'category' ? forward.data(v.name) : restoreRead(forward, v.name, forward.corrupted(v.name)),
  })));
}

/** What the networks read, in data space. Preprocessing is undone only where the shape is still the variable's. */
function restoreRead(forward: Forward, name: string, value: Node): Node {
  const variable = forward.variable(name);
  return variable.shape.join() === variable.corrupted.join() ? forward.restore(name, value) : value;
}

function lowerEncode(model: Model): Graph {
  const b = new Builder();
  const forward = new Forward(b, model, reading);
  return b.finish('encode', codeOf(model).map((code) => ({ name: code.name, node: forward.tensor(code.ref) })));
}

/** Reconstructions in data space, by variable. */
function reconstructions(forward: Forward): readonly Output[] {
  const { b, model } = forward;
  return model.terms.flatMap((term) => {
    if (term.kind !== 'reconstruction') return [];
    const mean = b.at(term.source, () => term.likelihood.definition.mean(b, forward.tensor(term.output), term.linked));
    const variable = forward.variable(term.variable);
    return [{ name: term.variable, node: variable.domain.kind === 'category' ? mean : forward.restore(term.variable, mean) }];
  });
}

function lowerReconstruct(model: Model): Graph {
  const b = new Builder();
  return b.finish('reconstruct', reconstructions(new Forward(b, model, reading)));
}

function lowerDecode(model: Model): Graph {
  const b = new Builder();
  const forward = new Forward(b, model, reading);
  for (const code of codeOf(model)) forward.replace(code.ref, b.input('code', code.name, [B, ...code.shape]));
  return b.finish('decode', reconstructions(forward));
}

/** A prior to draw from that needs no data: every latent has a fixed one. */
const samplePossible = (model: Model): boolean =>
  model.latents.length > 0 && model.latents.every((z) => z.prior.kind === 'fixed') && codeIsEnough(model);

/** Whether the reconstructions follow from the code alone (no skip connection, condition or switch reaches past it). */
export function codeIsEnough(model: Model): boolean {
  return !lowerDecode(model).nodes.some((node) => node.op === 'Input' && node.attrs['kind'] === 'data');
}

function lowerSample(model: Model): Graph {
  const b = new Builder();
  const forward = new Forward(b, model, reading);
  for (const latent of model.latents) {
    const { definition, params } = forward.prior(latent);
    const shape = [B, ...latent.shape];
    const full = Object.fromEntries(Object.entries(params).map(([name, node]) => [name, b.broadcastTo(node, shape)]));
    forward.replace({ kind: 'latent', name: latent.name }, b.named(definition.sample(b, full, (s) => b.normal(s)), latent.name));
  }
  return b.finish('sample', reconstructions(forward));
}

function lowerActivations(model: Model): Graph {
  const b = new Builder();
  const forward = new Forward(b, model, reading);
  return b.finish('activations', layersOf(model).map((layer) => ({ name: layer.id, node: forward.tensor({ kind: 'layer', id: layer.id, output: 0 }) })));
}

