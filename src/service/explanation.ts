/** What `aec explain` says of an autoencoder of a file. */
import { explain, renderExplanation } from '../codegen/explain.js';
import { backendsOf, targets } from '../codegen/targets.js';
import { compile } from '../compiler.js';
import { severityOf } from '../diagnostics/finding.js';
import type { Elaborated } from '../ir/elaborate/index.js';
import type { CheckedFile } from './service.js';

/** Nothing where something is wrong: what the file means is not known then. */
export function explanationOf(checked: CheckedFile, { model }: Elaborated): string | undefined {
  if (model === undefined || checked.findings.some((one) => severityOf(one) === 'error')) return undefined;
  return renderExplanation(explain(compile(model, checked), backendsOf(targets.wasm)));
}
