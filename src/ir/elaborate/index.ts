/**
 * Elaboration: from the Ast to Models. Names are resolved, blocks expanded, arguments bound to the
 * registry, shapes carried forward and back, and the output is proved to have the input's shape.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.js';
import { isMissing, type Ast, type AutoencoderDecl, type AutoencoderItem } from '../../parser/ast.js';
import { checkModel } from '../checks/index.js';
import type { Constraint, Model, Term, Tie, Weight } from '../model.js';
import { Reporter, sourceAt, suggestion, type Block, type Constant, type Scope, type SourceFile } from './context.js';
import { constantNumber } from './constants.js';
import { Names } from './names.js';
import { elaborateLatent, elaborateNetwork, notCompiled, type Elaborated } from './networks.js';
import { bindParameters, parseSetting } from './parameters.js';
import { elaborateConstraint, elaborateLayerCorruption, elaborateTie, argumentTies } from './relations.js';
import { elaboratePenalty, elaborateReconstruct, wantedBy } from './terms.js';
import { elaborateTraining } from './training.js';
import { elaborateCorruption, elaboratePreprocess, elaborateVariable } from './variables.js';
import { elaboratePrior } from './priors.js';
import { proveShapes } from '../checks/shape-proof.js';

/** A parsed file. */
export interface ParsedFile extends SourceFile {
  readonly ast: Ast;
}

export interface ElaborateOptions {
  /** Hyperparameters from outside: name to text. */
  readonly settings: Readonly<Record<string, string>>;
  /** Blocks that imports brought into sight. */
  readonly imported: ReadonlyMap<string, Block>;
}

export interface Elaboration {
  /** One for each autoencoder that has no error. */
  readonly models: readonly Model[];
  readonly diagnostics: readonly Diagnostic[];
}

export function elaborate(parsed: ParsedFile, options: ElaborateOptions): Elaboration {
  const blocks = new Map(options.imported);
  const shared = new Reporter();
  const base: Scope = { file: parsed, constants: new Map(), blocks, through: [] };
  for (const declaration of parsed.ast.declarations) {
    if (declaration.kind !== 'block' || isMissing(declaration.name)) continue;
    const { text, span } = declaration.name;
    if (blocks.has(text)) shared.report(base, 'AE2007', span, { title: `block \`${text}\` is declared twice`, cause: 'A block of this name is declared or imported above.', hint: 'choose another name' });
    blocks.set(text, { declaration, from: parsed });
  }
  const models: Model[] = [];
  for (const declaration of parsed.ast.declarations) {
    if (declaration.kind !== 'autoencoder') continue;
    const reporter = new Reporter();
    const model = new Autoencoder(base, reporter, declaration, options.settings).elaborate();
    if (model !== undefined && !reporter.failed) models.push(model);
    shared.add(reporter.diagnostics);
  }
  return { models, diagnostics: shared.diagnostics };
}

class Autoencoder {
  readonly #names = new Names();
  readonly #scope: Scope;

