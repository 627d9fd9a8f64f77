/**
 * The output of a network has the shape of what it reconstructs. Where it has not, the message says where
 * shapes part from the encoder's, and which change of one argument mends it.
 */
import type { CallOf, ExampleShape, TensorRef } from '../../builtins/arguments.js';
import { labels } from '../../diagnostics/messages/labels.js';
import { sizes } from '../../diagnostics/phrases.js';
import * as say from '../../diagnostics/messages/shapes.js';
import type { RelatedPlace } from '../../diagnostics/finding.js';
import type { Layer, Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import type { Variable } from '../model/variables.js';
import type { Context } from './context.js';
import type { Elaborated } from './networks.js';
import { findFixes } from './shape-fixes.js';

export interface Disagreement {
  readonly variable: Variable;
  readonly likelihood: CallOf<'likelihood'>;
  readonly output: TensorRef;
  readonly wanted: ExampleShape;
  readonly found: ExampleShape;
  readonly source: Source;
}

/** Reports that an output has another shape than what is reconstructed from it. */
export function proveShape(
  context: Context,
  { variable, likelihood, output, wanted, found, source }: Disagreement,
): void {
  const owner = output.kind === 'layer' ? context.networkOf(output.id) : undefined;
  const whole =
    owner?.output.kind === 'layer' && output.kind === 'layer' && owner.output.id === output.id ? owner : undefined;
  const elaborated = whole && context.elaborated(whole.name);
  const last = whole?.layers.at(-1);
  const encoder = context.networksOf('encoder').flatMap((name) => context.network(name) ?? [])[0];
  const account = whole === undefined ? undefined : accountOf(whole, encoder, found, wanted);
  const { domain } = variable;
  const facts = {
    role: whole?.role ?? 'output',
    variable: variable.name,
    likelihood: likelihood.definition.name,
    found,
    wanted,
    trace: say.wayOf(elaborated === undefined ? [] : traceOf(elaborated, context).map(sizes)),
    ...(domain.kind === 'category' ? { classes: domain.classes } : {}),
    ...(account === undefined ? {} : { account: account.facts }),
  };
  const declared: RelatedPlace = {
    place: variable.source.place,
    message: labels.isOf(domain.kind === 'category' ? `one of ${domain.classes} classes` : variable.shape.join('×')),
  };
  const fixes = elaborated === undefined ? [] : findFixes(context, elaborated, found, wanted, sizesOf(encoder));
  context.reporter.at(last?.source ?? source, say.outputShape, facts, {
    related: [declared, ...(account?.related ?? [])],
    fixes,
  });
}

/** The shapes that a chain passes. */
function traceOf({ network, run }: Elaborated, context: Context): readonly ExampleShape[] {
  const start = run.start === undefined ? undefined : context.typeOf(run.start).shape;
  return [...(start === undefined ? [] : [start]), ...(network?.layers ?? []).map((layer) => layer.outputs[0]!)];
}

const spatial = (shape: ExampleShape): string | undefined =>
  shape.length === 3 ? `${shape[0]}×${shape[1]}` : undefined;

/** Heights and widths that the encoder passed, from the code back to its input. */
export function sizesOf(encoder: Network | undefined): readonly (readonly [number, number])[] {
  const shapes = (encoder?.layers ?? []).flatMap((l) => [l.inputShape, l.outputs[0]!]).filter((s) => s.length === 3);
  const distinct = new Map(shapes.map((s) => [spatial(s), [s[0]!, s[1]!] as const]));
  return [...distinct.values()].reverse();
}

interface Account {
  readonly facts: say.ImageAccount;
  readonly related: readonly RelatedPlace[];
}

/** Where and how images part from the encoder's sizes; undefined where there are no images. */
function accountOf(
  decoder: Network,
  encoder: Network | undefined,
  found: ExampleShape,
  wanted: ExampleShape,
): Account | undefined {
  if (encoder === undefined || wanted.length !== 3 || found.length !== 3 || spatial(found) === spatial(wanted))
    return undefined;
  const expected = [...sizesOf(encoder).map(([h, w]) => `${h}×${w}`), spatial(wanted)!];
  const passed = decoder.layers
    .flatMap((l) => [spatial(l.inputShape), spatial(l.outputs[0]!)])
    .filter((s) => s !== undefined);
  const stray = decoder.layers.find(
    (l) => spatial(l.outputs[0]!) !== undefined && !expected.includes(spatial(l.outputs[0]!)!),
  );
  const facts = {
    expected: say.wayOf(expected),
    passed: say.wayOf(passed),
    ends: spatial(found)!,
    wanted: spatial(wanted)!,
  };
  if (stray === undefined) return { facts, related: [] };
  const [from, to] = [spatial(stray.inputShape) ?? stray.inputShape.join('×'), spatial(stray.outputs[0]!)!];
  const partner = encoder.layers.find(
    (l) => spatial(l.outputs[0]!) === from && spatial(l.inputShape) !== undefined && spatial(l.inputShape) !== from,
  );
  const mirrored = partner === undefined ? {} : { partner: { layer: partner.id, from: spatial(partner.inputShape)! } };
  return {
    facts: { ...facts, stray: { layer: stray.id, from, to, ...mirrored } },
    related: [
      placed(stray, labels.leavesSizes(from, to)),
      ...(partner === undefined ? [] : [placed(partner, labels.encoderWent(spatial(partner.inputShape)!, from))]),
    ],
  };
}

const placed = ({ source }: Layer, message: string): RelatedPlace => ({ place: source.place, message });
