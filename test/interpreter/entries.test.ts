/** Every entry of the registry that compiles is compared with the interpreter: by an example, a model written by hand, or a random one. */
import { expect, it } from 'vitest';
import { hasLowering, type Category } from '../../src/builtins/define.js';
import { definitions } from '../../src/builtins/index.js';
import type { Model } from '../../src/ir/model/model.js';
import { checkText } from '../support/emitted.js';
import { generate } from './generate/models.js';
import { applied } from './laws/applied.js';
import { textOf } from './laws/pair.js';
import { written } from './laws/written.js';
import { interpreted } from './subjects.js';

/** What no single model shows, with the reason. */
const elsewhere: Readonly<Partial<Record<Category, string>>> = {
  setting: 'they are of the loop around the steps: laws/training.test.ts',
  stopping: 'it is of the loop around the steps: laws/training.test.ts',
  update: 'it is of players: test/training/players.test.ts',
  figure: 'they are of what a program gives: test/figures',
  flow: 'by the determinants that differences find: test/builtins/distributions.test.ts',
  bracketing: 'node by node: test/trees/grown.test.ts',
  expectation: 'by sums over values and draws: test/training/latents.test.ts',
};

/** What the interpreter does not know, and what it is compared with in its place. */
const byAnother: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'distribution category',
      'distribution bernoulli',
      'distribution codebook',
      'distribution mixture',
      'distribution uniform',
      'distribution von_mises_fisher',
      'prior mixture',
      'prior vamp',
      'prior category',
      'prior bernoulli',
      'prior uniform',
      'prior per_channel',
      'penalty commitment',
    ].map((name) => [
      name,
      'sums and integrals: test/builtins/distributions.test.ts, spheres.test.ts, test/training/latents.test.ts, vamp.test.ts',
    ]),
  ),
  'function permuted': 'what a shuffle keeps and breaks: test/builtins/permuted.test.ts',
  'penalty total_correlation': 'sums: test/builtins/penalties.test.ts',
  'penalty rate': 'sums: test/builtins/penalties.test.ts',
  'optimizer lbfgs': 'matrices and conditions: test/runtime/minimise.test.ts',
  'optimizer conjugate_gradient': 'its formulas: test/runtime/minimise.test.ts',
  'type tree': 'recursion node by node: test/trees/batched.test.ts',
};

/** Names of the entries that a model holds, wherever it holds them. */
function* heldBy(model: Model): Generator<string> {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [{ ...model, source: undefined }];
  for (let at = waiting.pop(); at !== undefined || waiting.length > 0; at = waiting.pop()) {
    if (typeof at !== 'object' || at === null || seen.has(at)) continue;
    seen.add(at);
    for (const [key, value] of Object.entries(at)) {
      if (key === 'definition')
        yield `${(value as { readonly category: string }).category} ${(value as { readonly name: string }).name}`;
      else if (key !== 'source' && key !== 'syntax') waiting.push(value);
    }
  }
  for (const { structure, domain } of model.variables) {
    yield `type ${structure.kind}`;
    if (structure.kind === 'sequence') yield `type ${structure.of.kind}`;
    yield `domain ${domain.kind}`;
  }
  for (const { sign } of model.ties) yield `transform ${sign === 1 ? 'transpose' : 'negate'}`;
}

it('every entry with a lowering is compared', async () => {
  const all = await interpreted();
  const models = [
    ...all.flatMap(({ check }) => check().models),
    ...[...Object.values(applied), ...Object.values(written)].flatMap((items) => checkText(textOf(items)).models),
    ...Array.from({ length: 250 }, (_, seed) => generate(seed)).flatMap(({ text }) => checkText(text).models),
  ];
  const held = new Set(models.flatMap((model) => [...heldBy(model)]));
  const compiled = definitions
    .filter((entry) => hasLowering(entry) && elsewhere[entry.category] === undefined)
    .map(({ category, name }) => `${category} ${name}`);
  expect(compiled.filter((entry) => !held.has(entry) && byAnother[entry] === undefined)).toEqual([]);
  expect(Object.keys(byAnother).filter((entry) => held.has(entry))).toEqual([]);
});
