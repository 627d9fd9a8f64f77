/** Latents with the heads of their posteriors, and draws. */
import type { Args, CallOf, ExampleShape, Param, TensorRef } from '../../builtins/arguments.js';
import type { DefinitionOf, DistributionDefinition } from '../../builtins/define.js';
import { builtins } from '../../builtins/index.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/latents.js';
import { isMissing, type Arg, type DrawItem, type Expr, type LatentItem, type NetworkItem } from '../../parser/ast.js';
import type { Draw, Expert, Latent } from '../model/latents.js';
import type { Source } from '../model/source.js';
import type { Variable } from '../model/variables.js';
import { networkName } from '../resolve/declare.js';
import { bindArgs, bindCall, entryCalled, type Binding } from './bind.js';
import type { Context } from './context.js';
import { defaultCall } from './defaults.js';
import { headsOn } from './heads.js';
import type { Named } from './names.js';
import { quote, sourceAt, type Scope } from './scope.js';
import { calleeOf } from './signatures.js';
import { Tensors } from './tensors.js';

/** A latent without its prior, which may be computed from what reads the latent. */
export type LatentCore = Omit<Latent, 'prior'>;

export interface LatentSite {
  readonly context: Context;
  readonly scope: Scope;
  readonly named: Named;
}

/** Undefined where there is an error. */
export const latentOf = (
  site: LatentSite,
  item: LatentItem,
  encoders: readonly NetworkItem[],
): LatentCore | undefined => new LatentReader(site, item).read(encoders);

class LatentReader {
  readonly #binding: Binding;
  readonly #tensors: Tensors;

  constructor(
    private readonly site: LatentSite,
    private readonly item: LatentItem,
  ) {
    const { context, scope } = site;
    this.#tensors = new Tensors(context, scope, context.names.root);
    this.#binding = { scope, reporter: context.reporter, tensors: this.#tensors };
  }

