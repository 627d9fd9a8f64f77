/** A file and what it imports: each file parsed once, and the blocks that can be used in it. */
import { posix } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.js';
import { isMissing, type Ast, type ImportDecl } from '../../parser/ast.js';
import { parseOnce } from '../../parser/parse.js';
import { listed, Reporter, sourceFile, Wounds, type Block, type Scope, type SourceFile } from './context.js';

/** A parsed file. */
export interface ParsedFile extends SourceFile {
  readonly ast: Ast;
}

/** The text of an imported file; undefined where there is none. Paths are relative to the root file's folder. */
export type ReadFile = (path: string) => string | undefined;

/** Everything that elaboration reads. */
export interface SourceSet {
  readonly root: ParsedFile;
  /** The root and every import, by name. */
  readonly files: ReadonlyMap<string, ParsedFile>;
  /** The blocks that can be used in the root. */
  readonly blocks: ReadonlyMap<string, Block>;
  /** Whether an import brought less than it should have: an unknown block may be one of the lost ones. */
  readonly incomplete: boolean;
  readonly wounds: Wounds;
  /** Of all files: syntax, then imports and declarations of blocks. */
  readonly diagnostics: readonly Diagnostic[];
}

export function loadSources(file: string, text: string, readFile: ReadFile): SourceSet {
  return new Loader(readFile).load(file, text);
}

type Sight = Map<string, Block>;

class Loader {
  readonly #files = new Map<string, ParsedFile>();
  readonly #syntax: Diagnostic[] = [];
  readonly #lost = new Set<string>();
  readonly #sights = new Map<string, Sight>();
  /** Files whose imports are being followed. */
  readonly #trail: string[] = [];
  readonly #later: ((reporter: Reporter) => void)[] = [];
  #incomplete = false;

  constructor(private readonly readFile: ReadFile) {}

