/** From a model to a running program: the backend is chosen, the module emitted, and that very module loaded. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { targets, type Target, type TargetName } from '../codegen/targets.js';
import type { Checked } from '../compiler.js';
import { compile, type Compiled } from '../compiler.js';
import type { Model } from '../ir/model.js';
import type { Program } from '../runtime/program.js';
import { installed, mendNode23, nodePackages } from './backends.js';
import { refuse } from './io.js';

export interface Loaded {
  readonly program: Program;
  /** The module's TypeScript, as `aec build` writes it. */
  readonly text: string;
  readonly target: Target;
  readonly compiled: Compiled;
  /** `wasm`, `tensorflow (node-gpu)`, … */
  readonly backend: string;
}

export type BackendChoice = 'auto' | 'node-gpu' | 'node' | 'wasm' | 'cpu';

const require = createRequire(import.meta.url);

/** Emits, loads and returns the program on the fastest backend present, or on the one asked for. */
export async function loadProgram(model: Model, checked: Checked, choice: BackendChoice): Promise<Loaded> {
  const found = choice === 'auto' ? await firstWorking() : await start(choice);
  if ('reason' in found) {
    return refuse(`error: the backend ${choice} does not run here`, `  found: ${found.reason}`, '  try: aec doctor');
  }
  const { target, backend } = found;
  const { printModule } = await import('../codegen/tfjs/module.js');
  const compiled = compile(model, checked);
  const text = await printModule(compiled.spec, compiled.graphs, target);
  return { program: await importModule(text, target), text, target, compiled, backend };
}

type Started = { readonly target: Target; readonly backend: string } | { readonly reason: string };

async function firstWorking(): Promise<Started> {
  for (const choice of ['node-gpu', 'node', 'wasm'] as const) {
    const started = await start(choice);
    if (!('reason' in started)) return started;
  }
  return start('cpu');
}

async function start(choice: Exclude<BackendChoice, 'auto'>): Promise<Started> {
  const { ready, setBackend } = await import('@tensorflow/tfjs-core');
  if (choice === 'cpu' || choice === 'wasm') {
    if (choice === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
    else {
      const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
    }
    if (!(await setBackend(choice))) return { reason: `the ${choice} backend refused to start` };
    await ready();
    return { target: targets.wasm, backend: choice };
  }
  const name = nodePackages[choice];
  const at = installed(name);
  if (at === undefined) return { reason: `${name} is not installed` };
  mendNode23();
  try {
    await import(pathToFileURL(at).href);
    if (!(await setBackend('tensorflow'))) return { reason: `${name} did not register its backend` };
    await ready();
  } catch (error) {
    return { reason: error instanceof Error ? error.message.split('\n')[0]! : String(error) };
  }
  return { target: targets[choice as TargetName], backend: `tensorflow (${choice})` };
}

/** Runs the emitted TypeScript: types are stripped, bare imports resolved from here, and the module imported. */
async function importModule(text: string, target: Target): Promise<Program> {
  const { ts } = await import('ts-morph');
  const { outputText } = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  const runtime = new URL('../runtime/index.js', import.meta.url).href;
  const tf = target.tf === '@tensorflow/tfjs-core' ? import.meta.resolve(target.tf) : pathToFileURL(installed(target.tf)!).href;
  const resolved = outputText.replace(`'${target.tf}'`, `'${tf}'`).replace(/(['"])aec\/runtime\1/, `'${runtime}'`);
  const folder = mkdtempSync(join(tmpdir(), 'aec-'));
  try {
    const file = join(folder, 'program.mjs');
    writeFileSync(file, resolved);
    return ((await import(pathToFileURL(file).href)) as { readonly program: Program }).program;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