  read(encoders: readonly NetworkItem[]): LatentCore | undefined {
    const { context, scope, named } = this.site;
    const { item } = this;
    const callee = called(this.#binding, item.distribution);
    const definition = callee && this.#withPosterior(callee);
    const by = definition && this.#expectation(definition);
    const through = item.through === undefined ? [] : [bindCall(this.#binding, 'flow', item.through)];
    const written = argumentsOf(item.distribution);
    const from = written.find((arg) => arg.name?.text === 'from')?.value;
    const args =
      definition &&
      this.#arguments(
        definition,
        written.filter((arg) => arg.name?.text !== 'from'),
      );
    const tensors = definition && (from === undefined ? this.#implied(encoders) : this.#written(from));
    if (
      definition === undefined ||
      by === undefined ||
      args === undefined ||
      tensors === undefined ||
      !through.every((flow) => flow !== undefined)
    )
      return undefined;
    const source = sourceAt(scope, item.span);
    const types = tensors.map((ref) => context.typeOf(ref).shape);
    const [encoded] = types;
    if (encoded === undefined || !types.every((shape) => shape !== undefined)) return undefined;
    const size = args[definition.size.name] as number;
    const shape = definition.shape(size, encoded);
    const variable = context.variables.includes(named.name) ? context.variable(named.name) : undefined;
    if (variable !== undefined && !this.#sameValues(variable, shape)) return undefined;
    const experts = this.#experts(definition, tensors, shape, from !== undefined, source);
    if (experts === undefined) return undefined;
    const owned: readonly (readonly [
      Named,
      ReturnType<NonNullable<NonNullable<DistributionDefinition['posterior']>['weights']>>,
    ])[] = [
      [named, definition.posterior?.weights?.(size, shape) ?? []],
      ...through.map(
        (flow) =>
          [
            context.names.enter(named, flow.definition.name, 'group'),
            flow.definition.weights(flow.args, shape),
          ] as const,
      ),
    ];
    for (const [owner, weights] of owned)
      for (const declaration of weights) context.addWeight(owner, declaration, source);
    return {
      name: named.name,
      shape,
      size,
      definition,
      args,
      experts,
      through,
      by,
      observed: variable === undefined ? 'never' : 'sometimes',
      doc: item.doc,
      source,
    };
  }

  #withPosterior(callee: Called): DistributionDefinition | undefined {
    const { definition, span } = callee;
    if (definition.posterior !== undefined) return definition;
    const known = builtins.distribution.filter(({ posterior }) => posterior !== undefined).map(({ name }) => name);
    this.site.context.reporter.report(this.site.scope, say.noPosterior, span, {
      distribution: definition.name,
      latent: this.site.named.name,
      known,
    });
    return undefined;
  }

  #expectation({ name, posterior }: DistributionDefinition): CallOf<'expectation'> | undefined {
    const { by } = this.item;
    const known = posterior!.by;
    if (by === undefined) return defaultCall('expectation', known[0]!);
    const call = isMissing(by) ? undefined : bindCall(this.#binding, 'expectation', by);
    if (call === undefined || known.includes(call.definition.name)) return call;
    this.site.context.reporter.report(this.site.scope, say.notTakenBy, by.span, {
      distribution: name,
      by: call.definition.name,
      summary: call.definition.summary,
      known,
    });
    return undefined;
  }

  /** The size, and what the posterior takes beside its heads. */
  #arguments(definition: DistributionDefinition, args: readonly Arg[]): Args | undefined {
    const {
      context: { reporter },
      scope,
      named,
    } = this.site;
    // Parameters of a draw are no latent's: those come from the encoder.
    const params: readonly Param[] = [definition.size, ...(definition.drawn ? [] : definition.params)];
    const [, extra] = args.filter((arg) => arg.name === undefined);
    const own = args.find(
      ({ name }) => name !== undefined && definition.drawn && definition.params.some((p) => p.name === name.text),
    );
    const odd = own ?? (params.length === 1 ? extra : undefined);
    if (odd !== undefined) {
      reporter.report(scope, say.onlySize, odd.span, {
        distribution: definition.name,
        text: quote(scope, odd),
        latent: named.name,
      });
      return undefined;
    }
    const at = calleeOf(this.item.distribution)!.span;
    return bindArgs(this.#binding, { name: definition.name, params, examples: definition.examples }, args, at);
  }

  /** `from: classify`, `from: product(ea, eb)`. */
  #written(value: Expr): readonly TensorRef[] | undefined {
    const { context, scope } = this.site;
    if (value.kind !== 'call' || value.callee.text !== 'product') {
      const ref = this.#tensors.tensor(value);
      return ref && [ref];
    }
    const refs = value.args.map((arg) => this.#tensors.tensor(arg.value));
    if (!refs.every((ref) => ref !== undefined)) return undefined;
    if (refs.length > 1) return refs;
    context.reporter.report(scope, say.productOfOne, value.span, { text: quote(scope, value) });
    return undefined;
  }

  /** The one encoder that no other encoder reads. */
  #implied(encoders: readonly NetworkItem[]): readonly TensorRef[] | undefined {
    const { context, scope, named } = this.site;
    const { reporter } = context;
    const read = new Set(encoders.flatMap(({ inputs }) => inputs.map(({ path }) => path.parts[0]?.text)));
    const last = encoders.filter((item) => !read.has(networkName(item)));
    const [only] = last;
    if (only !== undefined && last.length === 1) {
      const output =
        context.network(networkName(only))?.output ?? context.names.root.children.get(networkName(only))?.tensor;
      return output && [output];
    }
    const { name } = this.item;
    const span = isMissing(name) ? this.item.span : name.span;
    if (last.length > 1)
      reporter.report(scope, say.severalEncoders, span, { latent: named.name, encoders: last.map(networkName) });
    else if (!reporter.failed) reporter.report(scope, say.noEncoder, span, { latent: named.name });
    return undefined;
  }

  #experts(
    definition: DistributionDefinition,
    tensors: readonly TensorRef[],
    shape: ExampleShape,
    written: boolean,
    source: Source,
  ): readonly Expert[] | undefined {
    const { context, named } = this.site;
    const { heads, multiplies } = definition.posterior!;
    if (tensors.length > 1 && multiplies !== true) {
      context.reporter.at(source, say.notMultiplied, { distribution: definition.name });
      return undefined;
    }
    const experts = tensors.map((from, i): Expert | undefined => {
      const [only, ...others] = heads;
      // A network named outright may give the one parameter of a distribution itself.
      const direct =
        written && only !== undefined && others.length === 0 && context.typeOf(from).shape?.join() === shape.join();
      const owner = tensors.length === 1 ? named : context.names.enter(named, `expert${i + 1}`, 'group');
      const made = direct
        ? { [only]: from }
        : headsOn({ ...this.site, role: 'posterior' }, owner, from, heads, shape, source);
      return made && { from, heads: made, needs: this.#needs(from) };
    });
    return experts.every((expert) => expert !== undefined) ? experts : undefined;
  }

  /** The variables that a tensor's network reads and that may be missing. */
  #needs(from: TensorRef): readonly string[] {
    const { context } = this.site;
    const network = from.kind === 'layer' ? context.networkOf(from.id) : undefined;
    return (network?.inputs ?? []).flatMap((ref) =>
      ref.kind === 'variable' && context.variable(ref.name)?.observed === 'sometimes' ? [ref.name] : [],
    );
  }

  /** Whether a latent takes the values of the variable of its name. */
  #sameValues(variable: Variable, shape: ExampleShape): boolean {
    const { context, scope } = this.site;
    const wanted = context.typeOf({ kind: 'variable', name: variable.name }).shape;
    if (wanted === undefined || wanted.join() === shape.join()) return true;
    const related = [{ place: variable.source.place, message: labels.declaredHere }];
    context.reporter.report(
      scope,
      say.otherValues,
      this.item.distribution.span,
      { name: variable.name, wanted, found: shape },
      { related },
    );
    return false;
  }
}

