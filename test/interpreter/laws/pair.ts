/**
 * Models with and without a clause, on one batch and the same weights. A clause of the language changes
 * certain parts of what a program computes and leaves the others alone, to the last digit; and both models
 * compute what the interpreter computes.
 */
import { expect } from 'vitest';
import { compile } from '../../../src/compiler.js';
import type { Model } from '../../../src/ir/model/model.js';
import { checkText, type EmitOptions } from '../../support/emitted.js';
import { errorsOf, shown } from '../../support/findings.js';
import { showDifference } from '../compare/agreement.js';
import { judge } from '../compare/judge.js';
import { caseOf, caseOn, observe, type Case, type Observed } from '../compare/observe.js';
import { quickRunner } from '../compare/runner.js';
import type { Arrays } from '../interpret/forward.js';

/** What a clause can change. */
export const parts = [
  /** The value of a term that both have, in training. */
  'terms',
  /** The same on held-out examples. */
  'evaluated',
  'gradients',
  /** Weights after a step along one gradient: what optimiser, schedule, clipping and constraints make of it. */
  'step',
  /** What the deployed model reads, and what it gives. */
  'reads',
  'outputs',
  /** The names of the weights. */
  'weights',
  /** One term more. */
  'sum',
] as const;

export type Part = (typeof parts)[number];

export interface Seen {
  readonly case: Case;
  readonly observed: Observed;
}

/** A model's text from its items; those in braces may be on one line. */
export const textOf = (items: string): string =>
  `autoencoder Law {\n${items
    .trim()
    .split('\n')
    .map((line) => `  ${line.trim()}`)
    .join('\n')}\n}\n`;

/** Runs a model; its first weights are those of `from` where both have one of that name. */
export async function seen(items: string, from?: Case, options: EmitOptions = {}, rows = 5): Promise<Seen> {
  const checked = checkText(items.startsWith('autoencoder') ? items : textOf(items), options.set);
  const [model] = checked.models;
  if (model === undefined || errorsOf(checked).length > 0) throw new Error(shown(checked));
  const compiled = compile(model, checked);
  const runner = quickRunner(compiled);
  const own = await caseOf(compiled.model as Model, compiled.spec, runner, rows, { seed: 5 });
  const c =
    from === undefined
      ? own
      : caseOn(
          own.model,
          own.spec,
          { ...own.weights, ...shared(own.weights, from.weights) },
          { ...own.batch, ...shared(own.batch, from.batch) },
        );
  return { case: c, observed: await observe(c, runner, 1) };
}

const shared = (own: Arrays, other: Arrays): Arrays =>
  Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) =>
      other[name] !== undefined && other[name].shape.join() === value.shape.join() ? [[name, other[name]]] : [],
    ),
  );

/** Throws where a program does not compute what the interpreter does. */
export function agrees({ case: c, observed }: Seen): void {
  expect(judge(c, { cpu: observed }).differences.map(showDifference)).toEqual([]);
}

const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.from(a).every((v, i) => Math.abs(v - b[i]!) <= 1e-6 * Math.max(1e-3, Math.abs(v)));

/** Whether the entries that both have are the same. */
const alike = (a: Arrays, b: Arrays): boolean =>
  Object.entries(a).every(([name, { data }]) => b[name] === undefined || same(data, b[name].data));

/** The parts in which two programs differ. */
export function changed(without: Seen, with_: Seen): readonly Part[] {
  const [a, b] = [without.observed, with_.observed];
  const first = (
    terms: readonly number[],
    other: readonly number[],
  ): readonly [readonly number[], readonly number[]] => {
    const n = Math.min(terms.length, other.length);
    return [terms.slice(0, n), other.slice(0, n)];
  };
  const differs: Readonly<Record<Part, boolean>> = {
    terms: !same(...first(a.slope.terms, b.slope.terms)),
    evaluated: !same(...first(a.evaluation.terms, b.evaluation.terms)),
    gradients: !alike(a.slope.gradients, b.slope.gradients),
    step: !sameMove(a, b),
    reads: !alike(without.case.deployed.batch, with_.case.deployed.batch),
    outputs: !alike(a.reconstruction, b.reconstruction) || !alike(a.code, b.code) || !alike(a.layers, b.layers),
    weights: Object.keys(without.case.weights).sort().join() !== Object.keys(with_.case.weights).sort().join(),
    sum: a.slope.terms.length !== b.slope.terms.length,
  };
  return parts.filter((part) => differs[part]);
}

/** Whether weights whose gradients are the same are moved to the same places. */
function sameMove(a: Observed, b: Observed): boolean {
  const [left, right] = [a.steps[0]!, b.steps[0]!];
  const names = Object.keys(left.gradients).filter(
    (name) => right.gradients[name] !== undefined && same(left.gradients[name]!.data, right.gradients[name].data),
  );
  return names.every((name) => same(left.after.weights[name]!.data, right.after.weights[name]!.data));
}
