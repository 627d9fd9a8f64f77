/** From a model to a running program: the backend is chosen, the module emitted, and that very module loaded. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { emitProgram, type EmitOptions, type Emitted } from '../codegen/emit.js';
import { runtimeModule } from '../codegen/runtime-names.js';
import { partsOf, rowsOfPart } from '../codegen/parts.js';
import { formOf, targets, type Form, type Target } from '../codegen/targets.js';
import type { Checked } from '../compiler.js';
import { compile, type Compiled } from '../compiler.js';
import type { Model } from '../ir/model/model.js';
import { type AnyProgram, type Program, type ResidentProgram, type Result } from '../runtime/index.js';
import { isFed } from '../runtime/signatures.js';
import { prepareTensorFlow, usesGpu } from '../runtime/node/prepare.js';
import { backendOrder, installed, nodePackages } from './backends.js';
import { err, refuse, refuseData } from './refusal.js';
import { threaded, type Cuts } from './threads/pool.js';

export interface Loaded<P = AnyProgram> {
  readonly program: P;
  /** `program.ts` and what lies beside it, as `aec build` writes them. */
  readonly files: () => Promise<ReadonlyMap<string, string | Uint8Array>>;
  readonly target: Target;
  readonly compiled: Compiled;
  /** `wasm`, `tensorflow (node-gpu, one graph)`, … */
  readonly backend: string;
}

export type BackendChoice = 'auto' | 'node-gpu' | 'node' | 'wasm' | 'cpu';

const require = createRequire(import.meta.url);

/** Emits, loads and returns the program on the fastest backend present, or on the one asked for. */
export async function loadProgram(model: Model, checked: Checked, choice: 'wasm' | 'cpu'): Promise<Loaded<Program>>;
export async function loadProgram(
  model: Model,
  checked: Checked,
  choice: BackendChoice,
  options?: EmitOptions,
): Promise<Loaded>;
export async function loadProgram(
  model: Model,
  checked: Checked,
  choice: BackendChoice,
  options: EmitOptions = {},
): Promise<Loaded> {
  const { form } = options;
  const compiled = compile(model, checked);
  const parts = (target: Target): number => partsOf(compiled.spec, target, options);
  const found = choice === 'auto' ? await firstWorking(parts) : await start(choice, parts);
  if ('reason' in found) {
    return refuse(`error: the backend ${choice} does not run here`, `  found: ${found.reason}`, '  try: aec doctor');
  }
  const { target, backend } = found;
  const forms: readonly Form[] = target.forms;
  if (form !== undefined && !forms.includes(form)) {
    return refuse(
      `error: ${backend} runs no ${form}`,
      `  expected: --exec ${forms.join(' or ')}`,
      '  graphs run on node and node-gpu: aec doctor',
    );
  }
  if (backend !== 'wasm') refuseParts(options, target, `--backend ${choice}`);
  refuseThreads(options, choice, backend);
  const emitted = emitProgram(compiled, target, options);
  if (emitted.refused !== undefined) err(renderRefusal(emitted.refused));
  for (const one of emitted.uncut) err(renderUncut(one, compiled));
  if (options.threads !== undefined && options.threads > 1 && parts(target) === 1)
    err(renderWhole(options.threads, compiled));
  const threads = Math.min(options.threads ?? 1, emitted.parts);
  const parted =
    emitted.parts > 1
      ? `${backend}, ${emitted.parts} parts a batch in ${threads === 1 ? 'one thread' : `${threads} threads`}`
      : backend;
  const how = forms.length === 1 ? parted : `${backend}, ${emitted.form === 'graph' ? 'one graph' : 'op by op'}`;
  return {
    program: await importProgram(emitted, target, threads),
    files: () => filesOf(emitted),
    target,
    compiled,
    backend: how,
  };
}

/** What the command line asks for: `--exec`, `--parts` and `--threads`. */
export const emitOptions = ({
  exec,
  parts,
  threads,
}: {
  readonly exec?: Form | undefined;
  readonly parts?: number | undefined;
  readonly threads?: number | undefined;
}): EmitOptions => ({
  ...(exec === undefined ? {} : { form: exec }),
  ...(parts === undefined ? {} : { parts }),
  ...(threads === undefined ? {} : { threads }),
});

/** Threads are those of WASM: libtensorflow has its own, and a program for browsers is one. */
function refuseThreads({ threads }: EmitOptions, choice: BackendChoice, backend: string): void {
  if (threads === undefined || backend === 'wasm') return;
  refuse(
    `error: ${backend} has no threads of ours`,
    '  expected: --threads with --backend wasm',
    `  found: --threads ${threads}, --backend ${choice}`,
    backend === 'cpu'
      ? '  the wasm backend computes the same'
      : '  leave out --threads: libtensorflow takes all cores by itself',
  );
}

