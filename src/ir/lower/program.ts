/** Lowering: a Model becomes the functions of a program, each a graph. */
import { loweringOf } from '../../builtins/define.js';
import { Builder } from '../graph/build.js';
import type { Graph, Node, Output } from '../graph/graph.js';
import type { CompiledModel as Model } from './compiled.js';
import { codeOf, encodes } from '../model/model.js';
import { likeCodesOf, outputsOf } from '../model/outputs.js';
import { prune } from '../graph/passes/prune.js';
import { B } from '../graph/shape.js';
import { passOf } from './expressions.js';
import { write } from './generate.js';
import { lowerGrowing, type Growing } from './growing.js';
import { lowerPullback, lowerRate, lowerScore } from './figure-functions.js';
import type { Mode } from './mode.js';
import type { Pass } from './pass.js';
import { lowerPhases, type LoweredPhase, type LoweredStep } from './phases.js';
import { constraintsOf, project, storedWeights } from './weights.js';

/** The functions of a program beside its training. Outputs are named as the runtime's contract names them. */
export interface ProgramGraphs {
  readonly initialize: Graph;
  /** Of the weights that are constrained; absent where none is. */
  readonly project?: Graph;
  readonly corrupt?: Graph;
  readonly degrade?: Graph;
  /** Absent, like `reconstruct`, where nothing encodes: what is decoded is drawn. */
  readonly encode?: Graph;
  readonly decode: Graph;
  readonly reconstruct?: Graph;
  readonly sample?: Graph;
  readonly activations: Graph;
  readonly score?: Graph;
  readonly rate?: Graph;
  readonly pullback?: Graph;
}

const clean: Mode = { training: false, corrupt: false, latents: 'mean', readsCorrupted: false };
const reading: Mode = { ...clean, readsCorrupted: true };

/** A program's functions, and how it trains. */
export interface Lowered {
  readonly graphs: ProgramGraphs;
  /** What the other functions build trees with. */
  readonly growing?: Growing;
  readonly phases: readonly LoweredPhase[];
}

/** The step that a training begins with. */
export const firstStep = ({ phases }: Pick<Lowered, 'phases'>): LoweredStep => phases[0]!.steps[0]!;

export function lowerProgram(model: Model): Lowered {
  const corrupts = model.variables.some((v) => v.corruption.length > 0);
  const degrades = model.variables.some((v) => v.corruption.some((c) => c.definition.degradation));
  const sample = lowerSample(model);
  const [score, rate, pullback] = [lowerScore(model), lowerRate(model), lowerPullback(model)];
  const graphs: ProgramGraphs = {
    initialize: lowerInitialize(model),
    ...(model.constraints.length > 0 ? { project: lowerProject(model) } : {}),
    ...(corrupts ? { corrupt: lowerRead(model, 'corrupt') } : {}),
    ...(degrades ? { degrade: lowerRead(model, 'degrade') } : {}),
    ...(encodes(model) ? { encode: lowerEncode(model), reconstruct: lowerReconstruct(model) } : {}),
    decode: lowerDecode(model),
    ...(sample === undefined ? {} : { sample }),
    activations: lowerActivations(model),
    ...(score === undefined ? {} : { score }),
    ...(rate === undefined ? {} : { rate }),
    ...(pullback === undefined ? {} : { pullback }),
  };
  const growing = lowerGrowing(model);
  return { graphs, ...(growing === undefined ? {} : { growing }), phases: lowerPhases(model) };
}

function lowerInitialize(model: Model): Graph {
  const b = new Builder();
  const outputs = storedWeights(model).map((weight): Output => {
    const { initializer } = weight.declaration;
    if (initializer.definition.category !== 'initializer') throw new Error(`${weight.name} has no initializer`);
    const draw = initializer.definition;
    const origin = { place: weight.source.place, entry: draw.name };
    const first = b.at(origin, () => draw.lower(b, weight.declaration, initializer.args));
    return { name: weight.name, node: b.named(project(b, model, weight.name, first), weight.name) };
  });
  return b.finish('initialize', outputs);
}

/** Weights that come from elsewhere, brought to where their constraints want them. */
function lowerProject(model: Model): Graph {
  const b = new Builder();
  const pass = passOf(b, model, clean);
  const constrained = storedWeights(model).filter(({ name }) => constraintsOf(model, name).length > 0);
  return b.finish(
    'project',
    constrained.map(({ name }) => ({ name, node: project(b, model, name, pass.weight(name)) })),
  );
}

// ─────────────────────────────────────────────────────────────────────────── functions

