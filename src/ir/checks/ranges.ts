/** Likelihoods against domains, activations against likelihoods, data and penalties. */
import { isTensor } from '../../builtins/arguments.js';
import { builtins } from '../../builtins/index.js';
import type { Fix } from '../../diagnostics/diagnostic.js';
import { oneOf } from '../elaborate/context.js';
import { endingsOf, readingOf, type Ending } from '../model/endings.js';
import { activationOf, type Layer, type Variable } from '../model/model.js';
import type { Check, Reconstruction } from './check.js';

const domainInWords = { real: 'real numbers', interval: 'values in [0, 1]', binary: 'binary values', category: 'a category' } as const;

const showDomain = (domain: Variable['domain']): string =>
  domain.kind === 'interval' ? `values in [${domain.low}, ${domain.high}]` : domain.kind === 'category' ? `${domain.classes} classes` : domainInWords[domain.kind];

/** `[-1, ∞)`, as a range is written. */
const interval = ([low, high]: readonly [number, number]): string =>
  `${low === -Infinity ? '(-∞' : `[${low}`}, ${high === Infinity ? '∞)' : `${high}]`}`;

const bernoulliLike = (definition: Reconstruction['likelihood']['definition']): boolean => !definition.domains.includes('real') && definition.domains.includes('interval');

/** A likelihood that gives the data probability zero, or none at all. */
function misfits({ domain, preprocessing }: Variable, { likelihood: { definition } }: Reconstruction): boolean {
  if (!definition.domains.includes(domain.kind)) return true;
  const unit = domain.kind !== 'interval' || (domain.low >= 0 && domain.high <= 1);
  return bernoulliLike(definition) && (!unit || preprocessing !== undefined);
}

/** Likelihoods against domains. */
export const domains: Check = ({ model, reconstructions, text }, report) => {
  for (const term of reconstructions) {
    const variable = model.variables.find((v) => v.name === term.variable)!;
    const { definition } = term.likelihood;
    if (!misfits(variable, term)) continue;
    const { place } = variable.source;
    const undeclared = variable.domain.kind === 'real' && !/\bin\b/.test(text.slice(place.span.start, place.span.end)) && variable.preprocessing === undefined && bernoulliLike(definition);
    const fitting = builtins.likelihood.filter((l) => l.domains.includes(variable.domain.kind) && !bernoulliLike(l)).map((l) => `\`by ${l.name}\``);
    report('AE4004', term.source, {
      title: `\`${definition.name}\` is no distribution of \`${variable.name}\``,
      cause: variable.preprocessing === undefined ? `It describes ${oneOf(definition.domains.map((d) => domainInWords[d]))}.` : `After \`${variable.preprocessing.definition.name}\` the values may be any number.`,
      expected: oneOf(definition.domains.map((d) => domainInWords[d])),
      found: variable.preprocessing === undefined ? showDomain(variable.domain) : 'real numbers',
      hint: undeclared ? 'declare the range that the data have, `in [0, 1]`, or use another likelihood' : `use ${fitting[0] ?? 'another likelihood'}`,
      related: [{ place, message: 'declared here' }],
      fixes: undeclared ? [{ title: 'declare `in [0, 1]`', edits: [{ place: { file: place.file, span: { start: place.span.end, end: place.span.end } }, newText: ' in [0, 1]' }] }] : [],
    });
  }
};

/** Outputs that a likelihood takes neither as its mean nor as logits, because an activation bounds them. */
export const squashedOutputs: Check = ({ model, reconstructions, layer: layerOf }, report) => {
  for (const term of reconstructions) {
    const variable = model.variables.find((v) => v.name === term.variable)!;
    const { definition } = term.likelihood;
    const endings = endingsOf(layerOf, term.output);
    if (misfits(variable, term) || readingOf(definition, endings) !== undefined) continue;
    const bounded = endings.find(({ activation, range }) => range.some(Number.isFinite) && !definition.accepts.includes(activation?.definition.name ?? '')) ?? endings.find(({ range }) => range.some(Number.isFinite))!;
    const { layer, activation, range } = bounded;
    const name = endingName(bounded);
    const own = definition.accepts.includes(activation?.definition.name ?? '');
    const accepted = definition.accepts.map((a) => `\`${a}\``).join(' or ');
    report('AE4005', layer?.source ?? term.source, {
      title: own ? `\`${definition.name}\` cannot tell what the output is: not all of it is what \`${name}\` gave` : `\`${name}\` in front of \`${definition.name}\` cannot give every probability`,
      cause: `\`${definition.name}\` takes its output as the mean where all of it ends with ${accepted}${definition.ofVectors === true ? ' along its last axis' : ''}, and as logits where it may be any number; squashed twice, it would reach neither.`,
      expected: `${accepted}, or no activation`,
      found: `\`${name}\`, with values in ${interval(range)}`,
      hint: own ? `end the whole output with \`${definition.link}\`, or none of it` : `end with \`${definition.link}\``,
      related: [{ place: variable.source.place, message: 'declared here' }, { place: term.source.place, message: 'and compared here' }],
      fixes: layer === undefined || activation === undefined || own ? [] : activationFix(layer, name, definition.link),
    });
  }
};

