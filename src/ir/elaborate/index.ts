/**
 * Elaboration: from sources to Models. Arguments are bound to the registry, blocks expanded, shapes carried forward and
 * back, and outputs proved to have the shape of what they reconstruct. A mistake costs its statement: all that can be
 * made of an autoencoder is there whatever else is wrong.
 */
import type { Finding } from '../../diagnostics/finding.js';
import type { Autoencoder, SourceSet } from '../resolve/sources.js';
import { elaborateAutoencoder, type Elaborated } from './autoencoder.js';
import { checkBlock } from './blocks.js';
import { Reporter, Work } from './reporter.js';
import { checkSettings, valuesOf, type Settings } from './settings.js';

export type { Elaborated } from './autoencoder.js';
export type { Settings } from './settings.js';

export interface Elaboration {
  /** One for each autoencoder, in source order. */
  readonly autoencoders: readonly Elaborated[];
  /** Those of blocks that are not found where the blocks are used. */
  readonly ofBlocks: readonly Finding[];
  /** Of hyperparameters from outside. */
  readonly ofSettings: readonly Finding[];
  /** Layers and relations, written out. */
  readonly written: number;
}

/**
 * @param settings hyperparameters from outside: name to text
 * @param known what an earlier elaboration made of the same autoencoder, unless something changed that it reads
 */
export function elaborate(sources: SourceSet, settings: Settings, known: (source: Autoencoder) => Elaborated | undefined = () => undefined): Elaboration {
  const work = new Work();
  const autoencoders = sources.autoencoders.map(
    (source) => known(source) ?? elaborateAutoencoder(source, new Reporter(sources.incomplete || source.wounded, work), valuesOf(source.declaration, settings)),
  );
  const ofBlocks = sources.blocks.flatMap((block) => checkBlock(block, new Reporter(sources.incomplete, work)));
  return { autoencoders, ofBlocks, ofSettings: checkSettings(sources.autoencoders, settings), written: work.done };
}
