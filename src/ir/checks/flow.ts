/** What depends on what: networks, codes and variables that the loss does not reach, or reaches by a way around. */
import { keyOf, showRef, tensorsIn, type LayerId, type TensorRef } from '../../builtins/arguments.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/flow.js';
import { comparesWithData, measureName } from '../model/expressions.js';
import { codeOf } from '../model/model.js';
import { phasesOf } from '../model/training.js';
import type { Layer } from '../model/networks.js';
import type { Variable } from '../model/variables.js';
import { size, type Check, type Facts } from './facts.js';

/** What is decoded: outputs that are compared with data, and those of decoders of trees. */
const decoded = (facts: Facts): readonly TensorRef[] => [
  ...facts.likelihoods.flatMap(({ output }) => (output.kind === 'tensor' ? [output.ref] : [])),
  ...facts.model.networks.flatMap(({ form, output }) => (form.kind === 'unfold' ? [output] : [])),
];

/** A reconstruction that no code has passed. */
export const codeIgnored: Check = (facts, report) => {
  const { model } = facts;
  const outputs = decoded(facts);
  if (outputs.length === 0) return;
  // A code that the prior of another is computed from counts as read.
  const reached = facts.ancestors([...outputs, ...facts.priorsBehind(outputs)]);
  const decoder = model.networks.find((n) => n.role === 'decoder');
  // What is trained on the way to the code may be trained without what follows it, a sublayer at a time.
  const isReached = (ref: TensorRef): boolean =>
    ref.kind === 'latent'
      ? reached.latents.has(ref.name)
      : ref.kind !== 'layer' ||
        [ref.id, ...facts.ancestors([ref]).layers].every((id) => reached.layers.has(id) || !learns(facts, id));
  const ignored = codeOf(model).filter(({ ref }) => !isReached(ref));
  const [first] = ignored;
  if (first === undefined) return;
  report.at(
    decoder?.source ?? first.source,
    say.codeIgnored,
    { codes: ignored.map(({ name }) => name), reads: decoder?.inputs.map(showRef) ?? [] },
    { related: ignored.map(({ source }) => ({ place: source.place, message: labels.theCode })) },
  );
};

/** A reconstruction that no example can change, where there is no code either. */
export const ofNoData: Check = (facts, report) => {
  const { model } = facts;
  if (model.networks.some(({ role }) => role === 'encoder')) return;
  for (const { reconstruction, variable, term } of facts.reconstructions) {
    const { variables, latents } = facts.ancestors([reconstruction.output]);
    if (variables.size > 0 || [...latents].some((name) => facts.latent(name) !== undefined)) continue;
    report.at(
      term.source,
      say.ofNoData,
      { variable: variable.name, draws: model.draws.map(({ name }) => name).filter((name) => latents.has(name)) },
      { related: [{ place: variable.source.place, message: labels.declaredHere }] },
    );
  }
};

/**
 * Objectives that compare nothing. Where a constraint holds the weights, a measure of what is computed can be all that is meant:
 * components are independent where the directions of unit length are that give the sparsest codes.
 */
export const nothingAsked: Check = ({ model, objectives }, report) => {
  const [first] = objectives;
  if (first === undefined || model.constraints.length > 0 || objectives.some(({ value }) => comparesWithData(value)))
    return;
  report.at(first.source, say.nothingAsked, {
    measured: [...new Set(objectives.map(({ value }) => measureName(value)))],
  });
};

const learns = (facts: Facts, id: LayerId): boolean =>
  facts.layer(id)?.weights.some(({ trainable }) => trainable) === true;