/** `--parts` is for graphs, and for threads of WASM. */
export function refuseParts({ parts, form }: EmitOptions, target: Target, where: string): void {
  if (parts === undefined || formOf(target, form) === 'graph') return;
  refuse(
    'error: this program computes its batches whole',
    '  expected: node or node-gpu as one graph, or aec train --backend wasm',
    `  found: --parts ${parts}, ${where}${form === undefined ? '' : ` --exec ${form}`}`,
    '  leave out --parts',
  );
}

export const renderRefusal = ({ what, reason }: { readonly what: string; readonly reason: string }): string =>
  `warning: ${what} cannot enter a TensorFlow graph: ${reason}\n  the program runs op by op instead`;

/** What needs a batch whole, where its parts were asked for. */
function renderUncut({ step, needsAll: { op, origin } }: Emitted['uncut'][number], { written }: Compiled): string {
  const at = origin === undefined ? undefined : written(origin);
  const what = origin?.entry === undefined ? op : origin.entry === 'term' ? 'a term' : `\`${origin.entry}\``;
  const where = at === undefined ? '' : ` (${at.file}:${at.line}  ${at.text})`;
  return `warning: batches of ${step} are computed whole: ${what} needs all examples at once${where}`;
}

/** Why threads have nothing to do, where a batch is one part. */
function renderWhole(threads: number, { spec }: Compiled): string {
  const why = isFed(spec)
    ? 'the nodes of its trees stand in arrays of the whole batch\n  leave out --threads'
    : `batches of fewer than ${2 * rowsOfPart} examples are computed faster whole\n  leave out --threads, or cut them all the same: --parts ${threads}`;
  return `warning: ${spec.name} runs in one thread: ${why}`;
}

type Started = { readonly target: Target; readonly backend: string } | { readonly reason: string };

/** Into how many parts the program for a target will cut its batches: TensorFlow takes its threads when it is loaded. */
type PartsFor = (target: Target) => number;

async function firstWorking(parts: PartsFor): Promise<Started> {
  let started: Started = { reason: 'no backend is known' };
  for (const choice of backendOrder()) {
    started = await start(choice, parts);
    if (!('reason' in started)) break;
  }
  return started;
}

async function start(choice: Exclude<BackendChoice, 'auto'>, parts: PartsFor): Promise<Started> {
  const { backend, enableProdMode, ready, setBackend } = await import('@tensorflow/tfjs-core');
  // Shapes are proved already; no advice on packages (`aec doctor` gives that), and no warning that aec's tfjs-core and
  // that of a native package both know Node.
  enableProdMode();
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
  const target = targets[choice];
  prepareTensorFlow({ parts: parts(target) });
  try {
    await import(pathToFileURL(at).href);
    if (!(await setBackend('tensorflow'))) return { reason: `${name} did not register its backend` };
    await ready();
  } catch (error) {
    return { reason: error instanceof Error ? error.message.split('\n')[0]! : String(error) };
  }
  const missed = choice === 'node-gpu' && !usesGpu(backend());
  return { target, backend: `tensorflow (${choice}${missed ? ' on the CPU' : ''})` };
}

const filesOf = async ({ module, files }: Emitted): Promise<ReadonlyMap<string, string | Uint8Array>> =>
  new Map<string, string | Uint8Array>([['program.ts', await module()], ...files]);

/** Runs what was emitted: bare imports are resolved from here, and the module imported. */
async function importProgram(
  { script, files, form, parts }: Emitted,
  target: Target,
  threads: number,
): Promise<AnyProgram> {
  const places = {
    [target.tf]:
      target.tf === '@tensorflow/tfjs-core'
        ? import.meta.resolve(target.tf)
        : pathToFileURL(installed(target.tf)!).href,
    [runtimeModule('package', 'core')]: import.meta.resolve('#runtime/index.js'),
    [runtimeModule('package', 'node')]: import.meta.resolve('#runtime/node/index.js'),
  };
  const resolved = Object.entries(places).reduce(
    (text, [name, place]) => text.replace(new RegExp(`(['"])${name}\\1`), `'${place}'`),
    script(),
  );
  const folder = temporary(new Map<string, string | Uint8Array>([['program.mjs', resolved], ...files]));
  try {
    const address = pathToFileURL(join(folder, 'program.mjs')).href;
    const loaded = (await import(address)) as {
      readonly program: Program;
      readonly cuts?: Cuts;
      readonly open: () => Promise<Result<ResidentProgram>>;
    };
    if (loaded.cuts !== undefined)
      return await threaded(loaded.program, loaded.cuts, { program: address, parts, threads });
    if (form === 'ops') return loaded.program;
    const opened = await loaded.open();
    return opened.ok ? opened.value : refuseData(opened.error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A new folder with the given files. */
function temporary(files: ReadonlyMap<string, string | Uint8Array>): string {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'aec-'));
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  } catch (error) {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    return refuse(
      `error: the program cannot be written to ${tmpdir()}`,
      `  found: ${error instanceof Error ? error.message : String(error)}`,
      '  free some space there, or set TMPDIR to another folder',
    );
  }
}
