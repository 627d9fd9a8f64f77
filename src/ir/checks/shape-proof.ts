/**
 * Proves that what is reconstructed comes out in its own shape. Where it does not, says at which
 * stage the decoder left the encoder's sizes, and tries single changes of one argument until one
 * makes the shapes meet: those become fixes.
 */
import type { Args, ExampleShape } from '../../builtins/define.js';
import { showExample } from '../../builtins/layers/shapes.js';
import type { Edit, Fix, Related } from '../../diagnostics/diagnostic.js';
import type { Reporter, Scope } from '../elaborate/context.js';
import type { Draft } from '../elaborate/drafts.js';
import type { Names } from '../elaborate/names.js';
import { shapeOf, surroundings, type Elaborated } from '../elaborate/networks.js';
import { propagate } from '../elaborate/propagate.js';
import { outputShape } from '../elaborate/terms.js';
import type { Layer, Term } from '../model.js';

export function proveShapes(scope: Scope, reporter: Reporter, names: Names, terms: readonly Term[], elaborated: readonly Elaborated[]): void {
  for (const term of terms) {
    if (term.kind !== 'reconstruction') continue;
    const variable = names.variables.get(term.variable)!;
    const wanted = outputShape(variable, term.likelihood.definition);
    const found = shapeOf(names, term.output);
    if (found === undefined || showExample(found) === showExample(wanted)) continue;
    const output = term.output;
    const owner = output.kind === 'layer' ? elaborated.find((e) => e.network.layers.at(-1)?.id === output.id) : undefined;
    const last = owner?.network.layers.at(-1);
    const stage = owner === undefined ? undefined : offendingStage(names, owner, wanted);
    const fixes = owner === undefined ? [] : findFixes(names, owner, wanted);
    const place = last?.source.place ?? term.source.place;
    const related: Related[] = [{ place: variable.source.place, message: `\`${variable.name}\` is ${showExample(variable.shape)}` }];
    if (stage !== undefined) related.push({ place: stage.layer.source.place, message: stage.message });
    reporter.report({ ...scope, through: last?.source.through ?? [] }, 'AE3001', place.span, {
      title: `the ${owner?.network.role ?? 'network'} gives ${showExample(found)}, but \`${variable.name}\` is ${showExample(wanted)}`,
      cause: stage?.cause ?? `The output of \`${owner?.network.name ?? 'the network'}\` is compared with \`${variable.name}\` element by element.`,
      expected: showExample(wanted),
      found: owner === undefined ? showExample(found) : trace(owner),
      related,
      fixes,
      hint: fixes[0]?.title ?? `make the last layer give ${showExample(wanted)}`,
    });
  }
}

/** `4×4×8 → 8×8×8 → … → 32×32×1`. */
const trace = ({ input, network }: Elaborated): string =>
  [input, ...network.layers.map((layer) => layer.outputs[0]!)]
    .filter((shape, i, all) => i === 0 || showExample(shape) !== showExample(all[i - 1]!))
    .map(showExample)
    .join(' → ');

interface Stage {
  readonly layer: Layer;
  readonly message: string;
  readonly cause: string;
}

const spatial = (shape: ExampleShape): string | undefined => (shape.length === 3 ? `${shape[0]}×${shape[1]}` : undefined);

