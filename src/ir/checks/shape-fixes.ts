/** Changes of one argument of one statement, or one layer more, after which a network gives the shape it must. */
import type { Args, ExampleShape } from '../../builtins/arguments.js';
import type { LayerDefinition } from '../../builtins/define.js';
import { builtins } from '../../builtins/index.js';
import { isMisfit, showExample } from '../../builtins/layers/shapes.js';
import type { Edit, Fix } from '../../diagnostics/diagnostic.js';
import { product } from '../graph/shape.js';
import type { Draft } from '../elaborate/drafts.js';
import type { Names } from '../elaborate/names.js';
import type { Elaborated } from '../elaborate/networks.js';
import { propagate } from '../elaborate/propagate.js';
import { surroundings } from '../elaborate/shapes.js';

/** Statements tried, from the last one back; and layers computed by all trials together. */
const tried = 24;
const effort = 200_000;
const offered = 3;

/** @param sizes heights and widths that the encoder passed */
export function findFixes(names: Names, { drafts, start, input, network }: Elaborated, wanted: ExampleShape, sizes: readonly (readonly [number, number])[]): readonly Fix[] {
  const added = layerBehind(drafts.at(-1), network.outputShape, wanted);
  const found: { readonly rank: number; readonly fix: Fix }[] = added === undefined ? [] : [{ rank: 0, fix: added }];
  const statements = [...new Set(drafts.flatMap((d) => (d.syntax === undefined ? [] : [d.syntax])))].reverse().slice(0, tried);
  let spent = 0;
  for (const statement of statements) {
    // A statement of a block or a repetition stands for several layers, and an edit changes all of them.
    const [draft] = drafts.filter((d) => d.syntax === statement) as [Draft, ...Draft[]];
    for (const { name, text, args, rank } of candidates(draft, wanted, sizes)) {
      spent += drafts.length;
      if (spent > effort) break;
      const trial = drafts.map((d) => (d.syntax === statement ? { ...d, args: { ...d.args, ...args } } : d));
      const result = propagate(trial, start, input, wanted, surroundings(names));
      if (result.failure !== undefined || showExample(result.output) !== showExample(wanted)) continue;
      const edit = argumentEdit(draft, name, text);
      found.push({ rank, fix: { title: `set \`${name}: ${text}\` in \`${draft.id}\` (line ${draft.source.line})`, edits: [edit] } });
      break;
    }
  }
  return found.sort((a, b) => a.rank - b.rank).slice(0, offered).map(({ fix }) => fix);
}

interface Candidate {
  readonly name: string;
  readonly text: string;
  readonly args: Args;
  /** How odd the change is. */
  readonly rank: number;
}

/** Single changes worth trying, from the parameters that the layer's entry has. */
function candidates(draft: Draft, wanted: ExampleShape, sizes: readonly (readonly [number, number])[]): readonly Candidate[] {
  const out: Candidate[] = [];
  const add = (name: string, value: Args[string], rank: number): void => {
    out.push({ name, text: Array.isArray(value) ? `[${value.join(', ')}]` : String(value as number | string), args: { [name]: value }, rank });
  };
  const last = wanted.at(-1);
  for (const { name, type, inferred } of draft.definition.params) {
    const current = draft.args[name];
    // A single number has no axis to take a size from.
    if (inferred === true && typeof current === 'number' && last !== undefined && last !== current) add(name, last, 0);
    if (type.kind === 'padding') {
      for (const value of ['valid', 'same'] as const) if (value !== current) add(name, value, 1);
      for (const value of [0, 1, 2]) if (value !== current) add(name, value, 3);
    }
    if (name === 'to' && type.kind === 'pair') for (const size of sizes) add(name, size, 2);
    if (name === 'output_padding') add(name, 1, 2);
  }
  return out.sort((a, b) => a.rank - b.rank);
}

/** `flatten` or `reshape(…)` behind the last layer, where its elements are as many as are wanted. */
function layerBehind(last: Draft | undefined, found: ExampleShape, wanted: ExampleShape): Fix | undefined {
  if (last?.syntax === undefined || product(found) !== product(wanted)) return undefined;
  const movers = builtins.layer.filter((layer) => layer.weights === undefined && layer.activation === undefined && layer.params.every((p) => p.type.kind === 'dims'));
  const call = (layer: LayerDefinition): string => (layer.params.length === 0 ? layer.name : `${layer.name}(${wanted.join(', ')})`);
  const fitting = movers.find((layer) => {
    const [param] = layer.params;
    const result = layer.shape([found], param === undefined ? {} : { [param.name]: wanted });
    return !isMisfit(result) && showExample(result as ExampleShape) === showExample(wanted);
  });
  if (fitting === undefined) return undefined;
  const { file, span } = last.source.place;
  return { title: `put \`${call(fitting)}\` behind it`, edits: [{ place: { file, span: { start: span.end, end: span.end } }, newText: `; ${call(fitting)}` }] };
}

/** The edit that gives a call an argument. */
export function argumentEdit({ syntax, definition, scope }: Draft, name: string, text: string): Edit {
  const file = scope.file.file;
  const { args, span } = syntax!;
  const named = args.find((arg) => arg.name?.text === name);
  if (named !== undefined) return { place: { file, span: named.value.span }, newText: text };
  const positional = args.find((arg) => arg.name === undefined && (arg.value.kind === 'number' || arg.value.kind === 'path' || arg.value.kind === 'binary'));
  if (definition.params[0]?.name === name && positional !== undefined) return { place: { file, span: positional.value.span }, newText: text };
  const last = args.at(-1);
  if (last !== undefined) return { place: { file, span: { start: last.span.end, end: last.span.end } }, newText: `, ${name}: ${text}` };
  // `upsample()` or `upsample`.
  const closed = scope.file.text.slice(span.start, span.end).endsWith(')');
  const at = closed ? span.end - 1 : span.end;
  return { place: { file, span: { start: at, end: at } }, newText: closed ? `${name}: ${text}` : `(${name}: ${text})` };
}