/** A way from what is reconstructed to its reconstruction that does not pass the code. */
export const aroundTheCode: Check = (facts, report) => {
  const { model } = facts;
  const code = codeOf(model).map(({ ref }) => ref);
  if (code.length === 0) return;
  const cleaned = new Set(
    phasesOf(model.training).flatMap(({ corruptions }) =>
      corruptions.flatMap(({ of }) => (of.kind === 'variable' ? [of.name] : [])),
    ),
  );
  for (const { reconstruction, variable, term } of facts.reconstructions) {
    if (variable.role === 'target' || variable.corruption.length > 0 || cleaned.has(variable.name)) continue;
    if (isLabel(variable) || !facts.ancestors([reconstruction.output], code).variables.has(variable.name)) continue;
    // A code that nothing decodes has a message of its own.
    const passed = facts.ancestors([reconstruction.output]);
    if (
      !code.some((ref) =>
        ref.kind === 'latent' ? passed.latents.has(ref.name) : ref.kind === 'layer' && passed.layers.has(ref.id),
      )
    )
      continue;
    const around = crossing(facts, code, variable.name);
    const related = [{ place: variable.source.place, message: labels.declaredHere }];
    report.at(
      around?.layer.source ?? term.source,
      say.aroundTheCode,
      {
        variable: variable.name,
        code: codeOf(model).map(({ name }) => name),
        via: around === undefined ? variable.name : showRef(around.ref),
        ofSequence: variable.structure.kind === 'sequence',
      },
      { related },
    );
  }
};

/** Where a network that is no encoder reads what was computed from a variable, and not from the code. */
function crossing(
  facts: Facts,
  code: readonly TensorRef[],
  variable: string,
): { readonly layer: Layer; readonly ref: TensorRef } | undefined {
  const isEncoded = (ref: TensorRef): boolean =>
    ref.kind === 'variable' ||
    (ref.kind === 'layer' && ['encoder', 'posterior', 'prior'].includes(facts.networkOf(ref.id)?.role ?? ''));
  for (const layer of facts.layers) {
    if (isEncoded({ kind: 'layer', id: layer.id, output: 0 })) continue;
    const ref = [layer.input, ...tensorsIn(layer.args)].find(
      (one) => isEncoded(one) && facts.ancestors([one], code).variables.has(variable),
    );
    if (ref !== undefined) return { layer, ref };
  }
  return undefined;
}

/** Positions of maxima that a decoder takes from the encoder beside the code. */
export const switches: Check = (facts, report) => {
  const { model } = facts;
  const code = codeOf(model);
  const held = code.reduce((sum, { shape }) => sum + size(shape), 0);
  const told = new Set<unknown>();
  for (const layer of facts.layers) {
    const pooled = partnerOf(facts, layer);
    if (
      pooled === undefined ||
      facts.networkOf(pooled.id) === facts.networkOf(layer.id) ||
      size(pooled.outputs[0]!) <= held ||
      told.has(facts.networkOf(layer.id))
    )
      continue;
    told.add(facts.networkOf(layer.id));
    report.at(layer.source, say.switches, {
      layer: layer.id,
      of: pooled.id,
      positions: size(pooled.outputs[0]!),
      code: held,
    });
  }
};

/** The layer whose switches another takes. */
function partnerOf(facts: Facts, { args }: Layer): Layer | undefined {
  for (const name in args) {
    const value = args[name];
    if (name !== 'tied' && typeof value === 'object' && 'kind' in value && value.kind === 'layer')
      return facts.layer(value.id);
  }
  return undefined;
}

/** A network that trains nothing: no term depends on it. */
export const unusedNetworks: Check = (facts, report) => {
  const { model } = facts;
  const { layers } = facts.used;
  const codes = new Set(codeOf(model).map(({ ref }) => keyOf(ref)));
  for (const network of model.networks) {
    const last = network.layers.at(-1);
    // A code that nothing reads has its own message.
    if (
      network.role === 'posterior' ||
      network.role === 'prior' ||
      last === undefined ||
      layers.has(last.id) ||
      codes.has(keyOf(network.output))
    )
      continue;
    report.at(network.source, say.unusedNetwork, { network: network.name });
  }
};

/** A variable that is read by nothing, or compared with nothing. */
export const unusedVariables: Check = (facts, report) => {
  const { model } = facts;
  const chosen = new Set(model.terms.flatMap(({ where }) => where.map(({ variable }) => variable)));
  const read = new Set<string>();
  const reads = (refs: readonly TensorRef[]): void => {
    for (const ref of refs) for (const name of namesIn(ref)) read.add(name);
  };
  for (const network of model.networks) reads(network.inputs);
  for (const layer of facts.layers) reads(facts.readBy(layer));
  const compared = facts.used.variables;
  const levels = new Set(
    [...model.variables, ...facts.layers]
      .flatMap(({ corruption }) => corruption.flatMap(({ args }) => tensorsIn(args)))
      .flatMap(namesIn),
  );
  for (const variable of model.variables) {
    const { name, source, role } = variable;
    if (variable.structure.kind === 'label' && !compared.has(name) && !chosen.has(name)) continue;
    const shown =
      variable.domain.kind === 'category' && model.figures.some(({ call }) => call.definition.showsLabels === true);
    const used =
      shown ||
      read.has(name) ||
      compared.has(name) ||
      chosen.has(name) ||
      levels.has(name) ||
      model.latents.some((z) => z.name === name);
    if (variable.corruption.length > 0 && !read.has(name)) report.at(source, say.corruptedUnread, { variable: name });
    else if (!used) report.at(source, say.unusedVariable, { variable: name, role });
  }
};

