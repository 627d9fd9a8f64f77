/** Networks: encoders, decoders (written or mirrored) and heads. */
import type { Args, ExampleShape, TensorRef } from '../../builtins/define.js';
import { isInferred } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import { isMisfit, showExample } from '../../builtins/layers/shapes.js';
import { isMissing, type NetworkItem } from '../../parser/ast.js';
import type { Network } from '../model.js';
import { notCompiled, oneOf, sourceAt, type Reporter, type Scope } from './context.js';
import { BodyReader, type Draft } from './drafts.js';
import { mirror, type Wanted } from './mirrors.js';
import { resolver, type Names } from './names.js';
import { propagate, type Propagation, type Surroundings } from './propagate.js';

export function surroundings(names: Names): Surroundings {
  return {
    shapeOf: (ref) => shapeOf(names, ref),
    classesOf: (ref) => {
      const domain = ref.kind === 'variable' ? names.variables.get(ref.name)?.domain : undefined;
      return domain?.kind === 'category' ? domain.classes : undefined;
    },
    layerOf: (id) => names.layers.get(id),
  };
}

/** Shape as a network sees it: labels as one-hot vectors. */
export function shapeOf(names: Names, ref: TensorRef): ExampleShape | undefined {
  if (ref.kind === 'latent') return names.latents.get(ref.name)?.shape;
  if (ref.kind === 'layer') return names.layers.get(ref.id)?.outputs[ref.output];
  const variable = names.variables.get(ref.name);
  return variable?.domain.kind === 'category' ? [...variable.corrupted, variable.domain.classes] : variable?.corrupted;
}

/** Elaborates one network; `drafts` are kept for the search of fixes. */
export interface Elaborated {
  readonly network: Network;
  readonly drafts: readonly Draft[];
  readonly start: TensorRef;
  readonly input: ExampleShape;
}

export function elaborateNetwork(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem, wanted: Wanted | undefined): Elaborated | undefined {
  const name = item.name?.text ?? item.role;
  if (names.has(name)) {
    reporter.report(scope, 'AE2007', headOf(item), { title: `\`${name}\` is declared twice`, cause: 'Networks, variables and latents share one set of names.', hint: `give it a name: \`${item.role} ${name}2 { … }\``, related: names.firstOf(scope, name) });
    return undefined;
  }
  const elaborated = networkOf(scope, reporter, names, item, name, wanted);
  if (elaborated === undefined) names.spoil(name);
  return elaborated;
}

function networkOf(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem, name: string, wanted: Wanted | undefined): Elaborated | undefined {
  const { definition } = item;
  if (definition.kind === 'recursive' || item.at !== undefined) {
    notCompiled(scope, reporter, item.span, 'recursive networks are');
    return undefined;
  }
  if (isMissing(definition)) return undefined;
  const inputs = inputsOf(scope, reporter, names, item);
  const source = sourceAt(scope, item.span);
  const reader = new BodyReader(reporter, names);
  if (inputs !== undefined && inputs.length > 1) {
    const join: Args = { with: { kind: 'tensors', items: inputs.slice(1) } };
    reader.derive(find('layer', 'concat')!, join, name, source, scope);
  }
  // The body of a network that reads something unknown is read too: for its names, and its own errors.
  const drafts = definition.kind === 'body' ? reader.read(scope, definition.body, name) : mirror(scope, reporter, names, definition.call, reader, name, source, wanted);
  const [start] = inputs ?? [];
  const shapes = inputs?.map((ref) => shapeOf(names, ref));
  const input = shapes?.[0];
  if (drafts === undefined || reader.failed || start === undefined || input === undefined || shapes?.includes(undefined) !== false) return undefined;
  const shaped = propagate(drafts, start, input, wanted?.shape, surroundings(names));
  if (shaped.failure !== undefined) {
    reportFailure(reporter, shaped.failure);
    return undefined;
  }
  const network = register(names, {
    name,
    role: item.role,
    inputs: inputs!,
    layers: shaped.layers,
    output: outputOf(shaped, start),
    outputShape: shaped.output,
    derived: definition.kind === 'derived',
    doc: item.doc,
    source,
  });
  return { network, drafts, start, input };
}

/** The name of a network, or the keyword where it has none. */
const headOf = (item: NetworkItem): { readonly start: number; readonly end: number } =>
  item.name?.span ?? { start: item.span.start, end: item.span.start + item.role.length };

const outputOf = (shaped: Propagation, start: TensorRef): TensorRef => {
  const last = shaped.layers.at(-1);
  return last === undefined ? start : { kind: 'layer', id: last.id, output: 0 };
};

export function register(names: Names, network: Network): Network {
  names.networks.set(network.name, network);
  names.declare(network.name, network.output);
  for (const layer of network.layers) {
    names.layers.set(layer.id, layer);
    for (const declaration of layer.weights) {
      const name = `${layer.id}.${declaration.name}`;
      names.addWeight({ name, declaration, source: layer.source });
    }
  }
  return network;
}

/** The tensors that a network reads: as written, or implied by its role. */
function inputsOf(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem): readonly TensorRef[] | undefined {
  if (item.inputs.length > 0) {
    const found = item.inputs.map((path) => resolver(scope, reporter, names, '').tensor(path) as TensorRef | undefined);
    return found.every((ref) => ref !== undefined) ? found : undefined;
  }
  const inputs: readonly TensorRef[] = [...names.variables.values()].filter((v) => v.role === 'input').map((v) => ({ kind: 'variable', name: v.name }));
  const latents: readonly TensorRef[] = [...names.latents.keys()].map((name) => ({ kind: 'latent', name }));
  const codes = [...names.networks.values()].filter((n) => n.role === 'encoder').map((n) => n.output);
  const implied = item.role === 'encoder' ? inputs : latents.length > 0 ? latents : codes;
  if (names.isUnclear(item.role === 'encoder' ? 'inputs' : 'latents', item.span.start)) return undefined;
  if (implied.length === 1) return implied;
  if (implied.length === 0) reportNoInput(scope, reporter, names, item);
  else {
    const choices = implied.map((ref) => (ref.kind === 'layer' ? ref.id.split('.')[0]! : ref.name));
    reporter.report(scope, 'AE2008', headOf(item), {
      title: `the ${item.role} could read ${oneOf(choices.map((c) => `\`${c}\``))}`,
      cause: 'Where there is more than one, a network says which it reads; several are joined.',
      hint: `write them in parentheses: \`${item.role}(${choices.join(', ')}) { … }\``,
      fixes: [{ title: `read ${choices.length === 2 ? 'both' : 'all'}`, edits: [{ place: { file: scope.file.file, span: { start: headOf(item).end, end: headOf(item).end } }, newText: `(${choices.join(', ')})` }] }],
    });
  }
  return undefined;
}

function reportNoInput(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem): void {
  const below = item.role === 'encoder' ? undefined : names.encoderBelow(item.span.start);
  // What is missing may have been reported already.
  if (below === undefined && reporter.failed) return;
  reporter.report(scope, 'AE2013', headOf(item), {
    title: `the ${item.role} has nothing to read`,
    cause: `No ${item.role === 'encoder' ? 'input' : 'encoder and no latent'} is declared above it.`,
    hint: below !== undefined ? `move the ${item.role} below the encoder` : item.role === 'encoder' ? 'declare one, for example `input x: [784] in [0, 1]`' : 'declare one, for example `encoder { dense(64, relu) }`',
    ...(below === undefined ? {} : { related: [{ place: { file: scope.file.file, span: below }, message: 'the encoder stands here' }] }),
  });
}

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
