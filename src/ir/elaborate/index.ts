/**
 * Elaboration: from the Ast to Models. Names are resolved, blocks expanded, arguments bound to the
 * registry, shapes carried forward and back, and the output is proved to have the input's shape.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.js';
import { isMissing, type AutoencoderDecl, type AutoencoderItem, type Declaration } from '../../parser/ast.js';
import { checkModel } from '../checks/index.js';
import { proveShapes } from '../checks/shape-proof.js';
import type { Constraint, Figure, Model, Sweep, Term, Tie, Weight } from '../model/model.js';
import { constantNumber } from './constants.js';
import { broken, Reporter, sourceAt, Work, type Scope } from './context.js';
import { demand } from './demands.js';
import { elaborateFigure, elaborateSweep, plain } from './experiments.js';
import type { SourceSet } from './imports.js';
import { elaborateLatent, elaboratePrior } from './latents.js';
import { Names } from './names.js';
import { elaborateNetwork, type Elaborated } from './networks.js';
import { outlineOf } from './outline.js';
import { bindParameters } from './parameters.js';
import { argumentTies, elaborateConstraint, elaborateLayerCorruption, elaborateTie, withoutRounds } from './relations.js';
import { applySettings, checkSettings, type Settings } from './settings.js';
import { elaboratePenalty, elaborateReconstruct, wantedBy } from './terms.js';
import { elaborateTraining } from './training.js';
import { elaborateCorruption, elaboratePreprocess, elaborateVariable } from './variables.js';

export interface Elaboration {
  /** One for each autoencoder without a mistake; it may hold clauses that are not compiled yet. */
  readonly models: readonly Model[];
  readonly diagnostics: readonly Diagnostic[];
  /** Layers and relations, written out. */
  readonly written: number;
}

/**
 * @param settings hyperparameters from outside: name to text
 * @param fixes whether changes that mend are searched for
 */
export function elaborate(sources: SourceSet, settings: Settings, fixes: 'wanted' | 'not wanted' = 'wanted'): Elaboration {
  const { root, blocks, wounds } = sources;
  const base: Scope = { file: root, constants: new Map(), blocks, through: [] };
  const declarations = root.ast.declarations.filter((d) => d.kind === 'autoencoder');
  const outside = new Reporter();
  checkSettings(base, outside, declarations, settings);
  checkDistinct(base, outside, declarations);
  const diagnostics = [...outside.diagnostics];
  const models: Model[] = [];
  const wounded = woundedIn(sources);
  const work = new Work();
  for (const declaration of declarations) {
    const reporter = new Reporter(wounds, sources.incomplete || wounded.has(declaration), fixes === 'wanted', work);
    const model = new Autoencoder(base, reporter, declaration, settings).elaborate();
    if (model !== undefined && !reporter.failed) models.push(model);
    for (const diagnostic of reporter.diagnostics) diagnostics.push(diagnostic);
  }
  return { models, diagnostics, written: work.done };
}

/** Declarations with syntax errors inside or right behind: those may have cut off their ends. */
function woundedIn({ root, diagnostics }: SourceSet): ReadonlySet<Declaration> {
  const errors = diagnostics
    .filter(({ place, severity, code }) => place.file === root.file && severity === 'error' && code.startsWith('AE1'))
    .map(({ place }) => place.span.start)
    .sort((a, b) => a - b);
  const declarations = root.ast.declarations.filter((d) => d.kind !== 'error');
  const wounded = new Set<Declaration>();
  let next = 0;
  for (const [index, declaration] of declarations.entries()) {
    const end = declarations[index + 1]?.span.start ?? Infinity;
    while (errors[next] !== undefined && errors[next]! < declaration.span.start) next += 1;
    if (errors[next] !== undefined && errors[next]! < end) wounded.add(declaration);
  }
  return wounded;
}

/** Generated code and `--model` tell autoencoders apart by name. */
function checkDistinct(base: Scope, reporter: Reporter, declarations: readonly AutoencoderDecl[]): void {
  const first = new Map<string, AutoencoderDecl['span']>();
  for (const { name } of declarations) {
    if (isMissing(name)) continue;
    const before = first.get(name.text);
    if (before === undefined) first.set(name.text, name.span);
    else {
      reporter.report(base, 'AE2007', name.span, {
        title: `autoencoder \`${name.text}\` is declared twice`, cause: 'Each model of a file has a name of its own.', hint: 'choose another name',
        related: [{ place: { file: base.file.file, span: before }, message: 'declared here first' }],
      });
    }
  }
}

class Autoencoder {
  readonly #names: Names;
  readonly #scope: Scope;

  constructor(base: Scope, private readonly reporter: Reporter, private readonly decl: AutoencoderDecl, settings: Settings) {
    const set = applySettings(decl, settings);
    const at = isMissing(decl.name) ? decl.span : decl.name.span;
    const free = decl.params.filter((p) => !set.has(p.name.text));
    this.#names = new Names(outlineOf(decl));
    this.#scope = { ...base, constants: new Map([...bindParameters(base, reporter, { name: decl.name, params: free }, [], at, base), ...set]) };
  }

