/** Networks: encoders, decoders (written or mirrored), heads, and the heads of latents. */
import type { Args, BuiltinCall, ExampleShape, LayerDefinition, TensorRef } from '../../builtins/define.js';
import { find } from '../../builtins/index.js';
import { showExample } from '../../builtins/layers/shapes.js';
import { isMissing, type CallExpr, type Expr, type LatentItem, type NetworkItem } from '../../parser/ast.js';
import type { Latent, Layer, Network, Source } from '../model.js';
import { bindArgs, defaultCall } from './bind.js';
import { constantInteger, quote } from './constants.js';
import { sourceAt, suggestion, type Reporter, type Scope } from './context.js';
import { BodyReader, type Draft } from './drafts.js';
import { resolver, type Names } from './names.js';
import { propagate, type Propagation, type Surroundings } from './propagate.js';

/** What a decoder or head is to produce, from the `reconstruct` that names it. */
export interface Wanted {
  readonly shape: ExampleShape;
  /** Activation of a mirrored decoder's last layer. */
  readonly link: string;
}

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
  const at = item.name?.span ?? { start: item.span.start, end: item.span.start + item.role.length };
  if (names.networks.has(name) || names.has(name)) {
    reporter.report(scope, 'AE2007', at, { title: `\`${name}\` is declared twice`, cause: 'Networks, variables and latents share one set of names.', hint: `give it a name: \`${item.role} ${name}2 { … }\`` });
    return undefined;
  }
  const { definition } = item;
  if (definition.kind === 'recursive' || item.at !== undefined) {
    notCompiled(scope, reporter, item.span, 'recursive networks');
    return undefined;
  }
  if (isMissing(definition)) return undefined;
  const inputs = inputsOf(scope, reporter, names, item);
  if (inputs === undefined) return undefined;
  const source = sourceAt(scope, item.span);
  const reader = new BodyReader(reporter, names);
  const inputShapes = inputs.map((ref) => shapeOf(names, ref));
  const input = inputShapes[0];
  if (input === undefined || inputShapes.includes(undefined)) return undefined;
  if (inputs.length > 1) {
    const join: Args = { with: { kind: 'tensors', items: inputs.slice(1) } };
    reader.derive(find('layer', 'concat')!, join, name, source, scope);
  }
  let drafts: readonly Draft[];
  if (definition.kind === 'body') drafts = reader.read(scope, definition.body, name);
  else {
    const mirrored = mirror(scope, reporter, names, definition.call, reader, name, source, wanted);
    if (mirrored === undefined) return undefined;
    drafts = mirrored;
  }
  const shaped = propagate(drafts, inputs[0]!, input, wanted?.shape, surroundings(names));
  if (shaped.failure !== undefined) {
    reportFailure(reporter, shaped.failure);
    return undefined;
  }
  const network = register(names, {
    name,
    role: item.role,
    inputs,
    layers: shaped.layers,
    output: outputOf(shaped, inputs[0]!),
    outputShape: shaped.output,
    derived: definition.kind === 'derived',
    doc: item.doc,
    source,
  });
  return { network, drafts, start: inputs[0]!, input };
}

const outputOf = (shaped: Propagation, start: TensorRef): TensorRef => {
  const last = shaped.layers.at(-1);
  return last === undefined ? start : { kind: 'layer', id: last.id, output: 0 };
};

function register(names: Names, network: Network): Network {
  names.networks.set(network.name, network);
  names.declare(network.name, network.output);
  for (const layer of network.layers) {
    names.layers.set(layer.id, layer);
    for (const declaration of layer.weights) {
      const name = `${layer.id}.${declaration.name}`;
      names.weights.set(name, { name, declaration, source: layer.source });
    }
  }
  return network;
}

export function notCompiled(scope: Scope, reporter: Reporter, span: { readonly start: number; readonly end: number }, what: string): void {
  reporter.report(scope, 'AE5001', span, {
    title: `${what} are not compiled yet`,
    cause: 'The clause is part of the language (docs/language.md defines it), but this version has no code generation for it.',
    hint: 'leave it out, or use a version that compiles it',
  });
}

/** The tensors that a network reads: as written, or implied by its role. */
function inputsOf(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem): readonly TensorRef[] | undefined {
  if (item.inputs.length > 0) {
    const found = item.inputs.map((path) => resolver(scope, reporter, names, '').tensor(path) as TensorRef | undefined);
    return found.every((ref) => ref !== undefined) ? found : undefined;
  }
  const at = { start: item.span.start, end: item.span.start + item.role.length };
  const implied: readonly TensorRef[] =
    item.role === 'encoder'
      ? [...names.variables.values()].filter((v) => v.role === 'input').map((v) => ({ kind: 'variable', name: v.name }))
      : names.latents.size > 0
        ? [...names.latents.keys()].map((name) => ({ kind: 'latent', name }))
        : [...names.networks.values()].filter((n) => n.role === 'encoder').map((n) => n.output);
  if (implied.length === 1) return implied;
  // A broken encoder has been reported already.
  if (implied.length === 0 && reporter.failed) return undefined;
  reporter.report(scope, implied.length === 0 ? 'AE2013' : 'AE2008', at, {
    title: implied.length === 0 ? `the ${item.role} has nothing to read` : `the ${item.role} could read several tensors`,
    cause: implied.length === 0
      ? `${item.role === 'encoder' ? 'No input' : 'No latent and no encoder'} is declared above it.`
      : 'Where there is more than one, the network says which it reads.',
    hint: `write \`${item.role}(${implied.length === 0 ? 'x' : implied.map((ref) => (ref.kind === 'layer' ? ref.id.split('.')[0] : ref.name)).join(', ')}) { … }\``,
  });
  return undefined;
}

