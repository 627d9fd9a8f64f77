/** Of values that a likelihood, an activation or a penalty cannot have. */
import { message } from '../finding.js';
import { oneOf, q, rounded } from '../phrases.js';

/** A domain as messages are told of it. */
export interface DomainFacts {
  readonly kind: string;
  readonly low?: number;
  readonly high?: number;
  readonly classes?: number;
}

const kinds: Readonly<Record<string, string>> = {
  real: 'real numbers',
  interval: 'values in [0, 1]',
  binary: 'binary values',
  counts: 'counts',
  category: 'a category',
  distribution: 'a distribution over classes',
};

/** `[-1, ∞)`, as a range is written. */
export const interval = (low: number, high: number): string =>
  `${low === -Infinity ? '(-∞' : `[${rounded(low)}`}, ${high === Infinity ? '∞)' : `${rounded(high)}]`}`;

export const showDomain = ({ kind, low, high, classes }: DomainFacts): string => {
  if (kind === 'interval') return `values in ${interval(low ?? -Infinity, high ?? Infinity)}`;
  return kind === 'category' ? `${classes ?? 0} classes` : (kinds[kind] ?? kind);
};

/** `undeclared`: nothing is said of a variable that may well lie in [0, 1]. */
export const noDistributionOf = message<{
  readonly likelihood: string;
  readonly target: string;
  readonly domains: readonly string[];
  readonly found: DomainFacts;
  readonly undeclared: boolean;
  readonly fitting: readonly string[];
  readonly preprocessing?: string;
}>('no-distribution-of', 'AE4004', ({ likelihood, target, domains, found, undeclared, fitting, preprocessing }) => {
  const described = oneOf(domains.map((kind) => kinds[kind] ?? kind));
  return {
    title: `${q(likelihood)} is no distribution of ${q(target)}`,
    cause:
      preprocessing === undefined
        ? `It describes ${described}.`
        : `Behind ${q(preprocessing)} the values are ${showDomain(found)}.`,
    expected: described,
    found: showDomain(found),
    hint: undeclared
      ? 'declare the range that the data have, `in [0, 1]`, or use another likelihood'
      : `use ${fitting.length === 0 ? 'another likelihood' : q(fitting[0]!)}`,
  };
});
