/**
 * The compiler's stages, end to end, without IO: files come in through a `ReadFile`, everything
 * else is values. Command line, language server and tests are shells over these functions.
 */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Diagnostic } from './diagnostics/diagnostic.js';
import { applySilences } from './diagnostics/silence.js';
import { Reporter, sourceFile, suggestion, type Block, type Scope } from './ir/elaborate/context.js';
import { elaborate, type ParsedFile } from './ir/elaborate/index.js';
import { lowerProgram, type ProgramGraphs } from './ir/lower/program.js';
import type { Model } from './ir/model.js';
import { isMissing, type ImportDecl } from './parser/ast.js';
import { parse } from './parser/parse.js';
import type { ProgramSpec } from './runtime/program.js';
import { programSpec } from './codegen/spec.js';

/** The text of an imported file; undefined where there is none. Paths are relative to the root file's folder. */
export type ReadFile = (path: string) => string | undefined;

export interface Checked {
  readonly root: ParsedFile;
  /** The root and every import, by name. */
  readonly files: ReadonlyMap<string, ParsedFile>;
  /** One for each autoencoder without errors. */
  readonly models: readonly Model[];
  /** In source order, silenced warnings left out. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses and elaborates a file with its imports. `settings` are hyperparameters from outside. */
export function check(file: string, text: string, readFile: ReadFile, settings: Readonly<Record<string, string>> = {}): Checked {
  const reporter = new Reporter();
  const files = new Map<string, ParsedFile>();
  const root = load(file, text, files, reporter);
  const imported = importBlocks(root, readFile, files, reporter, [file]);
  const { models, diagnostics } = elaborate(root, { settings, imported });
  const all = [...reporter.diagnostics, ...diagnostics];
  const heard = [...files.values()].flatMap((f) => applySilences(all.filter((d) => d.place.file === f.file), f.file, f.ast));
  return { root, files, models, diagnostics: heard };
}

function load(file: string, text: string, files: Map<string, ParsedFile>, reporter: Reporter): ParsedFile {
  const { ast, diagnostics } = parse(file, text);
  reporter.add(diagnostics);
  const parsed: ParsedFile = { ...sourceFile(file, text), ast };
  files.set(file, parsed);
  return parsed;
}

/** The blocks that the imports of `from` bring into sight, those of their own imports included. */
function importBlocks(from: ParsedFile, readFile: ReadFile, files: Map<string, ParsedFile>, reporter: Reporter, trail: readonly string[]): ReadonlyMap<string, Block> {
  const blocks = new Map<string, Block>();
  const scope: Scope = { file: from, constants: new Map(), blocks, through: [] };
  for (const declaration of from.ast.declarations) {
    if (declaration.kind !== 'import' || isMissing(declaration.path)) continue;
    const path = posix.normalize(posix.join(posix.dirname(from.file), declaration.path.text));
    const parsed = importFile(scope, declaration, path, readFile, files, reporter, trail);
    if (parsed === undefined) continue;
    const own = new Map(importBlocks(parsed, readFile, files, reporter, [...trail, path]));
    for (const d of parsed.ast.declarations) {
      if (d.kind === 'block' && !isMissing(d.name)) own.set(d.name.text, { declaration: d, from: parsed });
    }
    for (const name of declaration.names ?? []) {
      if (own.has(name.text)) continue;
      reporter.report(scope, 'AE2009', name.span, {
        title: `\`${declaration.path.text}\` has no block \`${name.text}\``,
        cause: `It declares ${own.size === 0 ? 'none' : [...own.keys()].join(', ')}.`,
        ...suggestion(scope, name.text, name.span, [...own.keys()]),
      });
    }
    const wanted = declaration.names?.map((n) => n.text) ?? [...own.keys()];
    for (const name of wanted) if (own.has(name)) blocks.set(name, own.get(name)!);
  }
  return blocks;
}

function importFile(
  scope: Scope, declaration: ImportDecl, path: string, readFile: ReadFile, files: Map<string, ParsedFile>, reporter: Reporter, trail: readonly string[],
): ParsedFile | undefined {
  if (isMissing(declaration.path)) return undefined;
  const { span, text: written } = declaration.path;
  const refuse = (title: string, cause: string, hint: string): undefined => {
    reporter.report(scope, 'AE2009', span, { title, cause, hint });
    return undefined;
  };
  if (posix.isAbsolute(written) || /^[a-z]+:/i.test(written)) return refuse(`\`${written}\` is not a relative path`, 'A file reaches only files beside it.', 'write the path from this file, with forward slashes');
  if (trail.includes(path)) return refuse(`\`${written}\` imports itself`, `The imports go round: ${[...trail, path].join(' → ')}.`, 'move the shared blocks into a file of their own');
  const known = files.get(path);
  if (known !== undefined) return known;
  const text = readFile(path);
  return text === undefined ? refuse(`\`${written}\` cannot be read`, `There is no readable file ${path}.`, 'check the spelling of the path') : load(path, text, files, reporter);
}

export interface Compiled {
  readonly model: Model;
  readonly graphs: ProgramGraphs;
  readonly spec: ProgramSpec;
}

/** Lowers a model: graphs for every function, and the description that generated code carries. */
export function compile(model: Model, checked: Checked): Compiled {
  const hash = createHash('sha256');
  for (const name of [...checked.files.keys()].sort()) hash.update(`${name}\0${checked.files.get(name)!.text}\0`);
  for (const { name, value } of model.parameters) hash.update(`${name}=${String(value)}\0`);
  const graphs = lowerProgram(model);
  return { model, graphs, spec: programSpec(model, graphs, hash.digest('hex')) };
}
