/**
 * Proves that what is reconstructed comes out in its own shape. Where it does not, says at which
 * stage the decoder left the encoder's sizes, shows both, and offers changes that make them meet.
 */
import type { ExampleShape } from '../../builtins/arguments.js';
import { showExample } from '../../builtins/layers/shapes.js';
import type { Related } from '../../diagnostics/diagnostic.js';
import { scopeAt, type Message, type Reporter, type Scope } from '../elaborate/context.js';
import type { Names } from '../elaborate/names.js';
import type { Elaborated } from '../elaborate/networks.js';
import { shapeOf } from '../elaborate/shapes.js';
import { outputShape } from '../elaborate/terms.js';
import type { Layer, Network, Term, Variable } from '../model/model.js';
import { findFixes } from './shape-fixes.js';

type Reconstruction = Extract<Term, { readonly kind: 'reconstruction' }>;

export function proveShapes(scope: Scope, reporter: Reporter, names: Names, terms: readonly Term[], elaborated: readonly Elaborated[]): void {
  for (const term of terms) {
    if (term.kind !== 'reconstruction') continue;
    const variable = names.variables.get(term.variable)!;
    // A likelihood of something else wants another shape, and has its own message.
    if (!term.likelihood.definition.domains.includes(variable.domain.kind)) continue;
    const wanted = outputShape(variable, term.likelihood.definition);
    const found = shapeOf(names, term.output);
    if (found === undefined || showExample(found) === showExample(wanted)) continue;
    const { output } = term;
    const owner = output.kind === 'layer' ? elaborated.find((e) => e.network.layers.at(-1)?.id === output.id) : undefined;
    const last = owner?.network.layers.at(-1);
    const encoder = [...names.networks.values()].find((n) => n.role === 'encoder');
    const at = last?.source ?? term.source;
    const title = `${owner === undefined ? 'the output' : `the ${owner.network.role}`} gives ${showExample(found)}, but \`${variable.name}\` ${needs(variable, wanted)}`;
    const related: readonly Related[] = [{ place: variable.source.place, message: `\`${variable.name}\` is ${variable.domain.kind === 'category' ? `one of ${variable.domain.classes} classes` : showExample(variable.shape)}` }];
    const account = owner === undefined ? undefined : accountOf(owner.network, encoder, found, wanted);
    const fixes = owner === undefined || !reporter.searchesFixes ? [] : findFixes(names, owner, wanted, sizesOf(encoder));
    reporter.report(scopeAt(scope, at), 'AE3001', at.place.span, {
      title,
      ...(account ?? { cause: comparison(term), expected: showExample(wanted), found: owner === undefined || owner.network.layers.length < 2 ? showExample(found) : `${showExample(found)}, by ${trace(owner)}` }),
      fixes,
      hint: account?.hint ?? `make the last layer give ${showExample(wanted)}`,
      related: [...related, ...(account?.related ?? [])],
    });
  }
}

const needs = (variable: Variable, wanted: ExampleShape): string =>
  variable.domain.kind === 'category' ? `needs ${showExample(wanted)}, one number for each class` : `is ${showExample(wanted)}`;

const comparison = (term: Reconstruction): string =>
  `\`${term.likelihood.definition.name}\` compares the output with \`${term.variable}\` element by element.`;

/** `64 → 784 → 28×28×1`. */
const trace = ({ input, network }: Elaborated): string => arrows([input, ...network.layers.map((layer) => layer.outputs[0]!)].map(showExample));

/** What comes in a row, without repetitions. */
const arrows = (sizes: readonly string[]): string => {
  const distinct = sizes.filter((size, i) => size !== sizes[i - 1]);
  return (distinct.length > 12 ? [...distinct.slice(0, 6), '…', ...distinct.slice(-5)] : distinct).join(' → ');
};

const spatial = (shape: ExampleShape): string | undefined => (shape.length === 3 ? `${shape[0]}×${shape[1]}` : undefined);

/** Heights and widths that the encoder passed, from the code back to its input. */
export function sizesOf(encoder: Network | undefined): readonly (readonly [number, number])[] {
  const shapes = (encoder?.layers ?? []).flatMap((l) => [l.inputShape, l.outputs[0]!]).filter((s) => s.length === 3);
  const distinct = new Map(shapes.map((s) => [spatial(s), [s[0]!, s[1]!] as const]));
  return [...distinct.values()].reverse();
}

/** Where and how images part from the encoder's sizes; undefined where there are no images. */
function accountOf(decoder: Network, encoder: Network | undefined, found: ExampleShape, wanted: ExampleShape): Pick<Message, 'cause' | 'expected' | 'found' | 'hint' | 'related'> | undefined {
  if (encoder === undefined || wanted.length !== 3 || found.length !== 3 || spatial(found) === spatial(wanted)) return undefined;
  const expected = [...sizesOf(encoder).map(([h, w]) => `${h}×${w}`), spatial(wanted)!];
  const passed = decoder.layers.flatMap((l) => [spatial(l.inputShape), spatial(l.outputs[0]!)]).filter((s) => s !== undefined);
  const traces = { expected: `${arrows(expected)} (the encoder's sizes, backwards)`, found: arrows(passed) };
  const stray = decoder.layers.find((l) => spatial(l.outputs[0]!) !== undefined && !expected.includes(spatial(l.outputs[0]!)!));
  if (stray === undefined) {
    return { ...traces, cause: `The decoder ends at ${spatial(found)!}, a size that the encoder passed on its way.`, hint: `go on to ${spatial(wanted)!}, for example with one more \`upsample(2)\`` };
  }
  const [from, to] = [spatial(stray.inputShape) ?? showExample(stray.inputShape), spatial(stray.outputs[0]!)!];
  const partner = encoder.layers.find((l) => spatial(l.outputs[0]!) === from && spatial(l.inputShape) !== undefined && spatial(l.inputShape) !== from);
  return {
    ...traces,
    cause: partner === undefined
      ? `\`${stray.id}\` makes ${from} into ${to}, and the encoder never had that size.`
      : `The encoder's \`${partner.id}\` took ${spatial(partner.inputShape)!} to ${from}, but \`${stray.id}\` takes ${from} to ${to}.`,
    hint: partner === undefined ? `let it give one of the encoder's sizes` : `let \`${stray.id}\` give ${spatial(partner.inputShape)!}`,
    related: [placed(stray, `here the decoder leaves the encoder's sizes: ${from} → ${to}`), ...(partner === undefined ? [] : [placed(partner, `the encoder: ${spatial(partner.inputShape)!} → ${from}`)])],
  };
}

const placed = (layer: Layer, message: string): Related => ({ place: layer.source.place, message });
