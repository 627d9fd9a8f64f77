/** What a completion is, and how one is made of a keyword, an entry, a name or a value. */
import type { Category, Definition } from '../../builtins/define.js';
import { hasLowering } from '../../builtins/define.js';
import { builtins } from '../../builtins/index.js';
import type { Span } from '../../diagnostics/place.js';
import type { Visible } from '../scope.js';
import { entryText, fallbackOf, headOf, shapeText, signatureOf } from '../words.js';

export type CompletionKind = 'keyword' | 'entry' | 'name' | 'block' | 'argument' | 'value' | 'file' | 'snippet';

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail: string;
  /** Markdown. */
  readonly documentation?: string;
  /** What is written; a snippet has places to fill in, as `${1:name}`. */
  readonly insert: string;
  readonly snippet?: string;
  /** What has been typed of it. */
  readonly span: Span;
  /** Where the word ends that is being typed: what is behind the cursor may be replaced too. */
  readonly until: number;
  /** Those that fit best come first. */
  readonly order: number;
}

/** A completion; one without a span replaces the word that is being typed. */
export type Item = Omit<Completion, 'span' | 'until'> & { readonly span?: Span };

export const keyword = (label: string, detail: string, snippet?: string, order = 0): Item => ({
  label,
  kind: 'keyword',
  detail,
  insert: label,
  ...(snippet === undefined ? {} : { snippet }),
  order,
});

export const keywords = (words: readonly string[], order: number): readonly Item[] =>
  words.map((word) => keyword(word, '', undefined, order));

export const value = (label: string, detail: string): Item => ({
  label,
  kind: 'value',
  detail,
  insert: label,
  order: 0,
});

export const argument = (name: string, detail: string): Item => ({
  label: `${name}:`,
  kind: 'argument',
  detail,
  insert: `${name}: `,
  order: 2,
});

export const nameItem = ({ name, symbol, shape }: Visible, order: number): Item => ({
  label: name,
  kind: 'name',
  detail: `${headOf(symbol)}${shape === undefined ? '' : `  ${shapeText(shape)}`}`,
  insert: name,
  order,
});

export function entryItem(entry: Definition, order: number): Item {
  const needed =
    entry.params.some((param) => fallbackOf(param) === undefined || param.inferred === true) ||
    'size' in entry ||
    'arity' in entry;
  const measures = entry.category === 'penalty' || entry.category === 'function';
  return {
    label: entry.name,
    kind: 'entry',
    detail: signatureOf(entry),
    documentation: entryText(entry),
    insert: entry.name,
    ...(needed || measures ? { snippet: `${entry.name}($1)` } : {}),
    order: hasLowering(entry) ? order : order + 5,
  };
}

/** All entries of a category. */
export const entries = (category: Category, order: number): readonly Item[] =>
  (builtins[category] as readonly Definition[]).map((entry) => entryItem(entry, order));
