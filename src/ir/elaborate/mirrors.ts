/** `mirror(encoder)`: a decoder derived from another network, layer by layer. */
import type { Args, BuiltinCall, ExampleShape, TensorRef } from '../../builtins/arguments.js';
import { find } from '../../builtins/index.js';
import type { CallExpr, Expr } from '../../parser/ast.js';
import { activationOf, type Layer, type Network, type Source } from '../model/model.js';
import { defaultArgs, defaultCall } from './bind.js';
import { quote } from './constants.js';
import { suggestion, type Reporter, type Scope } from './context.js';
import type { BodyReader, Draft } from './drafts.js';
import type { Names } from './names.js';
import { resolver } from './resolver.js';

/** What a decoder or head is to produce, from the `reconstruct` that names it. */
export interface Wanted {
  readonly shape: ExampleShape;
  /** Activation of a mirrored decoder's last layer. */
  readonly link: string;
}

export function mirror(
  scope: Scope, reporter: Reporter, names: Names, expr: Expr, reader: BodyReader, prefix: string, source: Source, start: TensorRef | undefined, wanted: Wanted | undefined,
): readonly Draft[] | undefined {
  if (expr.kind === 'missing') return undefined;
  if (expr.kind !== 'call' || expr.callee.text !== 'mirror') {
    reporter.report(scope, 'AE2002', expr.span, {
      title: `\`${quote(scope, expr)}\` is no body of a network`,
      cause: 'A network is written in braces, or mirrors another.',
      expected: '`{ … }` or `mirror(encoder)`',
      found: `\`${quote(scope, expr)}\``,
      ...(expr.kind === 'call' ? suggestion(scope, expr.callee.text, expr.callee.span, ['mirror']) : { hint: 'write its layers in braces' }),
    });
    return undefined;
  }
  const tied = isTied(scope, reporter, expr);
  const target = targetOf(scope, reporter, names, expr);
  if (target === undefined || tied === undefined) return undefined;
  const activations = activationsBefore(target.layers);
  const drafts: Draft[] = mirroredHeads(names, target, start).map((units) =>
    reader.derive(find('layer', 'dense')!, { ...defaultArgs(find('layer', 'dense')!), units, activation: lastActivation(target.layers) }, prefix, source, scope));
  for (let i = target.layers.length - 1; i >= 0 && !reader.failed; i--) {
    const layer = target.layers[i]!;
    const activation = i === 0 ? defaultCall('activation', wanted?.link ?? 'linear') : activations[i]!;
    const calls = skips(target, i) ?? layer.definition.mirror({ args: layer.args, input: layer.inputShape, output: layer.outputs[0]!, activation, tied: tied && layer.definition.tie !== undefined });
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
      const tie: Args = tied && definition.tie !== undefined ? { tied: { kind: 'layer', id: layer.id, output: 0 } } : {};
      const { place, line, column, text } = source;
      drafts.push(reader.derive(definition, { ...defaultArgs(definition), ...args, ...tie }, prefix, { ...layer.source, place, line, column, text }, scope));
    }
  }
  return drafts;
}

/** Where the network reads a latent that stands on what it mirrors: back to the size of the tensor that the latent's heads read. */
function mirroredHeads(names: Names, target: Network, start: TensorRef | undefined): readonly number[] {
  const latent = start?.kind === 'latent' ? names.latents.get(start.name) : undefined;
  if (latent?.posterior.kind !== 'computed' || latent.definition.heads.length === 0) return [];
  const { from } = latent.posterior;
  const own = from.kind === 'layer' && target.output.kind === 'layer' && from.id === target.output.id && from.output === target.output.output;
  return own && target.outputShape.length === 1 ? [target.outputShape[0]!] : [];
}

/** Whether the options say `tied`; undefined and reported where they say something else. */
function isTied(scope: Scope, reporter: Reporter, { args }: CallExpr): boolean | undefined {
  const options = args.slice(1);
  const odd = options.find((option) => quote(scope, option) !== 'tied');
  if (odd === undefined) return options.length > 0;
  reporter.report(scope, 'AE2003', odd.span, {
    title: `\`mirror\` has no option \`${quote(scope, odd)}\``,
    cause: 'Behind the network it may say that the kernels are tied.',
    expected: '`tied`',
    found: `\`${quote(scope, odd)}\``,
    ...suggestion(scope, quote(scope, odd), odd.span, ['tied']),
  });
  return undefined;
}

function targetOf(scope: Scope, reporter: Reporter, names: Names, call: CallExpr): Network | undefined {
  const of = call.args[0]?.value;
  if (of?.kind === 'missing') return undefined;
  if (of?.kind !== 'path') {
    reporter.report(scope, of === undefined ? 'AE2006' : 'AE2005', of?.span ?? call.span, {
      title: '`mirror` needs a network', cause: 'It derives one network from another.',
      expected: 'the name of a network', found: of === undefined ? 'nothing' : `\`${quote(scope, of)}\``, hint: 'for example `mirror(encoder)`',
    });
    return undefined;
  }
  const network = resolver(scope, reporter, names, '').network(of);
  if (network === undefined || network.form.kind === 'chain') return network;
  reporter.report(scope, 'AE3005', of.span, {
    title: `\`${network.name}\` has no mirror`, cause: 'It is applied at the nodes of a tree, and a mirror is a chain.', hint: 'write `decoder { decompose(parent) { … } }`',
    related: [{ place: network.source.place, message: 'this network' }],
  });
  return undefined;
}

/** Why a layer that does not read the one before it cannot be mirrored in a chain. */
function skips({ layers, inputs }: Network, index: number): string | undefined {
  const { input } = layers[index]!;
  const before = layers[index - 1];
  const follows = before === undefined
    ? input.kind === inputs[0]!.kind && JSON.stringify(input) === JSON.stringify(inputs[0])
    : input.kind === 'layer' && input.id === before.id && input.output === 0;
  return follows ? undefined : 'it does not read the layer before it, and a mirror is a chain';
}

/** For each layer the activation behind the tensor that it reads: of the last layer before it that has one. */
function activationsBefore(layers: readonly Layer[]): readonly BuiltinCall[] {
  let last = defaultCall('activation', 'linear');
  return layers.map((layer) => {
    const before: BuiltinCall = last;
    last = activationOf(layer) ?? last;
    return before;
  });
}

const lastActivation = (layers: readonly Layer[]): BuiltinCall => layers.map(activationOf).findLast((activation) => activation !== undefined) ?? defaultCall('activation', 'linear');
