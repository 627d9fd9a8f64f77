/** `mirror(encoder)`: a decoder derived from another network, layer by layer. */
import { sameRef, type Args, type BuiltinCall, type TensorRef } from '../../builtins/arguments.js';
import { find } from '../../builtins/index.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/layers.js';
import type { CallExpr, Expr } from '../../parser/ast.js';
import { activationOf, type Layer, type Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import type { BodyReader } from './bodies.js';
import type { Context, Wanted } from './context.js';
import { defaultArgs, defaultCall } from './defaults.js';
import type { Named } from './names.js';
import { placeIn, quote, type Scope } from './scope.js';
import { Tensors } from './tensors.js';

/** Where a mirrored network is written. */
export interface MirrorSite {
  readonly scope: Scope;
  readonly reader: BodyReader;
  readonly within: Named;
  readonly source: Source;
  /** What it reads. */
  readonly start: TensorRef | undefined;
  readonly wanted: Wanted | undefined;
}

/** Adds the layers of the mirror to the reader; false and reported where there is none. */
export function mirror(context: Context, site: MirrorSite, expr: Expr): boolean {
  const { scope, reader, within, source, start, wanted } = site;
  const { reporter } = context;
  if (expr.kind === 'missing') return false;
  if (expr.kind !== 'call' || expr.callee.text !== 'mirror') {
    const { near, fixes } =
      expr.kind === 'call'
        ? reporter.guess(placeIn(scope, expr.callee.span), expr.callee.text, () => ['mirror'])
        : { near: undefined, fixes: [] };
    reporter.report(
      scope,
      say.noBody,
      expr.span,
      { text: quote(scope, expr), ...(near === undefined ? {} : { near }) },
      { fixes },
    );
    return false;
  }
  const tied = isTied(context, scope, expr);
  const target = targetOf(context, scope, expr);
  if (target === undefined || tied === undefined) return false;
  const activations = activationsBefore(target.layers);
  const dense = find('layer', 'dense')!;
  for (const units of mirroredHeads(context, target, start))
    reader.derive(
      dense,
      { ...defaultArgs(dense), units, activation: lastActivation(target.layers) },
      within,
      source,
      scope,
    );
  for (let i = target.layers.length - 1; i >= 0 && !reader.failed; i--) {
    const layer = target.layers[i]!;
    const activation = i === 0 ? defaultCall('activation', wanted?.link ?? 'linear') : activations[i]!;
    const calls =
      skips(target, i) ??
      layer.definition.mirror({
        args: layer.args,
        input: layer.inputShape,
        output: layer.outputs[0]!,
        activation,
        tied: tied && layer.definition.tie !== undefined,
      });
    if (typeof calls === 'string') {
      const related = [{ place: layer.source.place, message: labels.thisLayer }];
      reporter.report(scope, say.noMirror, expr.span, { name: layer.id, reason: calls, ofTree: false }, { related });
      return false;
    }
    for (const { layer: name, args } of calls) {
      const definition = find('layer', name);
      if (definition === undefined) throw new Error(`the mirror of ${layer.definition.name} is no layer: ${name}`);
      const tie: Args =
        tied && definition.tie !== undefined ? { tied: { kind: 'layer', id: layer.id, output: 0 } } : {};
      reader.derive(definition, { ...defaultArgs(definition), ...args, ...tie }, within, source, scope);
    }
  }
  return !reader.failed;
}

/** Where the network reads a latent that stands on what it mirrors: back to the size of the tensor that the latent's heads read. */
function mirroredHeads(context: Context, target: Network, start: TensorRef | undefined): readonly number[] {
  const latent = start?.kind === 'latent' ? context.latent(start.name) : undefined;
  const [expert, ...others] = latent?.experts ?? [];
  if (expert === undefined || others.length > 0 || Object.keys(expert.heads).length === 0) return [];
  return sameRef(expert.from, target.output) && target.outputShape.length === 1 ? [target.outputShape[0]!] : [];
}

/** Whether the options say `tied`; undefined and reported where they say something else. */
function isTied({ reporter }: Context, scope: Scope, { args }: CallExpr): boolean | undefined {
  const options = args.slice(1);
  const odd = options.find((option) => quote(scope, option) !== 'tied');
  if (odd === undefined) return options.length > 0;
  const text = quote(scope, odd);
  const { near, fixes } = reporter.guess(placeIn(scope, odd.span), text, () => ['tied']);
  reporter.report(scope, say.mirrorOption, odd.span, { text, ...(near === undefined ? {} : { near }) }, { fixes });
  return undefined;
}

function targetOf(context: Context, scope: Scope, call: CallExpr): Network | undefined {
  const of = call.args[0]?.value;
  if (of?.kind === 'missing') return undefined;
  if (of?.kind !== 'path') {
    context.reporter.report(scope, say.mirrorOfWhat, of?.span ?? call.span, {
      text: of === undefined ? '' : quote(scope, of),
    });
    return undefined;
  }
  const name = new Tensors(context, scope, context.names.root).network(of);
  const network = name === undefined ? undefined : context.network(name);
  if (network === undefined || network.form.kind === 'chain') return network;
  const related = [{ place: network.source.place, message: labels.thisNetwork }];
  context.reporter.report(
    scope,
    say.noMirror,
    of.span,
    { name: network.name, reason: 'it is applied at the nodes of a tree, and a mirror is a chain', ofTree: true },
    { related },
  );
  return undefined;
}

/** Why a layer that does not read the one before it cannot be mirrored in a chain. */
function skips({ layers, inputs, output }: Network, index: number): string | undefined {
  const { input } = layers[index]!;
  const before = layers[index - 1];
  const chain: TensorRef = before === undefined ? inputs[0]! : { kind: 'layer', id: before.id, output: 0 };
  if (!sameRef(input, chain)) return 'it does not read the layer before it, and a mirror is a chain';
  return output.kind === 'applied'
    ? 'another network is applied in its place, and a mirror has layers of its own'
    : undefined;
}

/** For each layer the activation behind the tensor that it reads: of the last layer before it that has one. */
function activationsBefore(layers: readonly Layer[]): readonly BuiltinCall[] {
  let last: BuiltinCall = defaultCall('activation', 'linear');
  return layers.map((layer) => {
    const before = last;
    last = activationOf(layer) ?? last;
    return before;
  });
}

const lastActivation = (layers: readonly Layer[]): BuiltinCall =>
  layers.map(activationOf).findLast((activation) => activation !== undefined) ?? defaultCall('activation', 'linear');
