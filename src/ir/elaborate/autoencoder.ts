/** One autoencoder: all that can be made of it, and the whole Model where nothing went wrong. */
import * as latents from '../../diagnostics/messages/latents.js';
import type { Finding } from '../../diagnostics/finding.js';
import { isMissing } from '../../parser/ast.js';
import type { Latent } from '../model/latents.js';
import type { Constraint, Figure, Model, Parts, Sweep, Tie, Weight } from '../model/model.js';
import type { Layer, Network } from '../model/networks.js';
import type { Term } from '../model/terms.js';
import type { Training } from '../model/training.js';
import { networkName } from '../resolve/declare.js';
import type { Autoencoder } from '../resolve/sources.js';
import type { Reference } from '../resolve/symbols.js';
import { Elaborator } from './elaborator.js';
import { figureOf, sweepsOf } from './experiments.js';
import { grouped } from './grouped.js';
import { withLets } from './lets.js';
import { bindParameters, checkTypes, plain } from './parameters.js';
import { withPrior } from './priors.js';
import { constraintsOf, tiesOf } from './relations.js';
import type { Passed, Reporter, Values } from './reporter.js';
import { require } from './required.js';
import { reportUnread } from './unused.js';
import { constantsOf, sourceAt, type Constant, type Scope } from './scope.js';
import type { Wanted } from './context.js';
import { Tensors } from './tensors.js';
import { Terms } from './terms.js';
import { trainingOf } from './training.js';

/** What is known of an autoencoder, whatever is wrong in it. */
export interface Elaborated {
  readonly source: Autoencoder;
  /** All that could be made. */
  readonly parts: Parts;
  /** Every layer whose shape is known, those of networks that could not be made too. */
  readonly layers: readonly Layer[];
  /** What each network is to produce, and what asks for it. */
  readonly wanted: ReadonlyMap<string, Wanted | undefined>;
  /** The whole, where nothing went wrong. */
  readonly model?: Model;
  readonly references: readonly Reference[];
  readonly passed: Passed;
  /** Of parameters, `let` and the numbers of repetitions, those of the blocks in use too. */
  readonly values: Values;
  readonly findings: readonly Finding[];
}

/** @param set values from outside, by parameter */
export function elaborateAutoencoder(
  source: Autoencoder,
  reporter: Reporter,
  set: ReadonlyMap<string, Constant>,
): Elaborated {
  const { unit, declaration, blocks } = source;
  const name = isMissing(declaration.name) ? 'Model' : declaration.name.text;
  const { byName } = source.symbols;
  const base: Scope = { unit, blocks, constants: constantsOf(new Map(), (one) => byName.get(one)), through: [] };
  checkTypes(base, reporter, declaration.params, 'autoencoder');
  const at = isMissing(declaration.name) ? declaration.span : declaration.name.span;
  const free = declaration.params.filter((p) => !set.has(p.name.text));
  const values = new Map([...bindParameters(reporter, name, free, { scope: base, args: [], at }, base, true), ...set]);
  for (const [one, value] of values) reporter.know(byName.get(one), value);
  const scope: Scope = {
    ...base,
    constants: withLets(
      base,
      reporter,
      values,
      declaration.items.filter((item) => item.kind === 'let'),
    ),
  };
  const elaborator = new Elaborator(source, scope, reporter);
  const parts = new Assembly(elaborator, scope, source).parts(values);
  const head = {
    start: declaration.span.start,
    end: isMissing(declaration.name)
      ? Math.min(declaration.span.end, declaration.span.start + 'autoencoder'.length)
      : declaration.name.span.end,
  };
  elaborator.reportRound();
  reporter.conclude();
  require(elaborator, declaration, parts, head);
  if (!reporter.failed) reportUnread(scope, reporter, source.symbols);
  const known = {
    source,
    parts,
    layers: elaborator.layers(),
    wanted: new Map(elaborator.items.networks.map((item) => [networkName(item), elaborator.wanted(networkName(item))])),
    references: reporter.references,
    passed: reporter.passed,
    values: reporter.values,
    findings: reporter.findings,
  };
  if (reporter.failed) return known;
  const parameters = declaration.params.map((p) => ({
    name: p.name.text,
    value: plain(values.get(p.name.text)) ?? '',
  }));
  const model: Model = { ...parts, name, doc: declaration.doc, parameters, source: sourceAt(scope, head) };
  return { ...known, model };
}

class Assembly {
  constructor(
    private readonly elaborator: Elaborator,
    private readonly scope: Scope,
    private readonly source: Autoencoder,
  ) {}

