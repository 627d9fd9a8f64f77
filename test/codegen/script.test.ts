/** What `aec train` runs is what `aec build` writes, but for types and layout. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { emitProgram } from '../../src/codegen/emit.js';
import { laidOut } from '../../src/codegen/layout.js';
import { targets } from '../../src/codegen/targets.js';
import { check, compile, type Compiled } from '../../src/compiler.js';
import { everyLayer, grown, tied, variational } from './sources.js';

const models = fileURLToPath(new URL('../../docs/models', import.meta.url));

function compiled(file: string, text: string): Compiled {
  const folder = dirname(join(models, file));
  const checked = check(file, text, (name) => readFileSync(join(folder, name), 'utf8'));
  const [model] = checked.models;
  if (model === undefined) throw new Error(`${file} does not compile`);
  return compile(model, checked);
}

/** As a compiler of TypeScript that knows nothing of aec leaves it, in one layout and without comments. */
async function stripped(text: string, ending: 'ts' | 'js'): Promise<string> {
  const { outputText } = ts.transpileModule(text, {
    fileName: `program.${ending}`,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      removeComments: true,
      allowJs: true,
    },
  });
  // Prettier leaves a record open that was open, and types make lines longer.
  const lines = (await laidOut(outputText.replace(/return \{\n\s*/g, 'return { '), 'babel'))
    .split('\n')
    .filter((line) => line.trim() !== '');
  // Types are imported beside values, or in a line of their own.
  return lines.filter((line) => !/^export \{\};$/.test(line)).join('\n');
}

describe.each([
  ['every layer', everyLayer],
  ['tied', tied],
  ['variational', variational],
  ['trees', readFileSync(join(models, 'lecture2/recursive.ae'), 'utf8')],
  ['trees that are built', grown],
  ['players', readFileSync(join(models, 'lecture3/dcgan.ae'), 'utf8')],
  [
    'a name that TypeScript would read as its own',
    variational
      .replaceAll('latent z', 'latent as_never')
      .replaceAll('(z)', '(as_never)')
      .replaceAll('prior z', 'prior as_never'),
  ],
] as const)('%s', (name, text) => {
  test.each([
    ['wasm', {}],
    ['node', { form: 'ops' }],
    ['node', { form: 'graph' }],
  ] as const)('on %s %o', async (target, options) => {
    const emitted = emitProgram(compiled(`${name}.ae`, text), targets[target], options);
    const script = emitted.script();
    expect(script).not.toMatch(/[\u0002\u0003]|\bas (never|Program|tf\.)/);
    expect(await stripped(script, 'js')).toBe(await stripped(await emitted.module(), 'ts'));
  });
});