  elaborate(): Model | undefined {
    const { reporter } = this;
    const names = this.#names;
    const scope = this.#withLets();
    this.#each('variable', (item) => elaborateVariable(scope, reporter, names, item));
    this.#each('preprocess', (item) => elaboratePreprocess(scope, reporter, names, item));
    this.#each('corrupt', (item) => elaborateCorruption(scope, reporter, names, item));
    const elaborated = this.#networks(scope);
    this.#each('prior', (item) => elaboratePrior(scope, reporter, names, item));
    this.#each('corrupt', (item) => elaborateLayerCorruption(scope, reporter, names, item));
    names.refresh();
    const written: Tie[] = [...argumentTies(reporter, names, scope)];
    this.#each('tie', (item) => push(written, elaborateTie(scope, reporter, names, item)));
    const ties = withoutRounds(scope, reporter, written);
    const constraints: Constraint[] = [];
    this.#each('constrain', (item) => {
      for (const constraint of elaborateConstraint(scope, reporter, names, item)) constraints.push(constraint);
    });
    const terms: Term[] = [];
    this.#each('reconstruct', (item) => push(terms, elaborateReconstruct(scope, reporter, names, item, terms)));
    this.#each('penalty', (item) => push(terms, elaboratePenalty(scope, reporter, names, item)));
    const training = elaborateTraining(scope, reporter, names, ties, this.#items('train'), this.#head());
    const sweeps: Sweep[] = [];
    this.#each('sweep', (item) => push(sweeps, elaborateSweep(this.#scope, reporter, this.decl, item, sweeps)));
    const figures: Figure[] = [];
    this.#each('figure', (item) => push(figures, elaborateFigure(scope, reporter, names, item)));
    proveShapes(scope, reporter, names, terms, elaborated);
    demand(scope, reporter, names, this.decl, training, terms, this.#head());
    if (reporter.failed) return undefined;
    const model: Model = {
      name: isMissing(this.decl.name) ? 'Model' : this.decl.name.text,
      file: scope.file.file,
      doc: this.decl.doc,
      parameters: this.decl.params.map((p) => ({ name: p.name.text, value: plain(this.#scope.constants.get(p.name.text)) ?? '' })),
      variables: [...names.variables.values()],
      networks: [...names.networks.values()],
      latents: [...names.latents.values()],
      weights: [...names.weights.values(), ...likelihoodWeights(terms)],
      ties,
      constraints,
      terms,
      training,
      sweeps,
      figures,
      source: sourceAt(scope, this.#head()),
    };
    checkModel(scope, reporter, model);
    return model;
  }

  /** The header: `autoencoder Name`. */
  #head(): { readonly start: number; readonly end: number } {
    const { name, span } = this.decl;
    return { start: span.start, end: isMissing(name) ? Math.min(span.end, span.start + 'autoencoder'.length) : name.span.end };
  }

  #items<K extends AutoencoderItem['kind']>(kind: K): readonly Extract<AutoencoderItem, { readonly kind: K }>[] {
    return this.decl.items.filter((item): item is Extract<AutoencoderItem, { readonly kind: K }> => item.kind === kind);
  }

  #each<K extends AutoencoderItem['kind']>(kind: K, visit: (item: Extract<AutoencoderItem, { readonly kind: K }>) => void): void {
    this.#items(kind).forEach(visit);
  }

  #withLets(): Scope {
    const constants = new Map(this.#scope.constants);
    const places = new Map(this.decl.params.map((p) => [p.name.text, p.name.span]));
    const scope = { ...this.#scope, constants };
    this.#each('let', (item) => {
      if (isMissing(item.name)) return;
      if (constants.has(item.name.text)) this.reporter.report(scope, 'AE2007', item.name.span, { title: `\`${item.name.text}\` is declared twice`, cause: 'Parameters and lets share one set of names.', hint: 'choose another name', related: [{ place: { file: scope.file.file, span: places.get(item.name.text) ?? item.name.span }, message: 'declared here first' }] });
      else places.set(item.name.text, item.name.span);
      constants.set(item.name.text, constantNumber(scope, this.reporter, item.value) ?? broken);
    });
    return scope;
  }

  /** Networks and latents in source order: each reads what is declared above it. */
  #networks(scope: Scope): readonly Elaborated[] {
    const names = this.#names;
    const reconstructs = this.#items('reconstruct');
    const from = new Map<string, (typeof reconstructs)[number]>();
    for (const item of [...reconstructs].reverse()) if (item.from !== undefined && !isMissing(item.from)) from.set(item.from.parts.map((part) => part.text).join('.'), item);
    const unnamed = reconstructs.find((item) => item.from === undefined);
    const decoders = this.#items('network').filter((item) => item.role === 'decoder');
    const found: Elaborated[] = [];
    for (const item of this.decl.items) {
      if (item.kind === 'latent') elaborateLatent(scope, this.reporter, names, item);
      if (item.kind !== 'network') continue;
      const name = item.name?.text ?? item.role;
      const [named, only] = [from.get(name), item.role === 'decoder' && decoders.length === 1 ? unnamed : undefined];
      const term = named === undefined || (only !== undefined && only.span.start < named.span.start) ? only : named;
      const elaborated = elaborateNetwork(scope, this.reporter, names, item, term === undefined ? undefined : wantedBy(names, term));
      if (elaborated !== undefined) found.push(elaborated);
    }
    return found;
  }
}

/** Weights that belong to a likelihood: `reconstruct x.log_sigma`. */
const likelihoodWeights = (terms: readonly Term[]): readonly Weight[] =>
  terms.flatMap((term) =>
    term.kind !== 'reconstruction' ? [] : (term.likelihood.definition.weights?.(term.likelihood.args) ?? []).map((declaration): Weight => ({
      name: `${term.label}.${declaration.name}`, declaration, source: term.source,
    })));

const push = <T>(list: T[], value: T | undefined): void => {
  if (value !== undefined) list.push(value);
};
