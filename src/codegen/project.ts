/** What `aec build` writes: the program, what it needs to run, and how to use it. */
import type { Compiled } from '../compiler.js';
import { compilerVersion, packageName } from '../version.js';
import { emitProgram, type EmitOptions } from './emit.js';
import { pageHtml, pageScript, showScript } from './browser/page.js';
import { runtimeModule, type RuntimePlace } from './runtime-names.js';
import type { Form, Target } from './targets.js';
import { printModelModule } from './tfjs/model-module.js';

export const tfjsVersion = '4.22.0';

export interface BuiltProject {
  /** Paths to contents, the same bytes for the same input. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly form: Form;
  /** Why the program is not the graph that was asked for. */
  readonly refused?: { readonly what: string; readonly reason: string };
}

/** The runtime as files that lie beside a program: `runtime.js`, its types, licences. */
export type EmbeddedRuntime = ReadonlyMap<string, string>;

export interface ProjectOptions extends Omit<EmitOptions, 'runtime'> {
  /** The package is imported unless they are given. */
  readonly embedded?: EmbeddedRuntime;
  /** Files that come with the program, by name: trained weights. */
  readonly beside?: ReadonlyMap<string, Uint8Array>;
}

export async function buildProject(
  compiled: Compiled,
  target: Target,
  { embedded, beside, ...options }: ProjectOptions = {},
): Promise<BuiltProject> {
  const { spec } = compiled;
  const place: RuntimePlace = embedded === undefined ? 'package' : 'bundled';
  const emitted = emitProgram(compiled, target, { ...options, runtime: place });
  const { files: graph, form, parts, refused } = emitted;
  const modules = await emitted.modules();
  const files = new Map<string, string | Uint8Array>([...modules, ...graph, ...(embedded ?? [])]);
  for (const [name, text] of modules) files.set(name.replace(/ts$/, 'js'), await javascript(text));
  files.set('package.json', `${JSON.stringify(packageJson(spec.name, target, place), null, 2)}\n`);
  if (form === 'ops') {
    const opening = await printModelModule(compiled, place);
    files.set('model.ts', opening);
    files.set('model.js', await javascript(opening));
  }
  for (const [name, bytes] of beside ?? []) files.set(name, bytes);
  if (target.name === 'browser') {
    files.set('index.html', pageHtml(spec.name, place));
    files.set('main.js', pageScript(place));
    files.set('show.js', showScript(place));
  } else {
    const script = trainScript(target, form, parts, place);
    files.set('train.ts', script);
    files.set('train.js', await javascript(script));
  }
  files.set('README.md', readme(spec.name, target, form, place));
  return { files, form, ...(refused === undefined ? {} : { refused }) };
}

/** The same program without types, for plain `<script type="module">` and for Node. */
async function javascript(text: string): Promise<string> {
  const [{ ts }, { laidOut }] = await Promise.all([import('ts-morph'), import('./layout.js')]);
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  return laidOut(outputText, 'babel');
}

const npmName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'model';

function packageJson(name: string, target: Target, place: RuntimePlace): unknown {
  const backends =
    target.name === 'browser'
      ? { '@tensorflow/tfjs-backend-wasm': tfjsVersion, '@tensorflow/tfjs-backend-webgpu': tfjsVersion }
      : target.name === 'wasm'
        ? { '@tensorflow/tfjs-backend-wasm': tfjsVersion, '@tensorflow/tfjs-backend-cpu': tfjsVersion }
        : {};
  return {
    name: npmName(name),
    version: '0.0.0',
    private: true,
    type: 'module',
    // A bundler may leave out what is not imported: who only opens a trained model needs nothing that trains.
    sideEffects: ['./main.js', './train.js', './train.ts'],
    ...(target.name === 'browser' ? {} : { scripts: { start: 'node train.js' } }),
    dependencies: {
      [target.tf]: tfjsVersion,
      // The runtime's own, of which there is one: that of the package above.
      '@tensorflow/tfjs-core': tfjsVersion,
      ...backends,
      ...(place === 'bundled' ? {} : { [packageName]: compilerVersion }),
    },
  };
}

/** Starts the backend, then hands over to the runtime. Packages that need mending first are imported when they run. */
function trainScript(target: Target, form: Form, parts: number, place: RuntimePlace): string {
  const runtime = runtimeModule(place, 'node');
  const wasm = `import { createRequire } from 'node:module';
import { dirname } from 'node:path';

${imported(['trainMain'], runtime)}
const { setBackend } = await import('@tensorflow/tfjs-core');
const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
setWasmPaths(\`\${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/\`);
await setBackend('wasm');
`;
  const native = `${imported(['prepareTensorFlow', 'trainMain'], runtime)}
prepareTensorFlow(${parts === 1 ? '' : `{ parts: ${parts} }`});
`;
  const program = "(await import('./program.js'))";
  const opened = form === 'graph' ? `${program}.open()` : `({ ok: true, value: ${program}.program })`;
  return `/** Trains the model: node train.js --help */
${target.name === 'wasm' ? wasm : native}
process.exitCode = await trainMain(async () => ${opened});
`;
}

/** The runtime, or a word of what is missing: it needs TensorFlow.js, which nobody may have installed yet. */
const imported = (names: readonly string[], from: string): string =>
  `const { ${names.join(', ')} } = await import('${from}').catch((error: unknown) => {
  console.error(\`\${error instanceof Error ? error.message.split('\\n')[0] : String(error)}\`);
  console.error('  npm install brings what is missing; npx ${packageName} doctor says what does not load');
  process.exit(1);
});
`;

/** Weights are fetched in a browser, and read in Node. */
const opening = ({ name }: Target): string =>
  name === 'browser' ? "load('weights.safetensors')" : "load(await readFile('run/weights.safetensors'))";

const readme = (name: string, target: Target, form: Form, place: RuntimePlace): string => `# ${name}

Generated by aec for ${target.summary}.

- \`program.ts\`: the program, typed; \`program.js\`: the same without types.
${
  form === 'graph'
    ? '- `graph/saved_model.pb`: the whole program as one TensorFlow graph, whose signatures initialise, train, evaluate, encode, decode and sample. `program.ts` opens it.'
    : `- It exports \`program\` (what the aec runtime runs) and \`encode\`, \`decode\`, \`reconstruct\`, \`trainStep\` as functions.
- \`spec.ts\`: what the program is, as plain data.
- \`model.ts\` opens a trained model, without what trains it: \`const model = await ${opening(target)}\`, then \`model.reconstruct({ x })\`.`
}${place === 'bundled' ? '\n- `runtime.js`: what the program needs of aec, with its types; `LICENSES.txt` says what is in it.' : ''}
${
  target.name === 'browser'
    ? `
Serve this folder after \`npm install\` and open index.html: it trains on procedural data and shows what came of it;
\`?weights=weights.safetensors\` shows weights that lie there, \`?data=strokes:count=500\` chooses the data.
`
    : `- \`train.ts\`: trains it, with progress, checkpoints and a report.

\`\`\`sh
npm install
npm start                       # procedural strokes
npm start -- --data x=data.npy  # your own; --help tells more
npm start -- --resume           # goes on from the last checkpoint
npm start -- --force            # begins anew where there is a run already
\`\`\`
${target.forms.length > 1 ? `\nWhere the package does not install or load, \`npx ${packageName} doctor\` says why and what mends it.\n` : ''}`
}`;
