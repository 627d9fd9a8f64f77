/** Makes large modules of a bundle scripts, which Node opens with what V8 compiled of them before (`src/cli/kept-script.ts`). */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { transform, type Metafile } from 'esbuild';

/** Characters from which keeping pays: what is smaller is compiled faster than its cache is read. */
const fromCharacters = 40_000;

/**
 * Writes each large module as a script, with a module of its exports in its place.
 *
 * @param opener the module that opens scripts; like all paths, relative to this process
 * @returns the scripts
 */
export async function keepScripts({ outputs }: Metafile, opener: string): Promise<readonly string[]> {
  const large = Object.entries(outputs).filter(([, { bytes }]) => bytes >= fromCharacters);
  return Promise.all(
    large.map(async ([path, { exports, imports }]) => {
      const script = path.replace(/\.js$/, '.cjs');
      const named = (kind: string): readonly string[] =>
        imports
          .filter((one) => one.kind === kind)
          .map((one) => (one.external === true ? one.path : beside(path, one.path)));
      writeFileSync(script, await asScript(readFileSync(path, 'utf8'), named('dynamic-import')));
      writeFileSync(path, opening(named('import-statement'), exports, beside(path, opener), `./${basename(script)}`));
      return script;
    }),
  );
}

/** A script whose value is a function of what it imports. Its parenthesis has V8 compile the function with the script. */
async function asScript(module: string, importedLater: readonly string[]): Promise<string> {
  const { code } = await transform(module, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    logLevel: 'warning',
  });
  // A script has no modules beside it: the module in its place imports for it.
  const given = importedLater.reduce(
    (text, name) => text.replaceAll(`import(${JSON.stringify(name)})`, `importLater$(${JSON.stringify(name)})`),
    code,
  );
  if (/(?<![\w$#.])import\(/.test(given)) throw new Error('a large script imports what is not known when it is built');
  return `module.exports=(function(require,importLater$){var module={exports:{}};${given};return module.exports});\n`;
}

function opening(imported: readonly string[], exported: readonly string[], opener: string, script: string): string {
  // Of a package's module the script takes the default as such: it would take one of CommonJS for the whole.
  const given = imported.map(
    (name, i) => `${JSON.stringify(name)}:${name.startsWith('.') ? `i${i}` : `{__esModule:true,...i${i}}`}`,
  );
  return [
    `import{openScript}from${JSON.stringify(opener)};`,
    ...imported.map((name, i) => `import*as i${i} from${JSON.stringify(name)};`),
    `const all=openScript(new URL(${JSON.stringify(script)},import.meta.url),{${given.join()}},(name)=>import(name));`,
    exported.length === 0 ? '' : `export const{${exported.join()}}=all;`,
    '\n',
  ].join('');
}

function beside(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}
