/** Everything that is asked of a model that was written: it is accepted, lowered, runs, and computes what it means. */
import { compile, type Checked, type Compiled } from '../../../src/compiler.js';
import type { Model } from '../../../src/ir/model/model.js';
import { errorsOf, shown } from '../../support/findings.js';
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
  readonly runner: (compiled: Compiled) => Runner | Promise<Runner>;
}

const failed = (stage: Stage, reason: string): Attempt => ({ kind: 'fails', stage, reason });
const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join('\n') : String(error);

/** Batches to compare on: a comparison near a tie that fails is tried on others, where a fault fails too. */
const batches = [5, 1005, 2005] as const;

export async function attempt(
  checked: Checked,
  backends: readonly Backend[],
  rows = 4,
  model: Model | undefined = checked.models[0],
): Promise<Attempt> {
  if (model === undefined || errorsOf(checked).length > 0) return failed('check', shown(checked));
  let compiled: Compiled;
  try {
    compiled = compile(model, checked);
  } catch (error) {
    return failed('compile', messageOf(error));
  }
  let last: Attempt = failed('values', 'nothing was compared');
  for (const seed of batches) {
    try {
      const [c, observations] = await observed(compiled, backends, rows, seed);
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

/** What each backend computes on a case; the first backend draws the first weights. */
async function observed(
  compiled: Compiled,
  backends: readonly Backend[],
  rows: number,
  seed: number,
): Promise<readonly [Case, Observations]> {
  const observations: Record<string, Observations[string]> = {};
  let c: Case | undefined;
  for (const { name, start, runner: open } of backends) {
    await start();
    const runner = await open(compiled);
    try {
      c ??= await caseOf(compiled.model as Model, compiled.spec, runner, rows, seed);
      observations[name] = await observe(c, runner);
    } finally {
      runner.close?.();
    }
  }
  return [c!, observations];
}
