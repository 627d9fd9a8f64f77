/** Which models a known discrepancy concerns. */
import { isTensor, layerOf, layersOf, storedOf, tensor, tensors, weightNames, type BuiltinCall, type Model, type TensorRef } from './interpret/model.js';
import type { ScalarExpr } from '../../src/ir/model.js';

export type Concern = (model: Model) => boolean;

function calls(expr: ScalarExpr): readonly BuiltinCall[] {
  switch (expr.kind) {
    case 'penalty':
      return [expr.call];
    case 'negate':
      return calls(expr.operand);
    case 'binary':
      return [...calls(expr.left), ...calls(expr.right)];
    default:
      return [];
  }
}

const penaltiesOf = (model: Model): readonly BuiltinCall[] => model.terms.flatMap((term) => (term.kind === 'penalty' ? calls(term.value) : calls(term.weight)));

const named = (model: Model, ...names: readonly string[]): readonly BuiltinCall[] => penaltiesOf(model).filter((call) => names.includes(call.definition.name));

/** A layer, and all that it is computed from. */
function behind(model: Model, ref: TensorRef): readonly string[] {
  if (ref.kind === 'latent') {
    const { posterior } = model.latents.find((z) => z.name === ref.name)!;
    return posterior.kind === 'none' ? [] : Object.values(posterior.heads).flatMap((head) => behind(model, head));
  }
  if (ref.kind !== 'layer') return [];
  const layer = layerOf(model, ref.id);
  return [ref.id, ...[layer.input, ...tensors(layer.args, 'with')].flatMap((next) => behind(model, next))];
}

export const decaysTiedKernel: Concern = (model) =>
  penaltiesOf(model).some(({ args }) => {
    if (isTensor(args['of'])) return false;
    const names = weightNames(args, 'of').map((name) => storedOf(model, name).name);
    return new Set(names).size < names.length;
  });

export const noisyPenalty: Concern = (model) =>
  penaltiesOf(model).some(({ args }) => {
    const of = args['of'];
    return isTensor(of) && of.kind === 'layer' && layerOf(model, of.id).corruption.length > 0;
  });

const trains = new Set(['dropout', 'batchnorm']);

export const codesIn = {
  corruptedSplit: (model) => layersOf(model).some((layer) => layer.outputs.length > 1 && layer.corruption.length > 0),
  degradedLayer: (model) => layersOf(model).some((layer) => layer.corruption.some((call) => call.definition.name === 'hole')),
  contractiveInTraining: (model) =>
    named(model, 'contractive').some(({ args }) => behind(model, tensor(args, 'of')).some((id) => trains.has(layerOf(model, id).definition.name) || layerOf(model, id).corruption.length > 0)),
  constrainedTransposed: (model) => model.constraints.some((c) => layersOf(model).some((layer) => layer.definition.name === 'conv_transpose' && c.weight === `${layer.id}.kernel`)),
  constrainedTie: (model) => model.constraints.some((c) => model.ties.some((tie) => tie.weight === c.weight)),
  sparseMap: (model) =>
    named(model, 'squared_sparsity', 'kl_sparsity').some(({ args }) => {
      const of = tensor(args, 'of');
      return of.kind === 'layer' && layerOf(model, of.id).outputs[of.output]!.length > 1;
    }),
  uncorrelated: (model) => named(model, 'uncorrelated').length > 0,
} as const satisfies Readonly<Record<string, Concern>>;
