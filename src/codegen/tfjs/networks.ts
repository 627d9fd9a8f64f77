/** What several functions compute of a network alike is one function: its layers, one after the other. */
import { isLayer, type Block, type Segment } from './blocks.js';
import type { Identifiers } from './identifiers.js';

/** A segment of a function, and what it computes. */
export interface Layer {
  readonly segment: Segment;
  /** Undefined of what no other function can compute. */
  readonly block: Block | undefined;
}

/** What stands in the place of layers. */
export interface NetworkCall {
  /** Of which function the layers are, and which of its segments. */
  readonly of: number;
  readonly from: number;
  readonly to: number;
  /** What comes out, and what goes in. */
  readonly result: string;
  readonly externals: readonly string[];
}

export interface Network {
  readonly name: string;
  /** What it is called in the file. */
  readonly of: string;
  /** The first is printed. */
  readonly calls: readonly NetworkCall[];
  /** What it is given besides: the size of a batch, random numbers. */
  readonly given: readonly { readonly name: string; readonly kind: 'number' | 'Random' | 'Moment' }[];
}

interface Run {
  readonly of: number;
  readonly from: number;
  /** What each layer computes of what, whatever it is called. */
  readonly signatures: readonly string[];
  /** For each number of segments, whether the last result is a layer's, and all that is read behind them. */
  readonly isClosed: readonly boolean[];
  /** And how many layers they are. */
  readonly layers: readonly number[];
}

/** Networks whose first layers several functions compute alike, and leave nothing but the last result of. */
export function networksIn(
  functions: readonly (readonly Layer[])[],
  isReadOutside: (of: number, name: string, segments: ReadonlySet<Segment>) => boolean,
  names: Identifiers,
): readonly Network[] {
  const runs = new Map<string, Run[]>();
  for (const [of, layers] of functions.entries())
    for (const [network, from, to] of stretches(layers)) {
      const run = runOf(of, layers, from, to, isReadOutside);
      runs.set(network, [...(runs.get(network) ?? []), run]);
    }
  return [...runs].flatMap(([network, some]): readonly Network[] => {
    const best = longest(some);
    if (best === undefined) return [];
    const calls = best.runs.map(({ of, from }) => callOf(of, functions[of]!, from, from + best.length - 1));
    const first = best.runs[0]!;
    const params = functions[first.of]!.slice(first.from, first.from + best.length).flatMap(
      ({ block }) => block!.params,
    );
    const given = params.flatMap(({ name, kind, value }) =>
      kind !== 'tensor' && value === undefined ? [{ name, kind }] : [],
    );
    return [
      {
        name: names.fresh(network),
        of: network,
        calls,
        given: given.filter(({ name }, i) => given.findIndex((other) => other.name === name) === i),
      },
    ];
  });
}

/** Layers of one network in a row: its name, the first and the last. */
function stretches(layers: readonly Layer[]): readonly (readonly [string, number, number])[] {
  const found: [string, number, number][] = [];
  for (const at of layers.keys()) {
    const network = networkAt(layers, at);
    const last = found.at(-1);
    if (network === undefined) continue;
    if (last !== undefined && last[0] === network && last[2] === at - 1) last[2] = at;
    else found.push([network, at, at]);
  }
  return found;
}

/** `encoder` of what comes out as `encoder.conv`, or is in front of its activation; nothing of a derivative. */
function networkAt(layers: readonly Layer[], at: number): string | undefined {
  const { segment, block } = layers[at]!;
  if (block?.returns.length !== 1 || segment.origin?.isAdjoint === true) return undefined;
  const { name } = block.returns[0]!;
  if (isLayer(name)) return name!.split('.')[0];
  const isOpen = name === undefined && layers[at + 1]?.segment.origin?.line === segment.origin?.line;
  return isOpen && segment.origin !== undefined && at + 1 < layers.length ? networkAt(layers, at + 1) : undefined;
}

function runOf(
  of: number,
  layers: readonly Layer[],
  from: number,
  to: number,
  isReadOutside: (of: number, name: string, segments: ReadonlySet<Segment>) => boolean,
): Run {
  const places = new Map<string, string>();
  const segments = new Set<Segment>();
  const signatures: string[] = [];
  const isClosed: boolean[] = [];
  const count: number[] = [];
  const results: string[] = [];
  let externals = 0;
  for (const { segment, block } of layers.slice(from, to + 1)) {
    segments.add(segment);
    const { key, literals, params, returns } = block!;
    for (const { name, value } of params)
      if (!places.has(name))
        places.set(
          name,
          value?.member?.of === 'weights'
            ? value.expression
            : value === undefined
              ? name
              : value.from === 'host'
                ? `=${value.expression}`
                : `in ${externals++}`,
        );
    signatures.push([key, literals.join(' '), ...params.map(({ name }) => places.get(name)!)].join('\n'));
    places.set(returns[0]!.id, `layer ${signatures.length}`);
    results.push(returns[0]!.id);
    const isNamed = isLayer(returns[0]!.name);
    count.push((count.at(-1) ?? 0) + (isNamed ? 1 : 0));
    isClosed.push(
      isNamed &&
        params.every(({ value }) => value?.from !== 'host') &&
        results.every((id, i) => (i === results.length - 1) === isReadOutside(of, id, segments)),
    );
  }
  return { of, from, signatures, isClosed, layers: count };
}

/** Runs that begin alike, and how many layers of them: what saves most. */
function longest(runs: readonly Run[]): { readonly length: number; readonly runs: readonly Run[] } | undefined {
  let best: { readonly length: number; readonly runs: readonly Run[] } | undefined;
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    let begun = '';
    for (const [i, signature] of run.signatures.entries()) {
      begun += `\n\n${signature}`;
      if (run.isClosed[i] === true) groups.set(begun, [...(groups.get(begun) ?? []), run]);
    }
  }
  const saved = (one: typeof best): number =>
    one === undefined ? 0 : (one.runs.length - 1) * (one.runs[0]!.layers[one.length - 1]! - 1);
  for (const [begun, some] of groups) {
    const found = {
      length: some[0]!.signatures.findIndex((_, i) => lengthOf(some[0]!, i) === begun.length) + 1,
      runs: some,
    };
    if (some.length > 1 && saved(found) > Math.max(3, saved(best))) best = found;
  }
  return best;
}

const lengthOf = ({ signatures }: Run, last: number): number =>
  signatures.slice(0, last + 1).reduce((sum, one) => sum + 2 + one.length, 0);

function callOf(of: number, layers: readonly Layer[], from: number, to: number): NetworkCall {
  const own = new Set<string>();
  const externals: string[] = [];
  for (const { block } of layers.slice(from, to + 1)) {
    for (const { name, kind, value } of block!.params)
      if (kind === 'tensor' && !own.has(name) && !externals.includes(name) && value?.member?.of !== 'weights')
        externals.push(name);
    own.add(block!.returns[0]!.id);
  }
  return { of, from, to, result: layers[to]!.block!.returns[0]!.id, externals };
}
