/** The plain-data description that a generated program carries. */
import { showPlace, type Written } from '../diagnostics/written.js';
import type { CompiledModel } from '../ir/lower/compiled.js';
import { figureArgs } from '../ir/lower/figures.js';
import { readsOf, type ProgramGraphs } from '../ir/lower/program.js';
import { statisticsOf, storedWeights, trainableWeights } from '../ir/lower/weights.js';
import { everyExpression } from '../ir/model/expressions.js';
import { codeOf, layersOf, reconstructionsOf } from '../ir/model/model.js';
import type { CodeSpec, PhaseSpec, ProgramSpec } from '../runtime/program.js';
import { compilerVersion } from '../version.js';
import { showCall, showTerm } from './show-values.js';

function outputShape(model: CompiledModel, name: string): readonly number[] {
  const { shape, domain } = model.variables.find((v) => v.name === name)!;
  return domain.kind === 'category' ? [...shape, domain.classes] : shape;
}

/** When the schedules in the terms have come to their ends; those without an end, at that of the phase. */
function settledAt({ terms, training: { epochs } }: CompiledModel): Pick<PhaseSpec, 'settled'> {
  const schedules = terms
    .flatMap(({ value }) => everyExpression(value))
    .flatMap((one) => (one.kind === 'schedule' ? [one.call] : []));
  const longest = (lengths: readonly number[]): number => Math.max(0, ...lengths);
  const given = (name: 'steps' | 'epochs'): readonly number[] =>
    schedules.flatMap(({ args }) => (typeof args[name] === 'number' ? [args[name]] : []));
  const whole = schedules.filter(
    ({ definition, args }) =>
      definition.last(args) === undefined || (args['steps'] === undefined && args['epochs'] === undefined),
  );
  return schedules.length === 0
    ? {}
    : {
        settled: { epochs: longest([...given('epochs'), ...whole.map(() => epochs)]), steps: longest(given('steps')) },
      };
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

export function programSpec(
  model: CompiledModel,
  graphs: ProgramGraphs,
  sourceHash: string,
  written: Written,
): ProgramSpec {
  const origin = (source: Parameters<Written>[0]): string => showPlace(written(source));
  const { training } = model;
  const slots = training.optimizer.definition.slots(training.optimizer.args);
  const trains = trainableWeights(model);
  const shapeOf = (name: string): readonly number[] => model.weights.find((w) => w.name === name)!.declaration.shape;
  const stop = training.stop;
  const phase: PhaseSpec = {
    name: 'train',
    epochs: training.epochs,
    batch: training.batch.size,
    trains,
    slots: trains.flatMap((name) =>
      slots.map((slot) => ({ name: `${name}/${slot.name}`, shape: shapeOf(name), initial: slot.initial })),
    ),
    terms: model.terms.map((term) => ({ name: term.name, formula: showTerm(term), origin: origin(term.source) })),
    optimizer: showCall(training.optimizer),
    ...settledAt(model),
    ...(stop === undefined
      ? {}
      : { earlyStopping: { patience: stop.args['patience'] as number, minDelta: stop.args['min_delta'] as number } }),
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
      origin: origin(v.source),
    })),
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
    phases: [phase],
    seed: training.seed,
    validation: training.validation.share,
    activations: layersOf(model).map((layer) => ({
      name: layer.id,
      shape: layer.outputs[0]!,
      origin: origin(layer.source),
    })),
    code: codeOf(model).map((code) => ({
      name: code.name,
      shape: code.shape,
      origin: origin(code.source),
      ...priorOf(model, code.name),
    })),
    figures: model.figures.map((figure) => ({
      name: figure.call.definition.name,
      text: showCall(figure.call),
      origin: origin(figure.source),
      args: figureArgs(model, figure),
      ...(figure.call.definition.asks === 'pullback' ? { differentiates: true as const } : {}),
    })),
    outputs: reconstructionsOf(model).map(({ label, variable }) => ({
      name: label,
      variable,
      shape: outputShape(model, variable),
    })),
    decodeReads: readsOf(graphs.decode),
    generative: graphs.sample !== undefined,
    sampleReads: graphs.sample === undefined ? [] : readsOf(graphs.sample),
    corruption: model.variables.flatMap((v) => v.corruption.map((c) => showCall(c))).join(', then '),
  };
}
