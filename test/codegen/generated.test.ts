/** Generated code: typed against the real packages, the same bytes each time, traceable, and free of tfjs's own training. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProject } from '../../src/codegen/project.js';
import { targets, type TargetName } from '../../src/codegen/targets.js';
import { printModule } from '../../src/codegen/tfjs/module.js';
import { check, compile, type Compiled } from '../../src/compiler.js';
import { everyLayer, grown, tied, variational } from './sources.js';
import { typeErrors } from '../support/types.js';
import { errorsOf } from '../support/findings.js';

const sources = { everyLayer, variational, tied, grown } as const;
const repository = fileURLToPath(new URL('../..', import.meta.url));

function compiled(text: string): Compiled {
  const checked = check('model.ae', text, () => undefined);
  expect(errorsOf(checked)).toEqual([]);
  return compile(checked.models[0]!, checked);
}

const print = (name: keyof typeof sources, target: TargetName): Promise<string> => {
  return printModule(compiled(sources[name]), targets[target]);
};

describe('generated modules', () => {
  let folder: string;
  beforeAll(() => {
    // Below the repository, so that bare imports resolve as they do for a user.
    folder = mkdtempSync(join(repository, 'node_modules', '.aec-generated-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('type-check against the real packages, strictly', async () => {
    const files: string[] = [];
    for (const name of Object.keys(sources) as (keyof typeof sources)[]) {
      for (const target of ['browser', 'wasm'] as const) {
        const file = join(folder, `${name}-${target}.ts`);
        writeFileSync(file, await print(name, target));
        files.push(file);
      }
    }
    const strict = {
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
    };
    const paths = { 'aec-lang/runtime': [join(repository, 'dist/runtime/index.d.ts')] };
    expect(typeErrors(files, { ...strict, paths })).toEqual([]);
  });

  test.each(Object.keys(sources) as (keyof typeof sources)[])('%s: the same bytes for the same input', async (name) => {
    expect(await print(name, 'browser')).toBe(await print(name, 'browser'));
  });

  test.each(Object.keys(targets) as TargetName[])('for %s: no tape, no optimiser, no layer of tfjs', async (target) => {
    for (const name of Object.keys(sources) as (keyof typeof sources)[]) {
      const text = await print(name, target);
      expect(text).not.toMatch(
        /tf\.(grad|grads|valueAndGrad|valueAndGrads|variableGrads|customGrad|train|layers|sequential|model)\b|\.minimize\(/,
      );
    }
  });

  test("carry the user's words, names and lines", async () => {
    const text = await print('variational', 'browser');
    expect(text).toContain('A variational autoencoder (Kingma & Welling 2014).');
    expect(text).toContain("'z.mean.kernel'");
    expect(text).toMatch(/\/\/ model\.ae:6 {2}encoder \{ conv/);
    expect(text).toContain('const decoderConv');
  });

  test('a browser module has no op that a browser backend lacks', async () => {
    const text = await print('everyLayer', 'browser');
    expect(text).not.toContain('kernels.');
    expect(text).not.toMatch(/tf\.matMul\([^)]*true/);
  });
});

test.each(Object.keys(targets) as TargetName[])('the project for %s is whole', async (target) => {
  const { files } = await buildProject(compiled(variational), targets[target]);
  expect([...files.keys()]).toContain('program.ts');
  const manifest = JSON.parse(String(files.get('package.json'))) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  expect(manifest.dependencies[targets[target].tf]).toBe('4.22.0');
  // What a template left to be filled in would stand in a page that people read.
  expect(String(files.get('README.md'))).not.toContain('${');
});
