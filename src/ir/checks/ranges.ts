/** Activations against likelihoods, data and penalties. */
import { isTensor, type Expression } from '../../builtins/arguments.js';
import { builtins } from '../../builtins/index.js';
import { change } from '../../diagnostics/fixes.js';
import type { PlacedFix } from '../../diagnostics/finding.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/range-checks.js';
import { endingsOfExpression, readingOf, type Ending } from '../model/endings.js';
import type { Layer } from '../model/networks.js';
import { modelDomain, type Variable } from '../model/variables.js';
import { boundsOf } from '../../runtime/program.js';
import type { Check, Facts } from './facts.js';

const endings = (facts: Facts, output: Expression): readonly Ending[] =>
  endingsOfExpression((id) => facts.layer(id), output);

/** What an output ends with; what is computed in the term, as it is written. */
const endingName = ({ activation, layer }: Ending, { text }: Expression): string =>
  activation?.definition.name ?? layer?.definition.name ?? text;

const variableOf = (facts: Facts, target: Expression): Variable | undefined =>
  target.kind === 'tensor' && target.ref.kind === 'variable' ? facts.variable(target.ref.name) : undefined;

/** Outputs that a likelihood takes neither as its mean nor as logits, because an activation bounds them. */
export const squashedOutputs: Check = (facts, report) => {
  for (const {
    call: { definition },
    output,
    target,
    source,
  } of facts.likelihoods) {
    const ends = endings(facts, output);
    if (ends.length === 0 || readingOf(definition, ends) !== undefined) continue;
    const accepted = (one: Ending): boolean => definition.accepts.includes(one.activation?.definition.name ?? '');
    const bounded =
      ends.find((one) => one.range.some(Number.isFinite) && !accepted(one)) ??
      ends.find(({ range }) => range.some(Number.isFinite));
    if (bounded === undefined) continue;
    const { layer, range } = bounded;
    const name = endingName(bounded, output);
    const own = accepted(bounded);
    const variable = variableOf(facts, target);
    const related = [
      ...(variable === undefined ? [] : [{ place: variable.source.place, message: labels.declaredHere }]),
      ...(layer === undefined ? [] : [{ place: source.place, message: labels.comparedHere }]),
    ];
    const fixes =
      layer === undefined || bounded.activation === undefined || own ? [] : activationFix(layer, name, definition.link);
    report.at(
      layer?.source ?? source,
      say.squashedTwice,
      {
        likelihood: definition.name,
        ending: name,
        own,
        activates: bounded.activation !== undefined,
        computed: layer === undefined,
        accepts: definition.accepts,
        link: definition.link,
        ofVectors: definition.ofVectors === true,
        range,
      },
      { related, fixes },
    );
  }
  // What takes logits alone.
  for (const { call, source } of facts.penalties) {
    const of = call.args['of'];
    if (call.definition.compares !== true || typeof of !== 'object' || !('kind' in of) || of.kind !== 'expression')
      continue;
    const bounded = endings(facts, of.value).find(({ range }) => range.some(Number.isFinite));
    if (bounded === undefined) continue;
    const name = endingName(bounded, of.value);
    const related = [{ place: source.place, message: labels.comparedHere }];
    const fixes =
      bounded.layer === undefined || bounded.activation === undefined
        ? []
        : activationFix(bounded.layer, name, 'linear');
    report.at(
      bounded.layer?.source ?? source,
      say.logitsBounded,
      { penalty: call.definition.name, ending: name, range: bounded.range },
      { related, fixes },
    );
  }
};

