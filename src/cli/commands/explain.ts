import { explain, renderExplanation } from '../../codegen/explain.js';
import { backendsOf, targets, type TargetName } from '../../codegen/targets.js';
import { compile } from '../../compiler.js';
import { loadModel, out, outJson, type SourceOptions } from '../io.js';

/** `aec explain`: the loss in full, sizes and costs. */
export function explainCommand(path: string, options: SourceOptions & { readonly target: TargetName }): number {
  const { checked, model } = loadModel(path, options);
  const explanation = explain(compile(model, checked), backendsOf(targets[options.target]));
  if (options.json === true) outJson(explanation);
  else out(renderExplanation(explanation));
  return 0;
}
