/** How a forward pass behaves, and how its tensors are looked at. */

export interface Mode {
  /** Layers behave as in training: dropout drops, batch statistics are taken and moving averages updated. */
  readonly training: boolean;
  /** Layers draw nothing, in training either. */
  readonly noiseless?: true;
  /** Corruptions are applied; degradations always are where the clean variable is fed. */
  readonly corrupt: boolean;
  /** What a latent is: a draw from its posterior, the posterior's mean, or a draw from its prior. */
  readonly latents: 'drawn' | 'mean' | 'prior';
  /** Batches hold what the networks read (already degraded), not the clean variable. */
  readonly readsCorrupted: boolean;
}

/**
 * As terms see tensors, without the noise behind them; as networks read them, behind noise; or as networks that stand
 * still read them, behind degradations and the noise that their phase itself writes.
 */
export type Sight = 'value' | 'read' | 'still';