/** The first layer of the decoder whose size the encoder never had: there the two part. */
function offendingStage(names: Names, decoder: Elaborated, wanted: ExampleShape): Stage | undefined {
  const encoder = [...names.networks.values()].find((n) => n.role === 'encoder');
  if (encoder === undefined || wanted.length !== 3) return undefined;
  const sizes = new Set([spatial(wanted), ...encoder.layers.flatMap((l) => [spatial(l.inputShape), spatial(l.outputs[0]!)])]);
  const layer = decoder.network.layers.find((l) => spatial(l.outputs[0]!) !== undefined && !sizes.has(spatial(l.outputs[0]!)));
  if (layer === undefined) return undefined;
  const from = spatial(layer.inputShape) ?? showExample(layer.inputShape);
  const to = spatial(layer.outputs[0]!)!;
  const partner = encoder.layers.find((l) => spatial(l.outputs[0]!) === from && spatial(l.inputShape) !== from && spatial(l.inputShape) !== undefined);
  const encoderTrace = [...new Set([...encoder.layers.flatMap((l) => [spatial(l.inputShape), spatial(l.outputs[0]!)])].filter((s) => s !== undefined))].join(' → ');
  return {
    layer,
    message: `here the decoder leaves the encoder's sizes: ${from} → ${to}`,
    cause: partner === undefined
      ? `The encoder's sizes are ${encoderTrace}; \`${layer.id}\` makes ${from} into ${to}, which is none of them.`
      : `The encoder's \`${partner.id}\` took ${spatial(partner.inputShape)} to ${from}, but \`${layer.id}\` takes ${from} to ${to}.`,
  };
}

/** Changes of one argument of one layer after which the network gives `wanted`, the last layers first. */
function findFixes(names: Names, { drafts, start, input }: Elaborated, wanted: ExampleShape): readonly Fix[] {
  const fixes: Fix[] = [];
  for (let i = drafts.length - 1; i >= 0 && fixes.length < 3; i--) {
    const draft = drafts[i]!;
    for (const candidate of candidates(draft, wanted)) {
      const trial = drafts.map((d, j) => (j === i ? { ...d, args: { ...d.args, ...candidate.args } } : d));
      const result = propagate(trial, start, input, wanted, surroundings(names));
      if (result.failure !== undefined || showExample(result.output) !== showExample(wanted)) continue;
      const edit = argumentEdit(draft, candidate.name, candidate.text);
      if (edit === undefined) continue;
      fixes.push({ title: `set \`${candidate.name}: ${candidate.text}\` in \`${draft.id}\` (line ${draft.source.line})`, edits: [edit] });
      break;
    }
  }
  return fixes;
}

interface Candidate {
  readonly name: string;
  readonly text: string;
  readonly args: Args;
}

/** Single changes worth trying, from the parameters that the layer's entry has. */
function candidates(draft: Draft, wanted: ExampleShape): readonly Candidate[] {
  const out: Candidate[] = [];
  for (const param of draft.definition.params) {
    const current = draft.args[param.name];
    if (param.type.kind === 'padding') {
      for (const value of ['valid', 'same', 0, 1, 2] as const) {
        if (value !== current) out.push({ name: param.name, text: String(value), args: { [param.name]: value } });
      }
    }
    if (param.name === 'output_padding') out.push({ name: param.name, text: '1', args: { [param.name]: 1 } });
    if (param.inferred === true && typeof current === 'number') {
      const size = wanted.at(-1)!;
      if (size !== current) out.push({ name: param.name, text: String(size), args: { [param.name]: size } });
    }
  }
  return out;
}

/** The edit that gives a call an argument; undefined where no statement wrote the layer. */
function argumentEdit(draft: Draft, name: string, text: string): Edit | undefined {
  const { syntax, scope } = draft;
  if (syntax === undefined) return undefined;
  const file = scope.file.file;
  const named = syntax.args.find((arg) => arg.name?.text === name);
  if (named !== undefined) return { place: { file, span: named.value.span }, newText: text };
  const first = draft.definition.params[0];
  const positional = syntax.args.find((arg) => arg.name === undefined && (arg.value.kind === 'number' || arg.value.kind === 'path'));
  if (first?.name === name && positional !== undefined) return { place: { file, span: positional.value.span }, newText: text };
  const closing = scope.file.text.lastIndexOf(')', syntax.span.end);
  const last = syntax.args.at(-1);
  if (last !== undefined && closing >= last.span.end) return { place: { file, span: { start: last.span.end, end: last.span.end } }, newText: `, ${name}: ${text}` };
  return { place: { file, span: { start: syntax.span.end, end: syntax.span.end } }, newText: `(${name}: ${text})` };
}
