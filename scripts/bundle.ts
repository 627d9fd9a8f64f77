/**
 * Makes few files of the hundreds that compiler and command line are: Node finds, reads and links each file apart, which
 * took `aec check` of a small text longer than the check. The last step of `npm run build`.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { writeEmbedded } from './embedded.js';
import { keepScripts } from './kept-scripts.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const runtime = join(dist, 'runtime');
/** What the runtime imports beside itself. */
const picture = join(dist, 'picture');

/** What opens large scripts. */
const opener = 'cli/kept-script.js';
/** What processes start with. Each may load the rest when it comes to it. */
const processes = ['cli/main.js', 'cli/doctor/load-child.js', 'cli/threads/worker.js', opener];

/**
 * Packages of many small files that every command needs. Those of the compiler are pure ECMAScript, so that browsers read
 * the result too; that of the command line asks for Node's modules.
 */
const taken = /^(chevrotain|@chevrotain\/.*|lodash-es(\/.*)?|@noble\/hashes(\/.*)?|commander)$/;

/**
 * Other packages stay outside: an optional one may be missing, and of tfjs-core there must be one. So does the runtime,
 * which programs written by aec import as well. Its name is that of `imports` in package.json, which holds in every folder.
 */
const outside: Plugin = {
  name: 'outside',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ kind, path }) => {
      if (kind === 'entry-point' || taken.test(path)) return undefined;
      // What CommonJS requires of Node, an ECMAScript module imports.
      return kind === 'require-call' ? { path, namespace: 'required' } : { path, external: true };
    });
    onLoad({ filter: /^node:/, namespace: 'required' }, ({ path }) => ({
      contents: `export * from '${path}'; export { default } from '${path}';`,
    }));
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const inner = relative(runtime, join(resolveDir, path));
      return inner.startsWith('..') ? undefined : { path: `#runtime/${inner}`, external: true };
    });
  },
};

async function bundled(entries: readonly string[], how: BuildOptions): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: entries.map((entry) => join(dist, entry)),
    outdir: dist,
    outbase: dist,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [outside],
    metafile: true,
    logLevel: 'warning',
    ...how,
  });
  return metafile!;
}

const ofProcesses = await bundled(processes, { splitting: true, chunkNames: 'chunks/[name]-[hash]' });
const scripts = await keepScripts(ofProcesses, relative(process.cwd(), join(dist, opener)));
/** What others import, browsers too, is a module by itself. */
const ofOthers = await bundled(['compiler.js'], {});

// What the compiler of TypeScript wrote and is in the bundle now would only be shipped; its types stay.
const outputs = [ofProcesses, ofOthers].flatMap((one) => Object.keys(one.outputs));
const written = new Set([...outputs, ...scripts].map((path) => join(process.cwd(), path)));
for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  const path = join(dist, name);
  const stays = [runtime, picture].some((folder) => path.startsWith(`${folder}/`));
  if (/\.js(\.map)?$/.test(name) && !stays && !written.has(path)) rmSync(path);
}

/**
 * The language server is one file with all that it needs, in the form that a process of an editor loads: its packages are
 * CommonJS, and the extension ships the same file.
 */
await build({
  entryPoints: [join(root, 'lsp/main.ts')],
  outfile: join(dist, 'lsp/main.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  keepNames: true,
  logLevel: 'warning',
});

await writeEmbedded(root, dist);

// A first run leaves what V8 compiled for it beside the scripts.
execFileSync(process.execPath, [join(dist, 'cli/main.js'), 'check', join(root, 'examples/lecture2/vae.ae')]);
