/**
 * From an .ae file to the program that the compiler emits for it, as `aec train` runs it: its two imports bound to this
 * checkout's runtime and to the one TensorFlow.js of the test, so that nothing has to be built or written to disk. That
 * the module which people read is the same program is a test of its own (test/codegen/script.test.ts), for laying a
 * module out takes longer than most of what is asked of it.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import ts from 'typescript';
import { targets } from '../../src/codegen/targets.js';
import { printScript } from '../../src/codegen/tfjs/script.js';
import { check, compile, type Checked, type Compiled } from '../../src/compiler.js';
import type { Model } from '../../src/ir/model/model.js';
import type { Training } from '../../src/ir/model/training.js';
import * as runtime from '../../src/runtime/index.js';
import type { Program } from '../../src/runtime/index.js';
import { errorsOf, shown } from './findings.js';

/** Settings of the `train` clause that a test may replace, to be quick. */
export type Overrides = Partial<Pick<Training, 'epochs' | 'seed' | 'validation'>> & {
  readonly batch?: number | 'full';
  /** The phases that there are, by name. */
  readonly only?: readonly string[];
};

export interface EmitOptions {
  /** Hyperparameters, as `--set` gives them. */
  readonly set?: Readonly<Record<string, number | string>>;
  readonly overrides?: Overrides;
  /** Which autoencoder, where a file declares several. */
  readonly name?: string;
}

export interface Emitted {
  readonly checked: Checked;
  readonly model: Model;
  readonly compiled: Compiled;
  /** Op by op, on whichever backend TensorFlow.js has. */
  readonly program: Program;
}

export const examplesFolder = fileURLToPath(new URL('../../examples/', import.meta.url));

export const readExample = (path: string): string => readFileSync(join(examplesFolder, path), 'utf8');

/** Starts the WASM backend, which `aec train` uses after `npm ci` alone. */
export async function useWasm(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(entry)}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('the WASM backend did not start');
  await tf.ready();
}

/** Checks an example; `path` is relative to examples/. */
export function checkExample(path: string, set: EmitOptions['set'] = {}): Checked {
  const full = join(examplesFolder, path);
  const read = (name: string): string | undefined => {
    const file = join(dirname(full), name);
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  };
  return check(basename(path), readExample(path), read, settings(set));
}

/** Checks text that lies in no file. */
export const checkText = (text: string, set: EmitOptions['set'] = {}): Checked =>
  check('test.ae', text, () => undefined, settings(set));

const settings = (set: NonNullable<EmitOptions['set']>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(set).map(([name, value]) => [name, String(value)]));

export const emitExample = (path: string, options: EmitOptions = {}): Emitted =>
  emit(checkExample(path, options.set), options);

export const emitText = (text: string, options: EmitOptions = {}): Emitted =>
  emit(checkText(text, options.set), options);

/** Compiles, prints and loads. Throws the findings where there are errors: tests want them read. */
function emit(checked: Checked, options: EmitOptions): Emitted {
  const declared = checked.models.find((m) => options.name === undefined || m.name === options.name);
  if (declared === undefined || errorsOf(checked).length > 0) throw new Error(shown(checked));
  const { batch: size, only, epochs, ...overrides } = options.overrides ?? {};
  const { training } = declared;
  const set = <T extends Pick<Training, 'epochs' | 'batch'>>(one: T): T => ({
    ...one,
    epochs: epochs ?? one.epochs,
    batch: size === undefined ? one.batch : { ...one.batch, size },
  });
  const phases = training.phases.filter(({ name }) => only?.includes(name) ?? true).map(set);
  const model: Model = { ...declared, training: { ...set(training), ...overrides, phases } };
  const compiled = compile(model, checked);
  return { checked, model, compiled, program: load(printScript(compiled, targets.wasm)) };
}

/** Runs an emitted module or script. */
export function load(text: string): Program {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const packages: Readonly<Record<string, unknown>> = { 'aec-lang/runtime': runtime, [targets.wasm.tf]: tf };
  const exported: { program?: Program } = {};
  const run = new Function('require', 'exports', outputText) as (
    require: (name: string) => unknown,
    exports: object,
  ) => void;
  run((name) => packages[name] ?? unknown(name), exported);
  if (exported.program === undefined) throw new Error('the emitted module exports no program');
  return exported.program;
}

const unknown = (name: string): never => {
  throw new Error(`the emitted module imports ${name}`);
};
