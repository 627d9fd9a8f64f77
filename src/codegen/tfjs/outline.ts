/**
 * What several places of a module compute alike becomes a function of its own: the update of weights, a layer wherever it
 * is called, its derivative, the layers of a network. The kernels that run are the same, in the same order.
 */
import { blockOf, segmentsOf, type Kind, type Names, type Segment, type Value } from './blocks.js';
import { freed, isFree, linesOf, type Statement } from './body.js';
import { alike, helperOf, isWorth, typeOf, type Call, type Helper } from './helpers.js';
import { Identifiers } from './identifiers.js';
import { nested, type Step } from './nested.js';
import { networksIn, type Layer, type Network } from './networks.js';
import { replaced, tokensOf, widthOf } from './tokens.js';
import { loopOf, outputOf, type Moved, type UpdatePlace } from './updates.js';

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
  /** Whether it says of every line which one of the file it is; else calls of layers speak for themselves. */
  readonly isTold: boolean;
}

/** The statements of a function as lines. */
export interface Outlined {
  readonly lines: readonly string[];
  /** Of names that the result alone reads what stands for them there. */
  readonly inResult: ReadonlyMap<string, string>;
  /** Where updates are made by functions of the state: the state behind the last, and the outputs that are in it. */
  readonly moved?: { readonly state: string; readonly ids: ReadonlySet<string> };
}

/** The statements of each function as lines, and the functions that they call. `taken` are names of the module. */
export function outlined(
  functions: readonly Written[],
  taken: readonly string[],
): { readonly bodies: readonly Outlined[]; readonly helpers: readonly Helper[] } {
  const segments = functions.map(({ statements }) => segmentsOf(statements));
  const places = functions.map((of, i) => new Reading(of, segments[i]!));
  const layers = functions.map((_, i) =>
    segments[i]!.map((segment): Layer => ({ segment, block: blockOf(segment, places[i]!) })),
  );
  const groups = new Map<string, UpdatePlace[]>();
  for (const [of, { update, isFirst }] of functions.entries())
    for (const [at, { segment, block }] of layers[of]!.entries()) {
      if (block === undefined) continue;
      const { line, entry, instead } = segment.origin ?? {};
      const place = { block, line, entry, instead, update, isFirst, segment, of, at };
      const group = groups.get(block.key);
      if (group === undefined) groups.set(block.key, [place]);
      else group.push(place);
    }
  const values = functions.flatMap(({ statements }) => statements.filter((one) => one.kind === 'value'));
  const most = values.reduce((peak, { live, bytes }) => Math.max(peak, live + bytes), 0);
  const names = new Identifiers();
  // A name that a function declares would hide one of the module.
  for (const name of new Set([...taken, ...values.map(({ id }) => id)])) names.fresh(name);
  const outputs = functions.map((of, i) => outputOf(of.outputs, of.around, segments[i]!));
  const calls = new Map<Segment, Call>();
  const moved: Moved[] = [];
  const shared = [...groups.values()].flatMap((group) => alike(group) as readonly UpdatePlace[][]).filter(isWorth);
  const helpers = shared.map((group) => {
    const loop = loopOf(group, segments, names, most, (of, id, segment) => outputs[of]!(id, segment));
    if (loop !== undefined) {
      moved.push(...loop.moved);
      return loop.helper;
    }
    const { helper, call } = helperOf(group, names, most);
    for (const [i, { segment, block }] of group.entries()) calls.set(segment, call(block, i));
    return helper;
  });
  const networks = networksIn(layers, (of, name, some) => places[of]!.isReadOutsideOf(name, some), names);
  const context = { calls, most, networks, moved };
  return {
    bodies: functions.map((_, i) => printed(i, places[i]!, context)),
    helpers: [...networks.map((network) => networkHelper(network, places, context)), ...helpers],
  };
}

