/** What the passes over a text complain of, in bounded memory: a megabyte of `)` is one mistake, not a million. */
import { finding, type Finding, type Message } from '../diagnostics/finding.js';
import type { Place, Span } from '../diagnostics/place.js';

/** A finding whose places are offsets still: of the file, or of a unit. */
export interface Complaint {
  readonly message: Message<never>;
  readonly facts: object;
  readonly span: Span;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  readonly fixes: readonly Repair[];
}

/** A change that mends the cause: what to put where. */
export interface Repair {
  readonly title: string;
  readonly edits: readonly (readonly [Span, string])[];
}

export interface Details {
  readonly related?: Complaint['related'];
  readonly fixes?: readonly Repair[];
}

/** The one way to make a complaint. */
export const complaint = <Facts extends object>(
  message: Message<Facts>,
  span: Span,
  facts: Facts,
  { related = [], fixes = [] }: Details = {},
): Complaint => ({ message: message as unknown as Message<never>, facts, span, related, fixes });

/** The finding that a complaint is, once it is known which unit its places lie in. */
export const placed = ({ message, facts, span, related, fixes }: Complaint, placeOf: (span: Span) => Place): Finding =>
  finding(message as Message<object>, placeOf(span), facts, {
    related: related.map((one) => ({ place: placeOf(one.span), message: one.message })),
    fixes: fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map(([edited, newText]) => ({ place: placeOf(edited), newText })),
    })),
  });

/** What a pass keeps: it finds mistakes nearly in the order of the text, and the first of all passes are shown. */
export const mostKept = 1000;

/** The complaints of one pass. */
export class Complaints {
  readonly #found: Complaint[] = [];
  #firstLost = Infinity;

  /** @param make is not called for what is not kept */
  add(start: number, make: () => Complaint): void {
    if (this.#found.length < mostKept) this.#found.push(make());
    else this.#firstLost = Math.min(this.#firstLost, start);
  }

  get found(): readonly Complaint[] {
    return this.#found;
  }

  /** Where the first one begins that was not kept. */
  get firstLost(): number {
    return this.#firstLost;
  }
}
