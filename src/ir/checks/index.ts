/** Checks of a whole model: what is legal, but cannot be meant or cannot work. */
import type { Reporter, Scope } from '../elaborate/context.js';
import type { Model } from '../model/model.js';
import { narrowest, overcomplete } from './capacity.js';
import { factsOf, reportInto, type Check } from './check.js';
import { compiled } from './compiled.js';
import { codeIgnored, labelLeak, unusedNetworks, unusedVariables } from './flow.js';
import { checkerboard, throughTheOrigin } from './layers.js';
import { otherBeta, turnedRound, withoutKl } from './latents.js';
import { domains, outputActivations, penaltyRanges, squashedOutputs } from './ranges.js';
import { derivativesOfBatches, deterministicOptimizers, scheduleLengths } from './training.js';

export { effectiveBeta } from './latents.js';

const checks: readonly Check[] = [
  overcomplete, narrowest, checkerboard, domains, squashedOutputs, outputActivations, penaltyRanges, withoutKl, otherBeta, turnedRound,
  codeIgnored, unusedNetworks, labelLeak, throughTheOrigin, unusedVariables, deterministicOptimizers, scheduleLengths, derivativesOfBatches,
];

export function checkModel(scope: Scope, reporter: Reporter, model: Model): void {
  const facts = factsOf(model, scope.file.text);
  for (const check of checks) check(facts, reportInto(scope, reporter));
  // What a mistake leaves unclear is not asked whether it compiles.
  if (!reporter.failed) compiled(facts, reportInto(scope, reporter));
}