/** Last activations that leave out a part of the data's range, cannot leave it, or lie partly where no data are. */
export const outputActivations: Check = (facts, report) => {
  for (const {
    call: { definition },
    output,
    target,
    source,
  } of facts.likelihoods) {
    const variable = variableOf(facts, target);
    if (definition.link !== 'linear' || definition.logarithmic === true || variable === undefined) continue;
    const domain = modelDomain(variable);
    const [low, high] = rangeOf(variable);
    const beside = {
      related: [
        { place: variable.source.place, message: labels.declaredHere },
        { place: source.place, message: labels.comparedHere },
      ],
    };
    for (const one of endings(facts, output)) {
      const { layer, activation, range } = one;
      if (layer === undefined) continue;
      const facts_ = { ending: endingName(one, output), variable: variable.name, range, domain };
      const exact = builtins.activation.find((a) => a.range[0] === low && a.range[1] === high && a.dies !== true)?.name;
      const better = exact ?? 'linear';
      const fixes = activation === undefined ? [] : activationFix(layer, endingName(one, output), better);
      if (range[0] > low || range[1] < high)
        report.at(layer.source, say.cannotReach, { ...facts_, better }, { ...beside, fixes });
      else if (activation?.definition.ofVectors === true && domain.kind !== 'distribution')
        report.at(layer.source, say.sumsToOne, { ...facts_, better }, { ...beside, fixes });
      else if (activation?.definition.dies === true && low === 0 && Number.isFinite(high))
        report.at(layer.source, say.deadOutputs, { ...facts_, better }, { ...beside, fixes });
      else if (
        activation !== undefined &&
        exact !== undefined &&
        (range[0] < low || range[1] > high) &&
        range.every(Number.isFinite)
      )
        report.at(layer.source, say.reachesBeyond, { ...facts_, better }, { ...beside, fixes });
    }
  }
};

const rangeOf = (variable: Variable): readonly [low: number, high: number] => boundsOf(modelDomain(variable));

/** Penalties whose formula needs activations in an open range, or that miss what they are for on those of others. */
export const penaltyRanges: Check = (facts, report) => {
  for (const { call, source, factor } of facts.penalties) {
    const { needsRange: range, prefers } = call.definition;
    if (factor !== undefined && factor < 0) continue;
    const of = call.args['of'];
    const expr = typeof of === 'object' && 'kind' in of && of.kind === 'expression' ? of.value : undefined;
    if (expr === undefined || expr.kind !== 'tensor' || isTensor(of)) continue;
    const [end, ...others] = endings(facts, expr);
    const layer = end?.layer;
    const [low, high] = end?.range ?? [-Infinity, Infinity];
    const beside = layer === undefined ? [] : [{ place: layer.source.place, message: labels.thisLayer }];
    if (range !== undefined && (low < range[0] || high > range[1])) {
      const better = builtins.activation.find(
        (a) => a.range[0] >= range[0] && a.range[1] <= range[1] && a.dies !== true,
      )!.name;
      const fixes =
        layer === undefined || end?.activation === undefined ? [] : activationFix(layer, endingName(end, expr), better);
      const facts_ = {
        penalty: call.definition.name,
        needs: range,
        better,
        ...(end?.activation === undefined ? {} : { ending: endingName(end, expr), range: [low, high] as const }),
      };
      report.at(source, say.outsideOfFormula, facts_, { related: beside, fixes });
    } else if (
      prefers === 'zeros' &&
      others.length === 0 &&
      end?.activation !== undefined &&
      end.activation.definition.zero !== true &&
      layer !== undefined &&
      Number.isFinite(low)
    ) {
      report.at(
        source,
        say.noZeros,
        { penalty: call.definition.name, ending: endingName(end, expr), range: [low, high] },
        { related: beside, fixes: activationFix(layer, endingName(end, expr), 'relu') },
      );
    } else if (prefers === 'positive' && others.length === 0 && low < 0 && layer !== undefined) {
      report.at(
        source,
        say.meansCancel,
        {
          penalty: call.definition.name,
          ending: end?.activation === undefined ? 'no activation' : endingName(end, expr),
        },
        { related: beside },
      );
    }
  }
};

/** The edit that changes a written activation; none where it is a default, or the parameter of a block. */
export function activationFix({ syntax, source }: Layer, from: string, to: string): readonly PlacedFix[] {
  if (syntax === undefined) return [];
  const own = 'text' in syntax.callee && syntax.callee.text === from ? syntax.callee.span : undefined;
  const argument = syntax.args.find(
    ({ value }) =>
      (value.kind === 'path' && value.parts.length === 1 && value.parts[0]!.text === from) ||
      (value.kind === 'call' && value.callee.text === from),
  );
  const span = own ?? argument?.value.span;
  return span === undefined ? [] : [change({ unit: source.place.unit, span }, to)];
}
