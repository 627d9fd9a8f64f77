/** The graph of the networks, with shapes and parameter counts. */
import { elements } from '../dataset.js';
import type { GraphSpec } from '../program.js';
import type { FigureEntry } from './entry.js';

interface Needs {
  readonly name: string;
  readonly graph: GraphSpec;
  /** Numbers that training moves, those of latents and likelihoods included. */
  readonly trained: number;
}

export const architecture: FigureEntry<Needs> = {
  name: 'architecture',
  needs: ({ spec: { name, architecture: graph, weights } }) =>
    Promise.resolve({
      name,
      graph,
      trained: weights.reduce((sum, { trainable, shape }) => (trainable ? sum + elements(shape) : sum), 0),
    }),
  draw: ({ name, graph, trained }) => {
    const layers = graph.boxes.filter(({ kind }) => kind === 'layer');
    return {
      title: 'Architecture',
      note: `${layers.length} layer${layers.length === 1 ? '' : 's'}, ${trained.toLocaleString('en')} trained numbers. In each box its layer, what goes in and comes out, and how many numbers training moves there; dashed lines are what the loss compares.`,
      drawings: [{ kind: 'graph', title: name, graph }],
    };
  },
};
