/** Functions that programs have for the sake of their figures alone. */
import { gradients } from '../graph/autodiff.js';
import { Builder } from '../graph/build.js';
import type { Graph, Output } from '../graph/graph.js';
import { B } from '../graph/shape.js';
import { everyExpression } from '../model/expressions.js';
import { hasClosedDivergence } from '../model/latents.js';
import { codeOf } from '../model/model.js';
import type { CompiledModel as Model } from './compiled.js';
import { passOf, perExampleOf } from './expressions.js';
import { figureArgs, gives, type Asked } from './figures.js';
import type { Mode } from './mode.js';

const clean: Mode = { training: false, corrupt: false, latents: 'mean', readsCorrupted: false };

const asking = (model: Model, what: Asked) =>
  model.figures.filter(({ call: { definition, args } }) => definition.asks?.(args) === what);

/** Whether a figure asks for a function; where a file has no figures, whether one does that a report chooses. */
function isAsked(model: Model, what: Asked): boolean {
  if (model.figures.length > 0) return asking(model, what).length > 0;
  const { latents, variables } = model;
  const chosen = {
    rate: latents.length > 0,
    score: variables.some(({ structure }) => structure.kind === 'tree'),
    pullback: false,
  };
  return chosen[what] && gives(model, what);
}

/**
 * −log p of each clean example [B], by reconstruction: that of the reconstruction at the mean code, and KL(q ‖ p) of all
 * latents beside it, so that with latents it is a bound; of trees the sum over all nodes of the batch [1]. Undefined where nothing
 * asks for it.
 */
export function lowerScore(model: Model): Graph | undefined {
  if (!isAsked(model, 'score')) return undefined;
  const b = new Builder();
  const pass = passOf(b, model, clean);
  const divergences = model.latents.map(({ name, source }) =>
    b.at(source, () => b.sumRows(pass.latent(name).divergence())),
  );
  const outputs = model.terms.flatMap(({ name, reconstruction, value, source }): readonly Output[] => {
    const ofNodes = everyExpression(value).find(({ kind }) => kind === 'tree');
    if (ofNodes !== undefined) {
      const sum = b.at(source, () => b.reshape(b.sum(perExampleOf(pass, ofNodes), [0]), [1]));
      return [{ name, node: sum }];
    }
    const likelihood = everyExpression(value).find(({ kind }) => kind === 'likelihood');
    if (reconstruction === undefined || likelihood === undefined) return [];
    const error = b.at(source, () => perExampleOf(pass, likelihood));
    return [{ name: reconstruction.label, node: divergences.reduce((sum, one) => b.add(sum, one), error) }];
  });
  return b.finish('score', outputs);
}

/**
 * What each number of a latent costs of each clean example [B, …], in nats: −ln p of the value where it is coded as it is, rounded or an
 * entry; else KL(q ‖ p) (Alemi et al. 2018, eq. 3). Undefined where nothing asks for it, and without latents.
 */
export function lowerRate(model: Model): Graph | undefined {
  if (!isAsked(model, 'rate') || model.latents.length === 0) return undefined;
  const b = new Builder();
  const pass = passOf(b, model, { ...clean, readsCorrupted: true });
  return b.finish(
    'rate',
    model.latents.map((latent) => {
      const state = pass.latent(latent.name);
      return {
        name: latent.name,
        node: b.at(latent.source, () => (hasClosedDivergence(latent) ? state.divergence() : state.surprise())),
      };
    }),
  );
}

/**
 * Cotangents of the inputs of numbers, as the networks read them, for cotangents of the tensors that figures
 * differentiate: Σ over these tensors h of ḣᵀ ∂h/∂x. Undefined where no figure differentiates.
 */
export function lowerPullback(model: Model): Graph | undefined {
  const figures = asking(model, 'pullback');
  if (figures.length === 0) return undefined;
  const b = new Builder();
  const pass = passOf(b, model, { ...clean, readsCorrupted: true });
  const codes = codeOf(model);
  const subjects = new Map(
    figures
      .flatMap((figure) =>
        Object.values(figureArgs(model, figure)).flatMap((value) => (typeof value === 'object' ? [value] : [])),
      )
      .map((subject) => [subject.name, subject]),
  );
  const inputs = model.variables.filter(({ role, domain }) => role === 'input' && domain.kind !== 'category');
  const data = inputs.map(({ name }) => pass.data(name));
  const pulled = [...subjects.values()].map(({ kind, name, shape }) => {
    const code = codes.find((one) => one.name === name);
    const ref =
      kind === 'variable'
        ? ({ kind: 'variable', name } as const)
        : kind === 'code'
          ? code!.ref
          : ({ kind: 'layer', id: name, output: 0 } as const);
    return gradients(b, pass.tensor(ref), data, b.input('code', name, [B, ...shape]));
  });
  return b.finish(
    'pullback',
    inputs.map(({ name }, i) => ({
      name,
      node: pulled.map((one) => one[i]!).reduce((sum, one) => b.add(sum, one)),
    })),
  );
}