  constructor(base: Scope, private readonly reporter: Reporter, private readonly decl: AutoencoderDecl, settings: Readonly<Record<string, string>>) {
    const at = isMissing(decl.name) ? decl.span : decl.name.span;
    const declared = decl.params.filter((p) => settings[p.name.text] === undefined || parseSetting(p, settings[p.name.text]!) === undefined);
    const constants = new Map<string, Constant>(bindParameters(base, reporter, declared, [], at, base));
    for (const [name, text] of Object.entries(settings)) {
      const param = decl.params.find((p) => p.name.text === name);
      const value = param === undefined ? undefined : parseSetting(param, text);
      if (value !== undefined) {
        constants.set(name, value);
        continue;
      }
      reporter.report(base, 'AE2011', param?.span ?? at, {
        title: param === undefined ? `there is no hyperparameter \`${name}\` to set` : `\`${text}\` is no value for \`${name}\``,
        cause: param === undefined ? `The autoencoder declares ${decl.params.length === 0 ? 'none' : decl.params.map((p) => p.name.text).join(', ')}.` : `It is declared as ${isMissing(param.type) ? 'nothing' : param.type.text}.`,
        found: `--set ${name}=${text}`,
        ...(param === undefined ? { hint: suggestion(base, name, at, decl.params.map((p) => p.name.text)).hint ?? 'declare it in the parentheses behind the autoencoder\'s name' } : {}),
      });
    }
    this.#scope = { ...base, constants };
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
    for (const kind of ['sweep', 'figure'] as const) this.#each(kind, (item) => notCompiled(scope, reporter, item.span, `\`${kind}\` clauses`));
    const ties: Tie[] = [...argumentTies(reporter, names, scope)];
    this.#each('tie', (item) => push(ties, elaborateTie(scope, reporter, names, item)));
    const constraints: Constraint[] = [];
    this.#each('constrain', (item) => constraints.push(...elaborateConstraint(scope, reporter, names, item)));
    const terms: Term[] = [];
    this.#each('reconstruct', (item) => push(terms, elaborateReconstruct(scope, reporter, names, item)));
    this.#each('penalty', (item) => push(terms, elaboratePenalty(scope, reporter, names, item)));
    const trains = this.#items('train');
    const training = elaborateTraining(scope, reporter, trains, this.#head());
    proveShapes(scope, reporter, names, terms, elaborated);
    this.#demand(scope, terms);
    if (reporter.failed) return undefined;
    const model: Model = {
      name: isMissing(this.decl.name) ? 'Model' : this.decl.name.text,
      file: scope.file.file,
      doc: this.decl.doc,
      parameters: this.decl.params.map((p) => ({ name: p.name.text, value: plain(this.#scope.constants.get(p.name.text)) })),
      variables: [...names.variables.values()],
      networks: [...names.networks.values()],
      latents: [...names.latents.values()],
      weights: [...names.weights.values(), ...likelihoodWeights(terms)],
      ties,
      constraints,
      terms,
      training,
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
    const scope = { ...this.#scope, constants };
    this.#each('let', (item) => {
      if (isMissing(item.name)) return;
      if (constants.has(item.name.text)) this.reporter.report(scope, 'AE2007', item.name.span, { title: `\`${item.name.text}\` is declared twice`, cause: 'Parameters and lets share one set of names.', hint: 'choose another name' });
      const value = constantNumber(scope, this.reporter, item.value);
      if (value !== undefined) constants.set(item.name.text, value);
    });
    return scope;
  }

  /** Networks and latents in source order: each reads what is declared above it. */
  #networks(scope: Scope): readonly Elaborated[] {
    const names = this.#names;
    const reconstructs = this.#items('reconstruct');
    const decoders = this.#items('network').filter((item) => item.role === 'decoder');
    const found: Elaborated[] = [];
    for (const item of this.decl.items) {
      if (item.kind === 'latent') elaborateLatent(scope, this.reporter, names, item);
      if (item.kind !== 'network') continue;
      const name = item.name?.text ?? item.role;
      const term = reconstructs.find((r) => (r.from === undefined ? item.role === 'decoder' && decoders.length === 1 : !isMissing(r.from) && r.from.parts.map((p) => p.text).join('.') === name));
      const elaborated = elaborateNetwork(scope, this.reporter, names, item, term === undefined ? undefined : wantedBy(names, term));
      if (elaborated !== undefined) found.push(elaborated);
    }
    return found;
  }

  /** What every autoencoder must have; asked for only where nothing else went wrong. */
  #demand(scope: Scope, terms: readonly Term[]): void {
    if (this.reporter.failed) return;
    const has = (role: string): boolean => [...this.#names.networks.values()].some((n) => n.role === role);
    const missing: readonly (readonly [boolean, string, string])[] = [
      [[...this.#names.variables.values()].some((v) => v.role === 'input'), 'an input', 'input x: [784] in [0, 1]'],
      [has('encoder'), 'an encoder', 'encoder { dense(64, relu) }'],
      [has('decoder'), 'a decoder', 'decoder { dense(784, sigmoid) }'],
      [terms.some((t) => t.kind === 'reconstruction'), 'something to reconstruct', 'reconstruct x by bernoulli'],
    ];
    const first = missing.find(([there]) => !there);
    if (first === undefined) return;
    this.reporter.report(scope, 'AE2013', this.#head(), {
      title: `the autoencoder has not got ${first[1]}`.replace('has not got an', 'has no').replace('has not got a', 'has no').replace('has not got', 'lacks'),
      cause: 'Every autoencoder has an input, an encoder, a decoder and a reconstruction.',
      hint: `for example \`${first[2]}\``,
    });
  }
}

/** Weights that belong to a likelihood: `reconstruct x.log_sigma`. */
const likelihoodWeights = (terms: readonly Term[]): readonly Weight[] =>
  terms.flatMap((term) =>
    term.kind !== 'reconstruction' ? [] : (term.likelihood.definition.weights?.(term.likelihood.args) ?? []).map((declaration): Weight => ({
      name: `${term.variable}.${declaration.name}`, declaration, source: term.source,
    })));

const push = <T>(list: T[], value: T | undefined): void => {
  if (value !== undefined) list.push(value);
};

const plain = (value: Constant | undefined): number | boolean | string => {
  if (typeof value === 'object' && 'kind' in value && value.kind === 'call') return value.definition.name;
  return typeof value === 'number' || typeof value === 'boolean' ? value : '';
};
