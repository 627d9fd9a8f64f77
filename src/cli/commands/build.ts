import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedRuntime } from '../../codegen/project.js';
import type { RuntimePlace } from '../../codegen/runtime-names.js';
import { backendsOf, targets, type Form, type Target, type TargetName } from '../../codegen/targets.js';
import { compile, writtenOf } from '../../compiler.js';
import { showModel } from '../../codegen/show-model.js';
import { showGraph, showPlan } from '../../codegen/show.js';
import { isRun, weightsFile } from '../../runtime/node/index.js';
import { loadModel, type SourceOptions } from '../io.js';
import { err, out, outJson, refuse } from '../refusal.js';
import { emitOptions, refuseParts, renderRefusal } from '../load.js';
import { writeFiles } from '../output.js';

export const stages = ['ast', 'model', 'graph', 'plan', 'ts'] as const;

export interface BuildOptions extends SourceOptions {
  readonly target: TargetName;
  readonly out?: string;
  readonly emit?: (typeof stages)[number];
  readonly exec?: Form;
  readonly parts?: number;
  readonly runtime: RuntimePlace;
}

/** The form asked for, where the target has it. */
function askedForm({ target, exec }: BuildOptions): Form | undefined {
  const forms: readonly Form[] = targets[target].forms;
  if (exec === undefined || forms.includes(exec)) return exec;
  return refuse(
    `error: the target ${target} has no ${exec} form`,
    `  expected: ${forms.join(' or ')}`,
    `  found: --exec ${exec}`,
    '  graphs run on node and node-gpu',
  );
}

/** `aec build`: writes the generated project, or prints one stage. */
export async function buildCommand(path: string, options: BuildOptions): Promise<number> {
  const { checked, model } = await loadModel(
    path,
    options,
    options.emit === 'ast' || options.emit === 'model' ? 'model' : 'program',
  );
  const target = targets[options.target];
  const form = askedForm(options);
  const asked = emitOptions({ exec: form, parts: options.parts });
  refuseParts(asked, target, `--target ${target.name}`);
  if (options.emit === 'ast') return print(JSON.stringify(checked.root, null, 2));
  if (options.emit === 'model') return print(showModel(model, writtenOf(checked)));
  const compiled = compile(model, checked);
  if (options.emit === 'graph')
    return print(
      Object.values(compiled.graphs)
        .map((graph) => showGraph(graph, compiled.written))
        .join('\n\n'),
    );
  if (options.emit === 'plan')
    return print(
      Object.values(compiled.graphs)
        .map((graph) => showPlan(graph, backendsOf(target, form), compiled.written))
        .join('\n\n'),
    );
  if (options.emit === 'ts') {
    const { emitProgram } = await import('../../codegen/emit.js');
    return print(await emitProgram(compiled, target, asked).module());
  }
  const { buildProject } = await import('../../codegen/project.js');
  const {
    files,
    form: written,
    refused,
  } = await buildProject(compiled, target, {
    ...asked,
    ...(options.runtime === 'package' ? {} : { embedded: embeddedRuntime(target) }),
    ...weightsOf(path),
  });
  if (refused !== undefined) err(renderRefusal(refused));
  const folder = options.out ?? join('build', `${model.name}-${target.name}`);
  await writeFiles(folder, files);
  if (options.json === true)
    outJson({ ok: true, target: target.name, exec: written, folder, files: [...files.keys()] });
  else {
    err(`${model.name} for ${target.name}:`);
    for (const name of files.keys()) out(join(folder, name));
  }
  return 0;
}

/** Those of a run that has ended, which come with its program. */
function weightsOf(path: string): { readonly beside?: ReadonlyMap<string, Uint8Array> } {
  const file = join(path, weightsFile);
  return isRun(path) && existsSync(file) ? { beside: new Map([[weightsFile, readFileSync(file)]]) } : {};
}

/** The files of the runtime for a target, as `npm run build` made them. */
export const embeddedRuntime = ({ name }: Target): EmbeddedRuntime =>
  new Map(
    ['runtime.js', 'runtime.d.ts', 'LICENSES.txt'].map((file) => [
      file,
      readFileSync(
        new URL(import.meta.resolve(`#embedded/${name === 'browser' ? 'browser' : 'node'}/${file}`)),
        'utf8',
      ),
    ]),
  );

function print(text: string): number {
  out(text.trimEnd());
  return 0;
}
