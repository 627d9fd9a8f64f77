/** Every figure that is drawn, by the name that the language has for it. */
import type { FigureSpec } from '../program.js';
import { anomalies } from './anomalies.js';
import { architecture } from './architecture.js';
import { arithmetic } from './arithmetic.js';
import { baseline } from './baseline.js';
import { codes } from './codes.js';
import { confusion } from './confusion.js';
import { divergence } from './divergence.js';
import type { Figure, Unavailable } from './drawing.js';
import { whole, type AnyFigure } from './entry.js';
import { errors } from './errors.js';
import { filters } from './filters.js';
import { grid } from './grid.js';
import { inpainting } from './inpainting.js';
import { interpolation } from './interpolation.js';
import { losses } from './losses.js';
import { manifold } from './manifold.js';
import { neighbours } from './neighbours.js';
import { optimalStimulus } from './optimal-stimulus.js';
import { pca } from './pca-figure.js';
import { trees } from './parse-trees.js';
import { probe } from './probe.js';
import { rateDistortion } from './rate-distortion.js';
import { reconstructions } from './reconstructions.js';
import type { Run } from './run.js';
import { samples } from './samples.js';
import { scatter } from './scatter.js';
import { sparsity } from './sparsity.js';
import { topStimuli } from './stimuli.js';
import { tangentPlanes } from './tangent-planes.js';
import { traversal } from './traversal.js';
import { vectorField } from './vector-field.js';

export const figures: readonly AnyFigure[] = [
  whole(reconstructions),
  whole(losses),
  whole(architecture),
  whole(errors),
  whole(filters),
  whole(codes),
  whole(pca),
  whole(scatter),
  whole(vectorField),
  whole(tangentPlanes),
  whole(sparsity),
  whole(divergence),
  whole(manifold),
  whole(traversal),
  whole(interpolation),
  whole(arithmetic),
  whole(grid),
  whole(samples),
  whole(topStimuli),
  whole(optimalStimulus),
  whole(neighbours),
  whole(trees),
  whole(anomalies),
  whole(inpainting),
  whole(probe),
  whole(confusion),
  whole(rateDistortion),
  whole(baseline),
];

const byName = new Map(figures.map((figure) => [figure.name, figure]));

/** Draws a figure of a run; why it cannot be drawn, where it cannot. */
export function makeFigure(run: Run, { name, args }: FigureSpec): Promise<Figure | Unavailable> {
  const entry = byName.get(name);
  if (entry === undefined) throw new Error(`no figure is called ${name}`);
  return entry.make(run, args);
}
