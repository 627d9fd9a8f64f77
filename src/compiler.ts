/**
 * The compiler's stages, end to end, without IO: files come in through a `ReadFile`, everything
 * else is values. Command line, language server and tests are shells over these functions.
 */
import { createHash } from 'node:crypto';
import { programSpec } from './codegen/spec.js';
import type { Diagnostic, Edit } from './diagnostics/diagnostic.js';
import { applyEdits, withProvedFixes } from './diagnostics/proof.js';
import { applySilences } from './diagnostics/silence.js';
import { loadSources, type ParsedFile, type ReadFile } from './ir/elaborate/imports.js';
import { elaborate, type Elaboration } from './ir/elaborate/index.js';
import { lowerProgram, type Lowered } from './ir/lower/program.js';
import { isCompiled, type CompiledModel } from './ir/compiled.js';
import type { Model } from './ir/model.js';
import type { ProgramSpec } from './runtime/program.js';

export type { ReadFile } from './ir/elaborate/imports.js';

export interface Checked {
  readonly root: ParsedFile;
  /** The root and every import, by name. */
  readonly files: ReadonlyMap<string, ParsedFile>;
  /** One for each autoencoder without errors, but for clauses that are not compiled yet (AE5001). */
  readonly models: readonly Model[];
  /** File by file, in source order, silenced warnings left out. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Characters that are read again to prove fixes, and what a layer counts as beside them. */
const mostProving = 100_000;
const perLayer = 40;

/** Parses and elaborates a file with its imports. `settings` are hyperparameters from outside. */
export function check(file: string, text: string, readFile: ReadFile, settings: Readonly<Record<string, string>> = {}): Checked {
  const { written, ...checked } = checkOnce(file, text, readFile, settings, 'wanted');
  const again = (edits: readonly Edit[]): readonly Diagnostic[] => {
    const edited = (name: string, now: string): string => applyEdits(now, edits.filter(({ place }) => place.file === name));
    const readEdited: ReadFile = (name) => {
      const now = readFile(name);
      return now === undefined ? undefined : edited(name, now);
    };
    return checkOnce(file, edited(file, text), readEdited, settings, 'not wanted').diagnostics;
  };
  const characters = [...checked.files.values()].reduce((sum, one) => sum + one.text.length, 0);
  return { ...checked, diagnostics: withProvedFixes(checked.diagnostics, again, { once: characters + perLayer * written, most: mostProving }) };
}

/** As `check`, with fixes that nobody has tried. */
function checkOnce(file: string, text: string, readFile: ReadFile, settings: Readonly<Record<string, string>>, fixes: 'wanted' | 'not wanted'): Checked & Pick<Elaboration, 'written'> {
  const sources = loadSources(file, text, readFile);
  const { models, written, diagnostics } = elaborate(sources, settings, fixes);
  const all = [...sources.diagnostics, ...diagnostics];
  const heard = [...sources.files.values()].flatMap((f) =>
    applySilences(all.filter((d) => d.place.file === f.file), f.file, f.ast).sort((a, b) => a.place.span.start - b.place.span.start));
  return { root: sources.root, files: sources.files, models, written, diagnostics: heard };
}

export interface Compiled extends Lowered {
  readonly model: CompiledModel;
  readonly spec: ProgramSpec;
}

/**
 * Lowers a model: graphs for every function, and the description that generated code carries. For
 * models of files without errors: what is not compiled yet is an error that names the clause.
 */
export function compile(model: Model, checked: Checked): Compiled {
  if (!isCompiled(model)) throw new Error(`${model.name} holds clauses that are not compiled yet`);
  const hash = createHash('sha256');
  for (const name of [...checked.files.keys()].sort()) hash.update(`${name}\0${checked.files.get(name)!.text}\0`);
  const lowered = lowerProgram(model);
  return { model, ...lowered, spec: programSpec(model, lowered.graphs, hash.digest('hex')) };
}