/** Where the names of a function are declared and read. */
class Reading implements Names {
  readonly declared = new Map<string, Value>();
  readonly given: Names['given'];
  readonly #readers = new Map<string, Set<Segment | undefined>>();

  constructor(
    readonly of: Written,
    readonly segments: readonly Segment[],
  ) {
    this.given = of.given;
    for (const segment of segments)
      for (const statement of [...segment.lead, ...segment.core]) {
        if (statement.kind === 'value') this.declared.set(statement.id, statement);
        this.#read(statement.kind === 'value' ? statement.expression : statement.ids.join(' '), segment);
      }
    this.#read(of.around, undefined);
  }

  readonly isReadOutside = (name: string, segment: Segment): boolean =>
    [...(this.#readers.get(name) ?? [])].some((by) => by !== segment);

  isReadOutsideOf(name: string, segments: ReadonlySet<Segment>): boolean {
    return [...(this.#readers.get(name) ?? [])].some((by) => by === undefined || !segments.has(by));
  }

  #read(code: string, by: Segment | undefined): void {
    for (const { kind, text } of tokensOf(code))
      if (kind === 'name') this.#readers.set(text, (this.#readers.get(text) ?? new Set()).add(by));
  }
}

/** What is known of the whole module. */
interface Context {
  readonly calls: ReadonlyMap<Segment, Call>;
  readonly most: number;
  readonly networks: readonly Network[];
  readonly moved: readonly Moved[];
}

/** Lines of one line of the file, in a function. */
interface Section {
  readonly comment: string | undefined;
  /** Whether it begins another line of the file. */
  readonly isNew: boolean;
  readonly lead: readonly Value[];
  readonly lines: readonly string[];
}

/** A segment as it stands in its function, without `kept`, which its caller frees. */
function sectionOf(
  segment: Segment,
  reading: Reading,
  { calls, most }: Context,
  kept: ReadonlySet<string> = new Set(),
  isTold = reading.of.isTold,
): Section {
  const call = calls.get(segment);
  return {
    comment:
      segment.core.length === 0 || (call !== undefined && (call.isUpdate || !isTold))
        ? undefined
        : segment.origin?.line,
    isNew: segment.origin !== undefined,
    lead: segment.lead,
    lines: call === undefined ? formulas(segment, reading, most, kept) : [call.line, ...free(call.dying, kept)],
  };
}

function free(ids: readonly string[], kept: ReadonlySet<string> = new Set()): readonly string[] {
  const dead = ids.filter((id) => !kept.has(id));
  return dead.length === 0 ? [] : [freed(dead)];
}

function formulas(
  segment: Segment,
  { isReadOutside }: Reading,
  most: number,
  kept: ReadonlySet<string>,
): readonly string[] {
  const results = segment.core.flatMap((one) =>
    one.kind === 'value' && isReadOutside(one.id, segment) ? [one.id] : [],
  );
  const steps = segment.core.flatMap((one): readonly Step[] => {
    if (one.kind === 'value') return [{ ...one, isTensor: one.from === 'tensor', rooms: [one] }];
    const ids = one.ids.filter((id) => !kept.has(id));
    return ids.length === 0 ? [] : [{ kind: 'free', ids }];
  });
  return nested(steps, new Set(results), most);
}

function printed(of: number, reading: Reading, context: Context): Outlined {
  const sections: Section[] = [];
  const within = new Set<string>();
  let state: string | undefined;
  let at = 0;
  while (at < reading.segments.length) {
    const network = context.networks.flatMap(({ name, calls, given }) =>
      calls.filter((call) => call.of === of && call.from === at).map((call) => ({ name, call, given })),
    )[0];
    const moved = context.moved.find((one) => one.of === of && one.from === at);
    const some = reading.segments.slice(at, (network?.call.to ?? moved?.to ?? at) + 1);
    if (network !== undefined) {
      const { name, call, given } = network;
      sections.push({
        comment: undefined,
        isNew: true,
        lead: some.flatMap(({ lead }) => lead.filter(({ expression }) => !ofWeights.test(expression))),
        lines: [
          `const ${call.result} = ${name}(${['weights', ...call.externals, ...given.map((one) => one.name)].join(', ')});`,
          ...free(call.dying),
        ],
      });
    } else if (moved !== undefined) {
      const { expression, dying } = moved.call(state ?? 'state');
      state = freshIn(reading, state);
      for (const id of moved.ids) within.add(id);
      sections.push({
        comment: undefined,
        isNew: true,
        lead: some.flatMap(({ lead }) => lead.filter(({ expression: read }) => !ofState.test(read))),
        lines: [`const ${state} = ${expression};`, ...free(dying)],
      });
    } else sections.push(sectionOf(some[0]!, reading, context));
    at += some.length;
  }
  const lead = declaredWhereRead(reading, sections);
  // Where something is new besides, weights and slots of the state stand each for themselves.
  const left = [...reading.of.outputs].filter(([name, text]) => /^(weights|slots)\//.test(name) && !within.has(text));
  const read = state === undefined ? '' : left.length === 0 ? state : `${state} ${state}`;
  const around = `${reading.of.around}\n${read}`;
  const { lines, inResult } = endedBy(laidOut(withoutNamesReadOnce(lead, around)), around);
  return {
    lines,
    inResult,
    ...(state === undefined ? {} : { moved: { state, ids: within } }),
  };
}

const ofWeights = /^weights\[/;
const ofState = /^(weights|slots)\[/;

/** A name for the state behind a step that the function has for nothing else. */
function freshIn({ declared }: Reading, before: string | undefined): string {
  for (let i = before === undefined ? 1 : Number(/\d+$/.exec(before)?.[0] ?? 1) + 1; ; i++) {
    const name = i === 1 ? 'moved' : `moved${i}`;
    if (!declared.has(name)) return name;
  }
}

/** What a call took with it is declared in front of the first section that still reads it. */
function declaredWhereRead({ declared }: Reading, sections: readonly Section[]): readonly Section[] {
  const known = new Set(sections.flatMap(({ lead }) => lead.map(({ id }) => id)));
  return sections.map((section) => {
    const missing: Value[] = [];
    const look = (code: string): void => {
      for (const { kind, text } of tokensOf(code)) {
        const value = kind === 'name' && !known.has(text) ? declared.get(text) : undefined;
        if (value === undefined || value.from === 'tensor') continue;
        known.add(text);
        look(value.expression);
        missing.push(value);
      }
    };
    for (const line of section.lines) look(line);
    return missing.length === 0 ? section : { ...section, lead: [...section.lead, ...missing] };
  });
}

/** The layers of a network as a function of what goes in. */
function networkHelper({ name, of, calls, given }: Network, places: readonly Reading[], context: Context): Helper {
  const [call] = calls as readonly [Network['calls'][number]];
  const reading = places[call.of]!;
  const kept = new Set(call.externals);
  const some = reading.segments.slice(call.from, call.to + 1);
  const sections = declaredWhereRead(
    { ...reading, declared: new Map([...reading.declared].filter(([id]) => !kept.has(id))) } as Reading,
    some.map((segment) => {
      const section = sectionOf(segment, reading, context, kept, true);
      return { ...section, lead: section.lead.filter(({ id }) => !kept.has(id)) };
    }),
  );
  const around = `return ${call.result};`;
  const written = laidOut(withoutNamesReadOnce(sections, around));
  const code = written.filter((line) => !line.startsWith('//'));
  const own = new Identifiers(code.flatMap(tokensOf).flatMap(({ text }) => (kept.has(text) ? [] : [text])));
  const params = new Map(call.externals.map((id) => [id, own.fresh('x')]));
  const lines = written.map((line) => (line.startsWith('//') ? line : replaced(line, params)));
  return {
    name,
    about: `The layers of ${of}, one after the other.`,
    params: [
      { name: 'weights', type: 'Weights' },
      ...[...params.values()].map((param) => ({ name: param, type: 'tf.Tensor' })),
      ...given.map((one) => ({ name: one.name, type: typeOf[one.kind] })),
    ],
    returns: 'tf.Tensor',
    body: [...lines, around].join('\n'),
  };
}

/** Letters that an expression in a result may have, where it holds no list of its own. */
const shortest = 80;

/** Without what a function's end does anyway: its scope frees what it leaves, and its result may hold the last values. */
function endedBy(all: readonly string[], around: string): Pick<Outlined, 'lines' | 'inResult'> {
  const lines = [...all];
  const counts = new Map<string, number>();
  for (const { kind, text } of [...lines.filter((line) => !isFree(line)), around].flatMap(tokensOf))
    if (kind === 'name') counts.set(text, (counts.get(text) ?? 0) + 1);
  const behind = new Set(tokensOf(around).map(({ text }) => text));
  const inResult = new Map<string, string>();
  for (;;) {
    while (lines.length > 0 && (isFree(lines.at(-1)!) || /^(\/\/.*)?$/.test(lines.at(-1)!))) lines.pop();
    const [, id] = /^const (\S+) = /.exec(lines.at(-1) ?? '') ?? [];
    const text = id === undefined ? undefined : resultOf(lines.at(-1)!, id);
    // Read once, and declared: no other line has it.
    if (text === undefined || counts.get(id!) !== 2 || !behind.has(id!)) break;
    if (widthOf(text) > shortest && !text.includes('{')) break;
    inResult.set(id!, text);
    lines.pop();
  }
  return { lines, inResult };
}

/** What a line computes. */
function resultOf(line: string, id: string): string | undefined {
  const text = line.slice(`const ${id} = `.length, -1);
  if (text.includes('\n') || text.includes('=> {')) return undefined;
  return text.startsWith('tf.tidy(() => ') ? text.slice('tf.tidy(() => '.length, -1) : text;
}

/** Lines with blank ones between those of the file, where there is more than a line of each. */
function laidOut(sections: readonly Omit<Section, 'lead'>[]): readonly string[] {
  let [long, last]: [boolean, string | undefined] = [false, undefined];
  return sections.flatMap(({ comment, isNew, lines }) => {
    if (lines.length === 0) return [];
    if (comment !== undefined && comment === last) return lines;
    last = comment;
    const before = isNew && (long || lines.length > 2) ? [''] : [];
    long = lines.length > 2;
    return [...before, ...(comment === undefined ? [] : [comment]), ...lines];
  });
}

/** An argument of the function that is read once is written where it is read. */
function withoutNamesReadOnce(sections: readonly Section[], around: string): readonly Omit<Section, 'lead'>[] {
  const count = new Map<string, number>();
  const all = [
    around,
    ...sections.flatMap(({ lead, lines }) => [...lead.map(({ expression }) => expression), ...lines]),
  ];
  for (const { kind, text } of all.flatMap(tokensOf)) if (kind === 'name') count.set(text, (count.get(text) ?? 0) + 1);
  const behind = new Set(tokensOf(around).map(({ text }) => text));
  const isOnce = ({ id, from }: Value): boolean => from === 'input' && count.get(id) === 1 && !behind.has(id);
  const isRead = ({ id, from }: Value): boolean => from !== 'input' || (count.get(id) ?? 0) > 0;
  const once = new Map(
    sections.flatMap(({ lead }) => lead.filter(isOnce).map(({ id, expression }) => [id, expression] as const)),
  );
  return sections.map(({ lead, lines, ...rest }) => ({
    ...rest,
    lines: [...lead.filter((value) => !isOnce(value) && isRead(value)).flatMap(linesOf), ...lines].map((line) =>
      replaced(line, once),
    ),
  }));
}