export function reportFailure(reporter: Reporter, failure: NonNullable<Propagation['failure']>): void {
  const { draft } = failure;
  const span = draft.source.place.span;
  if ('unsolved' in failure) {
    reporter.report(draft.scope, 'AE3004', span, {
      title: `the size of \`${draft.definition.name}\` cannot be inferred`,
      cause: `\`${failure.unsolved}\` was left out, and the shapes around it leave more than one possibility.`,
      expected: `\`${failure.unsolved}\``,
      found: 'nothing',
      hint: `write it: \`${draft.definition.examples[0] ?? draft.definition.name}\``,
    });
    return;
  }
  reporter.report(draft.scope, 'AE3002', span, {
    title: `\`${draft.definition.name}\` does not fit here`,
    cause: `What reaches it has the shape ${showExample(failure.input)}.`,
    expected: failure.misfit.expected,
    found: failure.misfit.found,
    hint: failure.misfit.hint,
  });
}

// ──────────────────────────────────────────────────────────────────────────── mirrors

function mirror(
  scope: Scope, reporter: Reporter, names: Names, expr: Expr, reader: BodyReader, prefix: string, source: Source, wanted: Wanted | undefined,
): readonly Draft[] | undefined {
  const call = expr.kind === 'call' ? (expr as CallExpr) : undefined;
  const of = call?.args[0]?.value;
  const target = of?.kind === 'path' ? names.networks.get(of.parts.map((p) => p.text).join('.')) : undefined;
  const options = (call?.args.slice(1) ?? []).map((arg) => quote(scope, arg));
  const badOption = options.find((option) => option !== 'tied');
  if (call === undefined || call.callee.text !== 'mirror' || target === undefined || badOption !== undefined) {
    if (target === undefined && reporter.failed) return undefined;
    reporter.report(scope, 'AE2001', of?.span ?? expr.span, {
      title: 'a decoder is either written in braces or mirrors a network',
      cause: target === undefined ? 'No network of this name is declared above.' : `\`${badOption ?? ''}\` is no option of mirror.`,
      expected: '`mirror(encoder)` or `mirror(encoder, tied)`',
      found: `\`${quote(scope, expr)}\``,
      ...(of?.kind === 'path' ? suggestion(scope, quote(scope, of), of.span, [...names.networks.keys()]) : {}),
    });
    return undefined;
  }
  const tied = options.includes('tied');
  const drafts: Draft[] = [];
  for (let i = target.layers.length - 1; i >= 0; i--) {
    const layer = target.layers[i]!;
    const activation = i === 0 ? defaultCall('activation', wanted?.link ?? 'linear') : activationBefore(target.layers, i);
    const calls = layer.definition.mirror({ args: layer.args, input: layer.inputShape, output: layer.outputs[0]!, activation, tied: tied && layer.definition.tie !== undefined });
    if (typeof calls === 'string') {
      reporter.report(scope, 'AE3005', expr.span, {
        title: `\`${layer.id}\` has no mirror`,
        cause: `${calls[0]!.toUpperCase()}${calls.slice(1)}.`,
        hint: 'write the decoder out',
        related: [{ place: layer.source.place, message: 'this layer' }],
      });
      return undefined;
    }
    for (const { layer: name, args } of calls) {
      const definition = find('layer', name);
      if (definition === undefined) throw new Error(`the mirror of ${layer.definition.name} is no layer: ${name}`);
      const defaults = bindArgs({ scope, reporter, names: resolver(scope, reporter, names, '') }, definition, [], expr.span) ?? {};
      const tie: Args = tied && definition.tie !== undefined ? { tied: { kind: 'layer', id: layer.id, output: 0 } } : {};
      drafts.push(reader.derive(definition, { ...defaults, ...args, ...tie }, prefix, { ...layer.source, place: source.place, line: source.line, column: source.column, text: source.text }, scope));
    }
  }
  return drafts;
}

/** The activation behind the tensor that layer `index` reads: of the last layer before it that has one. */
function activationBefore(layers: readonly Layer[], index: number): BuiltinCall {
  for (let i = index - 1; i >= 0; i--) {
    const own = activationOf(layers[i]!);
    if (own !== undefined) return own;
  }
  return defaultCall('activation', 'linear');
}

