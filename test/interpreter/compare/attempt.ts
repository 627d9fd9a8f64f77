/** Everything that is asked of a model that was written: it is accepted, lowered, runs, and computes what it means. */
import { compile, type Checked, type Compiled } from '../../../src/compiler.js';
import type { Model } from '../../../src/ir/model/model.js';
import { errorsOf, shown } from '../../support/findings.js';
import { showDifference } from './agreement.js';
import { judge, type Observations } from './judge.js';
import { caseOf, observe, type Case, type Start } from './observe.js';
import type { Runner } from './runner.js';

/** What came of a model. */
export type Attempt =
  | { readonly kind: 'agrees'; readonly compared: number; readonly blunt: boolean }
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

/** Where one tells little, the next is taken, on which a fault shows too. */
const starts: readonly Start[] = [{ seed: 5 }, { seed: 1005, scale: 0.5 }, { seed: 2005, scale: 0.25 }];

export interface AttemptOptions {
  readonly rows?: number;
  /** Takes the next start even where one agrees and tells little: large models come near a tie on each. */
  readonly sharply?: boolean;
}

export async function attempt(
  checked: Checked,
  backends: readonly Backend[],
  { rows = 4, sharply = false }: AttemptOptions = {},
): Promise<Attempt> {
  const [model] = checked.models;
  if (model === undefined || errorsOf(checked).length > 0) return failed('check', shown(checked));
  let compiled: Compiled;
  try {
    compiled = compile(model, checked);
  } catch (error) {
    return failed('compile', messageOf(error));
  }
  let last: Attempt = failed('values', 'nothing was compared');
  for (const start of starts) {
    try {
      const [c, observations] = await observed(compiled, backends, rows, start);
      const { differences, blunt, compared } = judge(c, observations);
      const agrees = differences.length === 0;
      if (agrees) last = { kind: 'agrees', compared, blunt };
      else if (!blunt || last.kind === 'fails') last = failed('values', differences.map(showDifference).join('\n'));
      if (!blunt || (agrees && !sharply)) return last;
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
  from: Start,
): Promise<readonly [Case, Observations]> {
  const observations: Record<string, Observations[string]> = {};
  let c: Case | undefined;
  for (const { name, start, runner: open } of backends) {
    await start();
    const runner = await open(compiled);
    try {
      c ??= await caseOf(compiled.model as Model, compiled.spec, runner, rows, from);
      observations[name] = await observe(c, runner);
    } finally {
      runner.close?.();
    }
  }
  return [c!, observations];
}
