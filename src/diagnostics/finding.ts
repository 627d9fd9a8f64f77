/**
 * What a stage finds wrong. A finding is data: which message, with which facts, where. The words are a function of
 * the facts (`messages/`), so that tests and editors read facts and only the shells print words.
 */
import type { DiagnosticCode } from './codes.js';
import type { Place } from './place.js';

/** One sentence each, without a full stop in the title. */
export interface Words {
  readonly title: string;
  readonly cause: string;
  readonly expected?: string;
  readonly found?: string;
  /** What to do. */
  readonly hint?: string;
}

/** A message: its code, and its words for the facts of one case. `name` is unique. */
export interface Message<Facts> {
  readonly name: string;
  readonly code: DiagnosticCode;
  say(facts: Facts): Words;
}

export interface RelatedPlace {
  readonly place: Place;
  readonly message: string;
}

export interface PlacedEdit {
  readonly place: Place;
  readonly newText: string;
}

/** A change that mends the cause. */
export interface PlacedFix {
  readonly title: string;
  readonly edits: readonly PlacedEdit[];
}

export interface Finding {
  readonly message: Message<never>;
  readonly facts: object;
  readonly place: Place;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly PlacedFix[];
}

export interface Beside {
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly PlacedFix[];
}

export const finding = <Facts extends object>(message: Message<Facts>, place: Place, facts: Facts, { related = [], fixes = [] }: Beside = {}): Finding =>
  ({ message: message as unknown as Message<never>, facts, place, related, fixes });
