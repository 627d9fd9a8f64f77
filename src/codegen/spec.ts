/** The plain-data description that a generated program carries. */
import { showPlace, type Written } from '../diagnostics/written.js';
import type { CompiledModel, CompiledPhase } from '../ir/lower/compiled.js';
import type { Graph } from '../ir/graph/graph.js';
import { figureArgs } from '../ir/lower/figures.js';
import type { LoweredPhase, LoweredStep } from '../ir/lower/phases.js';
import { grownIn, readsOf, seenLayersOf, type Lowered } from '../ir/lower/program.js';
import { statisticsOf, storedWeights } from '../ir/lower/weights.js';
import { isMeanOfExamples } from '../ir/model/apart.js';
import { graphSpec } from '../ir/model/architecture.js';
import { codeOf } from '../ir/model/model.js';
import { foldsBuilt } from '../ir/model/networks.js';
import { outputsOf } from '../ir/model/outputs.js';
import type { Source } from '../ir/model/source.js';
import { settledAt } from '../ir/model/settled.js';
import { elementOf, feedsMask, maskShapeOf, missingOf } from '../ir/model/variables.js';
import type { CodeSpec, PhaseSpec, ProgramSpec, TurnSpec, VariableSpec } from '../runtime/program.js';
import { compilerVersion } from '../version.js';
import { showCall, showTerm } from './show-values.js';

function outputShape(model: CompiledModel, name: string): readonly number[] {
  const { shape, domain } = model.variables.find((v) => v.name === name)!;
  return domain.kind === 'category' ? [...shape, domain.classes] : shape;
}

/** Labels that may be missing. */
function missingSpec(variable: CompiledModel['variables'][number]): Pick<VariableSpec, 'optional' | 'partial'> {
  if (variable.structure.kind === 'label') return variable.observed === 'sometimes' ? { optional: true } : {};
  const missing = variable.domain.kind === 'category' ? missingOf(variable) : undefined;
  return missing === undefined ? {} : missing === 'rows' ? { optional: true } : { partial: missing };
}

/** Variables, each with what says where it is there, where that is fed beside it. */
const withMasks = (
  variables: CompiledModel['variables'],
  specOf: (variable: CompiledModel['variables'][number]) => VariableSpec,
): readonly VariableSpec[] =>
  variables.flatMap((variable) => {
    const own = specOf(variable);
    if (!feedsMask(variable)) return [own];
    const mask: VariableSpec = {
      name: `${own.name}.mask`,
      role: 'mask',
      of: own.name,
      shape: maskShapeOf(variable)!,
      domain: { kind: 'binary' },
      origin: own.origin,
    };
    return [own, mask];
  });

/** Where a variable of a tree stands, and what of the tree its training reads. */
function treeSpec(
  { name, structure }: CompiledModel['variables'][number],
  phases: readonly LoweredPhase[],
): Pick<VariableSpec, 'tree'> {
  if (structure.kind === 'label') return { tree: { of: structure.tree, at: 'nodes', below: false } };
  if (structure.kind !== 'tree') return {};
  const below = phases.some(({ evaluate }) =>
    readsOf(evaluate, undefined).some((array) => array.startsWith(`${name}.below.`)),
  );
  return { tree: { of: name, at: 'leaves', below } };
}

/** Trees that are built, and what of them training reads. */
function grownSpec(model: CompiledModel, phases: readonly LoweredPhase[]): Pick<ProgramSpec, 'grown'> {
  const grown = foldsBuilt(model.networks).map(({ name, form }) => ({
    name,
    by: form.by.definition.name,
    below: phases.some(({ evaluate }) => grownIn(evaluate).some((array) => array.startsWith(`${name}.below.`))),
  }));
  return grown.length === 0 ? {} : { grown };
}

