/** What the front end knows of a place: layers with their shapes, whatever is wrong around them. */
import type { Layer } from '../ir/model/networks.js';
import { parametersIn } from '../ir/model/architecture.js';
import type { NameSymbol } from '../ir/resolve/symbols.js';
import type { Param } from '../builtins/arguments.js';
import type { SourceUnit } from '../diagnostics/place.js';
import type { Arg, LayerStatement, ParamDecl, Unit } from '../parser/ast.js';
import type { Elaborated } from '../ir/elaborate/index.js';
import type { CheckedFile } from './service.js';

/** What was made of a statement: one layer for each turn and each use, with the autoencoder that it is in. */
export interface Made {
  /** What it is called below its network or use: `h`, and `h_1` of an earlier turn. */
  readonly name: string;
  readonly of: Elaborated;
  readonly layers: readonly Layer[];
}

/** The layers of a statement, or those that the use of a block made, once for each time that it was written out. */
export function madeBy({ autoencoders }: CheckedFile, unit: Unit, statement: LayerStatement): readonly Made[] {
  // What stands in an autoencoder is of that alone; what stands in a block is of all that use it.
  const at = autoencoders.filter(({ source }) => source.unit === unit);
  return (at.length > 0 ? at : autoencoders).flatMap((of): readonly Made[] => {
    const own = of.layers.filter(({ syntax }) => syntax === statement);
    if (own.length > 0) return own.map((layer) => ({ name: lastOf(layer.id), of, layers: [layer] }));
    const isThis = ({ unit: other, span }: Layer['source']['place']): boolean =>
      other === unit && span.start === statement.span.start && span.end === statement.span.end;
    const inside = of.layers.filter(({ source }) => source.through.some(isThis));
    // Those of one use stand in a row.
    const uses = new Map<string, Layer[]>();
    for (const layer of inside) {
      const depth = layer.source.through.findIndex(isThis);
      const below = layer.source.through.length - depth;
      const key = layer.id.split('.').slice(0, -below).join('.');
      uses.set(key, [...(uses.get(key) ?? []), layer]);
    }
    return [...uses].map(([path, layers]) => ({ name: lastOf(path), of, layers }));
  });
}

/**
 * The layers whose names end as a path does; below the use of a block, those inside. Layers without a name are among them, and
 * the turns of a repetition, each by its own.
 */
export function madeOf({ autoencoders }: CheckedFile, unit: Unit, path: readonly string[]): readonly Made[] {
  const own = autoencoders.filter(({ source }) => source.unit === unit);
  const ending = `.${path.join('.')}`;
  return (own.length > 0 ? own : autoencoders).flatMap((of) =>
    of.layers
      .filter(({ id, source }) => `.${id}`.endsWith(ending) && (own.length > 0 || source.place.unit === unit))
      .map((layer) => ({ name: lastOf(layer.id), of, layers: [layer] })),
  );
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** Whether a path leads to what was made: to a layer, or to the use of a block around it. */
export const leadsTo = (path: readonly string[], { layers }: Made): boolean =>
  layers.every(({ id }) => `.${id}.`.includes(`.${path.join('.')}.`));

/** Weights that training moves, ties left out. */
export const parametersOf = ({ of, layers }: Pick<Made, 'of' | 'layers'>): number =>
  parametersIn(layers, of.parts.ties);

/** What was made earlier of a unit, or as part of another file, speaks of an equal one. */
const isEqual = (a: SourceUnit, b: SourceUnit): boolean => a === b || (a.file === b.file && a.text === b.text);

/** What a constant is known to stand for, in each of its uses and turns. */
export const valuesOf = ({ autoencoders }: CheckedFile, { place: { unit, span } }: NameSymbol): readonly string[] => [
  ...new Set(
    autoencoders.flatMap(({ values }) =>
      [...values].flatMap(([{ place }, own]) =>
        isEqual(place.unit, unit) && place.span.start === span.start ? [...own] : [],
      ),
    ),
  ),
];

/** The parameter that an argument is for. */
export function parameterOf({ autoencoders, passed }: CheckedFile, arg: Arg): Param | ParamDecl | undefined {
  for (const one of [...passed, ...autoencoders.map((of) => of.passed)]) {
    const found = one.get(arg);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The autoencoder whose declaration a symbol stands in. */
export const ownerOf = ({ autoencoders }: CheckedFile, { place }: NameSymbol): Elaborated | undefined =>
  autoencoders.find(({ source }) => source.unit === place.unit);
