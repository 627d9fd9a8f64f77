/** What a sweep shows: a bar on a terminal, a line a point in a log, or JSON lines. */
import cliProgress from 'cli-progress';
import { duration } from '../../runtime/node/reporter.js';
import { err, outJsonLine } from '../refusal.js';
import type { Ended, Event, Watcher } from './processes.js';

export interface SweepProgress extends Watcher {
  close(): void;
}

/** How far a point is, in epochs of all its phases; and how much is left of the sweep, at the pace so far. */
class Account {
  readonly #began = Date.now();
  readonly #epochs = new Map<string, number>();
  readonly #losses = new Map<string, number>();
  readonly #ended = new Map<string, Ended['kind']>();

  constructor(
    readonly points: number,
    private readonly epochs: ReadonlyMap<string, number>,
  ) {}

  event(name: string, event: Event): void {
    if (event.event !== 'epoch') return;
    this.#epochs.set(name, (this.#epochs.get(name) ?? 0) + 1);
    if (typeof event['loss'] === 'number') this.#losses.set(name, event['loss']);
  }

  ended({ name, kind }: Ended): void {
    this.#ended.set(name, kind);
  }

  /** Points that have ended. */
  get over(): number {
    return this.#ended.size;
  }

  /** In points; a point without its report is not whole. */
  get done(): number {
    let sum = this.#ended.size;
    for (const [name, epochs] of this.#epochs)
      if (!this.#ended.has(name)) sum += Math.min(0.99, epochs / Math.max(1, this.epochs.get(name) ?? 1));
    return sum;
  }

  get left(): string {
    const { done } = this;
    return done === 0 ? '?' : duration(((Date.now() - this.#began) / 1000) * ((this.points - done) / done));
  }

  lossOf(name: string): string {
    const loss = this.#losses.get(name);
    return loss === undefined ? '' : `  loss ${loss.toPrecision(4)}`;
  }
}

/** @param epochs of each point, over all its phases */
export function sweepProgress(
  mode: 'auto' | 'json' | 'silent',
  points: number,
  epochs: ReadonlyMap<string, number>,
): SweepProgress {
  const account = new Account(points, epochs);
  if (mode === 'json')
    return {
      started: (point) => outJsonLine({ event: 'point', point, status: 'running' }),
      event: (point, line) => outJsonLine({ event: 'point', point, line }),
      ended: ({ name, kind, reason }) =>
        outJsonLine({ event: 'point', point: name, status: kind, ...(reason === undefined ? {} : { reason }) }),
      close: () => undefined,
    };
  const began = new Map<string, number>();
  const lineOf = ({ name, kind, reason }: Ended): string =>
    `${name}  ${kind} in ${duration((Date.now() - (began.get(name) ?? Date.now())) / 1000)}${account.lossOf(name)}${reason === undefined ? '' : `: ${reason}`}`;
  if (mode === 'silent' || !process.stderr.isTTY)
    return {
      started: (name) => void began.set(name, Date.now()),
      event: (name, event) => account.event(name, event),
      ended: (end) => {
        account.ended(end);
        if (mode !== 'silent' || end.kind === 'failed')
          err(`[${account.over}/${points}] ${lineOf(end)}${account.over < points ? `; ${account.left} left` : ''}`);
      },
      close: () => undefined,
    };
  const running = new Set<string>();
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {over}/{points}, {left} left  {running}',
      barsize: 20,
      fps: 4,
      hideCursor: true,
      gracefulExit: false,
      linewrap: false,
    },
    cliProgress.Presets.shades_classic,
  );
  const shown = () => ({
    over: account.over,
    points,
    left: account.left,
    running: [...running].map((name) => `${name}${account.lossOf(name)}`).join('  '),
  });
  bar.start(points, 0, shown());
  const update = (): void => bar.update(account.done, shown());
  return {
    started: (name) => {
      began.set(name, Date.now());
      running.add(name);
      update();
    },
    event: (name, event) => {
      account.event(name, event);
      update();
    },
    ended: (end) => {
      account.ended(end);
      running.delete(end.name);
      process.stderr.write(`\r\u001b[K${lineOf(end)}\n`);
      update();
    },
    close: () => bar.stop(),
  };
}
