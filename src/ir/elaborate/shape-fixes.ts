/** Changes of one argument of one statement, or one layer more, after which a network gives the shape it must. */
import type { Args, ExampleShape } from '../../builtins/arguments.js';
import { isMisfit, type LayerDefinition } from '../../builtins/define.js';
import { builtins } from '../../builtins/index.js';
import type { PlacedEdit, PlacedFix } from '../../diagnostics/finding.js';
import { insertBehind } from '../../diagnostics/fixes.js';
import { titles } from '../../diagnostics/messages/labels.js';
import { product } from '../graph/shape.js';
import type { LayerStep } from './steps.js';
import type { Context } from './context.js';
import type { Elaborated } from './networks.js';
import type { Passed } from './reporter.js';
import { propagate } from './propagate.js';
import { placeIn } from './scope.js';

/** Statements tried, from the last one back; and layers computed by all trials together. */
const tried = 24;
const effort = 50_000;
const offered = 3;

/**
 * @param found what the network gives now
 * @param sizes heights and widths that the encoder passed
 */
export function findFixes(
  context: Context,
  { steps, run }: Elaborated,
  found: ExampleShape,
  wanted: ExampleShape,
  sizes: readonly (readonly [number, number])[],
): readonly PlacedFix[] {
  const layers = steps.filter((step): step is LayerStep => step.kind === 'layer');
  const last = steps.at(-1);
  const added = last?.kind === 'layer' ? layerBehind(last, found, wanted) : undefined;
  const all: { readonly rank: number; readonly fix: PlacedFix }[] =
    added === undefined ? [] : [{ rank: 0, fix: added }];
  const statements = [...new Set(layers.flatMap(({ syntax }) => (syntax === undefined ? [] : [syntax])))]
    .reverse()
    .slice(0, tried);
  let spent = 0;
  for (const statement of statements) {
    // A statement of a block or a repetition stands for several layers, and an edit changes all of them.
    const step = layers.find((one) => one.syntax === statement)!;
    for (const { name, text, args, rank } of candidates(step, wanted, sizes)) {
      spent += steps.length;
      if (spent > effort) break;
      const trial = steps.map((one) =>
        one.kind === 'layer' && one.syntax === statement ? { ...one, args: { ...one.args, ...args } } : one,
      );
      const { failures, output } = propagate(trial, { ...run, wanted }, context.surroundings);
      if (failures.length > 0 || output.shape?.join() !== wanted.join()) continue;
      all.push({
        rank,
        fix: {
          title: titles.setArgument(`${name}: ${text}`, step.id),
          edits: [argumentEdit(step, context.reporter.passed, name, text)],
        },
      });
      break;
    }
  }
  return all
    .sort((a, b) => a.rank - b.rank)
    .slice(0, offered)
    .map(({ fix }) => fix);
}

interface Candidate {
  readonly name: string;
  readonly text: string;
  readonly args: Args;
  /** How odd the change is. */
  readonly rank: number;
}

/** Single changes worth trying, from the parameters that the layer's entry has. */
function candidates(
  { definition, args: current }: LayerStep,
  wanted: ExampleShape,
  sizes: readonly (readonly [number, number])[],
): readonly Candidate[] {
  const out: Candidate[] = [];
  const add = (name: string, value: string | number | readonly number[], rank: number): void => {
    out.push({
      name,
      text: Array.isArray(value) ? `[${value.join(', ')}]` : String(value),
      args: { [name]: value },
      rank,
    });
  };
  const last = wanted.at(-1);
  for (const { name, type, inferred } of definition.params) {
    // A single number has no axis to take a size from.
    if (inferred === true && typeof current[name] === 'number' && last !== undefined && last !== current[name])
      add(name, last, 0);
    if (type.kind === 'padding') {
      for (const value of ['valid', 'same'] as const) if (value !== current[name]) add(name, value, 1);
      for (const value of [0, 1, 2]) if (value !== current[name]) add(name, value, 3);
    }
    if (name === 'to' && type.kind === 'pair') for (const size of sizes) add(name, size, 2);
    if (name === 'output_padding') add(name, 1, 2);
  }
  return out.sort((a, b) => a.rank - b.rank);
}

/** `flatten` or `reshape(…)` behind the last layer, where its elements are as many as are wanted. */
function layerBehind({ syntax, source }: LayerStep, found: ExampleShape, wanted: ExampleShape): PlacedFix | undefined {
  if (syntax === undefined || product(found) !== product(wanted)) return undefined;
  const movers = builtins.layer.filter(
    (layer) =>
      layer.weights === undefined &&
      layer.activation === undefined &&
      layer.params.every((p) => p.type.kind === 'dims'),
  );
  const call = (layer: LayerDefinition): string =>
    layer.params.length === 0 ? layer.name : `${layer.name}(${wanted.join(', ')})`;
  const fitting = movers.find((layer) => {
    const [param] = layer.params;
    const result = layer.shape([found], param === undefined ? {} : { [param.name]: wanted });
    return !isMisfit(result) && (result as ExampleShape).join() === wanted.join();
  });
  return fitting && insertBehind(source.place, `; ${call(fitting)}`);
}

/** The edit that gives a call an argument: in the place of the one that it has for this parameter. */
function argumentEdit(
  { syntax, scope }: Pick<LayerStep, 'syntax' | 'scope'>,
  passed: Passed,
  name: string,
  text: string,
): PlacedEdit {
  const edit = (start: number, end: number, newText: string): PlacedEdit => ({
    place: placeIn(scope, { start, end }),
    newText,
  });
  const { args, span } = syntax!;
  const own = args.find((arg) => passed.get(arg)?.name === name);
  if (own !== undefined) return edit(own.value.span.start, own.value.span.end, text);
  const last = args.at(-1);
  if (last !== undefined) return edit(last.span.end, last.span.end, `, ${name}: ${text}`);
  // `upsample()` or `upsample`.
  const closed = scope.unit.text.slice(span.start, span.end).endsWith(')');
  const at = closed ? span.end - 1 : span.end;
  return edit(at, at, closed ? `${name}: ${text}` : `(${name}: ${text})`);
}
