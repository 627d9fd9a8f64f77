/** Posteriors, priors, and the weight of what stands between them. */
import { ref } from '../../builtins/arguments.js';
import type { Model, Source, Term } from '../model/model.js';
import { constantFactor, penaltiesIn, penaltyFactors, scalarOf } from '../model/scalar.js';
import type { Check, Reconstruction } from './check.js';

/** A posterior without a KL term is free to shrink its noise to nothing. */
export const withoutKl: Check = ({ model, penalties }, report) => {
  const held = new Set(penalties.filter((p) => p.call.definition.divergence === true).map((p) => {
    const of = ref(p.call.args, 'of');
    return of.kind === 'latent' ? of.name : '';
  }));
  for (const latent of model.latents) {
    if (!latent.by.definition.draws || latent.posterior.kind === 'none' || held.has(latent.name)) continue;
    const { file, span } = latent.source.place;
    report('AE4007', latent.source, {
      title: `nothing keeps \`${latent.name}\` near its prior`,
      cause: 'Without a KL term the posterior shrinks to a point, and samples from the prior decode to nothing that was trained.',
      expected: `\`penalty kl(${latent.name})\``,
      found: 'no KL term',
      hint: `add \`penalty kl(${latent.name})\`, or write \`by point\``,
      fixes: [{ title: `add \`penalty kl(${latent.name})\``, edits: [{ place: { file, span: { start: span.end, end: span.end } }, newText: `; penalty kl(${latent.name})` }] }],
    });
  }
};

export interface Beta {
  readonly value: number;
  /** The constant in front of the KL. */
  readonly factor: number;
  readonly reconstruction: Reconstruction;
  /** The constant in front of the reconstruction. */
  readonly weight: number;
  readonly source: Source;
}

/** Reconstructions of what the model is a model of: its inputs; where it reconstructs none of them, everything. */
function likelihoodsOf(model: Model): readonly Reconstruction[] {
  const all = model.terms.filter((t): t is Reconstruction => t.kind === 'reconstruction');
  const ofInputs = all.filter((t) => model.variables.some((v) => v.name === t.variable && v.role === 'input'));
  return ofInputs.length > 0 ? ofInputs : all;
}

/**
 * The weight of the KL against a likelihood whose density is normalised, where 1 is the evidence lower bound
 * (Higgins et al. 2017). `squared_error` is the normal one with σ² = ½ without its constant, and is read as one
 * with σ² = 1, the scale on which β-VAEs are compared, where it counts twice. Undefined where there is no KL, a
 * weight follows a schedule, or likelihoods are weighted differently.
 */
export function effectiveBeta(model: Model): Beta | undefined {
  const kl = model.terms.find((t): t is Extract<Term, { readonly kind: 'penalty' }> => t.kind === 'penalty' && penaltiesIn(t.value).some((p) => p.call.definition.divergence === true));
  const factor = kl === undefined ? undefined : constantFactor(kl.value);
  const betas = factor === undefined ? [] : likelihoodsOf(model).map((reconstruction) => {
    const weight = constantFactor(reconstruction.weight);
    const { definition } = reconstruction.likelihood;
    return { value: weight === undefined ? NaN : factor / (weight * definition.precision), factor, reconstruction, weight: weight ?? NaN, source: kl!.source };
  });
  const [beta] = betas;
  return beta === undefined || !Number.isFinite(beta.value) || betas.some(({ value }) => value !== beta.value) ? undefined : beta;
}

/** No mistake, but what results that are compared with others' must state. */
export const otherBeta: Check = ({ model }, report) => {
  const beta = effectiveBeta(model);
  // Nothing and less than nothing have messages of their own.
  if (beta === undefined || beta.factor <= 0 || beta.weight <= 0 || Math.abs(beta.value - 1) < 1e-6) return;
  const value = Number(beta.value.toPrecision(4));
  const name = beta.reconstruction.likelihood.definition.name;
  report('AE4008', beta.source, {
    title: `the effective β is ${value}`,
    cause: `The KL counts ${value} times as much as in the evidence lower bound${beta.reconstruction.likelihood.definition.precision === 1 ? '' : ' of a likelihood with unit variance'}, given ${beta.weight === 1 ? '' : `${beta.weight} · `}\`${name}\`.`,
    expected: '1 for the evidence lower bound',
    found: `${beta.factor} · KL against ${beta.weight === 1 ? '' : `${beta.weight} · `}\`${name}\``,
    hint: `write a weight of ${Number((beta.factor / beta.value).toPrecision(4))} for β = 1, or keep it as it is and say so with the results`,
    related: [{ place: beta.reconstruction.source.place, message: 'the reconstruction' }],
  });
};

/** Terms that reward what they are there to keep small: the loss has no lower end. */
export const turnedRound: Check = ({ model }, report) => {
  for (const term of model.terms) {
    const expr = scalarOf(term);
    const factors = term.kind === 'penalty' ? penaltyFactors(expr) : [{ name: term.name, factor: constantFactor(expr) }];
    for (const { name, factor } of factors) {
      if (factor === undefined || factor >= 0) continue;
      report('AE4018', term.source, {
        title: `\`${name}\` has the weight ${Number(factor.toPrecision(4))}`,
        cause: 'What is minimised would make it as large as it can become, and it has no upper bound.',
        expected: 'a weight above 0', found: String(Number(factor.toPrecision(4))), hint: 'leave out the sign',
      });
    }
  }
};
