/**
 * Makes few files of the hundreds that compiler and command line are: Node finds, reads and links each file apart, which
 * took `aec check` of a small text longer than the check. The last step of `npm run build`.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { writeEmbedded } from './embedded.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const runtime = join(dist, 'runtime');
/** What the runtime imports beside itself. */
const picture = join(dist, 'picture');

/** What others import, and what a process starts with. Each may load the rest when it comes to it. */
const entries = ['cli/main.js', 'cli/doctor/load-child.js', 'compiler.js'];

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

const { metafile } = await build({
  entryPoints: entries.map((entry) => join(dist, entry)),
  outdir: dist,
  outbase: dist,
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [outside],
  metafile: true,
  logLevel: 'warning',
});

// What the compiler of TypeScript wrote and is in the bundle now would only be shipped; its types stay.
const written = new Set(Object.keys(metafile.outputs).map((path) => join(process.cwd(), path)));
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