/** The activation that a layer ends with, where it has one. */
export function activationOf(layer: Pick<Layer, 'definition' | 'args'>): BuiltinCall | undefined {
  if (layer.definition.activation !== undefined) return { kind: 'call', definition: layer.definition.activation, args: layer.args };
  const value = layer.args['activation'];
  return typeof value === 'object' && 'kind' in value && value.kind === 'call' ? value : undefined;
}

// ──────────────────────────────────────────────────────────────────────────── latents

/** `latent z ~ normal(20)`: dense heads on the encoder's output, one for each parameter of the posterior. */
export function elaborateLatent(scope: Scope, reporter: Reporter, names: Names, item: LatentItem): void {
  if (isMissing(item.name) || isMissing(item.distribution)) return;
  const name = item.name.text;
  const call = item.distribution;
  const callee = call.kind === 'call' ? call.callee : call.kind === 'path' ? call.parts[0] : undefined;
  const definition = callee === undefined ? undefined : find('distribution', callee.text);
  if (callee !== undefined && definition === undefined) {
    if (['category', 'categorical', 'bernoulli', 'codebook', 'binary'].includes(callee.text)) notCompiled(scope, reporter, item.span, `${callee.text} latents`);
    else reporter.report(scope, 'AE2002', callee.span, { title: `there is no distribution \`${callee.text}\``, cause: 'A latent follows a distribution of the registry.', ...suggestion(scope, callee.text, callee.span, ['normal']) });
    return;
  }
  if (definition === undefined) return;
  const by = item.by?.kind === 'path' ? item.by.parts[0]!.text : item.by?.kind === 'call' ? item.by.callee.text : definition.by[0]!;
  if (!definition.by.includes(by)) {
    notCompiled(scope, reporter, item.by?.span ?? item.span, `\`${by}\` latents`);
    return;
  }
  const args = call.kind === 'call' ? call.args : [];
  const from = args.find((arg) => arg.name?.text === 'from');
  const size = args.find((arg) => arg.name === undefined || arg.name.text === 'size' || arg.name.text === 'units');
  if (size === undefined) {
    reporter.report(scope, 'AE2006', call.span, { title: `\`${name}\` needs a size`, cause: 'The number of dimensions of the latent.', hint: `for example \`latent ${name} ~ ${definition.name}(20)\`` });
    return;
  }
  const units = constantInteger(scope, reporter, size.value, 1, 'the size of a latent');
  const source = sourceAt(scope, item.span);
  const encoder = from?.value.kind === 'path' ? (resolver(scope, reporter, names, '').tensor(from.value) as TensorRef | undefined) : lastEncoder(names);
  if (encoder === undefined || units === undefined) {
    if (encoder === undefined && !reporter.failed) reporter.report(scope, 'AE2013', item.span, { title: `\`${name}\` has no encoder`, cause: 'A latent\'s posterior is computed by a network declared above it.', hint: 'declare `encoder { … }` first' });
    return;
  }
  const heads = denseHeads(scope, reporter, names, name, encoder, definition.heads, units, source, 'posterior');
  if (heads === undefined) return;
  const standard = find('distribution', definition.name)!;
  const latent: Latent = {
    name,
    shape: [units],
    posterior: { definition, heads },
    prior: { kind: 'fixed', definition: standard, args: Object.fromEntries(standard.params.map((p) => [p.name, p.default as number])) },
    by,
    doc: item.doc,
    source,
  };
  names.latents.set(name, latent);
  names.declare(name, { kind: 'latent', name });
}

const lastEncoder = (names: Names): TensorRef | undefined => [...names.networks.values()].filter((n) => n.role === 'encoder').at(-1)?.output;

/** One dense layer for each parameter of a distribution, all reading the same tensor. */
export function denseHeads(
  scope: Scope, reporter: Reporter, names: Names, prefix: string, from: TensorRef, params: readonly string[], units: number, source: Source, role: Network['role'],
): Readonly<Record<string, TensorRef>> | undefined {
  const definition: LayerDefinition = find('layer', 'dense')!;
  const input = shapeOf(names, from);
  if (input === undefined) return undefined;
  const defaults = Object.fromEntries(definition.params.map((p): readonly [string, Args[string]] => [
    p.name, p.type.kind === 'builtin' ? defaultCall(p.type.category, String(p.default)) : p.default,
  ]));
  const heads: Record<string, TensorRef> = {};
  for (const param of params) {
    const draft: Draft = { id: `${prefix}.${param}`, named: true, definition, args: { ...defaults, units }, input: 'chain', source, scope };
    const shaped = propagate([draft], from, input, undefined, surroundings(names));
    if (shaped.failure !== undefined) {
      reportFailure(reporter, shaped.failure);
      return undefined;
    }
    const output: TensorRef = { kind: 'layer', id: draft.id, output: 0 };
    register(names, { name: draft.id, role, inputs: [from], layers: shaped.layers, output, outputShape: shaped.output, derived: true, doc: '', source });
    heads[param] = output;
  }
  return heads;
}
