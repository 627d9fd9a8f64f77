/**
 * The changes that the mutation tool makes: of meaning, each applied in its place, the same sample for the same seed, and
 * each the same behind its switch.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { allMutants, applied, sampled } from '../../scripts/mutation/mutants.js';
import { switchName } from '../../scripts/mutation/order.js';
import { probesOf } from '../../scripts/mutation/probes.js';
import { chosenOf } from '../../scripts/mutation/suite.js';
import { withSwitches } from '../../scripts/mutation/switches.js';
import { stream } from '../interpreter/compare/random.js';
import { folder } from '../runtime/folder.js';

const text = `import type { A } from './a.js';
/** Doc. */
export interface Shape { readonly size: 3 }
export const entry = { summary: \`at least \${1 + 2}\`, limit: 5 };
export function f(x: number, ys: readonly number[]): number {
  if (x > 0 && ys.length < 4) ys.forEach((y) => console.log(y));
  if (x === 7) throw new Error(\`7 is \${x + 1}\`);
  return Math.max(x, 2) - (x < 1 ? g(x, 1) : 0);
}
const g = (a: number, b: number): number => a * b;
`;

function project(): string {
  const root = folder();
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'tsconfig.json'), '{}');
  writeFileSync(join(root, 'src/a.ts'), text);
  return root;
}

it('changes operators, constants, conditions, calls and statements, and leaves types and words alone', () => {
  const mutants = allMutants(project(), ['src']);
  const changed = mutants.map((m) => `${m.before.replace(/\s+/g, ' ')} → ${m.after.replace(/\s+/g, ' ')}`);
  for (const wanted of [
    'x > 0 → x >= 0',
    'x > 0 && ys.length < 4 → x > 0 || ys.length < 4',
    'a * b → a / b',
    '5 → (5 + 1)',
    'Math.max(x, 2) → Math.min(x, 2)',
    'g(x, 1) → g(1, x)',
    'x === 7 → x !== 7',
    'x < 1 ? g(x, 1) : 0 → x < 1 ? 0 : g(x, 1)',
  ])
    expect(changed).toContain(wanted);
  // Nothing in a type, in a text for readers, or in what is thrown.
  expect(changed.some((c) => c.startsWith('3 →') || c.includes('1 + 2') || c.startsWith('x + 1'))).toBe(false);
  expect(mutants.some((m) => m.before.startsWith('Math.max') && m.kind === 'arguments')).toBe(false);
  for (const m of mutants) expect(applied(text, m)).toBe(text.slice(0, m.start) + m.after + text.slice(m.end));
  expect(new Set(mutants.map((m) => m.id)).size).toBe(mutants.length);
});

it('draws the same sample for the same seed', () => {
  const mutants = allMutants(project(), ['src/a.ts']);
  const ids = (seed: number): readonly string[] => sampled(mutants, 5, stream(seed).next).map((m) => m.id);
  expect(ids(1)).toEqual(ids(1));
  expect(ids(1)).not.toEqual(ids(2));
  expect(sampled(mutants, 1000, stream(1).next).length).toBe(mutants.length);
});

const branching = `export function f(x, y) {
  const seen = [];
  const read = (a, b) => a?.at(b, 0).toFixed(1);
  if (x > 2 && y < 3 || x === y) seen.push(x, ...[1, y], x ?? y ?? 3);
  else if (!(x > 1)) seen.push('low');
  for (const i of [0, 1, 2]) {
    if (i === y) continue;
    seen.push(i < 1 ? x % 2 : i > 1 ? -x : read(y > 1 ? [x, y] : undefined, i - 1));
  }
  return seen.map((one) => String(one)).join();
}
`;

type Two = (x: number, y: number) => string | number;

function loaded(source: string): Two {
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  const exported: { f?: Two } = {};
  (new Function('exports', outputText) as (exports: object) => void)(exported);
  return exported.f!;
}

/** What the function gives for some arguments, or that it throws. */
function behaviour(source: string): readonly (string | number)[] {
  const f = loaded(source);
  return [0, 1, 2, 3].flatMap((x) =>
    [0, 1, 2, 3].map((y) => {
      try {
        return f(x, y);
      } catch {
        return 'throws';
      }
    }),
  );
}

it('means the same behind a switch as in its place, and nothing while none is on', () => {
  const root = project();
  writeFileSync(join(root, 'src/b.ts'), branching);
  const mutants = allMutants(root, ['src/b.ts']);
  const switched = withSwitches(
    branching,
    mutants.map((mutant, index) => ({ ...mutant, index })),
  );
  let on = -1;
  Object.assign(globalThis, { [switchName]: (index: number) => index === on });
  expect(behaviour(switched)).toEqual(behaviour(branching));
  expect(mutants.length).toBeGreaterThan(60);
  for (const [index, mutant] of mutants.entries()) {
    on = index;
    expect(behaviour(switched), `${mutant.before} → ${mutant.after}`).toEqual(behaviour(applied(branching, mutant)));
  }
});

const tables = `const lowest = 2;
const table = [
  { name: 'twice', factor: 2, of: (x) => { const y = x + x; return y; } },
  { name: 'thrice', factor: 3, of: (x) => x * 3 },
];
const atLeast = (x) => Math.max(x, lowest);
function name(i) { return table[i].name; }
export function f(x, y) {
  return x === 0 ? atLeast(y) : x === 1 ? table[0].of(y) : x === 2 ? table[1].of(y) : name(y);
}
`;

it('tells who uses what a change is of that stands outside of all functions', () => {
  const root = project();
  writeFileSync(join(root, 'src/c.ts'), tables);
  const mutants = allMutants(root, ['src/c.ts']);
  const usersOf = (before: string, after: string): readonly (readonly number[])[] => {
    const mutant = mutants.find((one) => one.before === before && one.after === after)!;
    const switched = withSwitches(tables, probesOf(tables, mutant, 7));
    const asked: number[] = [];
    return [0, 1, 2, 3].map((x) => {
      asked.length = 0;
      Object.assign(globalThis, { [switchName]: (index: number) => (asked.push(index), false) });
      expect(behaviour(switched)).toEqual(behaviour(tables));
      asked.length = 0;
      loaded(switched)(x, 1);
      return [...asked];
    });
  };
  // The functions that read it; of an entry its own, not those of its table.
  expect(usersOf('2', '0')).toEqual([[7], [], [], []]);
  expect(usersOf('3', '0')).toEqual([[], [], [7], []]);
  // What stands in a function has its own switch.
  expect(usersOf('x * 3', 'x / 3')).toEqual([[], [], [], []]);
});

it('asks for a mutant of what is loaded those who use it, then those who know much for what they cost', () => {
  const one = (file: string, name: string, ms: number, reaches: readonly number[], notices: readonly number[]) =>
    ({ kind: 'case', digest: '', tried: [], file, name, ms, reaches, notices }) as const;
  const user = one('a', 'user', 2000, [7], []);
  const idle = one('a', 'idle', 1, [], []);
  const knowing = one('b', 'knowing', 500, [], [1, 2, 3]);
  const slow = one('b', 'slow', 60_000, [], [1, 2, 3, 4]);
  const all = [idle, knowing, slow, user];
  expect(chosenOf(all, 7, 20_000)).toEqual([user, knowing, idle]);
  expect(chosenOf(all, 8, 20_000)).toEqual([knowing, idle, user]);
  // A file costs more than its cases.
  expect(chosenOf(all, 7, 12_000)).toEqual([user, knowing, idle]);
  expect(chosenOf([idle], 7, 900)).toEqual([]);
});
