import { explain, renderExplanation } from '../../codegen/explain.js';
import { backendsOf, targets, type TargetName } from '../../codegen/targets.js';
import { compile } from '../../compiler.js';
import { loadModel, type SourceOptions } from '../io.js';
import { out, outJson } from '../refusal.js';

/** `aec explain`: the loss in full, sizes and costs. */
export async function explainCommand(
  path: string,
  options: SourceOptions & { readonly target: TargetName },
): Promise<number> {
  const { checked, model } = await loadModel(path, options);
  const explanation = explain(compile(model, checked), backendsOf(targets[options.target]));
  if (options.json === true) outJson(explanation);
  else out(renderExplanation(explanation));
  return 0;
}
