/**
 * Several values for one example: draws of a latent, or every value that it has. They stand side by side as rows of one
 * pass, `copies` times the batch, in which what does not depend on them is repeated; what a term measures of each is
 * brought together again: averaged, weighed by its probability, or as the bound of importance weighting. Where a batch
 * has a stated composition, sections of it are passes of their own.
 */
import { keyOf, type Expression } from '../../builtins/arguments.js';
import { hasLowering, type Noise } from '../../builtins/define.js';
import type { Node } from '../graph/graph.js';
import { repeated } from '../graph/repeat.js';
import { B, product, scaleDim, sectionOf, type Section, type Shape } from '../graph/shape.js';
import { dependentsOf, dependsOn, type Dependents } from '../model/dependence.js';
import type { Builder } from '../graph/build.js';
import type { Latent } from '../model/latents.js';
import type { Model } from '../model/model.js';
import type { CompiledModel } from './compiled.js';
import type { Stretch } from './stretch.js';

export interface Several {
  readonly dependents: Dependents;
  /** Latents of which every value enters, the last running fastest. */
  readonly enumerated: readonly Latent[];
  /** Combinations of enumerated values. */
  readonly values: number;
  /** Draws for each of them. */
  readonly samples: number;
  /** Whether the draws make one bound, −ln 1/K Σ exp(−L). */
  readonly bounds: boolean;
  /** Some examples of the batch alone; of all where nothing says so. */
  readonly section?: Section;
  /** A latent of which these examples have the one value that was observed. */
  readonly observed?: Latent;
}

const samplesOf = ({ by }: Pick<Latent, 'by'>): number =>
  typeof by.args['samples'] === 'number' ? by.args['samples'] : 1;

export const isSeveral = (latent: Pick<Latent, 'by'>): boolean =>
  latent.by.definition.enumerates === true || latent.by.definition.bounds === true || samplesOf(latent) > 1;

/** The latents of a model that have several values; undefined where none has. */
export function severalOf(model: Model): Several | undefined {
  const latents = model.latents.filter(isSeveral);
  if (latents.length === 0) return undefined;
  const enumerated = latents.filter(({ by }) => by.definition.enumerates === true);
  return {
    dependents: dependentsOf(
      model,
      latents.map(({ name }) => ({ kind: 'latent', name })),
    ),
    enumerated,
    values: product(enumerated.map((one) => valuesOf(one).length)),
    samples: Math.max(...latents.map(samplesOf)),
    bounds: latents.some(({ by }) => by.definition.bounds === true),
  };
}

/**
 * The parts of a batch whose stated composition says which examples know the value of an enumerated latent: that value
 * alone stands for those (Kingma et al. 2014, eq. 6), and every value for the others (eq. 7). None where all values
 * have to stand for all examples: nothing is said, or what is computed draws noise or looks at the batch as a whole.
 */
export function sectionsOf(
  several: Several,
  { batch, corruption }: Pick<Stretch, 'batch' | 'corruption'>,
  { networks, latents, variables }: CompiledModel,
): readonly Several[] {
  const { size = 'full', composition } = batch ?? {};
  if (composition === undefined || size === 'full' || composition.count >= size) return [];
  const { count, of } = composition;
  const { enumerated, dependents, samples } = several;
  const observed = enumerated.find(({ name, observed }) => name === of.variable && observed === 'sometimes');
  if (observed === undefined || (of.kind !== 'known' && of.kind !== 'missing')) return [];
  const isWhole =
    networks.some(({ layers }) =>
      layers.some(
        (one) => one.definition.stochastic === true || one.definition.ofBatch === true || one.corruption.length > 0,
      ),
    ) ||
    latents.some(
      ({ name, definition }) => dependents.latents.has(name) && definition.posterior?.weights !== undefined,
    ) ||
    [...corruption.keys()].some((key) => variables.every(({ name }) => keyOf({ kind: 'variable', name }) !== key));
  if (isWhole) return [];
  const others = enumerated.filter((one) => one !== observed);
  const values = product(others.map((one) => valuesOf(one).length));
  const [first, behind] = (['first', 'behind'] as const).map((side): Section => ({ of: side, count }));
  const known: Several = { ...several, enumerated: others, values, samples, observed };
  return of.kind === 'known'
    ? [
        { ...known, section: first! },
        { ...several, section: behind! },
      ]
    : [
        { ...several, section: first! },
        { ...known, section: behind! },
      ];
}

