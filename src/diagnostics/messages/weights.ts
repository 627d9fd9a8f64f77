/** Of ties, constraints and copies. */
import { message } from '../finding.js';
import { q, sentence, sizes } from '../phrases.js';

/** `reachable`: some order of axes brings one into the form of the other. `argument`: it is the `tied:` of a layer. */
export const cannotTie = message<{
  readonly weight: string;
  readonly of: string;
  readonly adjoint: boolean;
  readonly needed: readonly number[];
  readonly given: readonly number[];
  readonly reachable: boolean;
  readonly argument: boolean;
}>('cannot-tie', 'AE3003', ({ weight, of, adjoint, needed, given, reachable, argument }) => ({
  title: `${q(weight)} cannot be ${q(of)}${adjoint ? ' transposed' : ''}`,
  cause: 'Tied kernels are one matrix, so their shapes must agree; biases are never tied.',
  expected: sizes(needed),
  found: reachable ? sizes(given) : `${sizes(given)}, which no transposition brings there`,
  hint: argument ? 'give both layers mirrored sizes' : 'tie layers that mirror each other',
}));

export const tiedToNothing = message<{ readonly layer: string; readonly partner: string }>(
  'tied-to-nothing',
  'AE3003',
  ({ layer, partner }) => ({
    title: `${q(layer)} is tied to ${q(partner)}, which has no kernel`,
    cause: 'Tied kernels are one matrix.',
    expected: 'a layer with a kernel',
    found: q(partner),
    hint: 'name a layer such as `dense` or `conv`',
  }),
);

export const tiedTwice = message<{ readonly weight: string }>('tied-twice', 'AE3003', ({ weight }) => ({
  title: `${q(weight)} is tied twice`,
  cause: 'It is stored nowhere, so it can be one other weight alone.',
  expected: 'one tie',
  found: 'two',
  hint: 'remove one of them',
}));

export const tiedToItself = message<{
  readonly weight: string;
  readonly round: readonly string[];
  readonly longer: boolean;
}>('tied-to-itself', 'AE3003', ({ weight, round, longer }) => ({
  title: `${q(weight)} would be tied to itself`,
  cause:
    round.length === 2
      ? 'A kernel cannot be its own tie.'
      : `The ties go round: ${round.map(q).join(' is ')}${longer ? ' …' : ''}.`,
  expected: 'a tie to a kernel that is stored',
  found: `${q(round[0] ?? '')} = ${q(round[1] ?? '')}`,
  hint: 'remove one of the ties',
}));

export const transformsOne = message<{ readonly transform: string; readonly found: number }>(
  'transforms-one',
  'AE2006',
  ({ transform, found }) => ({
    title: `${q(transform)} is of one weight`,
    cause: 'A tied weight is one other weight.',
    expected: '1',
    found: found === 0 ? 'nothing' : String(found),
    hint: `for example \`${transform}(encoder.code.kernel)\``,
  }),
);

export const cannotConstrain = message<{
  readonly constraint: string;
  readonly weight: string;
  readonly summary: string;
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}>('cannot-constrain', 'AE3006', ({ constraint, weight, summary, expected, found, hint }) => ({
  title: `${q(constraint)} cannot hold for ${q(weight)}`,
  cause: sentence(summary),
  expected,
  found,
  hint,
}));

/** Of a `copy`. */
export const cannotCopy = message<{
  readonly from: string;
  readonly to: string;
  readonly lacking: readonly string[];
  readonly differing: readonly string[];
}>('cannot-copy', 'AE3003', ({ from, to, lacking, differing }) => ({
  title: `${q(from)} cannot be copied to ${q(to)}`,
  cause: 'The weights of both have the same names and the same shapes.',
  expected: 'weights of the same names and shapes',
  found:
    lacking.length > 0
      ? `${q(to)} has no ${lacking.map(q).join(', ')}`
      : differing.length > 0
        ? differing.join(', ')
        : 'no weights',
  hint: 'copy between layers or networks that are built alike',
}));

export const copiesToTied = message<{ readonly weight: string; readonly of: string }>(
  'copies-to-tied',
  'AE3003',
  ({ weight, of }) => ({
    title: `${q(weight)} is tied to ${q(of)}, and cannot be copied to`,
    cause: 'It is not stored: a copy would change the other one.',
    expected: 'a weight that is stored',
    found: q(weight),
    hint: `copy to ${q(of)}`,
  }),
);
