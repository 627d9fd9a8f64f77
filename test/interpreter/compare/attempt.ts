/** Everything that is asked of a model that was written: it is accepted, lowered, runs, and computes what it means. */
import { compile, type Checked, type Compiled } from '../../../src/compiler.js';
import type { Model } from '../../../src/ir/model.js';
import { shown } from '../../support/emitted.js';
import { showDifference } from './agreement.js';
import { judge, type Observations } from './judge.js';
import { caseOf, observe, type Case } from './observe.js';
import type { Runner } from './runner.js';

/** What came of a model. */
export type Attempt =
  | { readonly kind: 'agrees'; readonly compared: number; readonly tie: boolean }
  | { readonly kind: 'fails'; readonly stage: Stage; readonly reason: string };

type Stage = 'check' | 'compile' | 'run' | 'values';

export interface Backend {
  readonly name: string;
  /** Makes it the backend that kernels run on, before each model. */
  readonly start: () => Promise<void>;
  readonly runner: (compiled: Compiled) => Runner;
}

const failed = (stage: Stage, reason: string): Attempt => ({ kind: 'fails', stage, reason });
const messageOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join('\n') : String(error));

/** Batches to compare on: a comparison near a tie that fails is tried on others, where a fault fails too. */
const batches = [5, 1005, 2005] as const;

export async function attempt(checked: Checked, backends: readonly Backend[], rows = 4, model: Model | undefined = checked.models[0]): Promise<Attempt> {
  if (model === undefined || checked.diagnostics.some((d) => d.severity === 'error')) return failed('check', shown(checked));
  let compiled: Compiled;
  try {
    compiled = compile(model, checked);
  } catch (error) {
    return failed('compile', messageOf(error));
  }
  let last: Attempt = failed('values', 'nothing was compared');
  for (const seed of batches) {
    try {
      const runners = new Map(backends.map((backend) => [backend.name, backend.runner(compiled)]));
      const c = await prepared(compiled, backends, runners, rows, seed);
      const observations = await observed(c, backends, runners);
      const { differences, tie, compared } = judge(c, observations);
      if (differences.length === 0) return { kind: 'agrees', compared, tie };
      last = failed('values', differences.map(showDifference).join('\n'));
      if (!tie) return last;
    } catch (error) {
      return failed('run', messageOf(error));
    }
  }
  return last;
}

async function prepared({ model, spec }: Compiled, backends: readonly Backend[], runners: ReadonlyMap<string, Runner>, rows: number, seed: number): Promise<Case> {
  const [first] = backends;
  await first!.start();
  return caseOf(model as Model, spec, runners.get(first!.name)!, rows, seed);
}

async function observed(c: Case, backends: readonly Backend[], runners: ReadonlyMap<string, Runner>): Promise<Observations> {
  const observations: Record<string, Observations[string]> = {};
  for (const { name, start } of backends) {
    await start();
    observations[name] = observe(c, runners.get(name)!);
  }
  return observations;
}