  load(file: string, text: string): SourceSet {
    const root = this.#parse(file, text);
    const blocks = this.#sightOf(root);
    // Complaints wait until every file is parsed, so that lines with syntax errors are known.
    const wounds = new Wounds(this.#files, this.#syntax, this.#lost);
    const reporter = new Reporter(wounds);
    for (const report of this.#later) report(reporter);
    const broken = this.#syntax.some((d) => d.place.file !== file && d.severity === 'error');
    return { root, files: this.#files, blocks, incomplete: this.#incomplete || broken, wounds, diagnostics: [...this.#syntax, ...reporter.diagnostics] };
  }

  #parse(file: string, text: string): ParsedFile {
    const { ast, diagnostics, complete } = parseOnce(file, text);
    if (!complete) this.#lost.add(file);
    for (const diagnostic of diagnostics) this.#syntax.push(diagnostic);
    const parsed: ParsedFile = { ...sourceFile(file, text), ast };
    this.#files.set(file, parsed);
    return parsed;
  }

  /** Blocks that can be used in a file: its imports', then its own. */
  #sightOf(file: ParsedFile): Sight {
    const known = this.#sights.get(file.file);
    if (known !== undefined) return known;
    const sight: Sight = new Map();
    this.#sights.set(file.file, sight);
    this.#trail.push(file.file);
    const scope: Scope = { file, constants: new Map(), blocks: sight, through: [] };
    for (const declaration of file.ast.declarations) {
      if (declaration.kind === 'import') this.#import(scope, declaration, sight);
    }
    for (const [name, block] of this.#ownBlocks(file, sight)) this.#bring(scope, sight, name, block, block.declaration.span);
    this.#trail.pop();
    return sight;
  }

  /** The blocks that a file declares; of several with one name, the first. */
  #ownBlocks(file: ParsedFile, sight: Sight): Sight {
    const own: Sight = new Map();
    for (const declaration of file.ast.declarations) {
      if (declaration.kind !== 'block' || isMissing(declaration.name)) continue;
      const scope: Scope = { file, constants: new Map(), blocks: sight, through: [] };
      this.#bring(scope, own, declaration.name.text, { declaration, from: file, blocks: sight }, declaration.name.span);
    }
    return own;
  }

  #bring(scope: Scope, into: Sight, name: string, block: Block, at: Block['declaration']['span']): void {
    const before = into.get(name);
    if (before === undefined) into.set(name, block);
    else if (before.declaration !== block.declaration) {
      const span = block.from === scope.file && !isMissing(block.declaration.name) ? block.declaration.name.span : at;
      this.#later.push((reporter) => {
        reporter.report(scope, 'AE2007', span, {
          title: `block \`${name}\` is declared twice`,
          cause: 'Blocks of a file and of its imports share one set of names.',
          hint: 'choose another name, or import less: `import { … } from "…"`',
          related: [{ place: placeOf(before), message: 'declared here first' }],
        });
      });
    }
  }

  #import(scope: Scope, declaration: ImportDecl, sight: Sight): void {
    if (isMissing(declaration.path)) {
      this.#incomplete = true;
      return;
    }
    const { text: written, span } = declaration.path;
    const imported = this.#fileAt(scope, written, span);
    if (imported === undefined) {
      this.#incomplete = true;
      return;
    }
    const own = this.#ownBlocks(imported, this.#sightOf(imported));
    for (const name of declaration.names ?? []) {
      if (own.has(name.text)) continue;
      this.#incomplete = true;
      this.#later.push((reporter) => {
        reporter.report(scope, 'AE2009', name.span, {
          title: `\`${written}\` has no block \`${name.text}\``,
          cause: own.size === 0 ? 'It declares no blocks.' : `It declares ${listed([...own.keys()])}.`,
          ...reporter.guess(scope, name.text, name.span, () => [...own.keys()]),
        });
      });
    }
    const wanted = declaration.names && new Map(declaration.names.map((name) => [name.text, name.span]));
    for (const [name, block] of own) {
      const at = wanted === undefined ? span : wanted.get(name);
      if (at !== undefined) this.#bring(scope, sight, name, block, at);
    }
  }

  /** The file behind a path as it was written; undefined and reported where it cannot be used. */
  #fileAt(scope: Scope, written: string, span: ImportDecl['span']): ParsedFile | undefined {
    const refuse = (title: string, cause: string, hint: string): undefined => {
      this.#later.push((reporter) => { reporter.report(scope, 'AE2009', span, { title, cause, hint }); });
      return undefined;
    };
    if (written.includes('\\')) return refuse(`\`${written}\` is written with backslashes`, 'Paths are the same on every system.', 'write forward slashes');
    if (posix.isAbsolute(written) || /^[a-z][a-z\d+.-]*:/i.test(written)) return refuse(`\`${written}\` is not a relative path`, 'A file reaches only files that it can name from where it is.', 'write the path from this file');
    if (!written.endsWith('.ae')) return refuse(`\`${written}\` is no .ae file`, 'Only .ae files can be imported.', `write \`${written}.ae\` if that is the file`);
    const path = posix.normalize(posix.join(posix.dirname(scope.file.file), written));
    const cycle = this.#trail.indexOf(path);
    if (cycle >= 0) {
      const round = [...this.#trail.slice(cycle), path];
      return refuse(
        round.length === 2 ? `\`${written}\` is this file` : `\`${written}\` imports this file`,
        `The imports go round: ${round.join(' → ')}.`,
        'move the blocks that both need into a file of their own',
      );
    }
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const text = this.readFile(path);
    return text === undefined ? refuse(`\`${written}\` cannot be read`, `There is no file ${path} that can be read.`, 'check the spelling; paths start from the folder of this file') : this.#parse(path, text);
  }
}

const placeOf = ({ declaration, from }: Block): { readonly file: string; readonly span: Block['declaration']['span'] } => ({
  file: from.file,
  span: isMissing(declaration.name) ? declaration.span : declaration.name.span,
});
