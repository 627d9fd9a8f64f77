/** A file and what it imports: each file parsed once, the names of its declarations, and the blocks that it sees. */
import { finding, severityOf, type Finding } from '../../diagnostics/finding.js';
import { change } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/imports.js';
import { declaredTwice } from '../../diagnostics/messages/names.js';
import type { Place, Span } from '../../diagnostics/place.js';
import { nearest } from '../../diagnostics/spelling.js';
import {
  isMissing,
  type Ast,
  type AutoencoderDecl,
  type BlockDecl,
  type Declaration,
  type ImportDecl,
  type Unit,
} from '../../parser/ast.js';
import { parse } from '../../parser/parse.js';
import { syntaxFindings } from '../../parser/syntax-findings.js';
import { declare } from './declare.js';
import { faultOf, pathFrom } from './paths.js';
import type { Reference, Symbols } from './symbols.js';

/** The text of an imported file; undefined where there is none. Paths are relative to the root file's folder. */
export type ReadFile = (path: string) => string | undefined;

/** Blocks by name. */
export type Sight = ReadonlyMap<string, Block>;

/** A block, and the blocks that can be used in it. */
export interface Block {
  readonly unit: Unit;
  readonly declaration: BlockDecl;
  readonly symbols: Symbols;
  readonly blocks: Sight;
}

export interface Autoencoder {
  readonly unit: Unit;
  readonly declaration: AutoencoderDecl;
  readonly symbols: Symbols;
  readonly blocks: Sight;
  /** Whether declarations may be lost that names in it refer to: there are syntax errors inside or right behind it. */
  readonly wounded: boolean;
}

/** Everything that elaboration reads. */
export interface SourceSet {
  readonly root: Ast;
  /** The root and every import, by name. */
  readonly files: ReadonlyMap<string, Ast>;
  /** Those of the root, in source order. */
  readonly autoencoders: readonly Autoencoder[];
  /** Of all files, each once. */
  readonly blocks: readonly Block[];
  /** Whether an import brought less than it should have: an unknown block may be one of the lost ones. */
  readonly incomplete: boolean;
  /** Of names in imports. */
  readonly references: readonly Reference[];
  /** Of all files: syntax, imports, and names that are declared twice. */
  readonly findings: readonly Finding[];
}

/** What is known of earlier texts of the same files: units that stay are not parsed again. */
export type Earlier = ReadonlyMap<string, Ast>;

export const resolve = (file: string, text: string, readFile: ReadFile, earlier: Earlier = new Map()): SourceSet =>
  new Resolver(readFile, earlier).resolve(file, text);

class Resolver {
  readonly #files = new Map<string, Ast>();
  readonly #sights = new Map<string, Map<string, Block>>();
  readonly #own = new Map<string, Map<string, Block>>();
  /** Files whose imports are being followed. */
  readonly #trail: string[] = [];
  readonly #findings: Finding[] = [];
  readonly #references: Reference[] = [];
  #incomplete = false;

  constructor(
    private readonly readFile: ReadFile,
    private readonly earlier: Earlier,
  ) {}

  resolve(file: string, text: string): SourceSet {
    const root = this.#parse(file, text);
    const blocks = this.#sightOf(root);
    const autoencoders = this.#autoencoders(root, blocks);
    const wrong = [...this.#files.values()].some((ast) => ast.file !== file && isWounded(ast));
    return {
      root,
      files: this.#files,
      autoencoders,
      blocks: [...new Set([...this.#own.values()].flatMap((own) => [...own.values()]))],
      incomplete: this.#incomplete || wrong,
      references: this.#references,
      findings: [...[...this.#files.values()].flatMap(syntaxFindings), ...this.#findings],
    };
  }

  #parse(file: string, text: string): Ast {
    const ast = parse(file, text, this.earlier.get(file));
    this.#files.set(file, ast);
    return ast;
  }

  #autoencoders(root: Ast, blocks: Sight): readonly Autoencoder[] {
    const first = new Map<string, Place>();
    return declarationsIn(root).flatMap(({ unit, declaration, wounded }) => {
      if (declaration.kind !== 'autoencoder') return [];
      if (!isMissing(declaration.name)) this.#once(first, declaration.name.text, { unit, span: declaration.name.span });
      const { symbols, findings } = declare(unit, declaration, (word) => blocks.has(word));
      this.#findings.push(...findings);
      return [{ unit, declaration, symbols, blocks, wounded }];
    });
  }

  /** Generated code and `--model` tell autoencoders apart by name. */
  #once(first: Map<string, Place>, name: string, place: Place): void {
    const before = first.get(name);
    if (before === undefined) first.set(name, place);
    else this.#twice('autoencoder', name, place, before);
  }

  #twice(kind: 'autoencoder' | 'block', name: string, place: Place, before: Place): void {
    const beside = { related: [{ place: before, message: labels.declaredFirst }] };
    this.#findings.push(finding(declaredTwice, place, { name, kind, before: kind }, beside));
  }

  /** Blocks that can be used in a file: its imports', then its own. */
  #sightOf(ast: Ast): Map<string, Block> {
    const known = this.#sights.get(ast.file);
    if (known !== undefined) return known;
    const sight = new Map<string, Block>();
    this.#sights.set(ast.file, sight);
    this.#trail.push(ast.file);
    for (const { unit, declaration } of declarationsIn(ast)) {
      if (declaration.kind === 'import') this.#import(ast, unit, declaration, sight);
    }
    for (const [name, block] of this.#ownBlocks(ast, sight)) this.#bring(sight, name, block, nameOf(block));
    this.#trail.pop();
    return sight;
  }

  /** The blocks that a file declares; of several with one name, the first. */
  #ownBlocks(ast: Ast, sight: Map<string, Block>): Map<string, Block> {
    const known = this.#own.get(ast.file);
    if (known !== undefined) return known;
    const own = new Map<string, Block>();
    this.#own.set(ast.file, own);
    const declared = declarationsIn(ast).flatMap(({ unit, declaration }) =>
      declaration.kind === 'block' ? [{ unit, declaration }] : [],
    );
    const names = new Set(declared.flatMap(({ declaration: { name } }) => (isMissing(name) ? [] : [name.text])));
    for (const { unit, declaration } of declared) {
      const { symbols, findings } = declare(unit, declaration, (word) => names.has(word) || sight.has(word));
      this.#findings.push(...findings);
      const block: Block = { unit, declaration, symbols, blocks: sight };
      if (isMissing(declaration.name)) continue;
      this.#bring(own, declaration.name.text, block, nameOf(block));
    }
    return own;
  }

  #bring(into: Map<string, Block>, name: string, block: Block, at: Place): void {
    const before = into.get(name);
    if (before === undefined) into.set(name, block);
    else if (before.declaration !== block.declaration) this.#twice('block', name, at, nameOf(before));
  }

