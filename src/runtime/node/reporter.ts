/** What a run shows while it trains: a bar on a terminal, a line an epoch in a log, or JSON lines. */
import cliProgress from 'cli-progress';
import type { PhaseSpec } from '../program.js';
import { lossOf } from '../progress.js';
import type { TrainEvent } from '../events.js';

export interface Reporter {
  readonly onEvent: (event: TrainEvent) => void;
  /** A remark that must not break the bar. */
  readonly message: (text: string) => void;
  /** Leaves the terminal as it was found. */
  readonly close: () => void;
}

export interface ReporterOptions {
  readonly mode: 'auto' | 'bar' | 'lines' | 'json' | 'silent';
  /** Bars and lines; standard error unless given. */
  readonly stream?: NodeJS.WriteStream;
  /** JSON lines; standard output unless given. */
  readonly write?: (line: string) => void;
}

/** `auto` is a bar on a terminal and lines elsewhere. */
export function createReporter(options: ReporterOptions): Reporter {
  const stream = options.stream ?? process.stderr;
  const write = options.write ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const mode = options.mode === 'auto' ? (stream.isTTY ? 'bar' : 'lines') : options.mode;
  if (mode === 'json') return jsonReporter(write);
  if (mode === 'silent') return { onEvent: () => undefined, message: () => undefined, close: () => undefined };
  return mode === 'bar' ? barReporter(stream) : lineReporter((line) => void stream.write(`${line}\n`));
}

/** `12.34 = reconstruction 12.30 + kl 0.04`; of players, whose losses are no sum, `judge 1.2, artist 0.7`. */
export function renderTerms(phase: PhaseSpec, terms: readonly number[]): string {
  const of = (name: string | undefined): string =>
    short(
      lossOf(
        phase,
        terms.map((term, i) => (phase.terms[i]?.player === name ? term : 0)),
      ),
    );
  const players = [...new Set(phase.terms.flatMap(({ player }) => player ?? []))];
  if (players.length > 0) return players.map((name) => `${name} ${of(name)}`).join(', ');
  const loss = of(undefined);
  if (terms.length < 2) return loss;
  const summed = terms.flatMap((term, i) => {
    const { name, idle } = phase.terms[i] ?? { name: '?' };
    return idle === true ? [] : [`${name} ${short(term)}`];
  });
  const idle = phase.terms.flatMap((one, i) => (one.idle === true ? [`${one.name} ${short(terms[i] ?? NaN)}`] : []));
  return [summed.length < 2 ? loss : `${loss} = ${summed.join(' + ')}`, ...idle].join('; ');
}

const short = (value: number): string =>
  Number.isNaN(value) ? '–' : value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toPrecision(4);

function lineReporter(write: (line: string) => void): Reporter {
  let began = Date.now();
  let steps = 0;
  return {
    onEvent: (event) => {
      if (event.kind === 'start') write(startText(event));
      if (event.kind === 'phase') {
        write(
          `phase ${event.phase.name}: ${event.phase.epochs} epochs of ${event.stepsPerEpoch} steps, ${event.phase.optimizer}`,
        );
        began = Date.now();
        steps = 0;
      }
      if (event.kind === 'step') steps++;
      if (event.kind === 'epoch') {
        const rate = steps / Math.max(1e-3, (Date.now() - began) / 1000);
        write(`${epochText(event)}  ${rate.toFixed(1)} steps/s`);
      }
      if (event.kind === 'stop' || event.kind === 'converged') write(stopText(event));
    },
    message: write,
    close: () => undefined,
  };
}

/** `epoch 3/20  loss 12.3 = …  held out 13.1  best` */
function epochText({ record, phase, best }: Extract<TrainEvent, { kind: 'epoch' }>): string {
  const held = record.validation === undefined ? '' : `  held out ${renderTerms(phase, record.validation)}`;
  return `epoch ${record.epoch}/${phase.epochs}  loss ${renderTerms(phase, record.train)}${held}${best ? '  best' : ''}`;
}

function startText({ trainExamples, validationExamples, memory }: Extract<TrainEvent, { kind: 'start' }>): string {
  const examples = `${trainExamples} examples to train on, ${validationExamples} held out`;
  if (memory === undefined) return examples;
  const data = memory.resident ? 'all examples included' : 'with a part of the examples at a time';
  return `${examples}; the session takes ${mebibytes(memory.bytes)}, ${data}`;
}

