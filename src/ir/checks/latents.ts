/** Posteriors, priors, and the weight of what stands between them. */
import { ref } from '../../builtins/arguments.js';
import type { Model, ScalarExpr, Source, Term } from '../model.js';
import { penaltiesIn } from '../scalar.js';
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

/** The constant factor of a penalty, where it has one. */
function constantFactor(expr: ScalarExpr): number | undefined {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'penalty':
      return 1;
    case 'schedule':
    case 'mean':
      return undefined;
    case 'negate': {
      const value = constantFactor(expr.operand);
      return value === undefined ? undefined : -value;
    }
    case 'binary': {
      const [left, right] = [constantFactor(expr.left), constantFactor(expr.right)];
      if (left === undefined || right === undefined) return undefined;
      return expr.op === '*' ? left * right : expr.op === '/' ? left / right : undefined;
    }
  }
}

export interface Beta {
  readonly value: number;
  /** The constant in front of the KL. */
  readonly factor: number;
  readonly reconstruction: Reconstruction;
  /** The constant in front of the reconstruction. */
  readonly weight: number;
  readonly source: Source;
}

/**
 * The weight of the KL against a normal likelihood with σ = 1 (or a Bernoulli one), the scale on
 * which β-VAEs are compared (Higgins et al. 2017): squared_error is a normal with σ² = ½, so it
 * counts twice. Undefined where there is no KL, or a weight follows a schedule.
 */
export function effectiveBeta(model: Model): Beta | undefined {
  const kl = model.terms.find((t): t is Extract<Term, { readonly kind: 'penalty' }> => t.kind === 'penalty' && penaltiesIn(t.value).some((p) => p.call.definition.divergence === true));
  const reconstruction = model.terms.find((t): t is Reconstruction => t.kind === 'reconstruction');
  if (kl === undefined || reconstruction === undefined) return undefined;
  const factor = constantFactor(kl.value);
  const weight = constantFactor(reconstruction.weight);
  if (factor === undefined || weight === undefined) return undefined;
  const { definition, args } = reconstruction.likelihood;
  return { value: factor / (weight * definition.precision(args)), factor, reconstruction, weight, source: kl.source };
}

/** No mistake, but what results that are compared with others' must state. */
export const otherBeta: Check = ({ model }, report) => {
  const beta = effectiveBeta(model);
  if (beta === undefined || Math.abs(beta.value - 1) < 1e-6) return;
  const value = Number(beta.value.toPrecision(4));
  const name = beta.reconstruction.likelihood.definition.name;
  report('AE4008', beta.source, {
    title: `the effective β is ${value}`,
    cause: `The KL counts ${value} times as much as in the evidence lower bound of a likelihood with unit variance, given ${beta.weight === 1 ? '' : `${beta.weight} · `}\`${name}\`.`,
    expected: '1 for the evidence lower bound',
    found: `${beta.factor} · KL against ${beta.weight === 1 ? '' : `${beta.weight} · `}\`${name}\``,
    hint: `write a weight of ${Number((beta.factor / beta.value).toPrecision(4))} for β = 1, or keep it as it is and say so with the results`,
    related: [{ place: beta.reconstruction.source.place, message: 'the reconstruction' }],
  });
};
