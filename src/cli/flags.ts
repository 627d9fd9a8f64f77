/** Flags that several commands have: one place for the words of each. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { targets } from '../codegen/targets.js';
import { inDigits } from '../diagnostics/phrases.js';

/** A command that takes several flags at once. */
export class Flagged extends Command {
  override createCommand(name?: string): Flagged {
    return new Flagged(name);
  }

  with(flags: readonly Option[]): this {
    flags.forEach((flag) => this.addOption(flag));
    return this;
  }
}

export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const wholeUpTo =
  (most: number) =>
  (value: string): number => {
    const n = Number(value);
    if (value.trim() === '' || !Number.isInteger(n) || n < 1)
      throw new InvalidArgumentError('expected a whole number of at least 1');
    if (n > most) throw new InvalidArgumentError(`expected at most ${inDigits(most)}`);
    return n;
  };

export const positive = wholeUpTo(1_000_000);

export function seconds(value: string): number {
  const n = Number(value);
  if (value.trim() === '' || !Number.isFinite(n) || n < 0)
    throw new InvalidArgumentError('expected seconds, 0 or more');
  return n;
}

export const setOption = () =>
  new Option('--set <name=value>', 'give a hyperparameter a value (repeatable)').argParser(collect).default([]);
const nameOption = () => new Option('--name <autoencoder>', 'which autoencoder, where the file declares several');
export const jsonOption = () => new Option('--json', 'print JSON for machines');
export const targetOption = (fallback: string) =>
  new Option('--target <target>', 'what to compile for').choices(Object.keys(targets)).default(fallback);
export const execOption = () =>
  new Option('--exec <form>', 'on node and node-gpu: the whole program as one TensorFlow graph, or op by op').choices([
    'graph',
    'ops',
  ]);
export const partsOption = () =>
  new Option(
    '--parts <n>',
    'cut each batch into n parts, computed side by side: on node as one graph, or beside --threads (one for 32 examples, at most 4)',
  ).argParser(wholeUpTo(1024));
export const threadsOption = () =>
  new Option(
    '--threads <n>',
    'on wasm: compute the parts of each batch in n threads; how many changes no bit of the run',
  ).argParser(wholeUpTo(256));
const columnsOption = () =>
  new Option(
    '--columns <columns...>',
    'which fields of a table are which variable: x=area,rooms y=price (first..last for all between)',
  );
export const backendOption = () =>
  new Option('--backend <backend>', 'where to compute')
    .choices(['auto', 'node-gpu', 'node', 'wasm', 'cpu'])
    .default('auto');

/** Which model of a file, with which hyperparameters; at the end of every command that takes one. */
export const ofModel = (): readonly Option[] => [setOption(), nameOption(), jsonOption()];

/** Which data, told as a command tells it. */
export const ofData = (data: string, dataDir = 'as for train'): readonly Option[] => [
  new Option('--data <data>', data),
  columnsOption(),
  new Option('--data-dir <folder>', dataDir),
];

/** Which weights. */
export const ofWeights = (): readonly Option[] => [
  new Option('--weights <file>', "those of the run, or of the file's newest run unless given"),
];
