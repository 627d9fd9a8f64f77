/** Posteriors, priors, and the weight of what stands between them. */
import type { Expression } from '../../builtins/arguments.js';
import { changeWithin, insertBehind } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/latent-checks.js';
import { product } from '../graph/shape.js';
import type { Model } from '../model/model.js';
import type { Source } from '../model/source.js';
import { modelDomain } from '../model/variables.js';
import { Facts, type Check, type LikelihoodExpression } from './facts.js';

/** A posterior without a KL term is free to shrink its noise to nothing. */
export const withoutKl: Check = ({ model, penalties, allSummands }, report) => {
  if (model.latents.length === 0) return;
  // A divergence with the weight 0 has a message of its own.
  const weightless = allSummands.flatMap(({ of, factor }) => (of.kind === 'penalty' && factor === 0 ? [of] : []));
  const held = new Set(
    [...penalties, ...weightless]
      .filter(({ call }) => call.definition.holdsPosterior === true || call.definition.divergence === true)
      .map(nameIn),
  );
  for (const latent of model.latents) {
    // A deterministic code has no spread that could shrink.
    if (!latent.by.definition.draws || held.has(latent.name) || (latent.definition.posterior?.heads.length ?? 0) === 0)
      continue;
    const statement = `penalty kl(${latent.name})`;
    report.at(
      latent.source,
      say.withoutKl,
      { latent: latent.name, statement },
      { fixes: [insertBehind(latent.source.place, `; ${statement}`)] },
    );
  }
};

/** The latent that a penalty is of, as itself or as the tensor that it gives. */
function nameIn({ call }: Extract<Expression, { readonly kind: 'penalty' }>): string {
  const of = call.args['of'];
  if (typeof of !== 'object' || !('kind' in of)) return '';
  if (of.kind === 'latent') return of.name;
  return of.kind === 'expression' && of.value.kind === 'tensor' && of.value.ref.kind === 'latent'
    ? of.value.ref.name
    : '';
}

export interface Beta {
  readonly value: number;
  /** The constant in front of the KL. */
  readonly factor: number;
  readonly likelihood: LikelihoodExpression & { readonly source: Source };
  /** The constant in front of the reconstruction. */
  readonly weight: number;
  readonly source: Source;
}

/** Likelihoods of what the model is a model of: its inputs; where it reconstructs none of them, everything. */
function likelihoodsOf(facts: Facts): Facts['likelihoods'] {
  const { likelihoods } = facts;
  const ofInputs = likelihoods.filter(
    ({ target }) =>
      target.kind === 'tensor' && target.ref.kind === 'variable' && facts.variable(target.ref.name)?.role === 'input',
  );
  return ofInputs.length > 0 ? ofInputs : likelihoods;
}

/**
 * The weight of the KL against a likelihood whose density is normalised, where 1 is the evidence lower bound
 * (Higgins et al. 2017). `squared_error` is the normal one with σ² = ½ without its constant, and is read as one
 * with σ² = 1, the scale on which β-VAEs are compared, where it counts twice. Undefined where there is no KL, a
 * weight follows a schedule, likelihoods are weighted differently, or the KL is inside of something else.
 */
export const effectiveBeta = (model: Model): Beta | undefined => betaIn(new Facts(model));

function betaIn(facts: Facts): Beta | undefined {
  const kl = facts.summands.find(({ of }) => of.kind === 'penalty' && of.call.definition.divergence === true);
  if (kl?.factor === undefined || kl.schedules.length > 0) return undefined;
  const plain = facts.summands
    .filter(({ of, schedules }) => of.kind === 'likelihood' && schedules.length === 0)
    .map(({ of }) => of);
  const betas = likelihoodsOf(facts).map((likelihood) => {
    const { precision } = likelihood.call.definition;
    const isPlain = plain.some((one) => one.kind === 'likelihood' && one.text === likelihood.text);
    const weight = isPlain ? (likelihood.factor ?? NaN) : NaN;
    return { value: kl.factor! / (weight * precision), factor: kl.factor!, likelihood, weight, source: kl.source };
  });
  const [beta] = betas;
  return beta === undefined || !Number.isFinite(beta.value) || betas.some(({ value }) => value !== beta.value)
    ? undefined
    : beta;
}

