/** Networks: encoders, decoders (written or mirrored), heads, and those without a role. */
import type { Args, TensorRef } from '../../builtins/arguments.js';
import { joining } from '../../builtins/index.js';
import { isMissing, type CorruptItem, type NetworkItem } from '../../parser/ast.js';
import type { Layer, LayerCorruption, Network } from '../model/networks.js';
import { BodyReader } from './bodies.js';
import type { Context } from './context.js';
import { reportFailure } from './failures.js';
import { inputsOf } from './inputs.js';
import { mirror } from './mirrors.js';
import type { Named } from './names.js';
import { propagate, type Run } from './propagate.js';
import { recursiveNetwork } from './recursion.js';
import { sourceAt, type Scope } from './scope.js';
import type { Step } from './steps.js';
import { reportSurplus } from './surplus.js';
import { Tensors } from './tensors.js';
import { formOf } from './trees.js';
import { behindLayer, corruptionsOf } from './variables.js';

/** A network with the steps that led to it, which are kept for the search of fixes. */
export interface Elaborated {
  /** Absent where there is a mistake in it. */
  readonly network?: Network;
  readonly steps: readonly Step[];
  readonly run: Run;
}

/** A corruption of a layer of the network, and the name of that. */
export interface NoiseItem {
  readonly item: CorruptItem;
  readonly named: Named;
}

/**
 * @param named its name, below which its layers are entered
 * @param noise the corruptions of its layers, once these have names
 */
export function elaborateNetwork(
  context: Context,
  scope: Scope,
  item: NetworkItem,
  named: Named,
  noise: () => readonly NoiseItem[],
): Elaborated {
  const { definition } = item;
  const wanted = context.wanted(named.name);
  if (isMissing(definition)) return { steps: [], run: { start: undefined, wanted: wanted?.shape } };
  if (definition.kind === 'recursive') {
    const network = recursiveNetwork(context, scope, item, named);
    const run: Run = { start: network?.inputs[0], wanted: undefined };
    return network === undefined
      ? { steps: [], run }
      : { network: withNoise(context, scope, network, noise()), steps: [], run };
  }
  const inputs = inputsOf(context, scope, item);
  const joined = chained(context, inputs ?? []);
  const [start] = joined;
  const source = sourceAt(scope, item.span);
  const reader = new BodyReader(context, start);
  if (joined.length > 1) {
    const join: Args = { with: { kind: 'tensors', items: joined.slice(1) } };
    reader.derive(joining, join, named, source, scope);
  }
  // The body of a network that reads something unknown is read too: for its names, and its own errors.
  const site = { scope, reader, within: named, source, start, wanted };
  const members = context.symbol(named.name)?.members ?? [];
  const derived = definition.kind === 'derived';
  if (definition.kind === 'body') reader.read(scope, definition.body, named, members);
  const complete = definition.kind === 'body' || mirror(context, site, definition.call);
  const form = inputs === undefined ? undefined : formOf(context, scope, item, inputs, reader.steps);
  const run: Run = { start, wanted: wanted?.shape, ...(form?.kind === 'nodes' ? { site: 'nodes' as const } : {}) };
  const shaped = propagate(reader.steps, run, context.surroundings);
  for (const failure of shaped.failures) {
    const report = (): void => reportFailure(context, failure, wanted);
    // A size is found in what follows and in what is asked for, either of which may be what is wrong.
    if (failure.kind !== 'unsolved' || (complete && !reader.failed && wanted !== undefined)) report();
    else context.reporter.otherwise(report);
  }
  for (const layer of shaped.layers) context.addLayer(layer);
  const { shape } = shaped.output;
  const output = reader.end;
  const surplus = reportSurplus(context, reader.further, shaped.layers);
  const failed = !complete || reader.failed || surplus || shaped.failures.length > 0;
  if (failed || inputs === undefined || form === undefined || shape === undefined || output === undefined) {
    // Noise behind its layers has its place here, whatever became of them.
    noise();
    named.tensor = output ?? { kind: 'given', name: named.path };
    if (reader.failed || !complete) named.incomplete = true;
    return { steps: reader.steps, run };
  }
  const network: Network = {
    name: named.name,
    role: item.role,
    form,
    inputs,
    layers: shaped.layers,
    output,
    outputShape: shape,
    derived,
    doc: item.doc,
    source,
  };
  return { network: withNoise(context, scope, network, noise()), steps: reader.steps, run };
}

/** Inputs in the order that joins them: behind a sequence, what has one value an example is read at every position. */
function chained(context: Context, inputs: readonly TensorRef[]): readonly TensorRef[] {
  const start = inputs.find((ref) => context.typeOf(ref).site === 'positions') ?? inputs[0];
  return start === undefined || start === inputs[0] ? inputs : [start, ...inputs.filter((ref) => ref !== start)];
}

/** The network with the corruptions behind its layers. */
function withNoise(context: Context, scope: Scope, network: Network, noise: readonly NoiseItem[]): Network {
  if (noise.length === 0) return network;
  const binding = { scope, reporter: context.reporter, tensors: new Tensors(context, scope, context.names.root) };
  const own = new Map(network.layers.map((layer) => [layer.id, layer]));
  const of = new Map<string, readonly LayerCorruption[]>();
  for (const { item, named } of noise) {
    const ref: TensorRef | undefined = named.tensor;
    const layer = ref?.kind === 'layer' ? own.get(ref.id) : undefined;
    // A layer may have fewer results than it has names, which is reported where they stand.
    const shape = ref?.kind === 'layer' ? layer?.outputs[ref.output] : undefined;
    if (ref?.kind !== 'layer' || layer === undefined || shape === undefined) continue;
    if (!isMissing(item.target)) binding.tensors.refer(named, item.target.parts);
    const calls = corruptionsOf(context, scope, binding, item);
    const added = behindLayer(context, scope, calls, item, layer.id, shape);
    of.set(layer.id, [...(of.get(layer.id) ?? []), ...added.map((call) => ({ ...call, output: ref.output }))]);
  }
  const noisy = (layer: Layer): Layer => {
    const corruption = of.get(layer.id);
    if (corruption === undefined) return layer;
    const changed = { ...layer, corruption };
    context.addLayer(changed);
    return changed;
  };
  const layers = network.layers.map(noisy);
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  const { form } = network;
  // The clauses of a recursive network hold the same layers.
  const clause = <C extends { readonly layers: readonly Layer[] }>(one: C): C => ({
    ...one,
    layers: one.layers.map(({ id }) => byId.get(id)!),
  });
  return {
    ...network,
    layers,
    form:
      form.kind === 'fold'
        ? { ...form, leaf: clause(form.leaf), compose: clause(form.compose) }
        : form.kind === 'unfold'
          ? { ...form, decompose: clause(form.decompose) }
          : form,
  };
}