const mebibytes = (bytes: number): string =>
  bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toPrecision(3)} MiB` : `${(bytes / 2 ** 30).toPrecision(3)} GiB`;

const stopText = (event: Extract<TrainEvent, { kind: 'stop' | 'converged' }>): string =>
  event.kind === 'converged'
    ? `phase ${event.phase.name} has converged in epoch ${event.epoch} with loss ${short(event.loss)}: no step leads further`
    : `phase ${event.phase.name} stopped early; best epoch ${event.bestEpoch} with loss ${short(event.bestLoss)}`;

function barReporter(stream: NodeJS.WriteStream): Reporter {
  let bar: cliProgress.SingleBar | undefined;
  let pace: Pace = openPace(0);
  let held = '';
  const close = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const message = (text: string): void => {
    close();
    stream.write(`${text}\n`);
  };
  /** A line that stays, over the bar, which goes on below it. */
  const above = (text: string): void => {
    stream.write(`\r\u001b[K${text}\n`);
    bar?.render();
  };
  return {
    onEvent: (event) => {
      if (event.kind === 'start') message(startText(event));
      if (event.kind === 'phase') {
        close();
        held = '';
      }
      if (event.kind === 'step') {
        const { step } = event.progress;
        const { phase } = event;
        if (bar === undefined) {
          bar = openBar(stream);
          pace = openPace(step - 1);
          bar.start(phase.epochs * event.stepsPerEpoch, step - 1, { epoch: '', rate: '', left: '', loss: '' });
        }
        const rate = pace.rate(step);
        bar.update(step, {
          epoch: `${phase.name} epoch ${event.epoch}/${phase.epochs}`,
          rate: `${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} steps/s`,
          left: duration((phase.epochs * event.stepsPerEpoch - step) / Math.max(rate, 1e-9)),
          loss: `${renderTerms(phase, event.terms)}${held}`,
        });
      }
      if (event.kind === 'epoch') {
        if (event.record.validation !== undefined) held = `  held out ${short(event.loss)}`;
        above(epochText(event));
      }
      if (event.kind === 'stop' || event.kind === 'converged') message(stopText(event));
    },
    message,
    close,
  };
}

const openBar = (stream: NodeJS.WriteStream): cliProgress.SingleBar =>
  new cliProgress.SingleBar(
    {
      format: '{bar} {epoch}  {rate}, {left} left  loss {loss}',
      stream,
      barsize: 20,
      fps: 8,
      hideCursor: true,
      gracefulExit: false,
      linewrap: false,
    },
    cliProgress.Presets.shades_classic,
  );

interface Pace {
  readonly rate: (step: number) => number;
}

/** Steps a second, over the last few seconds. */
function openPace(from: number): Pace {
  let marks = [{ at: Date.now(), step: from }];
  return {
    rate: (step) => {
      const at = Date.now();
      if (at - marks.at(-1)!.at > 500) marks = [...marks, { at, step }].slice(-12);
      const first = marks[0]!;
      return (step - first.step) / Math.max(1e-3, (at - first.at) / 1000);
    },
  };
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Of the form of events; docs/cli.md says what they hold. */
const eventVersion = 1;

/** One object a line. Steps are thinned to one a second: they would be most of the bytes and none of the news. */
function jsonReporter(write: (line: string) => void): Reporter {
  let last = 0;
  const named = (phase: PhaseSpec, terms: readonly number[]): Record<string, number> =>
    Object.fromEntries(terms.map((term, i) => [phase.terms[i]?.name ?? String(i), term]));
  const put = (value: Readonly<Record<string, unknown>>): void =>
    write(JSON.stringify({ version: eventVersion, ...value }));
  return {
    onEvent: (event) => {
      switch (event.kind) {
        case 'start':
          return put({
            event: 'start',
            train: event.trainExamples,
            validation: event.validationExamples,
            steps: event.progress.totalSteps,
            ...(event.memory === undefined ? {} : { memory: event.memory }),
          });
        case 'phase':
          return put({
            event: 'phase',
            phase: event.phase.name,
            epochs: event.phase.epochs,
            stepsPerEpoch: event.stepsPerEpoch,
            optimizer: event.phase.optimizer,
          });
        case 'step':
          if (Date.now() - last < 1000) return;
          last = Date.now();
          return put({
            event: 'step',
            phase: event.phase.name,
            epoch: event.epoch,
            step: event.progress.step,
            loss: event.loss,
            terms: named(event.phase, event.terms),
          });
        case 'epoch':
          return put({
            event: 'epoch',
            phase: event.phase.name,
            epoch: event.record.epoch,
            loss: event.loss,
            best: event.best,
            train: named(event.phase, event.record.train),
            ...(event.record.validation === undefined
              ? {}
              : { validation: named(event.phase, event.record.validation) }),
          });
        case 'stop':
          return put({ event: 'stop', phase: event.phase.name, bestEpoch: event.bestEpoch, bestLoss: event.bestLoss });
        case 'converged':
          return put({ event: 'converged', phase: event.phase.name, epoch: event.epoch, loss: event.loss });
      }
    },
    message: (text) => put({ event: 'message', text }),
    close: () => undefined,
  };
}
