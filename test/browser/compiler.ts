/** The compiler as one script for a page: what `aec build` does, without a disk. */
import { emitProgram } from '../../src/codegen/emit.js';
import { targets } from '../../src/codegen/targets.js';
import { check, compile } from '../../src/compiler.js';
import { renderAll } from '../../src/diagnostics/render.js';
import { formatSource } from '../../src/format/format.js';

export interface Built {
  readonly formatted: string;
  readonly shown: readonly string[];
  readonly module: string | undefined;
  /** Of the SavedModel. */
  readonly graphBytes: number;
}

export async function build(text: string): Promise<Built> {
  const formatted = formatSource('page.ae', text);
  const checked = check('page.ae', text, () => undefined);
  const shown = renderAll(checked.findings, checked.locate, text, { color: false });
  const base = { formatted: 'text' in formatted ? formatted.text : '', shown };
  const model = checked.models[0];
  if (model === undefined) return { ...base, module: undefined, graphBytes: 0 };
  const compiled = compile(model, checked);
  const module = await emitProgram(compiled, targets.browser).module();
  const { files } = emitProgram(compiled, targets.node, { form: 'graph' });
  return { ...base, module, graphBytes: [...files.values()].reduce((sum, file) => sum + file.length, 0) };
}
