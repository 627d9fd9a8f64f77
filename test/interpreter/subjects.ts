/** The models that the project itself shows: every example, and every template of `aec init`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examples } from '../../examples/list.js';
import { initCommand, templateNames } from '../../src/cli/commands/init.js';
import type { Checked } from '../../src/compiler.js';
import type { Model } from '../../src/ir/model/model.js';
import { checkExample, checkText } from '../support/emitted.js';

export interface Subject {
  readonly name: string;
  /** The procedural set that it is shown on. */
  readonly data: string;
  /** Checked, with other hyperparameters where the model takes them. */
  readonly check: (set?: Readonly<Record<string, number>>) => Checked;
}

/** Sizes that keep a comparison element by element short, by the names that the models give them. */
export const small: Readonly<Record<string, number>> = {
  hidden: 12,
  units: 40,
  z: 8,
  d: 4,
  maps: 8,
  channels: 16,
  entries: 16,
  samples: 3,
};

/** What the interpreter knows nothing of, and what judges it in its place. */
export function elsewhere({ networks, training, latents }: Model): string | undefined {
  if (networks.some(({ form }) => form.kind === 'fold'))
    return 'test/trees, test/examples/trees.test.ts, greedy-tree.test.ts';
  if (training.phases.length > 0) return 'test/training/phases.test.ts, test/examples/phases.test.ts, fields.test.ts';
  if (training.players.length > 0) return 'test/training/players.test.ts, test/examples/players.test.ts';
  if (training.optimizer.definition.deterministic === true)
    return 'test/runtime/minimise.test.ts, test/examples/contractive.test.ts';
  const known = ({ definition, by, through, prior }: Model['latents'][number]): boolean =>
    definition.name === 'normal' &&
    by.definition.name === 'reparameterized' &&
    prior.definition.name === 'normal' &&
    through.length === 0;
  return latents.every(known)
    ? undefined
    : 'test/training/latents.test.ts, test/examples/latents.test.ts, test/examples/bounds.test.ts';
}

const fitting =
  (check: (set: Readonly<Record<string, number>>) => Checked): Subject['check'] =>
  (set = {}) => {
    const known = new Set(check({}).models[0]?.parameters.map((p) => p.name));
    return check(Object.fromEntries(Object.entries(set).filter(([name]) => known.has(name))));
  };

/** The text that `aec init` writes. */
export async function templateText(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'aec-init-'));
  const write = process.stdout.write;
  process.stdout.write = () => true;
  try {
    const path = join(folder, 'model.ae');
    await initCommand(path, { template: name });
    return readFileSync(path, 'utf8');
  } finally {
    process.stdout.write = write;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Those that the interpreter knows. */
export const interpreted = async (): Promise<readonly Subject[]> =>
  (await subjects()).filter(({ check }) => elsewhere(check().models[0]!) === undefined);

/** One of `each`, from the one at `from` on, where a backend takes long and the others are of the same kinds; all with `AEC_EVERY=1`. */
export const part = <T>(all: readonly T[], each: number, from = 0): readonly T[] =>
  process.env['AEC_EVERY'] === '1' ? all : all.filter((_, i) => i % each === from);

export async function subjects(): Promise<readonly Subject[]> {
  const texts: (readonly [string, string])[] = [];
  for (const name of templateNames) texts.push([name, await templateText(name)]);
  return [
    ...examples.map(({ path, data }): Subject => ({
      name: path,
      data,
      check: fitting((set) => checkExample(path, set)),
    })),
    ...texts.map(([name, text]): Subject => ({
      name: `init --template ${name}`,
      data: 'strokes',
      check: fitting((set) => checkText(text, set)),
    })),
  ];
}