  #import(ast: Ast, unit: Unit, declaration: ImportDecl, sight: Map<string, Block>): void {
    const imported = isMissing(declaration.path) ? undefined : this.#fileAt(ast, unit, declaration.path);
    if (imported === undefined || isMissing(declaration.path)) {
      this.#incomplete = true;
      return;
    }
    const own = this.#ownBlocks(imported, this.#sightOf(imported));
    const written = declaration.path.text;
    for (const { text: name, span } of declaration.names ?? []) {
      const block = own.get(name);
      if (block !== undefined) {
        this.#references.push({ place: { unit, span }, to: block.symbols.owner });
        continue;
      }
      this.#incomplete = true;
      const near = nearest(name, own.keys());
      const place = { unit, span };
      const facts = { file: written, name, declared: [...own.keys()], ...(near === undefined ? {} : { near }) };
      this.#findings.push(
        finding(say.noSuchBlock, place, facts, { fixes: near === undefined ? [] : [change(place, near)] }),
      );
    }
    const wanted = declaration.names && new Map(declaration.names.map((name) => [name.text, name.span]));
    for (const [name, block] of own) {
      const span = wanted === undefined ? declaration.path.span : wanted.get(name);
      if (span !== undefined) this.#bring(sight, name, block, { unit, span });
    }
  }

  /** The file behind a path as it was written; undefined and reported where it cannot be used. */
  #fileAt(
    ast: Ast,
    unit: Unit,
    { text: written, span }: { readonly text: string; readonly span: Span },
  ): Ast | undefined {
    const place = { unit, span };
    const fault = faultOf(written);
    // Of a path that is not closed it is known that it is one, and not which.
    if (fault !== undefined && hasErrors(unit)) return undefined;
    if (fault !== undefined) {
      this.#findings.push(finding(say.unusablePath, place, { written, fault }));
      return undefined;
    }
    const path = pathFrom(ast.file, written);
    const cycle = this.#trail.indexOf(path);
    if (cycle >= 0) {
      this.#findings.push(finding(say.importsGoRound, place, { written, round: [...this.#trail.slice(cycle), path] }));
      return undefined;
    }
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const text = this.readFile(path);
    if (text !== undefined) return this.#parse(path, text);
    this.#findings.push(finding(say.unreadable, place, { written, path }));
    return undefined;
  }
}

const nameOf = ({ unit, declaration: { name, span } }: Block): Place => ({
  unit,
  span: isMissing(name) ? span : name.span,
});

interface InUnit {
  readonly unit: Unit;
  readonly declaration: Declaration;
  readonly wounded: boolean;
}

/** Whether the text of a unit is not what was meant. */
const hasErrors = ({ findings }: Unit): boolean => findings.some((one) => severityOf(one) === 'error');

const isWounded = ({ units, cut }: Ast): boolean => cut || units.some(({ unit }) => hasErrors(unit));

/** The declarations of a file. One is wounded by errors in its unit, and in what begins no declaration behind it. */
function declarationsIn({ units }: Ast): readonly InUnit[] {
  return units.flatMap(({ unit }, index) => {
    let wounded = hasErrors(unit);
    for (let next = index + 1; !wounded && next < units.length; next++) {
      const behind = units[next]!.unit;
      if (behind.declarations.some(({ kind }) => kind !== 'error')) break;
      wounded = hasErrors(behind);
    }
    return unit.declarations.map((declaration) => ({ unit, declaration, wounded }));
  });
}
