/** A trained model, opened by a command: of a run, or of a file and the weights that go with it. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EmitOptions } from '../codegen/emit.js';
import type { Checked } from '../compiler.js';
import type { Model } from '../ir/model/model.js';
import { release, renderDataError, type DataError, type Dataset, type Result } from '../runtime/index.js';
import { isRun, loadData, loadWeights } from '../runtime/node/index.js';
import type { AnyProgram, Program, Tensors, VariableSpec } from '../runtime/program.js';
import { dataNamed, type DataOptions } from './data.js';
import { loadModel, settingsOf, type CheckedSource, type SourceOptions } from './io.js';
import { loadProgram, type BackendChoice } from './load.js';
import { err, refuse, refuseData } from './refusal.js';
import { newestFolder, runAt, saidIn, type KnownRun, weightsIn } from './runs.js';
import { classesFile, readClasses, readVocabularies, vocabularyFile, type Vocabularies } from './vocabulary.js';

export interface SessionOptions extends SourceOptions {
  readonly weights?: string;
  readonly backend: BackendChoice;
}

export interface Session<P = AnyProgram> {
  readonly model: Model;
  readonly program: P;
  readonly weights: Tensors;
  /** The run that the weights lie in. */
  readonly run?: KnownRun;
  /** Where program, weights and data come from, for people. */
  readonly backend: string;
  readonly file: string;
  /** The words of the model's tokens, where it has some. */
  readonly vocabularies?: Vocabularies;
  /** The names of its classes, where its data had some. */
  readonly classes: Vocabularies;
}

/** Opens a run, or a file with the weights of its newest run unless others are named. Refuses where there are none. */
export async function openSession(path: string, options: SessionOptions): Promise<Session>;
/** The same op by op, with functions for steps and losses. */
export async function openSession(path: string, options: SessionOptions, form: 'ops'): Promise<Session<Program>>;
export async function openSession(path: string, options: SessionOptions, form?: 'ops'): Promise<Session> {
  const { checked, model, file, run } = await trainedModel(path, options);
  // Where there are no graphs, every program goes op by op anyway.
  const emit: EmitOptions = form === undefined ? {} : { form };
  const { program, backend } = await loadProgram(model, checked, options.backend, emit);
  // Figures change the source and not the model.
  const { figure = [] } = options;
  const spec = figure.length === 0 ? program.spec : { ...program.spec, sourceHash: (await saidIn(file)).source };
  const weights = orRefuse(await loadWeights(file, spec), file, path);
  const tokens = program.spec.variables.some(
    ({ tree, words, domain }) => words === true || (tree?.at === 'leaves' && domain.kind === 'category'),
  );
  const vocabularies = tokens ? readVocabularies(join(dirname(file), vocabularyFile)) : undefined;
  return {
    model,
    program,
    weights,
    backend,
    file,
    classes: readClasses(join(dirname(file), classesFile)),
    ...(run === undefined ? {} : { run }),
    ...(vocabularies === undefined ? {} : { vocabularies }),
  };
}

/** The names of a variable's labels, from 0 on: of classes, or the words of a vocabulary. */
export function namesOf({ classes, vocabularies }: Session, variable: string): readonly string[] | undefined {
  const words = vocabularies?.[variable];
  return classes[variable] ?? (words === undefined ? undefined : ['?', ...words]);
}

/** A model as it was trained, where its weights lie, and the run that they are of. */
export interface TrainedModel {
  readonly checked: Checked;
  readonly model: Model;
  readonly file: string;
  readonly run?: KnownRun;
}

/** Of a run, or of a file and the newest run of it unless other weights are named. */
export async function trainedModel(path: string, options: Omit<SessionOptions, 'backend'>): Promise<TrainedModel> {
  const given = await loadModel(path, options);
  const file = options.weights ?? weightsIn(given.run?.folder ?? newestFolder(given.model.name));
  const { checked, model } = await asTrained(path, options, given, file);
  const beside = dirname(file);
  const run = given.run ?? (isRun(beside) ? await runAt(beside) : undefined);
  return { checked, model, file, ...(run === undefined ? {} : { run }) };
}

/** Weights that were read, with what is to be said of them; refuses where they could not be. */
export function orRefuse<T>(
  loaded: Result<{ readonly value: T; readonly warnings: readonly (string | DataError)[] }>,
  file: string,
  path: string,
): T {
  if (!loaded.ok)
    return refuseData(loaded.error, ...(existsSync(file) ? [] : [`  train first: aec train ${path} --data …`]));
  for (const warning of loaded.value.warnings)
    err(`warning: ${typeof warning === 'string' ? warning : renderDataError(warning)}`);
  return loaded.value.value;
}

/** The model with the hyperparameters that its weights were trained with, where the command line does not say otherwise. */
async function asTrained(
  path: string,
  options: Omit<SessionOptions, 'backend'>,
  given: CheckedSource & { readonly model: Model },
  file: string,
): Promise<CheckedSource & { readonly model: Model }> {
  const asked = settingsOf(options);
  const { parameters: trained } = await saidIn(file);
  const other = given.model.parameters.flatMap(({ name, value }) => {
    const then = trained.get(name);
    return then === undefined || then === String(value) || name in asked ? [] : [`${name}=${then}`];
  });
  if (other.length === 0) return given;
  if (options.json !== true) err(`as trained: ${other.join(', ')}`);
  return loadModel(path, { ...options, set: [...(options.set ?? []), ...other] });
}

/** The data of a command: those that it names, those of the run, or those of the file; of the given variables alone. */
export async function dataOf(
  options: DataOptions,
  { model, program, run, vocabularies, classes }: Session,
  variables: readonly VariableSpec[],
): Promise<Dataset> {
  const named = dataNamed(options, model, run?.record.origin.data);
  const data = await loadData(named, variables, {
    ...(vocabularies === undefined ? program.spec : { vocabularies }),
    classes,
    declared: program.spec.variables.map(({ name }) => name),
  });
  return data.ok ? data.value : refuseData(data.error);
}

/** Refuses, and gives the weights back. */
export function refuseIn({ weights }: Pick<Session, 'weights'>, ...lines: readonly string[]): never {
  release([weights]);
  return refuse(...lines);
}