/** A phase as the training loop knows it. */
function phaseSpec(model: CompiledModel, lowered: LoweredPhase, origin: (source: Source) => string): PhaseSpec {
  const { phase, terms, steps, cycle } = lowered;
  const shapes = new Map(model.weights.map(({ name, declaration }) => [name, declaration.shape]));
  const copies = phase.copies.flatMap(({ weights }) => weights);
  const settled = settledAt(
    model,
    terms.map(({ term }) => term.value),
    phase.epochs,
  );
  const players = phase.players.map(({ name, optimizer }) => `${name}: ${showCall(optimizer)}`);
  return {
    name: phase.name,
    epochs: phase.epochs,
    batch: phase.batch.size,
    ...compositionOf(phase),
    trains: [...new Set(steps.flatMap(({ trains }) => trains))],
    ...(copies.length === 0 ? {} : { copies }),
    ...(steps.length === 1 ? {} : { turns: turnsOf(phase, steps, cycle) }),
    slots: steps.flatMap(({ slots }) =>
      slots.map(({ name, weight, initial }) => ({ name, shape: shapes.get(weight)!, initial })),
    ),
    terms: terms.map(({ term, player, idle }) => ({
      name: term.name,
      formula: showTerm(term),
      origin: origin(term.source),
      ...(player === undefined ? {} : { player }),
      ...(idle ? { idle } : {}),
    })),
    ...methodOf(
      steps,
      isMeanOfExamples(
        model,
        terms.map(({ term }) => term.value),
      ),
    ),
    optimizer: players.length === 0 ? showCall(phase.optimizer) : players.join(', '),
    ...(settled === undefined ? {} : { settled }),
    ...(phase.stop === undefined
      ? {}
      : {
          earlyStopping: {
            patience: phase.stop.args['patience'] as number,
            minDelta: phase.stop.args['min_delta'] as number,
            ...(typeof phase.stop.args['after'] === 'number' ? { after: phase.stop.args['after'] } : {}),
          },
        }),
  };
}

function methodOf([{ method } = {}]: readonly Partial<LoweredStep>[], inParts: boolean): Pick<PhaseSpec, 'method'> {
  if (method === undefined) return {};
  const numbers = Object.entries(method.args).filter((arg): arg is [string, number] => typeof arg[1] === 'number');
  return {
    method: { name: method.definition.name, args: Object.fromEntries(numbers), ...(inParts ? {} : { together: true }) },
  };
}

function compositionOf({ batch: { composition } }: CompiledPhase): Pick<PhaseSpec, 'composition'> {
  if (composition === undefined) return {};
  const { count, of } = composition;
  if (of.kind === 'hidden') throw new Error('a batch cannot be composed of elements');
  return { composition: { variable: of.variable, is: of.kind === 'equals' ? of.value : of.kind, count } };
}

/** Steps of one player in a row are one turn. */
function turnsOf(phase: CompiledPhase, steps: readonly LoweredStep[], cycle: readonly number[]): readonly TurnSpec[] {
  const starts = cycle.flatMap((step, i) => (i === 0 || cycle[i - 1] !== step ? [i] : []));
  return starts.map((start, i) => {
    const { name, trains, terms } = steps[cycle[start]!]!;
    const player = name.slice(phase.name.length + 1);
    return { player, step: name, count: (starts[i + 1] ?? cycle.length) - start, trains, terms };
  });
}

/** What a code is drawn from, where that is a fixed distribution of single numbers. */
function priorOf({ latents, draws }: CompiledModel, name: string): Pick<CodeSpec, 'prior'> {
  const latent = latents.find((one) => one.name === name);
  const draw = draws.find((one) => one.name === name);
  const known =
    latent === undefined
      ? draw?.definition.known?.(draw.args)
      : latent.prior.heads === undefined
        ? latent.prior.definition.known?.(latent.prior.args)
        : undefined;
  return known === undefined ? {} : { prior: known };
}

/** As many as stand beside each other in a figure. */
const mostValues = 64;

