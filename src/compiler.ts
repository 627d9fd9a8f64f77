/**
 * The compiler's stages, end to end, without IO: files come in through a `ReadFile`, everything
 * else is values. Command line, language server and tests are shells over these functions.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { programSpec } from './codegen/spec.js';
import { finding, type Finding } from './diagnostics/finding.js';
import { notCompiledYet } from './diagnostics/messages/uncompiled.js';
import type { Locate, SourceUnit } from './diagnostics/place.js';
import { applyEdits, withProvedFixes, type FileEdit, type Found } from './diagnostics/proof.js';
import { lowerBound } from './diagnostics/search.js';
import { applySilences } from './diagnostics/silence.js';
import { writtenIn, type Written } from './diagnostics/written.js';
import { checkModel } from './ir/checks/index.js';
import { elaborate, Memory, type Elaborated, type Passed, type Settings } from './ir/elaborate/index.js';
import type { CompiledModel } from './ir/lower/compiled.js';
import { isCompiled, uncompiled } from './ir/lower/uncompiled.js';
import { lowerProgram, type Lowered } from './ir/lower/program.js';
import type { Model } from './ir/model/model.js';
import { resolve, type ReadFile, type SourceSet } from './ir/resolve/sources.js';
import type { Reference } from './ir/resolve/symbols.js';
import type { Ast, Unit } from './parser/ast.js';
import { locateIn } from './parser/locate.js';
import type { ProgramSpec } from './runtime/program.js';

export type { ReadFile } from './ir/resolve/sources.js';

export interface Checked extends Found {
  readonly root: Ast;
  /** The root and every import, by name. */
  readonly files: ReadonlyMap<string, Ast>;
  readonly sources: SourceSet;
  /** What could be made of each autoencoder, whatever is wrong in it. */
  readonly autoencoders: readonly (Elaborated & { readonly written: number })[];
  /** One for each autoencoder without errors, but for clauses that are not compiled yet (AE5001). */
  readonly models: readonly Model[];
  /** File by file, in source order, silenced warnings left out. */
  readonly findings: readonly Finding[];
  readonly locate: Locate;
  /** What names stand for in blocks, whether they are used or not, and in imports. */
  readonly references: readonly Reference[];
  /** Which parameter the arguments in each block are for. */
  readonly passed: readonly Passed[];
}

/** A text that is looked at again and again: what did not change in it is not parsed or elaborated again. */
export class Workspace {
  #files: ReadonlyMap<string, Ast>;
  readonly #memory: Memory;
  readonly #checks: WeakMap<Elaborated, readonly Finding[]>;

  /** @param known a workspace whose texts these are but for a few edits */
  constructor(
    private readonly readFile: ReadFile,
    known?: Workspace,
  ) {
    this.#files = known === undefined ? new Map() : known.#files;
    this.#memory = known === undefined ? new Memory() : known.#memory;
    this.#checks = known === undefined ? new WeakMap() : known.#checks;
  }

