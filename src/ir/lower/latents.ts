/** Random variables in one forward pass: values, codes and divergences, of whatever distribution, prior and way. */
import type { ArgValue, TensorRef } from '../../builtins/arguments.js';
import type { LatentContext, LatentState, Noise, Parameters, PriorContext } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { elements, type Dim, type Shape } from '../graph/shape.js';
import { isDependent } from '../model/dependence.js';
import { hasClosedDivergence, type Heads } from '../model/latents.js';
import type { CompiledDraw, CompiledLatent } from './compiled.js';
import type { Mode } from './mode.js';
import { rowsOfEach, type Several } from './several.js';

/** What a pass gives its latents. */
export interface LatentSite {
  readonly b: Builder;
  readonly mode: Mode;
  /** Rows of the pass: the batch, or a multiple of it. */
  readonly rows: Dim;
  readonly noise: Noise;
  /** Whether the step moves what the latent is computed from. */
  readonly training: boolean;
  tensor(ref: TensorRef): Node;
  /** 1 on the rows where a variable that may be missing is there, [rows]. */
  known(name: string): Node;
  weight(name: string): Node;
  update(name: string, value: Node): void;
  /** Parameters of the posterior at the inputs that its prior learns, [inputs, …]. */
  posteriorsAt(latent: CompiledLatent): Parameters;
  scalar(value: ArgValue | undefined): Node;
  /** Where a variable of the latent's name is observed: on which rows, 1 or 0, [rows], and its value. */
  readonly observed?: { readonly known: Node; readonly value: Node };
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** A draw before flows, the value behind them, and what they stretch it by, ln ∣det∣, [rows]. */
export interface Drawn {
  readonly start: Node;
  readonly value: Node;
  readonly stretch: Node;
}

/** A latent in a pass, which other passes may hold against a prior of theirs. */
export interface PassState extends LatentState {
  drawn(): Drawn;
}

const contextOf = (site: LatentSite, { name, args }: CompiledLatent): LatentContext => ({
  b: site.b,
  noise: site.noise,
  training: site.training,
  weight: (own) => site.weight(`${name}.${own}`),
  update: (own, value) => {
    site.update(`${name}.${own}`, value);
  },
  args,
  scalar: site.scalar,
});

/** The prior of a latent, by what it reads in this pass. */
const priorIn = (site: LatentSite, latent: CompiledLatent): PriorInPass =>
  priorOf(site, latent, {
    ...contextOf(site, latent),
    shape: [site.rows, ...latent.shape],
    args: latent.prior.args,
    posteriors: once(() => site.posteriorsAt(latent)),
  });

/** A latent as its mode has it. Nothing is computed that nobody asks for. */
export function stateOf(site: LatentSite, latent: CompiledLatent): PassState {
  const { b, mode, observed } = site;
  const { definition, by, name } = latent;
  const context = contextOf(site, latent);
  const prior = priorIn(site, latent);
  const posterior = once(() => posteriorOf(site, latent, prior));
  const column = (known: Node): Node => b.reshape(known, [site.rows, ...latent.shape.map(() => 1)]);
  /** The variable's value where it is known. */
  const orObserved = (value: Node): Node => {
    if (observed === undefined) return value;
    const known = column(observed.known);
    return b.add(b.mul(known, observed.value), b.mul(b.sub(b.scalar(1), known), value));
  };
  const drawn = once((): Drawn => {
    const way = definition.values[by.definition.name];
    if (way === undefined) throw new Error(`${name} has no value of its own: its values stand side by side`);
    return flowed(context, latent, way(context, posterior(), by.args));
  });
  const code = once(() => {
    const mean = mode.latents === 'prior' ? prior.sample() : definition.mean(context, posterior());
    return orObserved(mode.latents === 'prior' ? mean : flowed(context, latent, mean).value);
  });
  const value = once((): Node => {
    if (mode.latents === 'drawn') return b.named(orObserved(drawn().value), name);
    const soft = by.definition.softens === true || mode.latents === 'prior';
    const decided = soft ? undefined : definition.decided;
    return b.named(decided === undefined ? code() : orObserved(decided(b, code())), name);
  });
  return {
    get posterior() {
      return posterior();
    },
    value,
    code,
    drawn,
    ...measuresOf(site, latent, prior, { posterior, drawn, value }),
    probability: (of) => {
      if (definition.logDensity === undefined) throw new Error(`${definition.name} has no density`);
      const p = b.unary('Exp', b.sumRows(definition.logDensity(b, posterior(), of)));
      if (observed === undefined) return p;
      const known = b.reshape(observed.known, [site.rows]);
      return b.add(b.sumRows(b.mul(observed.value, of)), b.mul(b.sub(b.scalar(1), known), p));
    },
    logDensities: (of) => {
      if (definition.logDensity === undefined) throw new Error(`${definition.name} has no density`);
      const d = elements(of.shape.slice(1)).count;
      const params = Object.fromEntries(
        Object.entries(posterior()).map(([param, node]) => [param, b.reshape(node, [1, site.rows, d])]),
      );
      return definition.logDensity(b, params, b.reshape(of, [site.rows, 1, d]));
    },
  };
}

/** Parameters of the posterior; where the encoder's tensor is what is replaced, that, as `of`. */
function posteriorOf(site: LatentSite, { definition, experts, shape }: CompiledLatent, prior: PriorInPass): Parameters {
  const { b, tensor, known, rows } = site;
  const [{ from, heads }, ...others] = experts;
  if (Object.keys(heads).length === 0) return { of: tensor(from) };
  if (others.length === 0) return paramsOf(tensor, heads);
  if (definition.product === undefined || prior.params === undefined)
    throw new Error(`${definition.name} has no products`);
  // Wu & Goodman 2018, eq. 6: an expert whose inputs are missing is left out.
  const factors = experts.map(({ heads: own, needs }) => {
    const there = needs.map((name) => b.reshape(known(name), [rows, ...shape.map(() => 1)]));
    return {
      params: paramsOf(tensor, own),
      ...(there.length === 0 ? {} : { there: there.reduce((all, one) => b.mul(all, one)) }),
    };
  });
  return definition.product(b, [{ params: prior.params() }, ...factors]);
}

/** What a latent is of itself, whatever its prior. */
interface Own {
  readonly posterior: () => Parameters;
  readonly drawn: () => Drawn;
  readonly value: () => Node;
}

/** What a latent costs against a prior. */
function measuresOf(
  { b, rows, observed }: LatentSite,
  latent: CompiledLatent,
  prior: PriorInPass,
  { posterior, drawn, value }: Own,
): Pick<LatentState, 'divergence' | 'surprise'> {
  const estimated = (): Node => {
    const { start, value: end, stretch } = drawn();
    const ofPosterior = latent.definition.logDensity?.(b, posterior(), start);
    const ofPrior = b.sumRows(prior.logDensity(end));
    // What is no density has −ln p alone: the posterior is a point.
    if (ofPosterior === undefined) return b.neg(ofPrior);
    return b.sub(b.sub(b.sumRows(ofPosterior), stretch), ofPrior);
  };
  return {
    surprise: () => b.neg(prior.logDensity(value())),
    divergence: () => {
      const hidden = hasClosedDivergence(latent) ? prior.closed(posterior()) : estimated();
      if (observed === undefined) return hidden;
      // Where it is known the bound has −ln p(y) in its place (Kingma et al. 2014, eq. 6).
      const known = b.reshape(observed.known, [rows]);
      const [nll, kl] = [b.sumRows(b.neg(prior.logDensity(observed.value))), b.sumRows(hidden)];
      return b.add(b.mul(known, nll), b.mul(b.sub(b.scalar(1), known), kl));
    },
  };
}

/**
 * What an outer pass knows of a latent, its rows repeated; where its prior depends on which of the values a row is of, as
 * that of a mixture does on the class, it costs on each row what it costs against the prior there.
 */
export function repeatedState(
  b: Builder,
  latent: CompiledLatent,
  state: PassState,
  several: Several,
  siteOf: (latent: CompiledLatent) => LatentSite,
): PassState {
  const outer = (x: Node): Node => rowsOfEach(b, several, x);
  const posterior = once(() =>
    Object.fromEntries(Object.entries(state.posterior).map(([name, node]) => [name, outer(node)])),
  );
  const drawn = once((): Drawn => {
    const { start, value, stretch } = state.drawn();
    return { start: outer(start), value: outer(value), stretch: outer(stretch) };
  });
  const value = once(() => outer(state.value()));
  const measuresHere = (own: Own): Pick<LatentState, 'divergence' | 'surprise'> => {
    const site = siteOf(latent);
    return measuresOf(site, latent, priorIn(site, latent), own);
  };
  const ofEach = Object.values(latent.prior.heads ?? {}).some((ref) => isDependent(several.dependents, ref));
  return {
    get posterior() {
      return posterior();
    },
    value,
    code: () => outer(state.code()),
    drawn,
    ...(ofEach
      ? measuresHere({ posterior, drawn, value })
      : { divergence: () => outer(state.divergence()), surprise: () => outer(state.surprise()) }),
    logDensities: (of) => state.logDensities(of),
    probability: () => {
      throw new Error('the values of an outer latent do not stand side by side');
    },
  };
}

const paramsOf = (tensor: LatentSite['tensor'], heads: Heads): Parameters =>
  Object.fromEntries(Object.entries(heads).map(([name, ref]) => [name, tensor(ref)]));

function flowed(context: LatentContext, { through }: CompiledLatent, start: Node): Drawn {
  const { b } = context;
  let [value, stretch] = [start, b.scalar(0)];
  for (const { definition, args } of through) {
    const weight = (name: string): Node => context.weight(`${definition.name}.${name}`);
    const moved = definition.flow({ b, weight }, value, args);
    value = moved.value;
    stretch = b.add(stretch, moved.logDeterminant);
  }
  return { start, value, stretch };
}

interface PriorInPass {
  /** Of a distribution of the latent's own kind. */
  readonly params?: () => Parameters;
  sample(): Node;
  logDensity(value: Node): Node;
  /** KL(q ‖ p) in closed form. */
  closed(posterior: Parameters): Node;
}

function priorOf(
  { b, tensor }: LatentSite,
  { definition, prior, args }: CompiledLatent,
  context: PriorContext,
): PriorInPass {
  const { density } = prior.definition;
  const flat = prior.definition.flat === true ? definition.flat : undefined;
  if (flat !== undefined)
    return {
      sample: () => definition.sample(b, {}, context.noise, context.shape),
      logDensity: (value) => flat.logDensity(b, value),
      closed: () => flat.kl(b, args, context.shape),
    };
  if (density !== 'family') {
    return {
      sample: () => density.sample(context),
      logDensity: (value) => density.logDensity(context, value),
      // A posterior that is a point has no entropy.
      closed: (posterior) => b.neg(density.logDensity(context, Object.values(posterior)[0]!)),
    };
  }
  const params = once((): Parameters =>
    prior.heads === undefined ? definition.fixed(b, prior.args, context.shape) : paramsOf(tensor, prior.heads),
  );
  return {
    params,
    sample: () => definition.sample(b, params(), context.noise, context.shape),
    logDensity: (value) => {
      if (definition.logDensity === undefined) throw new Error(`${definition.name} has no density`);
      return definition.logDensity(b, params(), value);
    },
    closed: (posterior) => {
      if (definition.kl === undefined) throw new Error(`${definition.name} has no divergence`);
      return definition.kl(b, posterior, params());
    },
  };
}

/** A draw: noise that no network computes, or its mean. */
export function drawOf(
  { b, rows, noise }: Pick<LatentSite, 'b' | 'rows' | 'noise'>,
  { definition, args, name, shape: of }: CompiledDraw,
  drawing: boolean,
): Node {
  const shape: Shape = [rows, ...of];
  const params = definition.fixed(b, args, shape);
  const weight = (): never => {
    throw new Error('a draw has no weights');
  };
  const value = drawing
    ? definition.sample(b, params, noise, shape)
    : b.broadcastTo(definition.mean({ b, weight }, params), shape);
  return b.named(value, name);
}
