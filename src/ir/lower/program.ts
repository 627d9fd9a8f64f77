/** Lowering: a Model becomes the functions of a program, each a graph. */
import { Builder } from '../build.js';
import type { Graph, Node, Output } from '../graph.js';
import type { CompiledModel as Model } from '../compiled.js';
import { codeOf, layersOf } from '../model.js';
import { B } from '../shape.js';
import { Forward, type ForwardMode } from './forward.js';
import { lowerTrainStep, type StepInPlace } from './step.js';
import { lowerTerms, stack } from './terms.js';
import { project, storedWeights } from './weights.js';

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

/** A program's functions, and its step for targets whose weights are variables. */
export interface Lowered {
  readonly graphs: ProgramGraphs;
  readonly stepInPlace: StepInPlace;
}

export function lowerProgram(model: Model): Lowered {
  const corrupts = model.variables.some((v) => v.corruption.length > 0);
  const degrades = model.variables.some((v) => v.corruption.some((c) => c.definition.degradation));
  const { trainStep, stepInPlace } = lowerTrainStep(model);
  const graphs: ProgramGraphs = {
    initialize: lowerInitialize(model),
    trainStep,
    evaluate: lowerEvaluate(model),
    ...(corrupts ? { corrupt: lowerRead(model, 'corrupt') } : {}),
    ...(degrades ? { degrade: lowerRead(model, 'degrade') } : {}),
    encode: lowerEncode(model),
    decode: lowerDecode(model),
    reconstruct: lowerReconstruct(model),
    ...(samplePossible(model) ? { sample: lowerSample(model) } : {}),
    activations: lowerActivations(model),
  };
  return { graphs, stepInPlace };
}

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

// ─────────────────────────────────────────────────────────────────────────── functions

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

