/** From names to where they are declared and used, and names changed everywhere. */
import { Workspace } from '../compiler.js';
import { severityOf } from '../diagnostics/finding.js';
import type { Span } from '../diagnostics/place.js';
import { applyEdits, type FileEdit } from '../diagnostics/proof.js';
import { pathFrom } from '../ir/resolve/paths.js';
import type { NameSymbol } from '../ir/resolve/symbols.js';
import { isMissing } from '../parser/ast.js';
import type { Location } from './disk.js';
import { Memory } from './memory.js';
import { madeOf } from './facts.js';
import { isEntry, NameIndex } from './names.js';
import type { CheckedFile, Service } from './service.js';
import { nodesAt, partsTo } from './syntax.js';

export interface Link {
  /** The path, without its quotes. */
  readonly span: Span;
  /** The file that it leads to. */
  readonly to: string;
}

/** The paths of imports, where they lead to a file. */
export function linksIn(service: Service, path: string): readonly Link[] {
  const checked = service.checked(path);
  if (checked === undefined) return [];
  return checked.root.units.flatMap(({ at, unit }) =>
    unit.declarations.flatMap((declaration): readonly Link[] => {
      if (declaration.kind !== 'import' || isMissing(declaration.path)) return [];
      const to = pathFrom(path, declaration.path.text);
      const { start, end } = declaration.path.span;
      return checked.files.has(to) ? [{ span: { start: start + at + 1, end: end + at - 1 }, to }] : [];
    }),
  );
}

/** Where what stands at an offset is declared: a name, or the file of an import. */
export function definitionAt(service: Service, path: string, offset: number): Location | undefined {
  const found = symbolAt(service, path, offset);
  if (found !== undefined) return service.names(found.checked).locationOf(found.symbol);
  const link = linksIn(service, path).find(({ span }) => span.start - 1 <= offset && offset <= span.end + 1);
  return link === undefined ? unnamedAt(service, path, offset) : { file: link.to, span: { start: 0, end: 0 } };
}

/** The statement of a layer without a name, which is called by what it is: `dense2.kernel`. */
function unnamedAt(service: Service, path: string, offset: number): Location | undefined {
  for (const checked of service.readersOf(path)) {
    const ast = checked.files.get(path);
    const around = ast && nodesAt(ast, offset);
    const parts = around && partsTo(around.path, offset - around.at);
    if (around === undefined || parts === undefined) continue;
    const [made] = madeOf(
      checked,
      around.unit,
      parts.map(({ text }) => text),
    );
    if (made !== undefined) return checked.locate(made.layers[0]!.source.place);
  }
  return undefined;
}

interface Found {
  readonly checked: CheckedFile;
  readonly symbol: NameSymbol;
  readonly span: Span;
}

/** The symbol at an offset; of a file that others import, seen from there where it is not known by itself. */
export function symbolAt(service: Service, path: string, offset: number): Found | undefined {
  for (const checked of service.readersOf(path)) {
    const use = service.names(checked).at(path, offset);
    if (use !== undefined && !isEntry(use.to)) return { checked, symbol: use.to, span: use.span };
  }
  return undefined;
}

/** Everywhere that what stands at an offset stands, its declaration first; in all files of the workspace. */
export function referencesAt(service: Service, path: string, offset: number, declaration = true): readonly Location[] {
  const found = symbolAt(service, path, offset);
  if (found === undefined) return [];
  const declared = service.names(found.checked).locationOf(found.symbol);
  const places = everywhere(service, declared);
  return declaration ? places : places.filter((one) => !isSame(one, declared));
}

/** The places of a symbol in this file. */
export function highlightsAt(service: Service, path: string, offset: number): readonly Span[] {
  const found = symbolAt(service, path, offset);
  const places = found === undefined ? [] : service.names(found.checked).placesOf(found.symbol);
  return places.flatMap(({ file, span }) => (file === path ? [span] : []));
}

const isSame = (a: Location, b: Location): boolean => a.file === b.file && a.span.start === b.span.start;

/** All places of what is declared at a place, in every file that reads its file. */
function everywhere(service: Service, declared: Location): readonly Location[] {
  const places: Location[] = [];
  for (const checked of service.allReadersOf(declared.file)) {
    const names = service.names(checked);
    const use = names.at(declared.file, declared.span.start);
    if (use?.declares !== true || isEntry(use.to)) continue;
    for (const place of names.placesOf(use.to)) if (!places.some((one) => isSame(one, place))) places.push(place);
  }
  return places;
}

