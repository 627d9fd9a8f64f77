/**
 * All examples as programs for node, in both forms: trained by their own code, with the same losses in both. Some are
 * whole projects, as `aec build` writes them for node and node-gpu, their types checked against the real packages; the
 * others are what `aec train` runs, which is the same program without types and layout.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples } from '../../examples/list.js';
import { embeddedRuntime } from '../../src/cli/commands/build.js';
import { emitProgram } from '../../src/codegen/emit.js';
import { buildProject, type BuiltProject } from '../../src/codegen/project.js';
import { targets, type Form } from '../../src/codegen/targets.js';
import { compile, type Compiled } from '../../src/compiler.js';
import { decodeWeights } from '../../src/runtime/index.js';
import { elsewhere } from '../interpreter/subjects.js';
import { checkExample, useWasm } from '../support/emitted.js';
import { typeErrors } from '../support/types.js';
import { hasNative, nativeFolder } from './native.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const forms: readonly Form[] = ['graph', 'ops'];
const nameOf = (path: string): string => path.replace(/[/.]/g, '-').replace(/-ae$/, '');

/** Few examples of the set that an example is proved on. */
const few = (data: string): string => {
  const [set, rest = ''] = data.split(':');
  const kept = rest.split(',').filter((part) => part !== '' && !part.startsWith('count='));
  return `${set}:${[...kept, ...(set === 'identity' ? [] : ['count=160'])].join(',')}`;
};

interface Seen {
  readonly code: number;
  readonly form: string;
  readonly first: Readonly<Record<string, number>>;
}

/** Loss terms of the first epoch, by project. */
async function trainAll(folder: string, shown: typeof examples): Promise<ReadonlyMap<string, Seen>> {
  const projects = shown.flatMap((e) => [nameOf(e.path), few(e.data)]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'test/native/train-all.mjs'), folder, ...projects],
    { maxBuffer: 2 ** 28, cwd: folder },
  );
  const seen = new Map<string, Seen>();
  let first: Seen['first'] = {};
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const event = JSON.parse(line) as {
      readonly event?: string;
      readonly project?: string;
      readonly code?: number;
      readonly form?: string;
      readonly train?: Seen['first'];
    };
    if (event.event === 'epoch') first = event.train!;
    if (event.code !== undefined) seen.set(event.project!, { code: event.code, form: event.form!, first });
  }
  return seen;
}

/** Several phases, players, classes side by side, symbols: one each. Trees and line searches run op by op, and sessions have tests of their own. */
const several = ['lecture3/single-graph.ae', 'lecture3/gan.ae', 'well-known/iwae.ae', 'well-known/vq-vae.ae'];
const asGraphs = examples.filter(
  ({ path }) => several.includes(path) || elsewhere(checkExample(path).models[0]!) === undefined,
);
const each = (n: number, from: number): typeof examples => asGraphs.filter((_, i) => i % n === from);

// Examples that are trained elsewhere run as one graph there: a part of them shows that both forms are the same.
const onNode = asGraphs.filter((example) => each(5, 0).includes(example) || several.includes(example.path));

// Without a card node-gpu computes as node does: what differs are its graphs, which a part of the examples shows.
describe.skipIf(!hasNative).each([
  { target: 'node', shown: onNode, projects: each(5, 0) },
  { target: 'node-gpu', shown: each(5, 2), projects: each(5, 2) },
] as const)('programs for $target', ({ target, shown, projects }) => {
  let folder: string;
  beforeAll(async () => {
    await useWasm();
    folder = mkdtempSync(join(nativeFolder, 'generated-'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/aec-lang'), 'dir');
    for (const example of shown) {
      const checked = checkExample(example.path, example.set);
      const declared = checked.models[0]!;
      const { training } = declared;
      const phases = training.phases.map((phase) => ({ ...phase, epochs: 1 }));
      const compiled = compile({ ...declared, training: { ...training, epochs: 1, phases } }, checked);
      for (const form of forms) {
        for (const [name, content] of await filesOf(compiled, form, projects.includes(example))) {
          const path = join(folder, form, nameOf(example.path), name);
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, content);
        }
      }
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function filesOf(compiled: Compiled, form: Form, asProject: boolean): Promise<BuiltProject['files']> {
    if (!asProject) {
      const emitted = emitProgram(compiled, targets[target], { form });
      return new Map<string, string | Uint8Array>([['program.js', emitted.script()], ...emitted.files]);
    }
    // Each form with another runtime: beside the program, as people get it, and from the package.
    const embedded = form === 'graph' ? { embedded: embeddedRuntime(targets[target]) } : {};
    return (await buildProject(compiled, targets[target], { form, ...embedded })).files;
  }

  test('projects have the types of the package', () => {
    const files = forms.flatMap((form) =>
      projects.flatMap((e) =>
        ['program.ts', 'train.ts', ...(form === 'ops' ? ['model.ts'] : [])].map((name) =>
          join(folder, form, nameOf(e.path), name),
        ),
      ),
    );
    expect(typeErrors(files, { typeRoots: [join(root, 'node_modules/@types')] })).toEqual([]);
  });

  test('train, and give the same losses as a graph and op by op', async () => {
    const [graph, ops] = [await trainAll(join(folder, 'graph'), shown), await trainAll(join(folder, 'ops'), shown)];
    for (const { path, set } of shown) {
      const [a, b] = [graph.get(nameOf(path)), ops.get(nameOf(path))];
      expect(a, path).toMatchObject({ code: 0, form: 'graph' });
      expect(b, path).toMatchObject({ code: 0, form: 'ops' });
      expect(Object.keys(a!.first).length).toBeGreaterThan(0);
      for (const [term, value] of Object.entries(a!.first)) {
        expect(
          Math.abs(value - b!.first[term]!) / Math.max(1e-3, Math.abs(value)),
          `${path}, ${term}: ${value} and ${b!.first[term]}`,
        ).toBeLessThan(2e-5);
      }
      // What either trained is a file of weights that any target reads.
      const checked = checkExample(path, set);
      const { spec } = compile(checked.models[0]!, checked);
      for (const form of forms) {
        const file = join(folder, form, nameOf(path), 'run/weights.safetensors');
        expect(decodeWeights(readFileSync(file), spec, file)).toMatchObject({ ok: true, value: { warnings: [] } });
      }
    }
  }, 300_000);
});