const namesIn = (ref: TensorRef): readonly string[] => {
  if (ref.kind === 'previous') return namesIn(ref.of);
  return ref.kind === 'variable' || ref.kind === 'mask' ? [ref.name] : noNames;
};

const noNames: readonly string[] = [];

/** A class of each example. */
const isLabel = ({ domain, shape }: Variable): boolean => domain.kind === 'category' && shape.length === 0;

/** A target that is predicted from itself, or a label that is read beside the code. */
export const labelLeak: Check = (facts, report) => {
  const code = codeOf(facts.model).map(({ ref }) => ref);
  for (const { reconstruction, variable, term } of facts.reconstructions) {
    if (variable.role !== 'target' && !isLabel(variable)) continue;
    if (!facts.ancestors([reconstruction.output], variable.role === 'target' ? [] : code).variables.has(variable.name))
      continue;
    const reader = facts.model.networks.find((n) => n.inputs.some((ref) => namesIn(ref).includes(variable.name)));
    const owner = facts.layerOf(reconstruction.output);
    const related = reader === undefined ? [] : [{ place: reader.source.place, message: labels.readHere }];
    report.at(
      term.source,
      say.predictsItself,
      { variable: variable.name, network: (owner && facts.networkOf(owner.id)?.name) ?? 'the output' },
      { related },
    );
  }
};

/** A summand of the loss that no weight changes. */
export const unmovedTerms: Check = (facts, report) => {
  for (const { of, source } of facts.summands) {
    if (of.type.rate === 'constant' || facts.weightsIn(of).length > 0) continue;
    const learned = facts.reaches(facts.movableRootsOf(of), (ref) =>
      ref.kind === 'layer' ? learns(facts, ref.id) : ref.kind === 'latent' && facts.latent(ref.name) !== undefined,
    );
    const own = ('weights' in of && of.weights !== undefined) || of.kind === 'tree';
    if (!learned && !own) report.at(source, say.unmovedTerm, { text: of.text });
  }
};

/** A condition that the encoder alone is told. */
export const conditionOnlyEncoded: Check = (facts, report) => {
  const { model } = facts;
  if (model.latents.length === 0) return;
  const code = codeOf(model).map(({ ref }) => ref);
  const outputs = decoded(facts);
  const behind = facts.ancestors([...outputs, ...facts.priorsBehind(outputs)], code).variables;
  const encoded = facts.ancestors(code).variables;
  for (const variable of model.variables) {
    const { name, domain, role, source } = variable;
    const compared =
      facts.reconstructions.some((one) => one.variable.name === name) ||
      facts.likelihoods.some(({ target }) => target.kind === 'tensor' && namesIn(target.ref).includes(name));
    if (
      domain.kind !== 'category' ||
      variable.structure.kind === 'tree' ||
      role === 'target' ||
      variable.shape.length > 0 ||
      compared ||
      !encoded.has(name) ||
      behind.has(name)
    )
      continue;
    if (model.latents.some((z) => z.name === name)) continue;
    report.at(source, say.conditionOnlyEncoded, { variable: name });
  }
};

/** A prior that is told what its latent is to hold. */
export const tellingPriors: Check = (facts, report) => {
  for (const { name, prior } of facts.model.latents) {
    const read = facts.ancestors(
      Object.values(prior.heads ?? {}),
      facts.model.latents.map((z): TensorRef => ({ kind: 'latent', name: z.name })),
    ).variables;
    const told = facts.reconstructions.find(({ variable }) => read.has(variable.name));
    if (told !== undefined) report.at(prior.source, say.tellingPrior, { latent: name, variable: told.variable.name });
  }
};
