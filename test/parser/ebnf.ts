/** Reads the notation of grammar/aec.ebnf (ISO 14977, as much of it as stands there). */

export type Expression =
  | { readonly kind: 'terminal'; readonly text: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly Expression[] }
  | { readonly kind: 'optional' | 'repeated'; readonly of: Expression };

/** Rules by name; those that `? … ?` describes in words are not among them. */
export interface Grammar {
  readonly rules: ReadonlyMap<string, Expression>;
  readonly described: ReadonlySet<string>;
}

const tokenPattern = /\(\*[^]*?\*\)|\?[^?]*\?|"[^"]*"|[a-z]+|[=,;|()[\]{}]|(\S)/g;

export function readGrammar(text: string): Grammar {
  const tokens = [...text.matchAll(tokenPattern)].flatMap(([token, wrong]) => {
    if (wrong !== undefined) throw new Error(`${wrong} is no token of the notation`);
    return token.startsWith('(*') ? [] : [token];
  });
  let next = 0;
  const take = (expected?: string): string => {
    const token = tokens[next++] ?? 'the end';
    if (expected !== undefined && token !== expected)
      throw new Error(`${expected} expected, ${token} found at token ${next}`);
    return token;
  };
  const separated = (kind: 'sequence' | 'choice', sign: string, part: () => Expression): Expression => {
    const of = [part()];
    while (tokens[next] === sign) {
      next++;
      of.push(part());
    }
    return of.length === 1 ? of[0]! : { kind, of };
  };
  const choice = (): Expression => separated('choice', '|', sequence);
  const sequence = (): Expression => separated('sequence', ',', factor);
  const inside = (closer: string): Expression => {
    const expression = choice();
    take(closer);
    return expression;
  };
  const factor = (): Expression => {
    const token = take();
    if (token.startsWith('"')) return { kind: 'terminal', text: token.slice(1, -1) };
    if (token === '(') return inside(')');
    if (token === '[') return { kind: 'optional', of: inside(']') };
    if (token === '{') return { kind: 'repeated', of: inside('}') };
    if (/^[a-z]+$/.test(token)) return { kind: 'rule', name: token };
    throw new Error(`${token} begins no expression`);
  };

  const rules = new Map<string, Expression>();
  const described = new Set<string>();
  while (next < tokens.length) {
    const name = take();
    if (rules.has(name) || described.has(name)) throw new Error(`${name} is defined twice`);
    take('=');
    if (tokens[next]?.startsWith('?')) {
      next++;
      described.add(name);
    } else rules.set(name, choice());
    take(';');
  }
  return { rules, described };
}

/** The names that no rule defines, and the rules that nothing uses. */
export function faultsOf({ rules, described }: Grammar, start: string): readonly string[] {
  const used = new Set([start]);
  const visit = (expression: Expression): void => {
    if (expression.kind === 'rule') used.add(expression.name);
    else if (expression.kind !== 'terminal') [expression.of].flat().forEach(visit);
  };
  rules.forEach(visit);
  const defined = [...rules.keys(), ...described];
  return [
    ...[...used].filter((name) => !defined.includes(name)).map((name) => `${name} is not defined`),
    ...defined.filter((name) => !used.has(name)).map((name) => `${name} is not used`),
  ];
}

// ──────────────────────────────────────────────────────────────────────── sentences from it

/** Draws the words of a sentence. */
export interface Choices {
  /** 0 … n − 1. */
  below(n: number): number;
  /** The text of what the grammar describes in words. */
  described(name: string): string;
}

/** The words of a random sentence; the deeper, the fewer optional parts. */
export function sentence({ rules }: Grammar, start: string, choices: Choices, deepest = 12): readonly string[] {
  const words: string[] = [];
  const costs = new Map<string, number>();
  /** How deep what an expression needs at least goes. */
  const cost = (expression: Expression, within: readonly string[] = []): number => {
    switch (expression.kind) {
      case 'terminal':
      case 'optional':
      case 'repeated':
        return 0;
      case 'sequence':
        return Math.max(...expression.of.map((part) => cost(part, within)));
      case 'choice':
        return Math.min(...expression.of.map((part) => cost(part, within)));
      case 'rule': {
        const known = costs.get(expression.name);
        if (known !== undefined) return known;
        const rule = rules.get(expression.name);
        if (rule === undefined) return 0;
        if (within.includes(expression.name)) return Infinity;
        const found = 1 + cost(rule, [...within, expression.name]);
        if (within.length === 0) costs.set(expression.name, found);
        return found;
      }
    }
  };
  const write = (expression: Expression, depth: number): void => {
    switch (expression.kind) {
      case 'terminal':
        words.push(expression.text);
        return;
      case 'rule': {
        const rule = rules.get(expression.name);
        if (rule === undefined) words.push(choices.described(expression.name));
        else write(rule, depth + 1);
        return;
      }
      case 'sequence':
        expression.of.forEach((part) => write(part, depth));
        return;
      case 'choice': {
        const cheapest = Math.min(...expression.of.map((part) => cost(part)));
        const affordable = depth < deepest ? expression.of : expression.of.filter((part) => cost(part) === cheapest);
        write(affordable[choices.below(affordable.length)]!, depth);
        return;
      }
      case 'optional':
        if (depth < deepest && choices.below(5) < 2) write(expression.of, depth);
        return;
      case 'repeated':
        for (let left = depth < deepest ? choices.below(depth < 3 ? 6 : 3) : 0; left > 0; left--)
          write(expression.of, depth);
    }
  };
  write({ kind: 'rule', name: start }, 0);
  return words;
}

// ──────────────────────────────────────────────────────────────────────────── is it derived

/** Whether a rule derives all of the words. `described` says where what it stands for, beginning at a word, may end. */
export function derives(
  { rules }: Grammar,
  start: string,
  words: readonly string[],
  described: (name: string, at: number) => readonly number[],
): boolean {
  const known = new Map<string, ReadonlySet<number>>();
  const endsOf = (expression: Expression, at: number): ReadonlySet<number> => {
    switch (expression.kind) {
      case 'terminal':
        return words[at] === expression.text ? new Set([at + 1]) : nowhere;
      case 'rule': {
        const key = `${expression.name} ${at}`;
        const found = known.get(key);
        if (found) return found;
        const rule = rules.get(expression.name);
        const ends = rule ? endsOf(rule, at) : new Set(described(expression.name, at));
        known.set(key, ends);
        return ends;
      }
      case 'sequence':
        return expression.of.reduce<ReadonlySet<number>>(
          (ends, part) => union([...ends].map((end) => endsOf(part, end))),
          new Set([at]),
        );
      case 'choice':
        return union(expression.of.map((part) => endsOf(part, at)));
      case 'optional':
        return union([new Set([at]), endsOf(expression.of, at)]);
      case 'repeated': {
        const all = new Set([at]);
        for (const end of all) for (const next of endsOf(expression.of, end)) all.add(next);
        return all;
      }
    }
  };
  return endsOf({ kind: 'rule', name: start }, 0).has(words.length);
}

const nowhere: ReadonlySet<number> = new Set();
const union = (sets: readonly ReadonlySet<number>[]): ReadonlySet<number> =>
  sets.length === 1 ? sets[0]! : new Set(sets.flatMap((set) => [...set]));
