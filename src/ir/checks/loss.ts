/** Terms that do something else than they seem to. */
import { sameRef, type ArgValue, type Expression, type TensorRef } from '../../builtins/arguments.js';
import { changeWithin } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/loss-checks.js';
import { activationOf } from '../model/networks.js';
import { partsOf, phasesOf } from '../model/training.js';
import type { Source } from '../model/source.js';
import type { Term } from '../model/terms.js';
import { heavy, size, type Check, type Facts } from './facts.js';

/** A term as it is written: of a reconstruction, its statement. */
const written = ({ model }: Facts, of: Expression, source: Source): string => {
  const term = model.terms.find((one) => one.source === source);
  const variable = term?.reconstruction?.variable;
  return variable !== undefined && of.kind === 'likelihood' ? `reconstruct ${variable}` : of.text;
};

/** Terms that reward what they are there to keep small: the loss has no lower end. */
export const turnedRound: Check = (facts, report) => {
  const { model } = facts;
  const maximised = new Set(
    partsOf(model.training).flatMap(({ objective }) => (objective.kind === 'maximize' ? [objective.source] : [])),
  );
  // What critics give may be pushed either way.
  for (const { of, factor, schedules, source } of facts.allSummands) {
    if (maximised.has(source)) continue;
    const last = schedules.reduce<number | undefined>(
      (product, { definition, args }) => times(product, definition.last(args)),
      factor,
    );
    // What fades has the sign that it begins with.
    const weight = last === undefined || last === 0 ? factor : last;
    if (
      weight === undefined ||
      weight >= 0 ||
      (of.kind !== 'penalty' && of.kind !== 'likelihood' && of.kind !== 'tree')
    )
      continue;
    if (of.kind === 'penalty' && of.call.definition.compares === true) continue;
    const by = weight === factor ? undefined : schedules[0]?.definition.name;
    report.at(source, say.turnedRound, {
      text: written(facts, of, source),
      factor: weight,
      ...(by === undefined ? {} : { schedule: by }),
    });
  }
};

const times = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a * b;

/** Terms that are multiplied by 0. */
export const weightless: Check = (facts, report) => {
  for (const { of, factor, source } of facts.allSummands)
    if (factor === 0) report.at(source, say.weightless, { text: written(facts, of, source) });
};

