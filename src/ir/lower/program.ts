/** Lowering: a Model becomes the functions of a program, each a graph. */
import { Builder } from '../graph/build.js';
import type { Graph, Node, Output } from '../graph/graph.js';
import type { CompiledModel as Model } from './compiled.js';
import { codeOf, layersOf } from '../model/model.js';
import { prune } from '../graph/passes/prune.js';
import { B } from '../graph/shape.js';
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

const clean: ForwardMode = { training: false, corrupt: false, latents: 'mean', readsCorrupted: false };
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
  const sample = lowerSample(model);
  const graphs: ProgramGraphs = {
    initialize: lowerInitialize(model),
    trainStep,
    evaluate: lowerEvaluate(model),
    ...(corrupts ? { corrupt: lowerRead(model, 'corrupt') } : {}),
    ...(degrades ? { degrade: lowerRead(model, 'degrade') } : {}),
    encode: lowerEncode(model),
    decode: lowerDecode(model),
    reconstruct: lowerReconstruct(model),
    ...(sample === undefined ? {} : { sample }),
    activations: lowerActivations(model),
  };
  return { graphs, stepInPlace };
}

function lowerInitialize(model: Model): Graph {
  const b = new Builder();
  const outputs = storedWeights(model).map((weight): Output => {
    const { initializer } = weight.declaration;
    if (initializer.definition.category !== 'initializer') throw new Error(`${weight.name} has no initializer`);
    const draw = initializer.definition;
    const first = b.at(weight.source, () => draw.lower(b, weight.declaration, initializer.args));
    return { name: weight.name, node: b.named(project(b, model, weight.name, first), weight.name) };
  });
  return b.finish('initialize', outputs);
}

// ─────────────────────────────────────────────────────────────────────────── functions

/** The terms as training has them, noise and draws included, but with layers as the deployed model has them. */
function lowerEvaluate(model: Model): Graph {
  const b = new Builder();
  const forward = new Forward(b, model, { ...clean, corrupt: true, latents: 'drawn' });
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
  return b.finish('encode', codeOf(model).map((code) => ({ name: code.name, node: forward.value(code.ref) })));
}

/** Reconstructions in data space, by variable. */
function reconstructions(forward: Forward): readonly Output[] {
  const { b, model } = forward;
  return model.terms.flatMap((term) => {
    if (term.kind !== 'reconstruction') return [];
    const mean = b.at(term.source, () => term.likelihood.definition.mean(b, forward.value(term.output), term.linked));
    const variable = forward.variable(term.variable);
    return [{ name: term.label, node: variable.domain.kind === 'category' ? mean : forward.restore(term.variable, mean) }];
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

/** Whether the reconstructions follow from the code alone (no skip connection, condition or switch reaches past it). */
export const codeIsEnough = (model: Model): boolean => readsOf(lowerDecode(model)).length === 0;

/** The variables whose batches a graph reads. */
export const readsOf = (graph: Graph): readonly string[] =>
  [...new Set(graph.nodes.flatMap((node) => (node.op === 'Input' && node.attrs['kind'] === 'data' ? [String(node.attrs['name'])] : [])))];

/**
 * Ancestral sampling: every latent is drawn from its prior, those that other priors depend on first, given the
 * observed variables that priors and decoders read. Undefined where there is nothing to draw, or where what is
 * to be drawn would have to be given.
 */
function lowerSample(model: Model): Graph | undefined {
  if (model.latents.length === 0) return undefined;
  const b = new Builder();
  const graph = prune(b.finish('sample', reconstructions(new Forward(b, model, { ...reading, latents: 'prior' }))));
  const given = readsOf(graph);
  const outputs = graph.outputs.map(({ name }) => name);
  return outputs.some((name) => given.includes(name)) || !graph.nodes.some((node) => node.op === 'RandomNormal' || node.op === 'RandomUniform') ? undefined : graph;
}

function lowerActivations(model: Model): Graph {
  const b = new Builder();
  const forward = new Forward(b, model, reading);
  return b.finish('activations', layersOf(model).map((layer) => ({ name: layer.id, node: forward.value({ kind: 'layer', id: layer.id, output: 0 }) })));
}