function valuesOf(
  { latents }: CompiledModel,
  { name, shape }: ReturnType<typeof codeOf>[number],
): Pick<CodeSpec, 'values'> {
  const definition = latents.find((one) => one.name === name)?.definition;
  const [size, ...map] = shape;
  if (definition?.everyValue === undefined || map.length > 0) return {};
  const count = definition.posterior?.values?.(size!) ?? size!;
  return count > mostValues ? {} : { values: definition.everyValue(size!) };
}

/** The variables that a function needs, what makes its inputs of clean data included. */
function neededFor(
  { variables }: CompiledModel,
  { graphs: { degrade }, growing }: Lowered,
  graph: Graph | undefined,
): readonly string[] {
  if (graph === undefined) return [];
  // Arrays of a variable (of trees, say) are named after it.
  const read = [graph, ...(degrade === undefined ? [] : [degrade])]
    .flatMap((one) => readsOf(one, growing))
    .map((array) => array.split('.')[0]!);
  return variables.filter(({ name }) => read.includes(name)).map(({ name }) => name);
}

export function programSpec(model: CompiledModel, lowered: Lowered, sourceHash: string, written: Written): ProgramSpec {
  const origin = (source: Source): string => showPlace(written(source));
  const { training } = model;
  const { graphs, growing, phases } = lowered;
  return {
    name: model.name,
    doc: model.doc,
    sourceHash,
    parameters: model.parameters,
    compiler: `aec ${compilerVersion}`,
    variables: withMasks(model.variables, (v) => ({
      name: v.name,
      role: v.role,
      shape: v.shape,
      ...(v.shape.join() === v.corrupted.join() ? {} : { degraded: v.corrupted }),
      domain: v.domain,
      ...missingSpec(v),
      ...(v.structure.kind !== 'tree' && elementOf(v.structure).kind === 'token' ? { words: true as const } : {}),
      ...treeSpec(v, phases),
      origin: origin(v.source),
    })),
    ...grownSpec(model, phases),
    weights: [
      ...storedWeights(model).map((w) => ({
        name: w.name,
        shape: w.declaration.shape,
        trainable: w.declaration.trainable,
      })),
      ...statisticsOf(model).map(({ weight, variable, kind, shape }) => ({
        name: weight,
        shape,
        trainable: false,
        statistic: { variable, kind },
      })),
    ],
    phases: phases.map((phase) => phaseSpec(model, phase, origin)),
    seed: training.seed,
    validation: training.validation.share,
    activations: seenLayersOf(model).map((layer) => ({
      name: layer.id,
      shape: layer.outputs[0]!,
      origin: origin(layer.source),
    })),
    code: codeOf(model).map((code) => ({
      name: code.name,
      shape: code.shape,
      origin: origin(code.source),
      ...priorOf(model, code.name),
      ...valuesOf(model, code),
    })),
    architecture: graphSpec(model),
    figures: model.figures.map((figure) => ({
      name: figure.call.definition.name,
      text: showCall(figure.call),
      origin: origin(figure.source),
      args: figureArgs(model, figure),
      ...(figure.call.definition.asks?.(figure.call.args) === 'pullback' ? { differentiates: true as const } : {}),
    })),
    outputs: outputsOf(model).map(({ label, variable, reconstruction }) => ({
      ...(reconstruction === undefined ? { generated: true as const } : {}),
      name: label,
      variable,
      shape: outputShape(model, variable),
    })),
    encodeReads: neededFor(model, lowered, graphs.encode),
    reconstructReads: neededFor(model, lowered, graphs.reconstruct),
    decodeReads: readsOf(graphs.decode, growing),
    generative: graphs.sample !== undefined,
    sampleReads: graphs.sample === undefined ? [] : readsOf(graphs.sample, growing),
    corruption: model.variables.flatMap((v) => v.corruption.map((c) => showCall(c))).join(', then '),
  };
}
