/**
 * The runtime as one file, for projects that `aec build` writes: with its types, and the licences of what is in it. In a
 * browser that is the runtime alone, in Node files, terminal and reports as well. TensorFlow.js stays outside: there must be
 * one of it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/** What no figure draws (maps, trees, clouds of words, selections on a page, axes of time, statistics: figures count themselves) or reads (files), and Vega would bring all the same. */
const notDrawn =
  /^(vega-(crossfilter|force|geo|hierarchy|label|projection|regression|selections|statistics|time|voronoi|wordcloud)|d3-(dsv|ease|geo|scale-chromatic|time|time-format)|topojson-client)$/;

/** Stands for whatever is asked of it, as packages ask for defaults where they are loaded. */
const nothing = `const nothing = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : nothing),
  apply: () => nothing,
  construct: () => nothing,
});`;

/** A module with the exports of a package, each of which is nothing. */
async function emptied(name: string): Promise<string> {
  const exported = Object.keys((await import(name)) as object);
  return [
    nothing,
    ...exported.map((key) => (key === 'default' ? 'export default nothing;' : `export { nothing as ${key} };`)),
  ].join('\n');
}

/** Functions of matrices element by element, some seventy of them: eigenvectors ask for none. */
const withoutArithmetic: Plugin = {
  name: 'without-arithmetic',
  setup: ({ onLoad }) =>
    onLoad({ filter: /ml-matrix\/src\/mathOperations\.js$/ }, () => ({
      contents: 'export const installMathOperations = () => undefined;',
    })),
};

/**
 * Linear algebra inside of a function that is called where it is asked for: its modules add to their classes when they are loaded, so that a
 * bundler would keep them in a page that only opens a model.
 */
async function algebra(root: string): Promise<{ readonly contents: string; readonly metafile: Metafile }> {
  const names = ['EigenvalueDecomposition', 'Matrix'];
  const { outputFiles, metafile } = await build({
    // By its modules, of which most are left out; its exports name one file with all of them.
    stdin: {
      contents: `export { ${names.join(', ')} } from './node_modules/ml-matrix/src/index.js';`,
      resolveDir: root,
    },
    bundle: true,
    format: 'iife',
    globalName: 'algebra',
    plugins: [withoutArithmetic],
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  const contents = [
    `let made; function library() { ${outputFiles[0]!.text} return algebra; }`,
    'const part = (name) => (made ??= library())[name];',
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ part('${name}');`),
  ].join('\n');
  return { contents, metafile };
}

const smaller = (root: string, onDemand: string): Plugin => ({
  name: 'smaller',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: notDrawn }, ({ path }) => ({ path, namespace: 'not-drawn' }));
    onLoad({ filter: /.*/, namespace: 'not-drawn' }, async ({ path }) => ({ contents: await emptied(path) }));
    // Which signs are emoji is asked of progress bars alone, where none are.
    onResolve({ filter: /^emoji-regex$/ }, ({ path }) => ({ path, namespace: 'no-emoji' }));
    onLoad({ filter: /.*/, namespace: 'no-emoji' }, () => ({ contents: 'module.exports = () => /(?!)/g;' }));
    // A run has one bar.
    onResolve({ filter: /\/multi-bar$/ }, ({ path }) => ({ path, namespace: 'no-bars' }));
    onLoad({ filter: /.*/, namespace: 'no-bars' }, () => ({ contents: 'module.exports = undefined;' }));
    // Vega and Vega-Lite ask for two versions that differ in nothing that either calls.
    onResolve({ filter: /^vega-expression$/ }, () => ({
      path: join(root, 'node_modules/vega-expression/build/vega-expression.js'),
    }));
    onResolve({ filter: /^ml-matrix$/ }, ({ path }) => ({ path, namespace: 'on-demand' }));
    onLoad({ filter: /.*/, namespace: 'on-demand' }, () => ({ contents: onDemand, resolveDir: root }));
  },
});

/** CommonJS packages ask for Node's modules by `require`. */
const banner = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`;

/** Writes `embedded/browser` and `embedded/node` below `dist`. */
export async function writeEmbedded(root: string, dist: string): Promise<void> {
  const runtime = `export * from './runtime/index.js';\n`;
  const onDemand = await algebra(root);
  for (const [name, text] of [
    ['browser', runtime],
    ['node', `${runtime}export * from './runtime/node/index.js';\n`],
  ] as const) {
    const folder = join(dist, 'embedded', name);
    mkdirSync(folder, { recursive: true });
    const { metafile } = await build({
      stdin: { contents: text, resolveDir: dist, sourcefile: 'runtime.js' },
      outfile: join(folder, 'runtime.js'),
      bundle: true,
      format: 'esm',
      platform: name === 'node' ? 'node' : 'neutral',
      mainFields: ['module', 'main'],
      // What few data need is asked for where such data are read (src/runtime/node/load/packages.ts).
      external: ['@tensorflow/*', 'pica', 'hyparquet', 'hyparquet-compressors', 'jpeg-js/lib/encoder.js'],
      // Who bundles a page minifies it, and leaves out what it does not use: that needs declarations by themselves.
      minify: name === 'node',
      keepNames: false,
      // Node reads modules as UTF-8; a page may be served as anything.
      charset: name === 'node' ? 'utf8' : 'ascii',
      target: 'es2022',
      legalComments: 'none',
      banner: { js: name === 'node' ? `${about}\n${banner}` : about },
      plugins: [smaller(root, onDemand.contents)],
      metafile: true,
      logLevel: 'warning',
    });
    writeFileSync(join(folder, 'LICENSES.txt'), licences(root, [metafile, onDemand.metafile]));
    await writeTypes(dist, text, join(folder, 'runtime.d.ts'));
  }
}

const about =
  '/* The runtime of aec (MIT), with the packages that LICENSES.txt names. Generated: not to be changed. */';

/** One file of types, those of TensorFlow.js imported. */
async function writeTypes(dist: string, text: string, file: string): Promise<void> {
  const entry = join(dist, 'runtime-entry.d.ts');
  const bundle = await rollup({
    input: entry,
    external: (id) => !id.startsWith('.') && !id.startsWith('/') && id !== entry,
    plugins: [
      { name: 'entry', resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? text : null) },
      dts(),
    ],
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  writeFileSync(file, output[0].code);
}

/** The licence of each package of which something is in the bundles. */
function licences(root: string, bundles: readonly Metafile[]): string {
  const inputs = bundles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs: all }) =>
      Object.entries(all).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    );
  const packages = [
    ...new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])),
  ].sort();
  return [join(root, 'LICENSE'), ...packages.map((path) => join(process.cwd(), path))]
    .map((path) => (path.endsWith('LICENSE') ? `aec\n\n${readFileSync(path, 'utf8').trim()}` : licenceOf(path)))
    .join(`\n\n${'─'.repeat(100)}\n\n`)
    .concat('\n');
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)(\.|$)/i.test(one));
  const text =
    file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : '';
  return [`${name} ${version} (${license ?? 'see its repository'})`, ...(text === '' ? [] : [text])].join('\n\n');
}
