/** Rows of examples: clean, corrupted, reconstructed. */
import type { FigureArgs, OutputSpec, VariableSpec } from '../program.js';
import type { Figure } from './drawing.js';
import { short } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import { asVariable, outputsOf, variableRow } from './pictures.js';

interface Needs {
  readonly variable: VariableSpec;
  readonly which: string;
  readonly clean: Float32Array;
  /** What the networks read, where it is another. */
  readonly read?: Float32Array;
  readonly outputs: readonly { readonly output: OutputSpec; readonly values: Float32Array }[];
}

export const reconstructions: FigureEntry<Needs> = {
  name: 'reconstructions',
  async needs(run, args) {
    const variable = run.variable(subject(args).name);
    const rows = run.first(number(args, 'count'));
    const clean = await run.data(variable.name, rows);
    const corrupted = args['corrupted'] === true;
    const seen = corrupted ? await run.corrupted(rows) : { read: {}, outputs: await run.reconstructions(rows) };
    const outputs = outputsOf(run.spec, variable.name).map((output) => ({
      output,
      values: asVariable(variable, seen.outputs[output.name]!),
    }));
    if (outputs.length === 0) return { unavailable: `nothing reconstructs ${variable.name}` };
    const read: Float32Array | undefined = seen.read[variable.name];
    return { variable, which: run.which, clean, outputs, ...(read === undefined ? {} : { read }) };
  },
  draw({ variable, which, clean, read, outputs }, args: FigureArgs): Figure {
    const shape = variable.degraded ?? variable.shape;
    const many = outputs.length > 1;
    return {
      title: `Reconstructions of ${variable.name}`,
      note:
        `The first ${number(args, 'count')} ${which} examples${read === undefined ? '' : ', with noise of the seed in front of the networks'}. ` +
        outputs
          .map(
            ({ output, values }) =>
              `Mean squared error of ${many ? output.name : 'the output'}: ${short(error(values, clean))}`,
          )
          .join('; ') +
        (read === undefined || read.length !== clean.length
          ? '.'
          : `; of the corrupted input: ${short(error(read, clean))}.`),
      drawings: [
        {
          kind: 'pictures',
          columns: number(args, 'count'),
          rows: [
            variableRow(read === undefined ? 'input' : 'clean', variable, clean),
            ...(read === undefined ? [] : [variableRow('corrupted', variable, read, clean, shape)]),
            ...outputs.map(({ output, values }) => variableRow(many ? output.name : 'output', variable, values, clean)),
          ],
        },
      ],
    };
  },
};

/** The mean squared difference of two lists of the same length. */
export function error(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}
