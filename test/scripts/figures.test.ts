/** The gallery: what it hangs can be made, and what its page names is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pageOf } from '../../scripts/figures/page.js';
import { plates } from '../../scripts/figures/plates.js';
import { check } from '../../src/compiler.js';
import { severityOf } from '../../src/diagnostics/finding.js';
import { isSynthetic } from '../../src/runtime/index.js';
import { shown } from '../support/findings.js';

const home = fileURLToPath(new URL('../..', import.meta.url));
const gallery = join(home, 'examples/gallery');

it.each(plates.map((plate) => [plate.id, plate] as const))('%s is made by its file', (_id, plate) => {
  const text = readFileSync(join(home, plate.file), 'utf8');
  const checked = check(plate.file, text, () => undefined);
  // A remark is none of the gallery's business.
  if (checked.findings.some((one) => severityOf(one) !== 'info')) expect(shown(checked)).toBe('');
  const model = checked.models.find(({ name }) => plate.name === undefined || name === plate.name)!;
  if (plate.kind === 'rows')
    for (const name of plate.names) expect(checked.models.map((one) => one.name)).toContain(name);
  else if (plate.kind !== 'graph') {
    const own = model.figures.map(({ call }) => call.definition.name);
    const more = (plate.more ?? []).map((figure) => /^\w+/.exec(figure)![0]);
    for (const name of plate.figures) expect([...own, ...more]).toContain(name);
  }
  if (plate.kind !== 'graph') expect(isSynthetic(plate.data)).toBe(true);
  const language = readFileSync(join(home, 'docs/language.md'), 'utf8').split(`### Lecture ${plate.lecture}`)[1]!;
  expect(language).toContain(`\n| ${plate.item} | `);
});

it('the page that is committed has all of them, and their pictures', () => {
  const page = readFileSync(join(gallery, 'README.md'), 'utf8');
  for (const { title, item } of plates) expect(page).toContain(`### Item ${item}: ${title}`);
  const pictures = [...page.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, file]) => file!);
  expect(pictures.length).toBeGreaterThanOrEqual(plates.length);
  for (const file of pictures) expect(existsSync(join(gallery, file)), file).toBe(true);
  for (const [, file] of page.matchAll(/[^!]\[[^\]]*\]\(([^)]+)\)/g))
    expect(existsSync(join(gallery, file!)), file!).toBe(true);
});

it('a page has a section a slide, a row a point, and a table where there is no picture', () => {
  const [sizes, trivial] = ['code-sizes', 'trivial'].map((id) => plates.find((plate) => plate.id === id)!);
  const page = pageOf(
    [
      {
        plate: sizes!,
        pictures: [
          { file: 'a.svg', caption: 'z=2' },
          { file: 'b.svg', caption: 'z=1' },
        ],
        tables: [],
        data: 'strokes',
      },
      { plate: trivial!, pictures: [], tables: ['y,c 1\n0,1'], data: 'identity:n=3' },
    ],
    (file) => `../../${file}`,
  );
  expect(page).toContain('| z=2 | ![as few dimensions as possible: z = 784 … 1, z=2](a.svg) |\n| z=1 |');
  expect(page).toContain(
    '[trivial.ae](../../docs/models/lecture2/trivial.ae): `aec train docs/models/lecture2/trivial.ae --data identity:n=3 --out RUN`',
  );
  const [graph, rows] = ['encoder-decoder', 'rows'].map((id) => plates.find((plate) => plate.id === id)!);
  const pictures = [{ file: 'c.svg', caption: '' }];
  const others = pageOf(
    [
      { plate: graph!, pictures, tables: [] },
      { plate: { ...rows!, changed: 'Fewer maps.' }, pictures, tables: [], data: 'mnist=DIR' },
    ],
    (file) => file,
  );
  expect(others).toContain('`aec graph docs/models/lecture1/vanilla.ae`\n\n![encoder, code and decoder](c.svg)');
  expect(others).toContain(
    '--name Convolutional --data mnist=DIR --epochs 5 --out Convolutional && aec compare Dense Convolutional --out rows.png`\n\nFewer maps.\n',
  );
  expect(page).toContain('| y | c 1 |\n| --- | --- |\n| 0 | 1 |');
});