/** One thing that is counted twice. */
export const countedTwice: Check = (facts, report) => {
  const { model } = facts;
  const terms = new Map<Source, Term>(model.terms.map((term) => [term.source, term]));
  const first = new Map<string, (typeof facts.summands)[number]>();
  for (const one of facts.summands) {
    const term = terms.get(one.source);
    if (term === undefined || one.of.kind !== 'penalty' || one.of.call.definition.divergence !== true) continue;
    const where = term.where.map((of) => `${of.kind} ${of.variable} ${of.kind === 'equals' ? of.value : ''}`).join();
    const key = `${one.of.text} ${where}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, one);
    else
      report.at(
        one.source,
        say.countedTwice,
        { text: one.of.text },
        { related: before.source === one.source ? [] : [{ place: before.source.place, message: labels.writtenFirst }] },
      );
  }
  for (const phase of phasesOf(model.training)) {
    const { definition, args, source } = phase.optimizer;
    if (definition.decays === undefined || args[definition.decays] === 0) continue;
    const decay = facts.penalties.find(({ call }) => call.definition.decays === true);
    if (decay !== undefined)
      report.at(
        decay.source,
        say.decaysTwice,
        { optimizer: definition.name, penalty: decay.text },
        { related: [{ place: source.place, message: labels.decaysHere }] },
      );
  }
};

/** Sparsity that can be had by scaling: a smaller code, and larger weights behind it. */
export const scaledAway: Check = (facts, report) => {
  const { model } = facts;
  let known: ReadonlySet<string> | undefined;
  const bounded = (): ReadonlySet<string> =>
    (known ??= new Set([
      ...model.constraints.map(({ weight }) => facts.storedName(weight)),
      ...facts.penalties.flatMap((one) => [...facts.weightLayersOf(one)]),
      ...model.ties.map(({ weight }) => facts.storedName(weight)),
    ]));
  for (const one of facts.penalties) {
    const of = one.call.args['of'];
    const target =
      typeof of === 'object' && 'kind' in of && of.kind === 'expression' && of.value.kind === 'tensor'
        ? of.value.ref
        : undefined;
    if (
      one.call.definition.prefers !== 'zeros' ||
      target === undefined ||
      facts.layerOf(target)?.definition.keeps !== undefined ||
      (one.factor ?? 1) < 0
    )
      continue;
    const layer = facts.layerOf(target);
    // Where there are no zeros to be had, that is said instead.
    const activation = layer && activationOf(layer);
    if (activation !== undefined && activation.definition.identity !== true && activation.definition.zero !== true)
      continue;
    const readers =
      layer === undefined
        ? []
        : facts.readersOf(layer.id).filter(({ weights }) => weights.some(({ role }) => role === 'kernel'));
    for (const reader of readers) {
      const kernel = facts.storedName(`${reader.id}.kernel`);
      // An atom is what leaves a unit of the code: for the layer that a kernel is tied to, what comes into it.
      const sideOf = (weight: string): string => (weight === `${reader.id}.kernel` ? 'input' : 'unit');
      const wrong = model.constraints.find(
        ({ weight, call }) =>
          facts.storedName(weight) === kernel &&
          (call.definition.sameLength?.(call.args) ?? sideOf(weight)) !== sideOf(weight),
      );
      if (wrong !== undefined) {
        const [found, better] =
          sideOf(wrong.weight) === 'input'
            ? ['unit_norm', 'unit_norm(per: input)']
            : ['unit_norm(per: input)', 'unit_norm'];
        const beside = {
          related: [{ place: one.source.place, message: labels.sparsity }],
          fixes: changeWithin(wrong.source.place, /\bunit_norm\b(?:\([^()]*\))?/, better!),
        };
        report.at(wrong.source, say.wrongSide, { weight: wrong.weight, found: found!, better: better! }, beside);
      } else if (facts.networkOf(reader.id)?.role === 'decoder' && !bounded().has(kernel) && !bounded().has(reader.id))
        report.at(
          one.source,
          say.scaledAway,
          { text: one.text, weight: `${reader.id}.kernel` },
          { related: [{ place: reader.source.place, message: labels.thisLayer }] },
        );
    }
  }
};

/** Penalties on derivatives behind layers that mix the examples of a batch. */
export const derivativesOfBatches: Check = (facts, report) => {
  for (const one of facts.penalties) {
    if (one.call.definition.differentiates !== true) continue;
    const mixing = [...facts.ancestors(facts.rootsOf(one)).layers]
      .map((id) => facts.layer(id))
      .find((layer) => layer?.definition.ofBatch === true);
    if (mixing === undefined) continue;
    report.at(
      one.source,
      say.derivativeOfBatch,
      { penalty: one.call.definition.name, layer: mixing.definition.name, id: mixing.id },
      { related: [{ place: mixing.source.place, message: labels.thisLayer }] },
    );
  }
};

/** Jacobians in what a tensor is not computed from, or in classes, in which nothing has a derivative. */
export const derivativesOfNothing: Check = (facts, report) => {
  const isNumber = (ref: TensorRef): boolean =>
    ref.kind !== 'variable' ||
    facts.model.variables.some(({ name, domain }) => name === ref.name && domain.kind !== 'category');
  for (const one of facts.penalties) {
    if (one.call.definition.perUnit !== true) continue;
    const [of, by] = ['of', 'in'].map((name) => tensorArgument(one.call.args[name]));
    if (of === undefined) continue;
    const wanted = (ref: TensorRef): boolean =>
      by === undefined ? ref.kind === 'variable' && isNumber(ref) : sameRef(ref, by.ref) && isNumber(ref);
    if (!facts.reaches([of.ref], wanted))
      report.at(one.source, say.derivativeOfNothing, {
        text: one.text,
        of: of.text,
        ...(by === undefined ? {} : { by: by.text }),
      });
  }
};

/** An argument that is a tensor, without arithmetic. */
const tensorArgument = (value: ArgValue | undefined): Extract<Expression, { readonly kind: 'tensor' }> | undefined =>
  typeof value === 'object' && 'kind' in value && value.kind === 'expression' && value.value.kind === 'tensor'
    ? value.value
    : undefined;

/** A Jacobian with a row for each unit, each of which is a pass back through the network. */
export const heavyJacobians: Check = (facts, report) => {
  const { training } = facts.model;
  for (const one of facts.penalties) {
    if (one.call.definition.perUnit !== true) continue;
    const of = one.call.args['of'];
    const expr = typeof of === 'object' && 'kind' in of && of.kind === 'expression' ? of.value : undefined;
    const batch = training.batch.size === 'full' ? 1000 : training.batch.size;
    const passed = [...facts.ancestors(facts.rootsOf(one)).layers].map((id) => facts.layer(id)!);
    // One dense layer on the input has its derivative in closed form.
    if (expr === undefined || passed.length < 2) continue;
    const units = size(expr.type.shape);
    const width = passed.reduce((sum, layer) => sum + size(layer.inputShape), 0);
    const bytes = 4 * batch * units * width;
    if (bytes > heavy) report.at(one.source, say.heavyJacobian, { text: one.text, units, gigabytes: bytes / 1e9 });
  }
};

/** Penalties of whole batches, which need more than one example. */
export const statisticsOfOne: Check = (facts, report) => {
  const { model } = facts;
  for (const { batch } of phasesOf(model.training)) {
    if (batch.size === 1) {
      const layer = facts.layers.find(({ definition }) => definition.ofBatch === true);
      const penalty = facts.penalties.find(
        ({ call, type }) =>
          call.definition.rate === 'whole' &&
          type.rate === 'whole' &&
          facts.rootsOf({ kind: 'penalty', call, type, text: '' }).length > 0,
      );
      if (layer !== undefined)
        report.at(
          batch.source,
          say.batchOfOne,
          { what: layer.id },
          { related: [{ place: layer.source.place, message: labels.thisLayer }] },
        );
      else if (penalty !== undefined)
        report.at(
          batch.source,
          say.batchOfOne,
          { what: penalty.text },
          { related: [{ place: penalty.source.place, message: labels.measuredHere }] },
        );
    }
    for (const one of facts.penalties) {
      const of = one.call.args['of'];
      const expr = typeof of === 'object' && 'kind' in of && of.kind === 'expression' ? of.value : undefined;
      if (one.call.definition.ofPairs !== true || expr === undefined || batch.size === 'full' || batch.size === 1)
        continue;
      const units = size(expr.type.shape.slice(-1));
      const examples = batch.size * size(expr.type.shape.slice(0, -1));
      if (units > examples) report.at(one.source, say.fewerThanUnits, { text: one.text, units, examples });
    }
  }
};

/** Corruptions that leave nothing, or that are no absence where they seem to be one. */
export const drowned: Check = ({ model }, report) => {
  for (const { name, domain, corruption, preprocessing } of model.variables) {
    const width =
      domain.kind === 'binary'
        ? 1
        : domain.kind === 'interval' && domain.low !== undefined && domain.high !== undefined
          ? domain.high - domain.low
          : Infinity;
    for (const { definition, args, source } of corruption) {
      const [p, sigma, limit] = [args['p'], args['sigma'], args['limit']];
      if (p === 1) report.at(source, say.nothingLeft, { corruption: definition.name, variable: name });
      const spread = typeof sigma === 'number' ? sigma : typeof limit === 'number' ? limit : 0;
      if (spread > width && preprocessing.length === 0)
        report.at(source, say.drowned, { corruption: definition.name, variable: name, spread, width });
      const low = domain.kind === 'interval' ? domain.low : undefined;
      if (
        definition.zeroes === true &&
        definition.degradation !== true &&
        low !== undefined &&
        low < 0 &&
        preprocessing.length === 0 &&
        Number.isFinite(width)
      )
        report.at(source, say.zeroIsAValue, { corruption: definition.name, variable: name, low });
    }
  }
};
