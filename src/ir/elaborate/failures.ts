/** Layers that do not fit what they read, in words. */
import { isInferred, type Args, type ExampleShape } from '../../builtins/arguments.js';
import { builtins } from '../../builtins/index.js';
import { isMisfit, showExample } from '../../builtins/layers/shapes.js';
import { inDigits, largestTensor } from '../limits.js';
import { product } from '../graph/shape.js';
import type { Reporter } from './context.js';
import type { Draft } from './drafts.js';
import type { Propagation } from './propagate.js';

/** @param what the layer in words, where no statement wrote it */
export function reportFailure(reporter: Reporter, failure: NonNullable<Propagation['failure']>, what?: string): void {
  const { draft } = failure;
  const { span } = draft.source.place;
  const name = draft.definition.name;
  const example = draft.definition.examples[0] ?? name;
  if ('unsolved' in failure) {
    reporter.report(draft.scope, 'AE3004', span, {
      title: `\`${failure.unsolved}\` of \`${name}\` cannot be inferred`,
      cause: failure.wanted === undefined
        ? 'Nothing says what its network must produce.'
        : `Several sizes would lead to the ${showExample(failure.wanted)} that its network must produce.`,
      expected: `\`${failure.unsolved}\``,
      found: 'nothing',
      hint: `write it, as in \`${example}\``,
    });
    return;
  }
  if ('tooLarge' in failure) {
    const { tooLarge, weight } = failure;
    reporter.report(draft.scope, 'AE2005', span, {
      title: `${what ?? `\`${name}\``} would ${weight === undefined ? 'give' : `have a ${weight} of`} ${inDigits(product(tooLarge))} numbers`,
      cause: `${weight === undefined ? 'Its output for one example' : `Its ${weight}`} is ${inWords(tooLarge)}.`,
      expected: `at most ${inDigits(largestTensor)} numbers`, found: showExample(tooLarge), hint: 'use smaller sizes',
    });
    return;
  }
  const { from, input, misfit, args } = failure;
  const tensor = from.kind === 'layer' ? from.id : from.name;
  const bridge = what === undefined ? bridgeTo(draft, args, input) : undefined;
  reporter.report(draft.scope, 'AE3002', span, {
    title: `${what ?? `\`${name}\``} cannot take ${inWords(input)}`,
    cause: `${what === undefined ? 'It reads' : 'They read'} \`${tensor}\`, which is ${inWords(input)}.`,
    ...misfit,
    hint: what !== undefined ? 'end the encoder with `flatten`' : draft.syntax === undefined && draft.args['with'] !== undefined ? 'bring both to one form first, then join them: `flatten; concat(…)`' : misfit.hint,
    fixes: bridge === undefined ? [] : [{ title: `put \`${bridge}\` in front`, edits: [{ place: { file: draft.source.place.file, span: { start: span.start, end: span.start } }, newText: `${bridge}; ` }] }],
  });
}

/** `a vector of 784`, `28×28×1`. */
export const inWords = (shape: ExampleShape): string => (shape.length === 1 ? `a vector of ${shape[0]!}` : showExample(shape));

const hasOpenSize = (args: Args): boolean => Object.values(args).some(isInferred);

/** A layer without parameters that makes of `input` what the draft accepts. */
function bridgeTo(draft: Draft, args: Args, input: ExampleShape): string | undefined {
  if (draft.syntax === undefined || draft.input !== 'chain' || hasOpenSize(args) || !isMisfit(draft.definition.shape([input], args))) return undefined;
  return builtins.layer.find((layer) => {
    if (layer.params.length > 0 || layer.activation !== undefined || layer.weights !== undefined) return false;
    const between = layer.shape([input], {});
    if (isMisfit(between) || Array.isArray(between[0])) return false;
    return !isMisfit(draft.definition.shape([between as ExampleShape], args));
  })?.name;
}
