/**
 * What a stage finds wrong. A finding is data: which message, with which facts, where. The words are a function of
 * the facts (`messages/`), so that tests and editors read facts and only the shells print words.
 */
import { codes, type DiagnosticCode, type Severity } from './codes.js';
import { sentence } from './phrases.js';
import type { Place } from './place.js';
import { presentable } from './words.js';

/** One sentence each, without a full stop in the title. */
export interface Words {
  readonly title: string;
  readonly cause: string;
  readonly expected?: string;
  readonly found?: string;
  /** What to do. */
  readonly hint?: string;
}

/** A message: its code, and its words for the facts of one case. `name` is unique. Facts are plain data. */
export interface Message<Facts> {
  readonly name: string;
  readonly code: DiagnosticCode;
  say(facts: Facts): Words;
}

export interface RelatedPlace {
  readonly place: Place;
  /** From `messages/labels.ts`. */
  readonly message: string;
}

export interface PlacedEdit {
  readonly place: Place;
  readonly newText: string;
}

/** A change that mends the cause. */
export interface PlacedFix {
  /** From `messages/labels.ts`. */
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

/** The one way to make a message. */
export const message = <Facts extends object>(
  name: string,
  code: DiagnosticCode,
  say: (facts: Facts) => Words,
): Message<Facts> => ({ name, code, say });

/** The one way to make a finding. */
export const finding = <Facts extends object>(
  message: Message<Facts>,
  place: Place,
  facts: Facts,
  { related = [], fixes = [] }: Beside = {},
): Finding => ({ message: message as unknown as Message<never>, facts, place, related, fixes });

export const severityOf = ({ message }: Finding): Severity => codes[message.code].severity;

/** What a finding says, fit to be shown: each part one short line. */
export function wordsOf({ message, facts }: Finding): Words {
  const { title, cause, expected, found, hint } = (message.say as (facts: object) => Words)(facts);
  return {
    title: presentable(title, 'title'),
    cause: presentable(cause),
    ...(expected === undefined ? {} : { expected: presentable(expected) }),
    ...(found === undefined ? {} : { found: presentable(found) }),
    ...(hint === undefined ? {} : { hint: presentable(sentence(hint)) }),
  };
}