export type Renamed = { readonly edits: readonly FileEdit[] } | { readonly refused: string };

/** What a rename at an offset would change there; undefined where nothing is declared by the file. */
export function renamableAt(
  service: Service,
  path: string,
  offset: number,
): { readonly span: Span; readonly name: string } | undefined {
  const found = symbolAt(service, path, offset);
  return found && { span: found.span, name: found.symbol.name };
}

const aName = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** A symbol under another name, everywhere; refused where that is no name, or would mean something else somewhere. */
export function renameAt(service: Service, path: string, offset: number, to: string): Renamed {
  const found = symbolAt(service, path, offset);
  if (found === undefined) return { refused: 'nothing that the file declares stands here' };
  if (!aName.test(to) || to === '_') return { refused: `\`${to}\` is not a name` };
  const { symbol, checked } = found;
  const declared = service.names(checked).locationOf(symbol);
  const places = everywhere(service, declared);
  // An earlier turn of `h` is called `h_1`: what stands behind the name stays behind the new one, whether it was typed or not.
  const behind = ({ file, span }: Location): string =>
    (service.read(file) ?? '').slice(span.start + symbol.name.length, span.end);
  const turn = behind({ file: path, span: found.span });
  const stem = turn !== '' && to.endsWith(turn) ? to.slice(0, -turn.length) : to;
  // A network without a name is called by its role: the name is written behind that.
  const unnamed = 'kind' in symbol.node && symbol.node.kind === 'network' && symbol.node.name === undefined;
  const edits = places.map((place): FileEdit => {
    const { file, span } = place;
    return unnamed && isSame(place, declared)
      ? { place: { file, span: { start: span.end, end: span.end } }, newText: ` ${stem}` }
      : { place, newText: `${stem}${behind(place)}` };
  });
  const shift = unnamed ? declared.span.end - declared.span.start + 1 : 0;
  for (const reader of service.allReadersOf(declared.file))
    if (!meansTheSame(service, reader, declared, edits, shift))
      return { refused: `\`${to}\` stands for something else already` };
  return { edits };
}

const errorsIn = ({ findings }: Pick<CheckedFile, 'findings'>): number =>
  findings.filter((one) => severityOf(one) === 'error').length;

/**
 * Whether after the edits of a rename no more is wrong, and what is declared at a place stands where it stood and nowhere else:
 * a name may hide another without an error.
 *
 * @param shift how far the declared name comes to lie behind what stands for it now
 */
function meansTheSame(
  service: Service,
  reader: CheckedFile,
  declared: Location,
  edits: readonly FileEdit[],
  shift: number,
): boolean {
  const after = checkedAfter(service, reader, edits);
  if (errorsIn(after) > errorsIn(reader)) return false;
  const moved = ({ file, span }: Location, by = 0): string => {
    const before = edits.filter(({ place }) => place.file === file && place.span.start < span.start);
    const growth = before.reduce(
      (sum, { place, newText }) => sum + newText.length - (place.span.end - place.span.start),
      0,
    );
    return `${file} ${span.start + growth + by}`;
  };
  const [was, is] = [service.names(reader), new NameIndex(after, new Memory())];
  const old = was.at(declared.file, declared.span.start)?.to;
  if (old === undefined || isEntry(old)) return true;
  const wanted = new Set(was.placesOf(old).map((place) => moved(place, isSame(place, declared) ? shift : 0)));
  const now = is.at(declared.file, Number(moved(declared, shift).split(' ').at(-1)))?.to;
  const found =
    now === undefined || isEntry(now) ? [] : is.placesOf(now).map(({ file, span }) => `${file} ${span.start}`);
  return found.length === wanted.size && found.every((place) => wanted.has(place));
}

function checkedAfter(service: Service, { root }: CheckedFile, edits: readonly FileEdit[]): CheckedFile {
  const after = (file: string, text: string): string =>
    applyEdits(
      text,
      edits.filter(({ place }) => place.file === file),
    );
  const workspace = new Workspace((file) => {
    const text = service.read(file);
    return text === undefined ? undefined : after(file, text);
  }, service.workspaceOf(root.file));
  return workspace.check(root.file, after(root.file, root.text));
}
