/** What expressions come to in a pass: for each example, and as terms, one number for all. */
import type { Expression } from '../../builtins/arguments.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { summandsOf, tensorsOf, type Summand } from '../model/expressions.js';
import type { NodeSite } from '../model/networks.js';
import type { CompiledModel, CompiledTerm } from './compiled.js';
import type { Mode } from './mode.js';
import { Pass } from './pass.js';
import { isOfEach, together, type Several } from './several.js';
import type { Stretch } from './stretch.js';
import { Values } from './values.js';

/** The pass of a model, which evaluates what networks are applied to. */
export const passOf = (b: Builder, model: CompiledModel, mode: Mode, stretch?: Stretch): Pass =>
  Pass.of(b, model, mode, (pass, expr, as) => new Values(pass, as).of(expr), stretch);

/** An expression that has a value for each example, as terms see it, summed over all else. [B] */
export const perExampleOf = (pass: Pass, expr: Expression): Node => new Values(pass, 'value').of(expr);

/** A term as one number: the mean over the batch. */
export const lowerTerm = (pass: Pass, term: CompiledTerm): Node =>
  pass.b.at({ place: term.source.place, entry: 'term' }, () => pass.b.named(meanOf(pass, term), term.name));

function meanOf(pass: Pass, term: CompiledTerm): Node {
  const { value, where, at } = term;
  const { b, model, several } = pass;
  const ofEach = isOfEach(model, several, value) && pass.mode.latents === 'drawn' ? several : undefined;
  const inPass = new Values(pass, 'value', where, value.type.site === 'nodes' ? siteOf(pass, value, at) : undefined);
  const scaled = ({ factor, schedules }: Summand, measured: Node): Node =>
    [
      ...(factor === undefined ? [] : [b.scalar(factor)]),
      ...schedules.map(({ definition, args }) => definition.lower(b, args, pass.stretch)),
    ].reduce((product, weight) => b.mul(weight, product), measured);
  const summands = summandsOf(value).filter(({ factor }) => factor !== 0);
  const sum = (parts: readonly Node[]): Node =>
    parts.length === 0 ? b.scalar(0) : parts.reduce((all, part) => b.add(all, part));
  if (ofEach === undefined) return sum(summands.map((one) => scaled(one, inPass.mean(one.of))));
  const within = (one: Several): Values => new Values(pass.ofEach(one), 'value', where);
  if (ofEach.bounds) {
    // Of a row those terms are its bound which hold there.
    const parts = (term.bound ?? [term]).flatMap((own) =>
      summandsOf(own.value).flatMap((one) => (one.factor === 0 ? [] : [{ ...one, where: own.where }])),
    );
    const sections = parts.every(({ of }) => isOfRows(of)) ? pass.sections : [];
    const held = (one: Several): Node =>
      sum(parts.map((part) => scaled(part, new Values(pass.ofEach(one), 'value', part.where).heldRow(part.of))));
    return new Values(pass, 'value').meanOfRows(joined(pass, ofEach, sections, held));
  }
  return sum(
    summands.map((one) => {
      if (!isOfEach(model, ofEach, one.of)) return scaled(one, inPass.mean(one.of));
      if (isOfRows(one.of))
        return scaled(one, inPass.meanOfRows(joined(pass, ofEach, pass.sections, (own) => within(own).perRow(one.of))));
      const own = within(ofEach).eachIn(one.of);
      return scaled(one, 'whole' in own ? own.whole : inPass.meanOfRows(joined(pass, ofEach, [], () => own.each)));
    }),
  );
}

/** Whether what is measured of an example is the same whatever other examples are measured beside it. */
const isOfRows = (one: Expression): boolean =>
  (one.kind === 'likelihood' || (one.kind === 'penalty' && one.call.definition.divergence === true)) &&
  tensorsOf(one).every(({ kind }) => kind !== 'applied');

/** What the rows that stand for an example measure together, [B], section by section where there are some. */
function joined(pass: Pass, several: Several, sections: readonly Several[], losses: (several: Several) => Node): Node {
  const { b } = pass;
  const parts = sections.length === 0 ? [several] : sections;
  return b.concat(
    parts.map((one) => asStated(pass, one, together(b, one, losses(one), probabilityOf(pass, one)))),
    0,
  );
}

/** No number where a batch is not of the composition that its phase states, so that no step is taken. */
function asStated(pass: Pass, { observed, section }: Several, each: Node): Node {
  return observed === undefined ? each : pass.b.div(each, pass.b.section(pass.known(observed.name), 0, section));
}

/** The probability of the enumerated values of each row of the pass that holds all; undefined where none is enumerated. */
function probabilityOf(pass: Pass, several: Several): Node | undefined {
  const { b } = pass;
  const rows = pass.ofEach(several);
  const each = several.enumerated.map(({ name }) =>
    rows.latent(name).probability(rows.tensor({ kind: 'latent', name })),
  );
  return each.length === 0 ? undefined : each.reduce((all, one) => b.mul(all, one));
}

/** At which nodes of a tree a term holds. */
const siteOf = (pass: Pass, value: Expression, at: NodeSite | undefined): NodeSite =>
  at ?? pass.trees.siteOf(tensorsOf(value));

/** All terms as one tensor of shape [terms], so that one read brings them to the host. */
export const stack = (b: Builder, terms: readonly Node[]): Node =>
  b.concat(
    terms.map((term) => b.reshape(term, [1])),
    0,
  );
