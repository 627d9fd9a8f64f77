/**
 * Elaboration: from sources to Models. Arguments are bound to the registry, blocks expanded, shapes carried forward and
 * back, and outputs proved to have the shape of what they reconstruct. A mistake costs its statement: all that can be
 * made of an autoencoder is there whatever else is wrong.
 */
import type { Finding } from '../../diagnostics/finding.js';
import type { SourceSet } from '../resolve/sources.js';
import { elaborateAutoencoder, type Elaborated } from './autoencoder.js';
import { checkBlock, type CheckedBlock } from './blocks.js';
import { Memory } from './memory.js';
import { Reporter, Work } from './reporter.js';
import { checkSettings, valuesOf, type Settings } from './settings.js';

export type { Elaborated } from './autoencoder.js';
export { Memory } from './memory.js';
export type { Passed } from './reporter.js';
export type { Settings } from './settings.js';

export interface Elaboration {
  /** One for each autoencoder, in source order. */
  readonly autoencoders: readonly (Elaborated & { readonly written: number })[];
  /** What is known of each block of `SourceSet` by itself. */
  readonly blocks: readonly CheckedBlock[];
  /** Of blocks by themselves, and of hyperparameters from outside. */
  readonly findings: readonly Finding[];
  /** Layers and relations, written out. */
  readonly written: number;
}

/**
 * @param settings hyperparameters from outside: name to text
 * @param memory holds what earlier elaborations made
 */
export function elaborate(sources: SourceSet, settings: Settings, memory = new Memory()): Elaboration {
  const work = new Work();
  const outside = JSON.stringify(settings);
  const autoencoders = sources.autoencoders.map((source) => {
    const wounded = sources.incomplete || source.wounded;
    const made = memory.autoencoders.take(source, `${String(wounded)} ${outside}`, () => {
      const before = work.done;
      const elaborated = elaborateAutoencoder(
        source,
        new Reporter(wounded, work),
        valuesOf(source.declaration, settings),
      );
      return { ...elaborated, written: work.done - before };
    });
    return made;
  });
  const blocks = sources.blocks.map((block) =>
    memory.blocks.take(block, String(sources.incomplete), () =>
      checkBlock(block, new Reporter(sources.incomplete, work)),
    ),
  );
  const written = autoencoders.reduce((sum, one) => sum + one.written, 0);
  const ofBlocks = blocks.flatMap((one) => one.findings);
  return { autoencoders, blocks, findings: [...checkSettings(sources.autoencoders, settings), ...ofBlocks], written };
}