  /** As `check`, with fixes that nobody has tried. */
  check(file: string, text: string, settings: Settings = {}): Checked & { readonly written: number } {
    const sources = resolve(file, text, this.readFile, this.#files);
    this.#files = sources.files;
    const { autoencoders, blocks, findings, written } = elaborate(sources, settings, this.#memory);
    const all = [
      ...sources.findings,
      ...findings,
      ...autoencoders.flatMap((one) => [...one.findings, ...this.#checked(one)]),
    ];
    const locate = locateIn(...sources.files.values());
    const units = [...sources.files.values()].flatMap((ast) => ast.units.map(({ unit }) => unit));
    const heard = applySilences(once(all), units);
    const order = new Map([...sources.files.keys()].map((name, i) => [name, i]));
    const placed = heard.map((one) => ({ one, place: locate(one.place) }));
    placed.sort(
      (a, b) => order.get(a.place.file)! - order.get(b.place.file)! || a.place.span.start - b.place.span.start,
    );
    const models = autoencoders.flatMap(({ model }) => model ?? []);
    return {
      root: sources.root,
      files: sources.files,
      sources,
      autoencoders,
      models,
      findings: placed.map(({ one }) => one),
      locate,
      references: [...sources.references, ...blocks.flatMap((one) => one.references)],
      passed: blocks.map((one) => one.passed),
      written,
    };
  }

  #checked(elaborated: Elaborated): readonly Finding[] {
    const known = this.#checks.get(elaborated) ?? (elaborated.model === undefined ? [] : findingsOf(elaborated.model));
    this.#checks.set(elaborated, known);
    return known;
  }
}

/** What is wrong in a whole model, and what cannot be compiled of it. */
const findingsOf = (model: Model): readonly Finding[] => [
  ...checkModel(model),
  ...uncompiled(model).map(({ what, source }) => finding(notCompiledYet, source.place, { what })),
];

/** A mistake of a block is found wherever the block is used. */
function once(findings: readonly Finding[]): readonly Finding[] {
  const numbers = new Map<SourceUnit, number>();
  const seen = new Set<string>();
  return findings.filter(({ message, place: { unit, span } }) => {
    const number = numbers.get(unit) ?? numbers.size;
    numbers.set(unit, number);
    const key = `${number} ${span.start} ${message.name}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Characters that are read again to prove fixes, and to prove the first of them. */
const proving = { most: 100_000, mostForFirst: 300_000 };
/** What a layer that is written out counts as beside them, and how much less a character that is only cut into units. */
const perLayer = 40;
const cutting = 3;

/** Parses and elaborates a file with its imports. `settings` are hyperparameters from outside. */
export function check(file: string, text: string, readFile: ReadFile, settings: Settings = {}): Checked {
  const workspace = new Workspace(readFile);
  const { written, ...checked } = workspace.check(file, text, settings);
  return {
    ...checked,
    findings: withTriedFixes(workspace, readFile, { ...checked, written }, checked.findings, settings),
  };
}

/**
 * Findings of a check with those of their fixes that mend.
 *
 * @param workspace the one that checked
 */
export function withTriedFixes(
  workspace: Workspace,
  readFile: ReadFile,
  checked: Checked & { readonly written: number },
  those: readonly Finding[],
  settings: Settings = {},
): readonly Finding[] {
  const { file, text } = checked.root;
  const again = (edits: readonly FileEdit[]): Found => {
    const edited = (name: string, now: string): string =>
      applyEdits(
        now,
        edits.filter(({ place }) => place.file === name),
      );
    const readEdited: ReadFile = (name) => {
      const now = readFile(name);
      return now === undefined ? undefined : edited(name, now);
    };
    return new Workspace(readEdited, workspace).check(file, edited(file, text), settings);
  };
  return withProvedFixes(checked, again, { costOf: costIn(checked, checked.written), ...proving }, those);
}

/** What it costs to look again after edits: the units that they change are read and elaborated anew. */
function costIn({ files, autoencoders }: Checked, written: number): (edits: readonly FileEdit[]) => number {
  const characters = [...files.values()].reduce((sum, one) => sum + one.text.length, 0);
  const layers = new Map(autoencoders.map((one) => [one.source.unit, one.written]));
  return (edits) => {
    const changed = new Set(edits.flatMap(({ place: { file, span } }) => unitAt(files.get(file), span.start) ?? []));
    // What stands in a block is written out again wherever it is used.
    const costs = [...changed].map((unit) => unit.text.length + perLayer * (layers.get(unit) ?? written));
    return characters / cutting + costs.reduce((sum, one) => sum + one, 0);
  };
}

function unitAt(ast: Ast | undefined, offset: number): Unit | undefined {
  const units = ast?.units ?? [];
  return units[Math.max(0, lowerBound(units.length, (i) => units[i]!.at <= offset) - 1)]?.unit;
}

export interface Compiled extends Lowered {
  readonly model: CompiledModel;
  readonly spec: ProgramSpec;
  /** Where what graphs come from was written. */
  readonly written: Written;
}

/** Where things stand in what was checked. */
export const writtenOf = ({ locate, files }: Pick<Checked, 'files' | 'locate'>): Written =>
  writtenIn(locate, (file) => files.get(file)?.text);

/**
 * Lowers a model: graphs for every function, and the description that generated code carries. For
 * models of files without errors: what is not compiled yet is an error that names the clause.
 */
export function compile(model: Model, checked: Pick<Checked, 'files' | 'locate'>): Compiled {
  if (!isCompiled(model)) throw new Error(`${model.name} holds clauses that are not compiled yet`);
  const texts = [...checked.files.keys()].sort().map((name) => `${name}\0${checked.files.get(name)!.text}\0`);
  const hash = bytesToHex(sha256(utf8ToBytes(texts.join(''))));
  const written = writtenOf(checked);
  const lowered = lowerProgram(model);
  return { model, ...lowered, written, spec: programSpec(model, lowered, hash, written) };
}
