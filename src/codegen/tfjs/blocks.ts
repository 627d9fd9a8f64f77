/** The statements of one line of the file, and what they compute whatever it is called: a block. */
import type { Freeing, Statement } from './body.js';
import type { Dead, Room } from './lines.js';
import { tokensOf, textOf, type Token } from './tokens.js';

export type Value = Extract<Statement, { readonly kind: 'value' }>;
type Core = Exclude<Statement, { readonly kind: 'origin' }>;

/** `encoder.conv2`, and no derivative. */
const layer = /^(?!d\.|new\.)[\p{L}_][\p{L}\p{N}_]*\.[^ /]+$/u;

export const isLayer = (name = ''): boolean => layer.test(name);

/** Statements between two lines of the file. */
export interface Segment {
  readonly origin: Extract<Statement, { readonly kind: 'origin' }> | undefined;
  /** Arguments of the function, and numbers of the host: they come first, and need nothing of what follows. */
  readonly lead: readonly Value[];
  readonly core: readonly Core[];
}

/** What comes out of a layer ends a segment too: a line may hold several. */
export function segmentsOf(statements: readonly Statement[]): readonly Segment[] {
  const segments: { origin: Segment['origin']; lead: Value[]; core: Core[] }[] = [];
  let isOut = false;
  for (const statement of statements) {
    const last = segments.at(-1);
    if (statement.kind === 'origin' || last === undefined)
      segments.push({ origin: statement.kind === 'origin' ? statement : undefined, lead: [], core: [] });
    else if (isOut && statement.kind === 'value') segments.push({ origin: last.origin, lead: [], core: [] });
    if (statement.kind !== 'free')
      isOut = statement.kind === 'value' && statement.from === 'tensor' && isLayer(statement.name);
    const { lead, core } = segments.at(-1)!;
    if (statement.kind === 'value' && statement.from !== 'tensor') lead.push(statement);
    else if (statement.kind !== 'origin') core.push(statement);
  }
  return segments;
}

/**
 * What is freed inside of a function, and all that its caller frees behind it, with the bytes that this keeps there longer:
 * where the caller holds a value, freeing a view of it brings nothing.
 */
export function shares(
  dead: readonly Dead[],
  isInside: (id: string) => boolean,
  before: readonly Dead[],
): { readonly inside: readonly Dead[]; readonly outside: readonly Dead[]; readonly bytes: number } {
  let [outside, bytes]: [readonly Dead[], number] = [before, 0];
  const inside = dead
    .filter(({ id }) => isInside(id))
    .map((one): Dead => {
      const at = outside.findLastIndex(({ owner }) => owner === one.owner);
      if (at < 0) return one;
      bytes += one.bytes[0]!;
      outside = outside.with(at, { ...outside[at]!, bytes: [outside[at]!.bytes[0]! + one.bytes[0]!] });
      return { ...one, bytes: [0] };
    });
  const given = dead.filter(({ id }) => !isInside(id));
  return {
    inside,
    outside: [...outside, ...given],
    bytes: given.reduce((sum, one) => sum + one.bytes[0]!, bytes),
  };
}

/** What a name stands for where it is not declared in the block. */
export type Kind = 'tensor' | 'number' | 'Random' | 'Moment';

export interface Param {
  readonly name: string;
  readonly kind: Kind;
  /** What it is declared as; undefined of what the whole function is given. */
  readonly value: Value | undefined;
}

export type BlockStep =
  | { readonly kind: 'value'; readonly value: Value; readonly tokens: readonly Token[]; readonly room: Room }
  | { readonly kind: 'free'; readonly dead: readonly Dead[] };

export interface Block {
  /** The same for blocks that compute alike, but for their literals. */
  readonly key: string;
  /** Expressions as tokens: names are those of the function that the block stands in. */
  readonly steps: readonly BlockStep[];
  /** Numbers and strings. */
  readonly literals: readonly string[];
  /** What it reads, in the order in which it does. */
  readonly params: readonly Param[];
  readonly locals: readonly Value[];
  /** Those locals that are read behind it. */
  readonly returns: readonly Value[];
  /** What else dies in it: its caller frees that. */
  readonly dying: readonly Dead[];
}

/** What a statement takes. */
export const roomOf = ({ live, bytes }: Value): Room => ({ live, top: bytes, own: bytes, nameless: 0 });

export const deadOf = (dead: readonly Freeing[]): readonly Dead[] =>
  dead.map((one) => ({ ...one, bytes: [one.bytes] }));

/** What a function says of the names in it. */
export interface Names {
  readonly declared: ReadonlyMap<string, Value>;
  /** Of what is there besides; undefined of what no other function can be given. */
  readonly given: ReadonlyMap<string, Kind | undefined>;
  /** Whether a name is read outside of a segment. */
  readonly isReadOutside: (name: string, segment: Segment) => boolean;
}

/** Undefined where there is nothing to compute, or where it reads what cannot be handed over. */
export function blockOf(segment: Segment, { declared, given, isReadOutside }: Names): Block | undefined {
  const locals = segment.core.filter((statement) => statement.kind === 'value');
  const own = new Set(locals.map(({ id }) => id));
  const places = new Map<string, string>(locals.map(({ id }, i) => [id, `\u0004l${i}`]));
  const params: Param[] = [];
  const [steps, keys, literals]: [BlockStep[], string[], string[]] = [[], [], []];
  let dying: readonly Dead[] = [];
  /** What the caller frees is there to the end. */
  let held = 0;
  for (const statement of segment.core) {
    if (statement.kind === 'free') {
      const { inside, outside, bytes } = shares(deadOf(statement.dead), (id) => own.has(id), dying);
      dying = outside;
      held += bytes;
      if (inside.length === 0) continue;
      steps.push({ kind: 'free', dead: inside });
      keys.push(`free ${inside.map(({ id }) => places.get(id)!).join(' ')}`);
      continue;
    }
    const tokens = tokensOf(statement.expression);
    for (const { kind, text } of tokens) {
      if (isLiteral(kind)) literals.push(text);
      if (kind !== 'name' || own.has(text) || places.has(text)) continue;
      const value = declared.get(text);
      if (value === undefined && !given.has(text)) continue;
      const type = value === undefined ? given.get(text) : value.from === 'host' ? 'number' : 'tensor';
      if (type === undefined) return undefined;
      places.set(text, `\u0004p${params.length}`);
      params.push({ name: text, kind: type, value });
    }
    const room = roomOf(statement);
    steps.push({ kind: 'value', value: statement, tokens, room: { ...room, live: room.live + held } });
    keys.push(`${places.get(statement.id)!} = ${keyOf(tokens, places)}`);
  }
  const returns = locals.filter(({ id }) => isReadOutside(id, segment));
  if (returns.length === 0) return undefined;
  const key = [params.map(({ kind }) => kind).join(' '), ...keys, ...returns.map(({ id }) => places.get(id)!)].join(
    '\n',
  );
  return { key, steps, literals, params, locals, returns, dying };
}

export const isLiteral = (kind: Token['kind']): boolean => kind === 'number' || kind === 'string';

const keyOf = (tokens: readonly Token[], places: ReadonlyMap<string, string>): string =>
  textOf(
    tokens.map((token) =>
      isLiteral(token.kind)
        ? { ...token, text: `\u0004${token.kind}` }
        : token.kind === 'name'
          ? { ...token, text: places.get(token.text) ?? token.text }
          : token,
    ),
  );