/** `draw z ~ normal(100)`; undefined where there is an error. */
export function drawOf({ context, scope, named }: LatentSite, item: DrawItem): Draw | undefined {
  const binding: Binding = { scope, reporter: context.reporter };
  const callee = called(binding, item.distribution);
  if (callee === undefined) return undefined;
  const { definition, span } = callee;
  if (!definition.drawn) {
    const known = builtins.distribution.filter(({ drawn }) => drawn).map(({ name }) => name);
    context.reporter.report(scope, say.notDrawn, span, { distribution: definition.name, known });
    return undefined;
  }
  const params: readonly Param[] = [definition.size, ...definition.params];
  const args = bindArgs(
    binding,
    { name: definition.name, params, examples: definition.examples },
    argumentsOf(item.distribution),
    span,
  );
  if (args === undefined) return undefined;
  return {
    name: named.name,
    shape: definition.shape(args[definition.size.name] as number, []),
    definition,
    args,
    doc: item.doc,
    source: sourceAt(scope, item.span),
  };
}

interface Called {
  readonly definition: DefinitionOf<'distribution'>;
  readonly span: Expr['span'];
}

const argumentsOf = (expr: Expr): readonly Arg[] => (expr.kind === 'call' ? expr.args : []);

/** The distribution that an expression calls; undefined and reported where it calls none. */
function called(binding: Binding, expr: Expr): Called | undefined {
  const callee = calleeOf(expr);
  if (callee === undefined) {
    if (expr.kind !== 'missing')
      binding.reporter.report(binding.scope, say.distributionNeeded, expr.span, { text: quote(binding.scope, expr) });
    return undefined;
  }
  const definition = entryCalled(binding, 'distribution', callee);
  return definition && { definition, span: callee.span };
}
