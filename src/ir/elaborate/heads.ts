/** Heads: the layers that give the parameters of a distribution. */
import type { ExampleShape, TensorRef } from '../../builtins/arguments.js';
import { find } from '../../builtins/index.js';
import { otherHeads } from '../../diagnostics/messages/latents.js';
import type { Heads } from '../model/latents.js';
import type { Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import type { LayerStep } from './steps.js';
import type { Context } from './context.js';
import { defaultArgs } from './defaults.js';
import { reportFailure } from './failures.js';
import type { Named } from './names.js';
import { propagate } from './propagate.js';
import type { Scope } from './scope.js';

export interface HeadSite {
  readonly context: Context;
  readonly scope: Scope;
  readonly role: Extract<Network['role'], 'posterior' | 'prior'>;
}

/**
 * A layer for each parameter, all reading the same tensor: dense, or a 1×1 convolution on a feature map. Each is a network
 * of its own. Undefined where they cannot read it.
 */
export function headsOn(
  { context, scope, role }: HeadSite,
  owner: Named,
  from: TensorRef,
  params: readonly string[],
  shape: ExampleShape,
  source: Source,
): Heads | undefined {
  const { shape: input, site } = context.typeOf(from);
  const ofMap = site !== 'positions' && input !== undefined && input.length > 1 && shape.length === input.length;
  const definition = find('layer', ofMap ? 'conv' : 'dense')!;
  const sizes = ofMap ? { filters: shape.at(-1)!, kernel: 1 } : { units: shape.at(-1) ?? 1 };
  const heads: Record<string, TensorRef> = {};
  for (const param of params) {
    const named = context.names.enter(owner, param, 'layer');
    const step: LayerStep = {
      kind: 'layer',
      id: named.path,
      named,
      given: true,
      definition,
      args: { ...defaultArgs(definition), ...sizes },
      input: from,
      source,
      scope,
      syntax: undefined,
    };
    const shaped = propagate([step], { start: from, wanted: undefined }, context.surroundings);
    for (const failure of shaped.failures)
      reportFailure(context, failure, undefined, `the heads of \`${owner.path.split('.', 1)[0]!}\``);
    if (shaped.failures.length > 0 || shaped.output.shape === undefined) return undefined;
    if (shaped.output.shape.join() !== shape.join()) {
      const facts = { latent: owner.path.split('.', 1)[0]!, role, wanted: shape, found: shaped.output.shape };
      context.reporter.at(source, otherHeads, facts);
      return undefined;
    }
    const output: TensorRef = { kind: 'layer', id: step.id, output: 0 };
    named.layer = step.id;
    named.tensor = output;
    named.reads = from;
    for (const layer of shaped.layers) context.addLayer(layer);
    context.addNetwork({
      name: step.id,
      role,
      form: { kind: 'chain' },
      inputs: [from],
      layers: shaped.layers,
      output,
      outputShape: shaped.output.shape,
      derived: true,
      doc: '',
      source,
    });
    heads[param] = output;
  }
  return heads;
}
