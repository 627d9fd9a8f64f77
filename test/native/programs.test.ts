/** Programs for `node` and `node-gpu`, as one graph and op by op: the losses of the WASM program, from the same seed and weights. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { targets } from '../../src/codegen/targets.js';
import { printModule } from '../../src/codegen/tfjs/module.js';
import { loadProgram } from '../../src/cli/load.js';
import { check, compile, type Checked } from '../../src/compiler.js';
import { fitDataset, train, type AnyProgram } from '../../src/runtime/index.js';
import * as runtime from '../../src/runtime/index.js';
import { everyLayer, tied, variational } from '../codegen/sources.js';
import { typeErrors } from '../support/types.js';
import { hasNative, nativeFolder } from './native.js';

const small = `
/// Two inputs of the size of the kitchen's, drawn from bars.
${everyLayer}`;

/** Terms of every step. */
async function losses(program: AnyProgram): Promise<readonly (readonly number[])[]> {
  const shape = program.spec.variables[0]!.shape;
  const images = shape.reduce((a, b) => a * b, 1);
  const count = 64;
  const values = runtime.uniforms(5, 0, 0, count * images);
  const columns = Object.fromEntries(
    program.spec.variables.map((v) => [
      v.name,
      v.domain.kind === 'category'
        ? { shape: v.shape, data: Int32Array.from({ length: count }, (_, i) => i % 10), scale: 1, source: 'made here' }
        : { shape: v.shape, data: values, scale: 1, source: 'made here' },
    ]),
  );
  const data = fitDataset({ size: count, columns }, program.spec.variables);
  if (!data.ok) throw new Error(runtime.renderDataError(data.error));
  const found: (readonly number[])[] = [];
  const result = await train(program, data.value, {
    onEvent: (event) => {
      if (event.kind === 'step') found.push(event.terms);
    },
  });
  if (!result.ok) throw new Error(runtime.renderDataError(result.error));
  return found;
}

const sources = { everyLayer: small, variational, tied } as const;
const native = ['node', 'node-gpu'] as const;

const checkedOf = (source: string): Checked =>
  check('model.ae', source.replace(/epochs 3;/, 'epochs 1;'), () => undefined);

describe.skipIf(!hasNative)('programs', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(nativeFolder, 'generated-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('type-check against the packages', async () => {
    const files: string[] = [];
    for (const [name, source] of Object.entries(sources)) {
      const checked = checkedOf(source);
      for (const target of native) {
        const file = join(folder, `${name}-${target}.ts`);
        writeFileSync(file, await printModule(compile(checked.models[0]!, checked), targets[target]));
        files.push(file);
      }
    }
    const paths = { 'aec-lang/runtime': [join(nativeFolder, '../dist/runtime/index.d.ts')] };
    expect(typeErrors(files, { types: [], paths })).toEqual([]);
  });

  test.each(Object.entries(sources))('%s trains as on WASM on both packages, in both forms', async (_name, source) => {
    const checked = checkedOf(source);
    const model = checked.models[0]!;
    const wasm = await losses((await loadProgram(model, checked, 'wasm')).program);
    for (const target of native)
      for (const form of ['graph', 'ops'] as const) {
        // The packages are looked for from the folder that a user stands in.
        const home = process.cwd();
        process.chdir(nativeFolder);
        const { program } = await loadProgram(model, checked, target, { form }).finally(() => process.chdir(home));
        const found = await losses(program);
        expect(found.length).toBe(wasm.length);
        found.forEach((terms, step) =>
          terms.forEach((term, i) => {
            // Rounding grows with the steps; the first ones must agree to float32.
            expect(
              Math.abs(term - wasm[step]![i]!) / Math.max(1, Math.abs(wasm[step]![i]!)),
              `${target}, ${form}, step ${step}, term ${i}`,
            ).toBeLessThan(step < 3 ? 1e-4 : 1e-2);
          }),
        );
      }
  });
});
