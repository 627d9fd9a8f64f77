/** Names of `let`, which may use each other in any order. */
import { letGoesRound } from '../../diagnostics/messages/numbers.js';
import { isMissing, type Expr, type LetItem } from '../../parser/ast.js';
import { constantNumber } from './constants.js';
import type { Reporter } from './reporter.js';
import { broken, type Constant, type Constants, type Scope } from './scope.js';

/** Parameters, and what the `let` items compute from them and from each other. */
export function withLets(
  base: Scope,
  reporter: Reporter,
  values: ReadonlyMap<string, Constant>,
  items: readonly LetItem[],
): Constants {
  const byName = new Map(
    [...items].reverse().flatMap((item) => (isMissing(item.name) ? [] : [[item.name.text, item] as const])),
  );
  const known = new Map<string, Constant>();
  const constants: Constants = {
    get: (name) => values.get(name) ?? known.get(name),
    names: () => [...values.keys(), ...byName.keys()],
    symbol: base.constants.symbol,
  };
  const { order, rounds } = ordered(byName, (name) => values.has(name));
  for (const names of rounds) {
    reporter.report(base, letGoesRound, byName.get(names[0]!)!.name.span, { names: names.slice(0, mostShown) });
    for (const name of names) known.set(name, broken);
  }
  for (const name of order) {
    if (known.has(name)) continue;
    known.set(name, constantNumber({ ...base, constants }, reporter, byName.get(name)!.value) ?? broken);
    reporter.know(base.constants.symbol(name), known.get(name));
  }
  return constants;
}

/** Names of a round that are shown. */
const mostShown = 8;

interface Order {
  /** Each behind those that it uses. Those that use what there is not come last: what is known then can be suggested. */
  readonly order: readonly string[];
  /** Names that use each other. */
  readonly rounds: readonly (readonly string[])[];
}

/** Without recursion: there may be as many as there are lines. */
function ordered(items: ReadonlyMap<string, LetItem>, isGiven: (name: string) => boolean): Order {
  const done = new Set<string>();
  const odd = new Set<string>();
  const rounds: (readonly string[])[] = [];
  for (const first of items.keys()) {
    const path: string[] = [];
    const entered = new Set<string>();
    const waiting = [first];
    while (waiting.length > 0) {
      const name = waiting.at(-1)!;
      const uses = done.has(name) ? [] : namesIn(items.get(name)!);
      if (done.has(name) || entered.has(name)) {
        waiting.pop();
        if (done.has(name)) continue;
        path.pop();
        done.add(name);
        if (uses.some((used) => odd.has(used) || (!items.has(used) && !isGiven(used)))) odd.add(name);
        continue;
      }
      entered.add(name);
      path.push(name);
      for (const used of uses) {
        if (isGiven(used) || !items.has(used) || done.has(used)) continue;
        if (entered.has(used)) rounds.push(path.slice(path.indexOf(used)));
        else waiting.push(used);
      }
    }
  }
  return { order: [...[...done].filter((name) => !odd.has(name)), ...odd], rounds };
}

/** Names in an expression that could be those of numbers. */
function namesIn({ value }: LetItem): readonly string[] {
  const names: string[] = [];
  const waiting: Expr[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'unary') waiting.push(next.operand);
    else if (next.kind === 'binary') waiting.push(next.left, next.right);
    else if (next.kind === 'path' && next.parts.length === 1) names.push(next.parts[0]!.text);
  }
  return names;
}
