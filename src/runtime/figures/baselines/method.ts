/** What a classical method is given, and what it makes of it. */
import type { VariableSpec } from '../../program.js';
import type { Drawing, Unavailable } from '../drawing.js';
import type { ImageShape } from '../images.js';
import type { Run } from '../run.js';

/** Images one after another, in the variable's own values. */
export interface Images {
  readonly values: Float32Array;
  readonly image: ImageShape;
}

export interface Seen {
  readonly run: Run;
  readonly variable: VariableSpec;
  readonly rows: Int32Array;
  readonly clean: Images;
  /** What the networks read: corrupted, maybe of another size; the clean ones where nothing corrupts. */
  readonly read: Images;
  /** What the model makes of it. */
  readonly model: Float32Array;
  /** Black and white. */
  readonly span: { readonly low: number; readonly high: number };
}

/** What a method makes, beside the model. */
export interface Made {
  /** Of its row: `PCA, 8 components`. */
  readonly title: string;
  readonly values: Float32Array;
  /** How it goes, in sentences. */
  readonly note: string;
  /** Bits an example, of methods that code. */
  readonly bits?: { readonly model: number; readonly method: number };
  readonly drawings?: readonly Drawing[];
}

export type Method = (seen: Seen) => Promise<Made | Unavailable>;
