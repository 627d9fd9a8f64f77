/** Decoded draws from the prior. */
import { drawingsOf, outputsOf, type Outputs } from './decoded.js';
import { number, type FigureEntry } from './entry.js';

interface Needs {
  readonly outputs: Outputs;
}

export const samples: FigureEntry<Needs> = {
  name: 'samples',
  async needs(run, args) {
    const values = await run.samples(number(args, 'count'));
    return values === undefined
      ? { unavailable: 'there is no prior to draw from' }
      : { outputs: outputsOf(run, values) };
  },
  draw: ({ outputs, outputs: { spec } }, args) => ({
    title: 'Samples',
    note:
      `${number(args, 'count')} draws from the prior, decoded; none is in the data.` +
      (spec.sampleReads.length === 0 ? '' : ` Given ${spec.sampleReads.join(', ')} of the examples in their order.`),
    drawings: drawingsOf(outputs, { columns: 10 }),
  }),
};
