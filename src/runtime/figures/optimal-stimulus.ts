/** What excites a unit most, by ascent among all inputs of the data's mean norm. */
import { elements } from '../dataset.js';
import type { SubjectSpec, VariableSpec } from '../program.js';
import { short } from './drawing.js';
import { subject, type FigureEntry } from './entry.js';
import { isPicture, variableRow } from './pictures.js';
import { type Run } from './run.js';
import { pick } from './values.js';
import { columnsBy, excitation, unitsOf, variance } from './units.js';

interface Needs {
  readonly variable: VariableSpec;
  /** From 0. */
  readonly units: readonly number[];
  readonly of: number;
  readonly norm: number;
  /** Of the best examples on the sphere, where the ascent begins, and of its end. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly stimuli: Float32Array;
}

/** Units that are shown: those that tell examples apart most. */
const mostUnits = 20;
const rounds = 100;

export const optimalStimulus: FigureEntry<Needs> = {
  name: 'optimal_stimulus',
  async needs(run, args) {
    const of = subject(args);
    const variable = run.spec.variables.find(({ role, domain }) => role === 'input' && domain.kind !== 'category');
    if (variable === undefined) return { unavailable: 'no input has numbers' };
    if (variable.degraded !== undefined) return { unavailable: `the networks read ${variable.name} in another shape` };
    const d = elements(variable.shape);
    const rows = run.many;
    const data = await run.data(variable.name, rows);
    const norms = Array.from(rows, (_, i) => Math.hypot(...data.subarray(i * d, (i + 1) * d)));
    const norm = norms.reduce((a, b) => a + b, 0) / norms.length;
    const seen = await run.of(of, rows);
    const excited = excitation(seen, of);
    const units = columnsBy(excited, variance).slice(0, mostUnits);
    const best = units.map((unit) =>
      norms.reduce(
        (top, length, i) =>
          length > 0 && (top < 0 || excited.values[i * excited.d + unit]! > excited.values[top * excited.d + unit]!)
            ? i
            : top,
        -1,
      ),
    );
    if (best.includes(-1)) return { unavailable: 'all examples are zero' };
    const begin = onSphere(pick(data, d, best), d, norm);
    const beside = Int32Array.from(best, (i) => rows[i]!);
    const seeds = await seedsOf(run, of, variable, units, begin, beside);
    const activation = async (x: Float32Array): Promise<readonly number[]> => {
      const values = await run.at(of, beside, { [variable.name]: x });
      return units.map((_, i) => dot(values, seeds, elements(of.shape), i));
    };
    const stimuli = await ascend(run, of, variable, seeds, beside, begin, norm);
    return {
      variable,
      units,
      of: excited.d,
      norm,
      before: await activation(begin),
      after: await activation(stimuli),
      stimuli,
    };
  },
  draw({ variable, units, of, norm, before, after, stimuli }, args) {
    const d = elements(variable.shape);
    const pictures = isPicture(variable) && d > 3;
    return {
      title: `Optimal stimuli of ${subject(args).name}`,
      note: `Inputs of length ${short(norm)}, the mean of the data, that excite a unit most, by ${rounds} steps of ascent from the example that excites it most; ${units.length < of ? `the ${units.length} of ${of} units that vary most` : `all ${of} units`}, in the order of the table.`,
      drawings: [
        ...(pictures
          ? [
              {
                kind: 'pictures' as const,
                columns: 10,
                rows: [variableRow('stimuli', { ...variable, domain: { kind: 'real' } }, stimuli)],
              },
            ]
          : []),
        {
          kind: 'table',
          columns: [
            'unit',
            'of the example',
            'of the stimulus',
            ...(pictures ? [] : Array.from({ length: d }, (_, j) => `${variable.name} ${j + 1}`)),
          ],
          rows: units.map((unit, i) => [
            unit + 1,
            before[i]!,
            after[i]!,
            ...(pictures ? [] : stimuli.subarray(i * d, (i + 1) * d)),
          ]),
        },
      ],
    };
  },
};

/** 1 at the unit of each row, of a map at the place that its start excites most; n × elements of the tensor. */
async function seedsOf(
  run: Run,
  of: SubjectSpec,
  variable: VariableSpec,
  chosen: readonly number[],
  begin: Float32Array,
  rows: Int32Array,
): Promise<Float32Array> {
  const size = elements(of.shape);
  const { units, places } = unitsOf(of);
  const values = places === 1 ? undefined : await run.at(of, rows, { [variable.name]: begin });
  const seeds = new Float32Array(chosen.length * size);
  chosen.forEach((unit, i) => {
    let best = 0;
    for (let place = 1; place < places; place++)
      if (values![i * size + place * units + unit]! > values![i * size + best * units + unit]!) best = place;
    seeds[i * size + best * units + unit] = 1;
  });
  return seeds;
}

/** Steps along the gradient, each followed by the way back to the sphere; their length falls from half a radius to a hundredth. */
async function ascend(
  run: Run,
  of: SubjectSpec,
  variable: VariableSpec,
  seeds: Float32Array,
  rows: Int32Array,
  begin: Float32Array,
  norm: number,
): Promise<Float32Array> {
  const d = elements(variable.shape);
  let x = begin;
  for (let round = 0; round < rounds; round++) {
    const gradient = (await run.pulledBack(of, seeds, rows, { [variable.name]: x }))[variable.name]!;
    const step = 0.5 * norm * 0.02 ** (round / (rounds - 1));
    const direction = onSphere(gradient, d, step);
    x = onSphere(
      x.map((value, i) => value + direction[i]!),
      d,
      norm,
    );
  }
  return x;
}

/** Rows brought to one length; those without any stay as they are. */
function onSphere(rows: Float32Array, d: number, length: number): Float32Array {
  const out = rows.slice();
  for (let from = 0; from < rows.length; from += d) {
    const own = Math.hypot(...rows.subarray(from, from + d));
    if (own > 0) for (let j = from; j < from + d; j++) out[j] = (out[j]! * length) / own;
  }
  return out;
}

function dot(a: Float32Array, b: Float32Array, size: number, row: number): number {
  let sum = 0;
  for (let i = row * size; i < (row + 1) * size; i++) sum += a[i]! * b[i]!;
  return sum;
}
