/** Checks of a whole model: what is legal, but cannot be meant or cannot work. */
import type { Finding } from '../../diagnostics/finding.js';
import type { Model } from '../model/model.js';
import { dyingCode, linearStack, narrowest, overcomplete } from './capacity.js';
import { agreeingCritics, helpedCritics, judgedRanges, unboundedCritics } from './critics.js';
import { Facts, type Check } from './facts.js';
import { Findings } from './findings.js';
import {
  aroundTheCode,
  codeIgnored,
  conditionOnlyEncoded,
  labelLeak,
  nothingAsked,
  ofNoData,
  switches,
  tellingPriors,
  unmovedTerms,
  unusedNetworks,
  unusedVariables,
} from './flow.js';
import { enumerations, importanceWeights, otherBeta, wideLikelihood, withoutKl } from './latents.js';
import { alikeUnits, checkerboard, heavyLayers, leftOver, restlessOutputs, throughTheOrigin } from './layers.js';
import {
  countedTwice,
  derivativesOfBatches,
  derivativesOfNothing,
  drowned,
  heavyJacobians,
  scaledAway,
  statisticsOfOne,
  turnedRound,
  weightless,
} from './loss.js';
import { frozenByTies, idleParts, sharedWeights, untrained } from './players.js';
import { outputActivations, penaltyRanges, squashedOutputs } from './ranges.js';
import {
  contradictions,
  deterministicOptimizers,
  endlessPatience,
  oddRates,
  scheduleLengths,
  stopWithoutValidation,
} from './training.js';
import { joinedByNothing } from './trees.js';

export { effectiveBeta } from './latents.js';

const checks: readonly Check[] = [
  overcomplete,
  narrowest,
  dyingCode,
  linearStack,
  codeIgnored,
  ofNoData,
  nothingAsked,
  aroundTheCode,
  switches,
  unusedNetworks,
  unusedVariables,
  labelLeak,
  unmovedTerms,
  conditionOnlyEncoded,
  tellingPriors,
  checkerboard,
  throughTheOrigin,
  alikeUnits,
  restlessOutputs,
  heavyLayers,
  leftOver,
  squashedOutputs,
  outputActivations,
  penaltyRanges,
  withoutKl,
  otherBeta,
  wideLikelihood,
  enumerations,
  importanceWeights,
  turnedRound,
  weightless,
  countedTwice,
  scaledAway,
  derivativesOfBatches,
  derivativesOfNothing,
  heavyJacobians,
  statisticsOfOne,
  drowned,
  deterministicOptimizers,
  scheduleLengths,
  stopWithoutValidation,
  endlessPatience,
  oddRates,
  contradictions,
  idleParts,
  sharedWeights,
  frozenByTies,
  untrained,
  judgedRanges,
  unboundedCritics,
  helpedCritics,
  agreeingCritics,
  joinedByNothing,
];

export function checkModel(model: Model): readonly Finding[] {
  const facts = new Facts(model);
  const findings = new Findings();
  for (const check of checks) check(facts, findings);
  return findings.found;
}