/** No mistake, but what results that are compared with others' must state. */
export const otherBeta: Check = (facts, report) => {
  const { model } = facts;
  const beta = betaIn(facts);
  // Nothing and less than nothing have messages of their own.
  // Of an importance-weighted bound the weight is an error of its own.
  if (model.latents.some(({ by }) => by.definition.bounds === true)) return;
  if (beta === undefined || beta.factor <= 0 || beta.weight <= 0 || Math.abs(beta.value - 1) < 1e-6) return;
  const { definition } = beta.likelihood.call;
  const said = {
    beta: beta.value,
    factor: beta.factor,
    weight: beta.weight,
    likelihood: definition.name,
    normalised: definition.precision === 1,
  };
  report.at(beta.source, say.otherBeta, said, {
    related: [{ place: beta.likelihood.source.place, message: labels.theReconstruction }],
  });
};

/** A fixed σ of 1 on data whose whole range is 1, beside a KL: what the latent could tell is not worth its price. */
export const wideLikelihood: Check = (facts, report) => {
  const { model, likelihoods, penalties } = facts;
  if (!penalties.some(({ call }) => call.definition.divergence === true) || model.latents.length === 0) return;
  for (const { call, target, source } of likelihoods) {
    const sigma = call.args['sigma'];
    const own =
      target.kind === 'tensor' && target.ref.kind === 'variable' ? facts.variable(target.ref.name) : undefined;
    if (
      own === undefined ||
      typeof sigma !== 'number' ||
      call.args['learned'] === true ||
      call.args['log_variance'] !== undefined
    )
      continue;
    const domain = modelDomain(own);
    const width =
      domain.kind === 'binary'
        ? 1
        : domain.kind === 'interval' && domain.low !== undefined && domain.high !== undefined
          ? domain.high - domain.low
          : Infinity;
    if (sigma < width) continue;
    const { name } = call.definition;
    const fixes = changeWithin(
      source.place,
      new RegExp(`\\b${name}\\b(?:\\(sigma: [^(),]*\\))?(?!\\()`),
      `${name}(learned: true)`,
    );
    report.at(source, say.wideLikelihood, { likelihood: name, sigma, width, variable: own.name }, { fixes });
  }
};

/** Values that an enumerated latent may take together. */
const mostCombinations = 256;

/** Sums over classes, which need layers that treat rows by themselves. */
export const enumerations: Check = (facts, report) => {
  const { model } = facts;
  const enumerated = model.latents.filter(({ by }) => by.definition.enumerates === true);
  const [first] = enumerated;
  if (first === undefined) return;
  const count = enumerated.reduce(
    (combinations, { definition, size, shape }) =>
      combinations * (definition.posterior?.values?.(size) ?? size) ** product(shape.slice(0, -1)),
    1,
  );
  if (count > mostCombinations)
    report.at(first.source, say.tooManyCombinations, {
      latents: enumerated.map(({ name }) => name),
      count,
      most: mostCombinations,
    });
  for (const { value } of facts.objectives) {
    for (const id of facts.ancestors(facts.rootsOf(value)).layers) {
      const layer = facts.layer(id);
      if (layer?.definition.ofBatch !== true) continue;
      const reads = facts.ancestors([{ kind: 'layer', id, output: 0 }]).latents;
      const behind = enumerated.find(({ name }) => reads.has(name));
      if (behind !== undefined)
        report.at(
          layer.source,
          say.batchBehindClasses,
          { layer: layer.definition.name, latent: behind.name },
          { related: [{ place: behind.source.place, message: labels.theLatent }] },
        );
    }
  }
};

/** The bound of importance weighting is of terms with weight 1. */
export const importanceWeights: Check = (facts, report) => {
  for (const latent of facts.model.latents) {
    if (latent.by.definition.bounds !== true) continue;
    for (const { of, factor, schedules, source } of facts.summands) {
      if (!facts.ancestors(facts.rootsOf(of)).latents.has(latent.name)) continue;
      const plain =
        factor === 1 &&
        schedules.length === 0 &&
        (of.kind === 'likelihood' || (of.kind === 'penalty' && of.call.definition.divergence === true));
      if (!plain) report.at(source, say.notOfTheBound, { latent: latent.name, text: of.text, factor: factor ?? NaN });
    }
  }
};
