/** What holds for every example: it compiles without a remark, is formatted, documented and listed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples, itemOf } from '../../examples/list.js';
import { readPage, withTable } from '../../examples/table.js';
import { formatSource } from '../../src/format/format.js';
import { parameterCount } from '../../src/ir/model/model.js';
import { compile } from '../../src/compiler.js';
import { fitDataset, generateSet, isSynthetic, renderDataError } from '../../src/runtime/index.js';
import { checkExample, examplesFolder, readExample } from '../support/emitted.js';
import { shown } from '../support/findings.js';

const folders = readdirSync(examplesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const files = folders.flatMap((name) =>
  readdirSync(join(examplesFolder, name))
    .filter((file) => file.endsWith('.ae'))
    .map((file) => `${name}/${file}`),
);

describe.each(files)('%s', (path) => {
  const checked = checkExample(path);

  it('compiles, and nothing is to be said about it', () => {
    expect(shown(checked)).toBe('');
    expect(checked.models).toHaveLength(1);
  });

  it('says what it is and what proves it', () => {
    const { doc } = checked.models[0]!;
    expect(doc).toMatch(path.startsWith('lecture') ? /[Ll]ecture \d/ : /\(.* \d{4}\)/);
    expect(doc).toMatch(/^Proof: /m);
  });

  it('is formatted', () => {
    const formatted = formatSource(path, readExample(path));
    expect('text' in formatted ? formatted.text : formatted.findings).toBe(readExample(path));
  });

  it("is in the list and in the folder's table", () => {
    const entry = examples.find((e) => e.path === path);
    expect(entry).toBeDefined();
    expect(isSynthetic(entry!.data)).toBe(true);
    const readme = join(examplesFolder, path, '..', 'README.md');
    expect(existsSync(readme)).toBe(true);
    expect(readFileSync(readme, 'utf8')).toContain(`\`${path.split('/')[1]!}\``);
  });
});

it.each(examples.map((example) => [example.path, example] as const))('%s fits its data', (path, { data, set }) => {
  const checked = checkExample(path, set);
  const { spec } = compile(checked.models[0]!, checked);
  const few = data.replace(/,?count=\d+/, '').replace(/:$/, '');
  const made = generateSet(data.startsWith('identity') ? data : `${few}${few.includes(':') ? ',' : ':'}count=300`);
  if (!made.ok) throw new Error(renderDataError(made.error));
  const fitted = fitDataset(made.value, spec.variables);
  if (!fitted.ok) throw new Error(renderDataError(fitted.error));
  expect(fitted.value.size).toBe(made.value.size);
});

it('the list has no example that is not there', () => {
  expect(examples.map((e) => e.path).sort()).toEqual([...files].sort());
});

it('the page has the table that the results make', () => {
  expect(withTable(readPage())).toBe(readPage());
  for (const { path } of examples) expect(readPage()).toContain(`](${path})`);
});

it('every example of a lecture says which of its items it is', () => {
  for (const example of examples) expect(itemOf(example) ?? '', example.path).not.toContain('?');
});

describe('parameters', () => {
  it.each([
    ['lecture1/vanilla.ae', 101_200],
    ['lecture1/multilayer.ae', 218_192],
    ['lecture1/conv.ae', 4_385],
    ['lecture3/stacked.ae', 281_734],
    ['lecture0/zsweep.ae', 50_992],
    ['lecture2/binomial.ae', 51_024],
    ['lecture2/deep.ae', 2_837_314],
  ] as const)('%s has %i', (path, count) => {
    expect(parameterCount(checkExample(path).models[0]!)).toBe(count);
  });

  it('the convolutional code is 4×4×8', () => {
    expect(checkExample('lecture1/conv.ae').models[0]!.networks[0]!.outputShape).toEqual([4, 4, 8]);
  });

  it.each([784, 256, 64, 32, 16, 8, 4, 2, 1])('zsweep with z = %i', (z) => {
    expect(parameterCount(checkExample('lecture0/zsweep.ae', { z }).models[0]!)).toBe(784 * z + z + z * 784 + 784);
  });
});
