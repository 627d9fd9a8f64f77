/** Decoded draws from the prior. */
import type { ProgramSpec } from '../program.js';
import { drawingsOf } from './decoded.js';
import { number, type FigureEntry } from './entry.js';
import type { Values } from './run.js';

interface Needs {
  readonly spec: ProgramSpec;
  readonly outputs: Values;
}

export const samples: FigureEntry<Needs> = {
  name: 'samples',
  async needs(run, args) {
    const outputs = await run.samples(number(args, 'count'));
    return outputs === undefined ? { unavailable: 'there is no prior to draw from' } : { spec: run.spec, outputs };
  },
  draw: ({ spec, outputs }, args) => ({
    title: 'Samples',
    note:
      `${number(args, 'count')} draws from the prior, decoded; none is in the data.` +
      (spec.sampleReads.length === 0 ? '' : ` Given ${spec.sampleReads.join(', ')} of the examples in their order.`),
    drawings: drawingsOf(spec, outputs, { columns: 10 }),
  }),
};
