/** Schedules, from docs/reference.md: factors that follow the steps or the epochs of training. */
import { num, type BuiltinCall } from './model.js';

export interface Moment {
  /** Steps done before this one. */
  readonly step: number;
  readonly stepsPerEpoch: number;
}

/** t/T: steps over a length in steps, or epochs over one in epochs, which is that of the whole phase where neither is written. */
function elapsed({ args }: BuiltinCall, { step, stepsPerEpoch }: Moment, epochs: number): number {
  if (args['steps'] !== undefined) return step / num(args, 'steps');
  return step / stepsPerEpoch / (args['epochs'] === undefined ? epochs : num(args, 'epochs'));
}

/** @param epochs those of the phase */
export function factorAt(call: BuiltinCall, moment: Moment, epochs: number): number {
  const {
    definition: { name },
    args,
  } = call;
  const done = elapsed(call, moment, epochs);
  switch (name) {
    // from + (to − from)·min(1, t/T)
    case 'warmup':
      return num(args, 'from') + (num(args, 'to') - num(args, 'from')) * Math.min(1, done);
    // floor + (1 − floor)·½(1 + cos(π·min(1, t/T)))
    case 'cosine':
      return num(args, 'floor') + (1 - num(args, 'floor')) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
    // rate^(t/T)
    case 'exponential':
      return num(args, 'rate') ** done;
    default:
      throw new Error(`the interpreter knows no schedule ${name}`);
  }
}
