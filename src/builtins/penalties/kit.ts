/** What several penalties share. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { B, fixed, product, scaleDim } from '../../ir/graph/shape.js';
import type { Param } from '../arguments.js';
import { showExample } from '../layers/shapes.js';
import type { ArgumentTypes, Misfit, PenaltyDefinition, WithLowering } from '../define.js';

type Text = Pick<PenaltyDefinition, 'name' | 'summary' | 'formula' | 'source' | 'examples' | 'params'>;
type Facts = Partial<Omit<PenaltyDefinition, 'category' | 'lowered' | keyof Text>>;

/** A penalty with a lowering; it regularises unless it says otherwise. */
export const penalty = (
  entry: Text & Facts & Pick<WithLowering<PenaltyDefinition>, 'lower'>,
): WithLowering<PenaltyDefinition> => ({ category: 'penalty', regularises: true, ...entry });

/** A penalty without one. */
export const declared = (entry: Text & Facts): PenaltyDefinition => ({
  category: 'penalty',
  lowered: false,
  regularises: true,
  ...entry,
});

const of = { name: 'of', aliases: ['tensor', 'x', 'h', 'inputs'] } as const;

/** A tensor, or weights. */
export const anything: Param = {
  ...of,
  type: { kind: 'expression', orWeights: true, only: 'measured' },
  summary: 'a tensor, or weights',
};
export const tensor: Param = { ...of, type: { kind: 'expression', only: 'measured' }, summary: 'a tensor' };
export const latent: Param = { ...of, type: { kind: 'latent' }, summary: 'a latent' };
export const weights = (summary: string): Param => ({ ...of, type: { kind: 'weights' }, summary });

/** A tensor as observations of its units. */
export interface Observations {
  /** [observations, units] */
  readonly rows: Node;
  /** How many there are. */
  readonly count: Node;
  /** Their values, with zeros in the place of what is padding. */
  counted(of: Node): Node;
}

/**
 * A tensor as observations of its units, which are the last axis: positions of a map are observations like examples, and
 * so are those of a sequence that are there.
 *
 * @param there 1 at the positions that are there, [rows, length], where some are padding
 */
export function observations(b: Builder, h: Node, there?: Node): Observations {
  const positions = product(h.shape.slice(1, -1).map(fixed));
  const rows = b.reshape(h, [scaleDim(B, positions), fixed(h.shape.at(-1))]);
  if (there === undefined) return { rows, count: b.rowsIn(rows), counted: (of) => of };
  const each = b.reshape(there, [...there.shape, ...h.shape.slice(2).map(() => 1)]);
  const column = b.reshape(b.broadcastTo(each, [...h.shape.slice(0, -1), 1]), [rows.shape[0]!, 1]);
  return {
    rows,
    count: b.make('Maximum', [b.sum(column), b.scalar(1)]),
    counted: (of) => b.mul(of, column),
  };
}

export const eye = (b: Builder, n: number): Node =>
  b.constant(
    Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
    [n, n],
  );

/** Its latent is of one of these distributions; where `flows` says so, with nothing behind it. */
export const ofLatent =
  (known: readonly string[], flows: 'with flows' | 'without flows' = 'with flows') =>
  ({ of }: ArgumentTypes): Misfit | undefined => {
    if (of?.latent === undefined) return undefined;
    const { distribution, flows: behind } = of.latent;
    const expected = `a latent that is ${known.map((name) => `\`${name}\``).join(' or ')}`;
    if (!known.includes(distribution))
      return { expected, found: `\`${distribution}\``, hint: 'name another latent, or take another penalty' };
    if (flows === 'with flows' || behind[0] === undefined) return undefined;
    return {
      expected: `${expected}, and no flow behind it`,
      found: `\`through ${behind[0]}\``,
      hint: 'leave out `through`, or take another penalty',
    };
  };

/** Two arguments have one shape. */
export const alike =
  (first: string, second: string) =>
  (types: ArgumentTypes): Misfit | undefined => {
    const [a, b] = [types[first]!.shape, types[second]!.shape];
    if (a.join() === b.join()) return undefined;
    return { expected: showExample(a), found: showExample(b), hint: 'compare tensors of one shape' };
  };
