/** What the compiler knows and the text does not say, between its words. */
import { isInferred } from '../builtins/arguments.js';
import type { Span } from '../diagnostics/place.js';
import { product } from '../ir/graph/shape.js';
import { codeOf } from '../ir/model/model.js';
import { isMissing, type LayerStatement, type Unit } from '../parser/ast.js';
import { madeBy, parameterOf } from './facts.js';
import { capacityOf } from './summaries.js';
import type { CheckedFile, Service } from './service.js';
import { every } from './syntax.js';
import { shapeText } from './words.js';

export interface Hint {
  readonly at: number;
  readonly text: string;
  /** `shape` and `capacity` stand behind what they are of, `parameter` in front. */
  readonly kind: 'shape' | 'size' | 'parameter' | 'capacity';
}

/** The hints of a span. */
export function hintsIn(service: Service, path: string, span: Span): readonly Hint[] {
  const checked = service.readersOf(path).at(-1);
  const ast = checked?.files.get(path);
  if (checked === undefined || ast === undefined) return [];
  const inside = ast.units.filter(({ at, unit }) => at <= span.end && at + unit.text.length >= span.start);
  return inside
    .flatMap(({ at, unit }) => hintsOf(checked, unit).map((hint) => ({ ...hint, at: hint.at + at })))
    .filter(({ at }) => span.start <= at && at <= span.end)
    .sort((a, b) => a.at - b.at);
}

const hintsOf = (checked: CheckedFile, unit: Unit): readonly Hint[] => [
  ...unit.declarations
    .flatMap((declaration) => [...every(declaration, 'layer')])
    .flatMap((one) => ofLayer(checked, unit, one)),
  ...capacity(checked, unit),
];

function ofLayer(checked: CheckedFile, unit: Unit, statement: LayerStatement): readonly Hint[] {
  const made = madeBy(checked, unit, statement);
  const shapes = [...new Set(made.map(({ layers }) => layers.at(-1)!.outputs.map(shapeText).join(', ')))];
  // A block that is used with several shapes has none of its own.
  const shape: readonly Hint[] =
    shapes.length === 1 ? [{ at: statement.span.end, text: shapes[0]!, kind: 'shape' }] : [];
  return [...shape, ...sizes(unit, statement, made), ...parameters(checked, unit, statement)];
}

/** Sizes that were left out. */
function sizes(unit: Unit, statement: LayerStatement, made: ReturnType<typeof madeBy>): readonly Hint[] {
  const { args, callee, span } = statement;
  const layer = made.length === 1 ? made[0]!.layers[0] : undefined;
  // The layers that the use of a block makes have statements of their own.
  if (layer?.syntax !== statement || isMissing(callee)) return [];
  return layer.definition.params.flatMap((param): readonly Hint[] => {
    const value = layer.args[param.name];
    if (param.inferred !== true || value === undefined || isInferred(value) || typeof value !== 'number') return [];
    const open = args.find(({ value: written }) => written.kind === 'infer');
    if (open !== undefined) return [{ at: open.value.span.end, text: `= ${value}`, kind: 'size' }];
    const written = args.some(
      (arg) =>
        arg.name?.text === param.name || (arg.name === undefined && /^[\d(]|[-+*/]/.test(textOf(unit, arg.value.span))),
    );
    const named = args.some(
      (arg) =>
        arg.name === undefined &&
        arg.value.kind === 'path' &&
        layer.definition.params[0] === param &&
        isSize(unit, arg.value.span, value, layer),
    );
    if (written || named) return [];
    const at = unit.text[callee.span.end] === '(' ? callee.span.end + 1 : callee.span.end;
    return at > span.end ? [] : [{ at, text: `${param.name}: ${value}`, kind: 'size' }];
  });
}

const textOf = (unit: Unit, { start, end }: Span): string => unit.text.slice(start, end);

/** Whether a word is the name of a number: no word that the layer takes otherwise is. */
const isSize = (
  unit: Unit,
  span: Span,
  _value: number,
  layer: ReturnType<typeof madeBy>[number]['layers'][number],
): boolean => {
  const word = textOf(unit, span);
  return !Object.values(layer.args).some(
    (value) =>
      value === word ||
      (typeof value === 'object' && 'kind' in value && value.kind === 'call' && value.definition.name === word),
  );
};

/** The parameters that unnamed arguments of a block are for. */
function parameters(checked: CheckedFile, unit: Unit, { args }: LayerStatement): readonly Hint[] {
  return args.flatMap((arg): readonly Hint[] => {
    const param = arg.name === undefined ? parameterOf(checked, arg) : undefined;
    // What layers take is known by its form; blocks are the user's own.
    if (param === undefined || !('span' in param)) return [];
    const { text } = param.name;
    return textOf(unit, arg.value.span) === text
      ? []
      : [{ at: arg.value.span.start, text: `${text}:`, kind: 'parameter' }];
  });
}

/** Whether the code is wider than what it is of, behind the statement that makes it. */
function capacity({ autoencoders }: CheckedFile, unit: Unit): readonly Hint[] {
  return autoencoders.flatMap(({ source, model }): readonly Hint[] => {
    if (source.unit !== unit || model === undefined) return [];
    const inputs = model.variables.filter((v) => v.role === 'input').reduce((sum, v) => sum + product(v.corrupted), 0);
    const codes = codeOf(model);
    const size = codes.reduce((sum, one) => sum + product(one.shape), 0);
    const latent = model.latents.at(-1);
    const at = latent?.source.place ?? (codes.length === 1 ? lastOf(model, codes[0]!) : undefined);
    if (at?.unit !== unit || inputs === 0) return [];
    return [{ at: at.span.end, text: `${capacityOf(size, inputs)}, ${size} of ${inputs}`, kind: 'capacity' }];
  });
}

const lastOf = (
  model: NonNullable<CheckedFile['autoencoders'][number]['model']>,
  { ref }: ReturnType<typeof codeOf>[number],
) =>
  ref.kind === 'layer'
    ? model.networks.flatMap(({ layers }) => layers).find(({ id }) => id === ref.id)?.source.place
    : undefined;
