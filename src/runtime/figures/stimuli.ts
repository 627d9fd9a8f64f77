/** The examples that excite a unit most. */
import type { VariableSpec } from '../program.js';
import { short } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import { isPicture, variableRow } from './pictures.js';
import type { Run } from './run.js';
import { columnsBy, excitation, variance } from './units.js';

interface Stimuli {
  /** From 0. */
  readonly unit: number;
  readonly values: Float32Array;
  /** Of the unit, for each example. */
  readonly activations: readonly number[];
}

interface Needs {
  readonly variable: VariableSpec;
  readonly units: readonly Stimuli[];
  readonly of: number;
  readonly searched: number;
  readonly which: string;
}

/** Units that are shown: those that tell examples apart most. */
const mostUnits = 6;

export const topStimuli: FigureEntry<Needs> = {
  name: 'top_stimuli',
  async needs(run, args) {
    const variable = shownInput(run);
    if (variable === undefined) return { unavailable: 'no input is a picture' };
    const rows = run.many;
    const excited = excitation(await run.of(subject(args), rows), subject(args));
    const { values, n, d } = excited;
    const chosen = columnsBy(excited, variance).slice(0, mostUnits);
    const units = await Promise.all(
      chosen.map(async (unit): Promise<Stimuli> => {
        const order = Array.from({ length: n }, (_, i) => i).sort(
          (a, b) => values[b * d + unit]! - values[a * d + unit]!,
        );
        const top = order.slice(0, number(args, 'count'));
        return {
          unit,
          values: await run.data(
            variable.name,
            Int32Array.from(top, (i) => rows[i]!),
          ),
          activations: top.map((i) => values[i * d + unit]!),
        };
      }),
    );
    return { variable, units, of: d, searched: n, which: run.which };
  },
  draw: ({ variable, units, of, searched, which }, args) => ({
    title: `Top stimuli of ${subject(args).name}`,
    note: `The ${Math.min(number(args, 'count'), searched)} of ${searched} ${which} examples that excite a unit most, strongest first; ${units.length < of ? `the ${units.length} of ${of} units that vary most` : `all ${of} units`}. ${units
      .map(({ unit, activations }) => `Unit ${unit + 1}: ${short(activations[0]!)} to ${short(activations.at(-1)!)}`)
      .join('; ')}.`,
    drawings: [
      {
        kind: 'pictures',
        columns: 16,
        rows: units.map(({ unit, values }) => variableRow(`unit ${unit + 1}`, variable, values)),
      },
    ],
  }),
};

/** The first input that can be looked at. */
export const shownInput = ({ spec }: Run): VariableSpec | undefined =>
  spec.variables.find((variable) => variable.role === 'input' && isPicture(variable));
