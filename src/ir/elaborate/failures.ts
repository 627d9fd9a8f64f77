/** Reports steps that do not fit what they read. */
import { isInferred, showRef, type Args, type ExampleShape } from '../../builtins/arguments.js';
import { builtins } from '../../builtins/index.js';
import { isMisfit } from '../../builtins/define.js';
import { insertBefore } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/layers.js';
import { layerTooLarge } from '../../diagnostics/messages/limits.js';
import { cannotApply } from '../../diagnostics/messages/names.js';
import { product } from '../graph/shape.js';
import { largestTensor } from '../limits.js';
import type { LayerStep } from './steps.js';
import type { Context, Wanted } from './context.js';
import type { Failure } from './propagate.js';

/** @param derived what the layers are in words, where no statement wrote them */
export function reportFailure(
  { reporter }: Context,
  failure: Failure,
  wanted: Wanted | undefined,
  derived?: string,
): void {
  const { step } = failure;
  const { source } = step;
  switch (failure.kind) {
    case 'misfit': {
      const { from, input, misfit, args, step: layer } = failure;
      const bridge = bridgeTo(layer, args, input);
      const joined = layer.args['with'] !== undefined;
      const origin = layer.syntax !== undefined ? 'written' : joined ? 'joined' : 'mirrored';
      const facts = {
        layer: layer.definition.name,
        reads: showRef(from),
        input,
        origin,
        ...(derived === undefined ? {} : { derived }),
        ...misfit,
      };
      reporter.at(source, say.cannotTake, facts, {
        fixes: bridge === undefined ? [] : [insertBefore(source.place, `${bridge}; `)],
      });
      return;
    }
    case 'unsolved': {
      const { param, step: layer } = failure;
      const { name, examples } = layer.definition;
      const facts = {
        layer: name,
        param,
        example: examples[0] ?? name,
        ...(wanted === undefined ? {} : { wanted: wanted.shape, because: wanted.because.text }),
      };
      reporter.at(source, say.cannotInfer, facts, {
        related: wanted === undefined ? [] : [{ place: wanted.because.place, message: labels.asksForShape }],
      });
      return;
    }
    case 'too large': {
      const { shape, weight, step: layer } = failure;
      const facts = {
        layer: derived ?? `\`${layer.definition.name}\``,
        shape,
        count: product(shape),
        most: largestTensor,
        ...(weight === undefined ? {} : { weight }),
      };
      reporter.at(source, layerTooLarge, facts);
      return;
    }
    case 'cannot apply': {
      const { expected, found, step: apply } = failure;
      reporter.at(source, cannotApply, { name: apply.of.path, expected, found });
    }
  }
}

const hasOpenSize = (args: Args): boolean => Object.values(args).some(isInferred);

/** A layer without parameters that makes of `input` what the step accepts. */
function bridgeTo(step: LayerStep, args: Args, input: ExampleShape): string | undefined {
  if (step.syntax === undefined || hasOpenSize(args) || !isMisfit(step.definition.shape([input], args)))
    return undefined;
  return builtins.layer.find((layer) => {
    if (layer.params.length > 0 || layer.activation !== undefined || layer.weights !== undefined) return false;
    const between = layer.shape([input], {});
    if (isMisfit(between) || Array.isArray(between[0])) return false;
    return !isMisfit(step.definition.shape([between as ExampleShape], args));
  })?.name;
}
