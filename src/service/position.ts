/** Where in a statement an offset is, of whatever has been typed so far: the brackets and words in front of it. */
import type { Span } from '../diagnostics/place.js';
import { isOneOf, networkRoles } from '../parser/keywords.js';
import type { Unit } from '../parser/ast.js';

/** What stands in braces. */
export type Surrounding = 'file' | 'import' | 'autoencoder' | 'body' | 'network' | 'train' | 'phase' | 'player';

/** Parentheses of a call, or brackets, that are open. */
export interface OpenCall {
  /** Absent of brackets, and of parentheses that group. */
  readonly callee?: string;
  /** Where the callee begins in the unit. */
  readonly at: number;
  readonly bracket: '(' | '[';
  /** Names of the arguments so far. */
  readonly named: readonly string[];
  /** Commas in front. */
  readonly index: number;
  /** The name of the argument at hand. */
  readonly name?: string;
  /** Whether the argument at hand has been begun. */
  readonly begun: boolean;
}

export interface Position {
  readonly surrounding: Surrounding;
  /** Words and signs of the statement in front of what is being typed, those in closed brackets left out. */
  readonly words: readonly string[];
  /** Innermost last. */
  readonly calls: readonly OpenCall[];
  /** What is being typed, and where it stands in the unit. */
  readonly prefix: string;
  readonly span: Span;
  /** The path in front of a last dot. */
  readonly path: readonly string[];
  /** Where the last name of that path ends. */
  readonly pathEnd: number;
  /** In a comment, a string, or behind a number: nothing is to be completed. */
  readonly blocked: 'comment' | 'string' | 'number' | undefined;
  /** Where the statement begins. */
  readonly start: number;
}

const name = /[\p{L}\p{N}_]/u;

export function positionIn({ text, tokens, comments }: Unit, offset: number): Position {
  let from = offset;
  while (from > 0 && name.test(text[from - 1]!)) from--;
  const prefix = text.slice(from, offset);
  const inside = tokens.find(
    ({ start, end, role }) =>
      start < offset && (offset < end || (role === 'string' && offset === end && !closed(text.slice(start, end)))),
  );
  const inComment = comments.some(({ span }) => span.start < offset && offset <= span.end);
  const blocked = inComment
    ? 'comment'
    : inside?.role === 'string'
      ? 'string'
      : /^\d/.test(prefix)
        ? 'number'
        : undefined;
  const path: string[] = [];
  let [at, pathEnd] = [from, from];
  while (text[at - 1] === '.' && at > 0) {
    const end = at - 1;
    let start = end;
    while (start > 0 && name.test(text[start - 1]!)) start--;
    if (start === end) break;
    if (path.length === 0) pathEnd = end;
    path.unshift(text.slice(start, end));
    at = start;
  }
  const scan = new Scan(text);
  for (const { role, start, end } of tokens) {
    if (start >= at) break;
    if (role === 'comment' || role === 'documentation') continue;
    scan.take(text.slice(start, Math.min(end, at)), start);
  }
  scan.lines(at);
  return { ...scan.result(), prefix, span: { start: from, end: offset }, path, pathEnd, blocked };
}

const closed = (string: string): boolean => string.length > 1 && string.endsWith('"');

class Scan {
  readonly #around: Surrounding[] = ['file'];
  #words: string[] = [];
  #calls: { -readonly [K in keyof OpenCall]: OpenCall[K] }[] = [];
  /** The last word, and where it stands: a callee if a parenthesis follows. */
  #last: { readonly text: string; readonly at: number } | undefined;
  #seen = 0;
  #start = 0;

  constructor(private readonly text: string) {}

  take(token: string, start: number): void {
    this.lines(start);
    this.#seen = start + token.length;
    if (this.#words.length === 0) this.#start = start;
    const call = this.#calls.at(-1);
    if (token === '(' || token === '[') {
      const callee =
        token === '(' && this.#last !== undefined && name.test(this.#last.text.at(-1)!) ? this.#last : undefined;
      if (call !== undefined) call.begun = true;
      this.#calls.push({
        bracket: token,
        at: callee?.at ?? start,
        named: [],
        index: 0,
        begun: false,
        ...(callee === undefined ? {} : { callee: callee.text }),
      });
    } else if (token === ')' || token === ']') {
      const closed = this.#calls.pop();
      // A list is a word of the statement; a call is its callee.
      if (this.#calls.length === 0 && closed !== undefined && closed.callee === undefined) this.#words.push(token);
    } else if (token === '{') this.#open();
    else if (token === '}') {
      const closed = this.#around.length > 1 ? this.#around.pop() : undefined;
      // The names of an import are one statement with what follows.
      if (closed !== 'import') this.#end();
    } else if (token === ';') this.#end();
    else if (call !== undefined) this.#argument(call, token);
    else this.#words.push(token);
    this.#last = { text: token, at: start };
  }

  #argument(call: { -readonly [K in keyof OpenCall]: OpenCall[K] }, token: string): void {
    if (token === ',') {
      call.index += 1;
      call.begun = false;
      delete call.name;
    } else if (token === ':' && this.#last !== undefined) {
      call.name = this.#last.text;
      call.named = [...call.named, this.#last.text];
      call.begun = false;
    } else call.begun = true;
  }

  /** Ends of lines before an offset end the statement, outside of brackets. */
  lines(until: number): void {
    if (this.#calls.length > 0 || this.#words.length === 0) return;
    if (/[\r\n]/.test(this.text.slice(this.#seen, until)) && this.text[until] !== '{') this.#end();
  }

  #open(): void {
    const [first, second] = this.#words;
    const around = this.#around.at(-1)!;
    const word = first ?? '';
    this.#around.push(
      word === 'import'
        ? 'import'
        : around === 'file'
          ? word === 'autoencoder'
            ? 'autoencoder'
            : 'body'
          : word === 'train' && around === 'autoencoder'
            ? 'train'
            : (word === 'phase' || word === 'player') && second !== ':'
              ? word
              : around === 'autoencoder' && isOneOf(networkRoles, word)
                ? 'network'
                : 'body',
    );
    if (word !== 'import') this.#end();
  }

  #end(): void {
    this.#words = [];
    this.#calls = [];
    this.#last = undefined;
  }

  result(): Pick<Position, 'surrounding' | 'words' | 'calls' | 'start'> {
    return { surrounding: this.#around.at(-1)!, words: this.#words, calls: this.#calls, start: this.#start };
  }
}