/** What the networks read of clean data: with noise as in training, or with the degradations alone. */
function lowerRead(model: Model, name: 'corrupt' | 'degrade'): Graph {
  const b = new Builder();
  const pass = passOf(b, model, { ...clean, corrupt: name === 'corrupt' });
  const inputs = model.variables.filter((v) => v.role === 'input');
  return b.finish(
    name,
    inputs.map((v) => ({
      name: v.name,
      node: v.domain.kind === 'category' ? pass.labels(v.name) : restoreRead(pass, v.name, pass.corrupted(v.name)),
    })),
  );
}

/** What the networks read, in data space. Preprocessing is undone only where the shape is still the variable's. */
function restoreRead(pass: Pass, name: string, value: Node): Node {
  const variable = pass.variable(name);
  return variable.shape.join() === variable.corrupted.join() ? pass.restore(name, value) : value;
}

function lowerEncode(model: Model): Graph {
  const b = new Builder();
  const pass = passOf(b, model, reading);
  return b.finish(
    'encode',
    codeOf(model).map((code) => ({ name: code.name, node: pass.code(code.ref) })),
  );
}

/** Reconstructions, and what is generated, in data space; words that are drawn as one-hot vectors. */
function reconstructions(pass: Pass): readonly Output[] {
  const { b, model } = pass;
  const draws = pass.mode.latents === 'prior';
  write(pass, draws);
  return outputsOf(model).map(({ label, variable: name, output, reconstruction }) => {
    const variable = pass.variable(name);
    const classes = variable.domain.kind === 'category' ? variable.domain.classes : undefined;
    const words = draws ? pass.written(name) : undefined;
    if (words !== undefined && classes !== undefined)
      return { name: label, node: b.make('OneHot', [words], { depth: classes }) };
    const mean = b.at(variable.source, () =>
      reconstruction === undefined
        ? pass.value(output)
        : loweringOf(reconstruction.likelihood.definition).mean(b, pass.value(output), reconstruction.linked),
    );
    return { name: label, node: pass.restore(name, mean) };
  });
}

function lowerReconstruct(model: Model): Graph {
  const b = new Builder();
  return b.finish('reconstruct', reconstructions(passOf(b, model, reading)));
}

function lowerDecode(model: Model): Graph {
  const b = new Builder();
  const pass = passOf(b, model, reading);
  for (const code of codeOf(model)) pass.decode(code.ref, b.input('code', code.name, [B, ...code.shape]));
  return b.finish('decode', reconstructions(pass));
}

/** The arrays of a kind that a graph reads. */
const inputsOf = (graph: Graph, kind: 'data' | 'grown'): readonly string[] => [
  ...new Set(
    graph.nodes.flatMap((node) =>
      node.op === 'Input' && node.attrs['kind'] === kind ? [String(node.attrs['name'])] : [],
    ),
  ),
];

/** The arrays of trees that are built for a graph. */
export const grownIn = (graph: Graph): readonly string[] => inputsOf(graph, 'grown');

/** The variables whose batches a graph reads, what trees are built of for it included. */
export const readsOf = (graph: Graph, growing: Growing | undefined): readonly string[] => [
  ...new Set([
    ...inputsOf(graph, 'data'),
    ...(growing === undefined || grownIn(graph).length === 0 ? [] : inputsOf(growing.positions, 'data')),
  ]),
];

/**
 * Ancestral sampling: every latent is drawn from its prior, those that other priors depend on first, and a code is what
 * a critic is given in its place, given the
 * observed variables that priors and decoders read. Undefined where there is nothing to draw, or where what is
 * to be drawn would have to be given.
 */
function lowerSample(model: Model): Graph | undefined {
  if (model.latents.length + model.draws.length === 0) return undefined;
  const b = new Builder();
  const pass = passOf(b, model, { ...reading, latents: 'prior' });
  for (const { code, like } of likeCodesOf(model)) pass.decode(code, pass.value(like));
  const graph = prune(b.finish('sample', reconstructions(pass)));
  const given = readsOf(graph, lowerGrowing(model));
  const outputs = graph.outputs.map(({ name }) => name);
  return outputs.some((name) => given.includes(name)) ||
    !graph.nodes.some((node) => node.op === 'RandomNormal' || node.op === 'RandomUniform')
    ? undefined
    : graph;
}

/** Layers that have a value by name: those of clauses have as many as they are applied. */
export const seenLayersOf = ({ networks }: Model): readonly Model['networks'][number]['layers'][number][] =>
  networks.filter(({ form }) => form.kind === 'chain' || form.kind === 'nodes').flatMap(({ layers }) => layers);

function lowerActivations(model: Model): Graph {
  const b = new Builder();
  const pass = passOf(b, model, reading);
  return b.finish(
    'activations',
    seenLayersOf(model).map((layer) => ({
      name: layer.id,
      node: pass.value({ kind: 'layer', id: layer.id, output: 0 }),
    })),
  );
}