/** Last activations that leave out a part of the data's range. */
export const outputActivations: Check = ({ model, reconstructions, layer: layerOf }, report) => {
  for (const term of reconstructions) {
    const variable = model.variables.find((v) => v.name === term.variable)!;
    if (term.likelihood.definition.link !== 'linear' || misfits(variable, term)) continue;
    const wanted = rangeOf(variable);
    const short = endingsOf(layerOf, term.output).find(({ layer, range: [low, high] }) => layer !== undefined && (low > wanted[0] || high < wanted[1]));
    if (short?.layer === undefined) continue;
    const name = endingName(short);
    const better = builtins.activation.find((a) => a.range[0] === wanted[0] && a.range[1] === wanted[1])?.name ?? 'linear';
    report('AE4015', short.layer.source, {
      title: `\`${name}\` cannot reach all values of \`${variable.name}\``,
      cause: `Its values lie in ${interval(short.range)}.`,
      expected: `an activation that covers ${variable.preprocessing === undefined ? showDomain(variable.domain) : 'real numbers'}`,
      found: `\`${name}\`, with values in ${interval(short.range)}`,
      hint: `end with \`${better}\``,
      related: [{ place: variable.source.place, message: 'declared here' }],
      fixes: short.activation === undefined ? [] : activationFix(short.layer, name, better),
    });
  }
};

const endingName = ({ activation, layer }: Ending): string => activation?.definition.name ?? layer?.definition.name ?? 'it';

const rangeOf = ({ domain, preprocessing }: Variable): readonly [number, number] =>
  preprocessing !== undefined ? [-Infinity, Infinity] : domain.kind === 'interval' ? [domain.low, domain.high] : domain.kind === 'binary' ? [0, 1] : [-Infinity, Infinity];

/** Penalties whose formula needs activations in an open range. */
export const penaltyRanges: Check = ({ penalties, layer: layerOf }, report) => {
  for (const { call, source } of penalties) {
    const range = call.definition.needsRange;
    if (range === undefined) continue;
    const target = call.args['of'];
    if (!isTensor(target)) continue;
    const layer = target.kind === 'layer' ? layerOf(target.id) : undefined;
    const activation = layer === undefined ? undefined : activationOf(layer);
    const [low, high] = activation?.definition.range ?? [-Infinity, Infinity];
    if (low >= range[0] && high <= range[1]) continue;
    const better = builtins.activation.find((a) => a.range[0] >= range[0] && a.range[1] <= range[1])!.name;
    report('AE4006', source, {
      title: `\`${call.definition.name}\` needs activations in (${range.join(', ')})`,
      cause: 'It compares mean activations with a probability.',
      expected: `a layer that ends with \`${better}\``,
      found: activation === undefined ? 'a tensor without an activation' : `\`${activation.definition.name}\`, with values in ${interval([low, high])}`,
      hint: `give the layer \`${better}\`, or use \`squared_sparsity\``,
      ...(layer === undefined ? {} : { related: [{ place: layer.source.place, message: 'this layer' }], fixes: activation === undefined ? [] : activationFix(layer, activation.definition.name, better) }),
    });
  }
};

/** The edit that changes a written activation; none where it is a default, or the parameter of a block. */
function activationFix({ syntax, source }: Layer, from: string, to: string): readonly Fix[] {
  if (syntax === undefined) return [];
  const own = 'text' in syntax.callee && syntax.callee.text === from ? syntax.callee.span : undefined;
  const argument = syntax.args.find(({ value }) => (value.kind === 'path' && value.parts.length === 1 && value.parts[0]!.text === from) || (value.kind === 'call' && value.callee.text === from));
  const span = own ?? argument?.value.span;
  return span === undefined ? [] : [{ title: `change \`${from}\` to \`${to}\``, edits: [{ place: { file: source.place.file, span }, newText: to }] }];
}