/** All that a latent may be: on a map, every value of a place beside every one of the other places. */
function valuesOf({ definition, shape, size }: Latent): readonly (readonly number[])[] {
  const own = hasLowering(definition) ? (definition.everyValue?.(size) ?? []) : [];
  let all: readonly (readonly number[])[] = [[]];
  for (let place = 0; place < product(shape.slice(0, -1)); place++)
    all = all.flatMap((before) => own.map((value) => [...before, ...value]));
  return all;
}

/** Rows of what is around, once for each of the rows that stand for one of them. */
export const rowsOfEach = (b: Builder, several: Several, x: Node): Node =>
  repeated(b, b.section(x, 0, several.section), copiesOf(several));

export const copiesOf = ({ values, samples }: Several): number => values * samples;

/** Whether what is measured depends on which of the values it is. */
export const isOfEach = (model: Model, several: Several | undefined, value: Expression): several is Several =>
  several !== undefined && dependsOn(model.latents, several.dependents, value);

/**
 * Draws that are the same for every enumerated value, and differ from sample to sample. Sections of a batch share them,
 * so that an example meets the same noise whichever section it is in.
 *
 * @param drawn draws of the whole batch, by whose they are
 */
export function noiseOf(
  b: Builder,
  several: Several | undefined,
  { whose, drawn }: { readonly whose: string; readonly drawn: Map<string, Node> },
  stream?: number,
): Noise {
  const { values, section } = several ?? { values: 1 };
  let asked = 0;
  const shared = (kind: string, draw: (shape: Shape) => Node): ((shape: Shape) => Node) => {
    if (values === 1 && section === undefined) return draw;
    return ([rows, ...rest]) => {
      if (typeof rows !== 'object') return draw([rows!, ...rest]);
      const key = `${whose} ${kind} ${asked++}`;
      const times = rows.batch / values;
      const all = drawn.get(key) ?? draw([{ batch: times }, ...rest]);
      drawn.set(key, all);
      const own = b.section(b.reshape(all, [times, B, ...rest]), 1, section);
      return repeated(b, b.reshape(own, [{ ...rows, batch: times }, ...rest]), values);
    };
  };
  return {
    normal: shared('normal', (shape) => b.normal(shape, stream)),
    uniform: shared('uniform', (shape) => b.uniform(shape, stream)),
  };
}

/** The values of an enumerated latent, one for each row of the pass that holds all combinations. */
export function everyValueOf(b: Builder, { enumerated, samples, section }: Several, latent: Latent): Node {
  const own = valuesOf(latent);
  const at = enumerated.findIndex(({ name }) => name === latent.name);
  const count = (some: readonly Latent[]): number => product(some.map((one) => valuesOf(one).length));
  const [before, behind] = [count(enumerated.slice(0, at)), count(enumerated.slice(at + 1)) * samples];
  const rows = Array.from({ length: before }, () =>
    own.flatMap((value) => Array.from({ length: behind }, () => value)),
  );
  const all = rows.flat();
  const { shape } = latent;
  const table = b.constant(all.flat(), [all.length, 1, ...shape]);
  const examples = sectionOf(B, section);
  return b.reshape(b.broadcastTo(table, [all.length, examples, ...shape]), [scaleDim(examples, all.length), ...shape]);
}

/**
 * What the rows of an example measure together, [batch]: weighed by the probability of the values, [rows], where some
 * are enumerated, and averaged over the draws.
 */
export function together(b: Builder, several: Several, each: Node, probability: Node | undefined): Node {
  const { values, samples, bounds, section } = several;
  const rows = sectionOf(B, section);
  const apart = (x: Node): Node => b.reshape(x, [values, samples, rows]);
  const ofValues = bounds ? bound(b, apart(each), samples) : b.scale(b.sum(apart(each), [1]), 1 / samples);
  if (probability === undefined) return b.reshape(ofValues, [rows]);
  const weight = b.scale(b.sum(apart(probability), [1]), 1 / samples);
  return b.sum(b.mul(weight, ofValues), [0]);
}

/** −ln 1/K Σₖ exp(−Lₖ) along the second axis (Burda, Grosse & Salakhutdinov 2016, eq. 8). */
function bound(b: Builder, losses: Node, samples: number): Node {
  const negative = b.neg(losses);
  const top = b.make('StopGradient', [b.max(negative, [1], true)]);
  const sum = b.sum(b.unary('Exp', b.sub(negative, top)), [1]);
  const shape = sum.shape;
  return b.neg(b.shift(b.add(b.unary('Log', sum), b.reshape(top, shape)), -Math.log(samples)));
}
