/** How much the code can hold, and what it is made of. */
import type { TensorRef } from '../../builtins/arguments.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/capacity.js';
import { codeOf } from '../model/model.js';
import { activationOf, type Layer } from '../model/networks.js';
import { phasesOf } from '../model/training.js';
import { readShape, type Variable } from '../model/variables.js';
import { size, type Check, type Facts } from './facts.js';

/** What the code is computed from, and may copy. */
const inputsOf = (facts: Facts): readonly Variable[] => {
  const { variables } = facts.ancestors(codeOf(facts.model).map(({ ref }) => ref));
  return facts.model.variables.filter(({ role, name }) => role === 'input' && variables.has(name));
};

/** Whether something in the model, or in a phase, hides or disturbs what is read. */
function disturbs(facts: Facts): boolean {
  const { model } = facts;
  const noise = [...model.variables, ...facts.layers].flatMap(({ corruption }) => corruption);
  const ofPhases = phasesOf(model.training).flatMap(({ corruptions }) =>
    corruptions.flatMap(({ corruption }) => corruption),
  );
  return (
    [...noise, ...ofPhases].some(
      ({ args }) => Object.keys(args).length === 0 || !Object.values(args).every((value) => value === 0),
    ) || facts.layers.some(({ definition }) => definition.stochastic === true)
  );
}

/** Whether anything keeps the code from being a copy: what reaches it, and is not multiplied by nothing. */
function regularised(facts: Facts, code: ReadonlySet<string>): boolean {
  const { model } = facts;
  if (
    model.latents.some(({ by }) => by.definition.draws) ||
    model.latents.some(({ definition }) => definition.posterior?.discrete === true)
  )
    return true;
  if (disturbs(facts)) return true;
  // A penalty on the decoder alone leaves the code free.
  const reaches = facts.penalties.some(
    (one) =>
      one.call.definition.regularises &&
      weighs(one) &&
      (touches(facts, one, code) || one.call.definition.divergence === true),
  );
  const sparse = facts.layers.some(({ id, definition }) => code.has(id) && definition.keeps !== undefined);
  const constrained = model.constraints
    .map(({ weight }) => facts.weight(weight))
    .some((weight) => weight?.layer !== undefined && code.has(weight.layer) && weight.declaration.role === 'kernel');
  return reaches || sparse || constrained || model.ties.length > 0;
}

/** Weights below this share of the loss change nothing. */
const negligible = 1e-9;

const weighs = ({ factor }: Facts['penalties'][number]): boolean =>
  factor === undefined || Math.abs(factor) > negligible;

const touches = (facts: Facts, penalty: Facts['penalties'][number], code: ReadonlySet<string>): boolean => {
  const { layers } = facts.ancestors(facts.rootsOf(penalty));
  const weights = facts.weightLayersOf(penalty);
  return [...layers, ...weights].some((id) => code.has(id));
};

/** An overcomplete code and nothing that keeps the network from copying. */
export const overcomplete: Check = (facts, report) => {
  const { model } = facts;
  // What a code may copy of a tree depends on the tree.
  if (model.variables.some((v) => v.structure.kind === 'tree' || v.role === 'target')) return;
  const width = inputsOf(facts).reduce((sum, v) => sum + size(readShape(v)), 0);
  const code = codeOf(model);
  const [first] = code;
  const codeSize = code.reduce((sum, c) => sum + size(c.shape), 0);
  if (first === undefined || width === 0 || facts.reconstructions.length === 0 || codeSize < width) return;
  if (regularised(facts, facts.ancestors(code.map(({ ref }) => ref)).layers)) return;
  if (code.every(({ shape }) => shape.length > 1))
    report.at(first.source, say.largeMap, { code: codeSize, input: width });
  else report.at(first.source, say.overcomplete, { code: codeSize, input: width });
};

/** Whether what a layer is computed from reaches the output of its network beside it, too: a gate, a sum of branches. */
function bypassed(facts: Facts, { id }: Layer): boolean {
  const output = facts.networkOf(id)?.output;
  if (output === undefined) return false;
  const self: TensorRef = { kind: 'layer', id, output: 0 };
  const around = facts.ancestors([output], [self]);
  const before = facts.ancestors([self]);
  return (
    [...before.layers].some((one) => one !== id && around.layers.has(one)) ||
    [...before.variables].some((one) => around.variables.has(one))
  );
}

/** A bottleneck that is not the code. */
export const narrowest: Check = (facts, report) => {
  const { model, layers } = facts;
  const [code, ...others] = codeOf(model);
  // A latent need not be the narrowest, and channels of a map are not units of a vector.
  if (code === undefined || others.length > 0 || model.latents.length > 0 || code.shape.length !== 1) return;
  const width = size(code.shape);
  const outputs = new Set(model.networks.map((n) => n.layers.at(-1)?.id));
  // What stands at one leaf is not all that the code of a tree holds.
  const leaves = new Set(model.networks.flatMap(({ form }) => (form.kind === 'fold' ? form.leaf.layers : [])));
  const inside = new Set(
    model.networks
      .filter((n) => n.role === 'encoder' || n.role === 'decoder')
      .flatMap((n) => n.layers.filter((layer) => !leaves.has(layer)).map(({ id }) => id)),
  );
  // What is as wide as the data drops nothing of them: a skip connection beside a wide code.
  const data = model.variables.filter((v) => v.domain.kind !== 'category').map((v) => size(v.shape));
  const least = Math.min(width, ...data);
  const narrower = layers.find(
    (layer) =>
      inside.has(layer.id) &&
      !outputs.has(layer.id) &&
      layer.outputs.length === 1 &&
      layer.outputs[0]!.length === 1 &&
      size(layer.outputs[0]!) < least &&
      !bypassed(facts, layer),
  );
  if (narrower === undefined) return;
  const related = [{ place: code.source.place, message: labels.theCode }];
  report.at(
    narrower.source,
    say.narrower,
    { layer: narrower.id, units: size(narrower.outputs[0]!), code: code.name, width: least },
    { related },
  );
};

/** Layers of encoders and decoders that compute something. */
const chain = ({ model }: Facts): readonly Layer[] =>
  model.networks.filter((n) => n.role === 'encoder' || n.role === 'decoder').flatMap((n) => n.layers);

/** Few units of a code that may all be zero for an input. */
const fewUnits = 4;

export const dyingCode: Check = (facts, report) => {
  for (const { ref, shape, name } of codeOf(facts.model)) {
    const layer = facts.layerOf(ref);
    const activation = layer && activationOf(layer);
    if (layer === undefined || shape.length !== 1 || shape[0]! > fewUnits || activation?.definition.dies !== true)
      continue;
    report.at(layer.source, say.dyingCode, { code: name, units: shape[0]!, activation: activation.definition.name });
  }
};

/** Many layers that are one. */
export const linearStack: Check = (facts, report) => {
  const { model } = facts;
  const computing = chain(facts).filter((layer) => layer.weights.length > 0);
  const linear = chain(facts).every(
    (layer) =>
      layer.definition.passes?.(layer.args) === 'moved' ||
      (layer.definition.affine === true && activationOf(layer)?.definition.identity === true),
  );
  const [, , third] = computing;
  if (
    !linear ||
    third === undefined ||
    model.latents.length > 0 ||
    model.constraints.length > 0 ||
    facts.penalties.length > 0 ||
    disturbs(facts)
  )
    return;
  if (facts.likelihoods.some(({ call }) => call.definition.link !== 'linear')) return;
  report.at(third.source, say.linearStack, { layers: computing.length });
};
