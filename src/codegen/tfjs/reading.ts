/** A function before it is printed, and where its names are declared and read. */
import type { Kind, Names, Segment, Value } from './blocks.js';
import type { Statement } from './body.js';
import { tokensOf } from './tokens.js';

/** A function of the module, as far as its statements go. */
export interface Written {
  readonly statements: readonly Statement[];
  /** What it has besides; undefined of what no other function can be given. */
  readonly given: ReadonlyMap<string, Kind | undefined>;
  /** Code in front of the statements and behind them. */
  readonly around: string;
  /** What is in that, by name. */
  readonly outputs: ReadonlyMap<string, string>;
  /** What the update of a weight is called. */
  readonly update: string;
  /** Whether it makes the first weights. */
  readonly isFirst: boolean;
  /** Whether it belongs to training, so that what a step takes is there for it. */
  readonly isTraining: boolean;
  /** Whether it says of every line which one of the file it is; else calls of layers speak for themselves. */
  readonly isTold: boolean;
}

/** Bytes that a function takes at one time. */
export const peakOf = ({ statements }: Written): number =>
  statements.reduce((peak, one) => (one.kind === 'value' ? Math.max(peak, one.live + one.bytes) : peak), 0);

/** Where the names of a function are declared and read. */
export class Reading implements Names {
  readonly declared = new Map<string, Value>();
  readonly given: Names['given'];
  readonly #readers = new Map<string, Set<Segment | undefined>>();

  constructor(
    readonly of: Written,
    readonly segments: readonly Segment[],
    /** Bytes that may be there at one time. */
    readonly most: number,
  ) {
    this.given = of.given;
    for (const segment of segments)
      for (const statement of [...segment.lead, ...segment.core]) {
        if (statement.kind === 'value') this.declared.set(statement.id, statement);
        this.#read(
          statement.kind === 'value' ? statement.expression : statement.dead.map(({ id }) => id).join(' '),
          segment,
        );
      }
    this.#read(of.around, undefined);
  }

  readonly isReadOutside = (name: string, segment: Segment): boolean => this.isReadOutsideOf(name, new Set([segment]));

  isReadOutsideOf(name: string, segments: ReadonlySet<Segment>): boolean {
    return [...(this.#readers.get(name) ?? [])].some((by) => by === undefined || !segments.has(by));
  }

  #read(code: string, by: Segment | undefined): void {
    for (const { kind, text } of tokensOf(code))
      if (kind === 'name') this.#readers.set(text, (this.#readers.get(text) ?? new Set()).add(by));
  }
}
