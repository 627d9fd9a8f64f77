/** The pictures of the lectures that models make, slide by slide. */
import { lecture0 } from './plates/lecture0.js';
import { lecture1 } from './plates/lecture1.js';
import { lecture2 } from './plates/lecture2.js';
import { lecture3 } from './plates/lecture3.js';
import { lecture4 } from './plates/lecture4.js';

interface Slide {
  /** Of its files. */
  readonly id: string;
  /** What the slide shows. */
  readonly title: string;
  readonly lecture: 0 | 1 | 2 | 3 | 4;
  /** Items of docs/language.md, section 14. */
  readonly item: number;
  /** From the project's root. */
  readonly file: string;
  /** Which autoencoder of the file. */
  readonly name?: string;
  /** What is not as the lecture has it, and why. */
  readonly changed?: string;
}

/** A drawing of the networks, which needs no training. */
export interface GraphPlate extends Slide {
  readonly kind: 'graph';
}

interface Trained extends Slide {
  /** A procedural set. */
  readonly data: string;
  /** Whether MNIST may stand in its place. */
  readonly digits?: true;
  /** Whether the Stanford Sentiment Treebank may, and the words of the command that are for it. */
  readonly treebank?: readonly string[];
  /** Further words of the command, that make it small enough for a processor: `--set`, `--epochs`. */
  readonly options?: readonly string[];
}

/** Figures of a model. */
export interface FiguresPlate extends Trained {
  readonly kind?: never;
  /** Several autoencoders of the file, a training each. */
  readonly names?: readonly string[];
  /** Values of what the file sweeps, a training each. */
  readonly points?: readonly (readonly string[])[];
  /** The figures that are shown, by name. */
  readonly figures: readonly string[];
  /** Those among them that the file does not ask for, as in a `figure` clause. */
  readonly more?: readonly string[];
}

/** Several autoencoders of a file on the same examples with the same noise. */
export interface RowsPlate extends Trained {
  readonly kind: 'rows';
  readonly names: readonly string[];
}

export type Plate = GraphPlate | FiguresPlate | RowsPlate;

export const plates: readonly Plate[] = [...lecture0, ...lecture1, ...lecture2, ...lecture3, ...lecture4];