  parts(values: ReadonlyMap<string, Constant>): Parts {
    const { elaborator, scope } = this;
    const { items, reporter } = elaborator;
    for (const [name] of items.named) elaborator.elaborate(name);
    const latents = this.#latents();
    this.#targets();
    const ties: readonly Tie[] = tiesOf(elaborator, scope, items.of('tie'));
    const constraints: readonly Constraint[] = items
      .of('constrain')
      .flatMap((item) => constraintsOf(elaborator, scope, item));
    const terms = this.#terms();
    const training: Training = trainingOf(elaborator, scope, ties, items.of('train'), this.source.declaration.span);
    // Sweeps vary parameters, and their values may use others.
    const sweepScope: Scope = {
      ...scope,
      constants: constantsOf(values, (name) => this.source.symbols.byName.get(name)),
    };
    const sweeps: readonly Sweep[] = sweepsOf(reporter, sweepScope, this.source.declaration, items.of('sweep'));
    const figures: readonly Figure[] = items.of('figure').flatMap((item) => figureOf(elaborator, scope, item) ?? []);
    const networks = this.#networks(latents);
    return {
      variables: items.variables.flatMap((name) =>
        [elaborator.variable(name), elaborator.variable(`${name}.label`)].filter((one) => one !== undefined),
      ),
      draws: items.draws.flatMap((name) => elaborator.draw(name) ?? []),
      networks,
      latents,
      weights: this.#weights(networks),
      ties,
      constraints,
      terms,
      training,
      sweeps,
      figures,
    };
  }

  /** Complete with their priors, which may be computed from what reads the latents. */
  #latents(): readonly Latent[] {
    const { elaborator, scope } = this;
    const { items, reporter, names } = elaborator;
    const priors = grouped(items.of('prior'), ({ name }) => (isMissing(name) ? '' : name.text));
    for (const [name, own] of priors) {
      const [item] = own;
      if (item === undefined || isMissing(item.name)) continue;
      if (items.latent(name) !== undefined) {
        for (const one of own) if (!isMissing(one.name)) reporter.refer(scope, one.name.span, names.at(name)?.symbol);
        continue;
      }
      const { near, fixes } = reporter.guess({ unit: scope.unit, span: item.name.span }, name, () => items.latents);
      if (!reporter.wounded || near !== undefined)
        reporter.report(
          scope,
          latents.noSuchLatent,
          item.name.span,
          { name, ...(near === undefined ? {} : { near }) },
          { fixes },
        );
    }
    return items.latents.flatMap((name) => {
      const core = elaborator.latent(name);
      return core === undefined
        ? []
        : (withPrior(elaborator, scope, core, names.at(name)!, priors.get(name) ?? []) ?? []);
    });
  }

  /** Statements about a variable or a layer that there is not. */
  #targets(): void {
    const { elaborator, scope } = this;
    const { items } = elaborator;
    const tensors = new Tensors(elaborator, scope, elaborator.names.root);
    for (const item of items.of('preprocess'))
      if (!isMissing(item.target) && items.variable(items.pathOf(item).join('.')) === undefined)
        tensors.variable(item.target);
    for (const item of items.corrupt)
      if (!items.isPlaced(item) && !isMissing(item.target)) tensors.corruptible(item.target);
  }

  #terms(): readonly Term[] {
    const { elaborator, scope, source } = this;
    const terms = new Terms(elaborator, scope);
    return source.declaration.items.flatMap((item) =>
      item.kind === 'reconstruct'
        ? (terms.reconstruct(item) ?? [])
        : item.kind === 'penalty'
          ? (terms.penalty(item) ?? [])
          : [],
    );
  }

  /** In source order, each latent's heads where it is declared. */
  #networks(latents: readonly Latent[]): readonly Network[] {
    const { elaborator } = this;
    const { items, heads } = elaborator;
    const headsOf = new Map(
      latents.map((latent) => [
        latent.name,
        new Set(
          [...latent.experts.map((expert) => expert.heads), latent.prior.heads ?? {}]
            .flatMap((one) => Object.values(one))
            .flatMap((ref) => (ref.kind === 'layer' ? [ref.id] : [])),
        ),
      ]),
    );
    return items.named.flatMap(([name, item]) => {
      if (item.kind === 'network') return elaborator.network(networkName(item)) ?? [];
      const own = item.kind === 'latent' ? headsOf.get(name) : undefined;
      return own === undefined ? [] : heads.filter(({ output }) => output.kind === 'layer' && own.has(output.id));
    });
  }

  /** Those of layers in the order of the networks, then the others. */
  #weights(networks: readonly Network[]): readonly Weight[] {
    const { elaborator } = this;
    const weights: Weight[] = [];
    for (const { layers } of networks) for (const { id } of layers) weights.push(...elaborator.weightsOf(id));
    for (const weight of elaborator.weights) if (weight.layer === undefined) weights.push(weight);
    return weights;
  }
}
