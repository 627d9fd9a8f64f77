/** What elaboration carries along: the source at hand, the names in scope, the diagnostics found. */
import type { ArgValue } from '../../builtins/arguments.js';
import { codes, type DiagnosticCode } from '../../diagnostics/codes.js';
import { diagnosticOf, type Diagnostic, type Message, type Place, type Related } from '../../diagnostics/diagnostic.js';
import { nearest } from '../../diagnostics/spelling.js';
import type { BlockDecl, Span } from '../../parser/ast.js';
import type { Source } from '../model/model.js';
import { knownElsewhere } from './elsewhere.js';

/** A parsed file with its text: what spans refer to. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[];
}

export function sourceFile(file: string, text: string): SourceFile {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { file, text, lineStarts };
}

/** The line of an offset, counted from 0. */
function lineOf({ lineStarts }: SourceFile, offset: number): number {
  let [low, high] = [0, lineStarts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A block, the file it was written in, and the blocks that can be used there. */
export interface Block {
  readonly declaration: BlockDecl;
  readonly from: SourceFile;
  readonly blocks: ReadonlyMap<string, Block>;
}

/** Stands for a value that an error left undefined: whatever uses it says nothing more. */
export const broken = { kind: 'broken' } as const;

/** The value of a parameter or `let`. */
export type Constant = number | boolean | string | ArgValue | typeof broken;

export const isBroken = (value: Constant | undefined): boolean => value === broken;

export interface Scope {
  readonly file: SourceFile;
  readonly constants: ReadonlyMap<string, Constant>;
  readonly blocks: ReadonlyMap<string, Block>;
  /** Uses of blocks around this place, innermost last. */
  readonly through: readonly Place[];
}

export type { Message };

/** Lines with syntax errors: what the parser made of them is a guess, so nothing more is said there. */
export class Wounds {
  readonly #lines = new Map<string, Set<number>>();

  constructor(
    private readonly files: ReadonlyMap<string, SourceFile>,
    errors: readonly Diagnostic[],
    /** Files with so many errors that not all of them are known. */
    private readonly lost: ReadonlySet<string>,
  ) {
    for (const { place, severity } of errors) {
      const file = files.get(place.file);
      if (file === undefined || severity !== 'error') continue;
      const lines = this.#lines.get(place.file) ?? new Set();
      this.#lines.set(place.file, lines.add(lineOf(file, place.span.start)));
    }
  }

  touch({ file: name, span }: Place): boolean {
    if (this.lost.has(name)) return true;
    const [file, lines] = [this.files.get(name), this.#lines.get(name)];
    if (file === undefined || lines === undefined) return false;
    const last = lineOf(file, Math.max(span.start, span.end - 1));
    for (let line = lineOf(file, span.start); line <= last; line++) if (lines.has(line)) return true;
    return false;
  }
}

/** Misspellings beyond this many are reported without a guess at what was meant, which takes longest. */
const mostGuesses = 200;

/** A short file can stand for a long model: layers by repetition, relations by `all`. Of a file, no more than this is written out. */
const mostWrittenOut = 200_000;

/** How much has been written out of a file so far. */
export class Work {
  #done = 0;

  /** Layers, blocks and repetitions written out, and weights that statements stand for. */
  get done(): number {
    return this.#done;
  }

  add(count: number): void {
    this.#done += count;
  }
}

export class Reporter {
  readonly #found: Diagnostic[] = [];
  readonly #keys = new Set<string>();
  #failed = false;

  #guesses = 0;

  /**
   * @param wounded whether syntax errors may have swallowed declarations that names refer to
   * @param searchesFixes whether changes that mend are searched for
   * @param work what the autoencoders of a file share
   */
  constructor(
    private readonly wounds?: Wounds,
    readonly wounded = false,
    readonly searchesFixes = true,
    readonly work = new Work(),
  ) {}

  get diagnostics(): readonly Diagnostic[] {
    return this.#found;
  }

  /** Whether there is a mistake, so that something missing may be its consequence. */
  get failed(): boolean {
    return this.#failed || this.wounded;
  }

  /** Whether so much more may be written out; complains once where it may not. */
  room(scope: Scope, span: Span, count = 1): boolean {
    const before = this.work.done;
    this.work.add(count);
    if (this.work.done <= mostWrittenOut) return true;
    if (before > mostWrittenOut) return false;
    this.report(scope, 'AE1007', span, {
      title: `the file stands for more than ${mostWrittenOut.toLocaleString('en')} layers and relations`,
      cause: 'Blocks, repetitions and names of whole networks are written out, and this is where the limit was passed.',
      hint: 'repeat less often, or name fewer weights',
    });
    return false;
  }

  /** What a word may have been meant as. */
  guess(scope: Scope, word: string, span: Span, known: () => readonly string[]): Pick<Message, 'hint' | 'fixes'> {
    this.#guesses += 1;
    return this.#guesses > mostGuesses ? {} : suggestion(scope, word, span, known());
  }

  /** Reports at a span of the scope's file; uses of blocks that led there become related places. */
  report(scope: Scope, code: DiagnosticCode, span: Span, message: Message): void {
    const { severity } = codes[code];
    // A clause that is not compiled yet is no mistake: the model is whole.
    if (severity === 'error' && code !== 'AE5001') this.#failed = true;
    const place = { file: scope.file.file, span };
    if (this.wounds?.touch(place) === true) return;
    // A block that is used several times has its mistakes once.
    const key = `${code} ${place.file} ${span.start} ${message.title}`;
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    const uses = [...scope.through].reverse().map((use): Related => ({ place: use, message: 'used here' }));
    this.#found.push(diagnosticOf(code, place, { ...message, related: [...(message.related ?? []), ...uses] }));
  }
}

/** The scope of a message about something that was written at `source`, maybe inside a block of another file. */
export const scopeAt = (scope: Scope, { place, through }: Source): Scope => ({ ...scope, file: { ...scope.file, file: place.file }, through });

/** Line and column (from 1) and the trimmed text of the line. */
export function sourceAt(scope: Scope, span: Span): Source {
  const { text, file, lineStarts } = scope.file;
  const line = lineOf(scope.file, span.start);
  const start = lineStarts[line]!;
  return {
    file,
    line: line + 1,
    column: span.start - start + 1,
    text: text.slice(start, lineStarts[line + 1] ?? text.length).trim(),
    place: { file, span },
    through: scope.through,
  };
}

/** `did you mean …?` and the edit, where a known word is near. */
export function suggestion(scope: Scope, word: string, span: Span, known: readonly string[]): Pick<Message, 'hint' | 'fixes'> {
  const near = knownElsewhere(word, known) ?? nearest(word, known);
  if (near === undefined) return known.length === 0 || known.length > 6 ? {} : { hint: known.length === 1 ? `there is only \`${known[0]!}\`` : `there are ${listed(known.map((k) => `\`${k}\``))}` };
  return {
    hint: `did you mean \`${near}\`?`,
    fixes: [{ title: `change to \`${near}\``, edits: [{ place: { file: scope.file.file, span }, newText: near }] }],
  };
}

/** `a`, `a or b`, `a, b or c`. */
export const oneOf = (words: readonly string[]): string => joined(words, 'or');

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string => joined(words, 'and');

/** Of very many words, the first. */
function joined(words: readonly string[], conjunction: string): string {
  const [shown, more] = words.length > 20 ? [words.slice(0, 16), words.length - 16] : [words, 0];
  if (more > 0) return `${shown.join(', ')} ${conjunction} ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${conjunction} ${shown.at(-1)!}`;
}
