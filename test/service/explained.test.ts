/**
 * What `aec explain` says of the corpus, and what each of its names stands for: kept, for a reader to judge.
 * `npx vitest run test/service/explained.test.ts -u` writes it anew.
 */
import { describe, expect, it } from 'vitest';
import { explain, renderExplanation } from '../../src/codegen/explain.js';
import { backendsOf, targets } from '../../src/codegen/targets.js';
import { compile, type Checked } from '../../src/compiler.js';
import { lineTable, positionAt } from '../../src/diagnostics/lines.js';
import type { Reference } from '../../src/ir/resolve/symbols.js';
import { isCompiled } from '../../src/ir/lower/uncompiled.js';
import { parameterCount } from '../../src/ir/model/model.js';
import { checkFile, filesIn } from '../corpus/reading.js';

/** Larger models cost time and are explained no otherwise. */
const largest = 50_000;

describe.each(filesIn('good'))('$name', (file) => {
  it('is explained', async () => {
    const checked = checkFile(file);
    const said = checked.models
      .filter((model) => isCompiled(model) && parameterCount(model) < largest)
      .map((model) => renderExplanation(explain(compile(model, checked), backendsOf(targets.wasm))));
    await expect(`${said.join('\n\n')}\n`).toMatchFileSnapshot(`explained/${file.name.replace(/\.ae$/, '.txt')}`);
  });
});

/** `dense` at 3:12, and where what it stands for is declared. */
function referred(checked: Checked, { place, to }: Reference): string {
  const at = (one: Reference['place']): string => {
    const { file, span } = checked.locate(one);
    const { line, column } = positionAt(lineTable(checked.files.get(file)!.text), span.start);
    return `${line}:${column}`;
  };
  const { file, span } = checked.locate(place);
  const word = checked.files.get(file)!.text.slice(span.start, span.end);
  const of = to.kind === 'entry' ? to.definition.category : `${to.kind} ${'place' in to ? at(to.place) : ''}`;
  return `${at(place)} ${word}: ${of}`;
}

describe.each(filesIn('good'))('$name', (file) => {
  it('has names that stand for what they did', () => {
    const checked = checkFile(file);
    const all = [...checked.references, ...checked.autoencoders.flatMap(({ references }) => references)];
    expect([...new Set(all.map((one) => referred(checked, one)))].join(', ')).toMatchSnapshot();
  });
});
