/** `aec gradcheck`: the gradient of every term of a model, against finite differences of what it measures. */
import { isolated } from '../../ir/model/isolated.js';
import { batchTensors, release, type Program, type Tensors } from '../../runtime/index.js';
import { checkGradients, disturbed, type CheckedWeight } from '../../runtime/gradcheck.js';
import { examplesOf } from '../../runtime/examples.js';
import { loadData } from '../../runtime/node/index.js';
import { initialSnapshot } from '../../runtime/phases.js';
import { dataNamed, type DataOptions } from '../data.js';
import { loadModel, type SourceOptions } from '../io.js';
import { loadProgram, type BackendChoice } from '../load.js';
import { out, outJson, refuse, refuseData } from '../refusal.js';

export interface GradcheckOptions extends SourceOptions, DataOptions {
  readonly backend: BackendChoice;
  readonly count?: number;
}

interface CheckedTerm {
  readonly term: string;
  readonly weights: readonly CheckedWeight[];
  /** Why a difference would be no fault. */
  readonly apart?: string;
}

/** Steps are this long, so that their rounding is none of the gradient's. */
const rate = 1024;

/** Ends with 1 where a gradient is not that of its term. */
export async function gradcheckCommand(path: string, options: GradcheckOptions): Promise<number> {
  const { checked, model } = await loadModel(path, options);
  const terms: CheckedTerm[] = [];
  let on = '';
  for (const one of isolated(model, rate)) {
    if (one.apart !== undefined) {
      terms.push({ term: one.name, weights: [], apart: one.apart });
      continue;
    }
    const native = options.backend !== 'wasm' && options.backend !== 'cpu';
    const { program, backend } = await loadProgram(one.model, checked, options.backend, native ? { form: 'ops' } : {});
    if (!('trainStep' in program)) return refuse('error: gradients are checked op by op', '  leave out --exec graph');
    on = backend;
    terms.push({ term: one.name, weights: await checkedOn(program, options, one.model) });
  }
  if (options.json === true) outJson({ model: model.name, backend: on, terms });
  else for (const line of rendered(model.name, on, terms)) out(line);
  return terms.some(({ weights }) => weights.some(({ agrees }) => !agrees)) ? 1 : 0;
}

async function checkedOn(
  program: Program,
  options: GradcheckOptions,
  model: Parameters<typeof dataNamed>[1],
): Promise<readonly CheckedWeight[]> {
  const { spec } = program;
  const count = options.count ?? 6;
  const trees = spec.variables.some(({ tree }) => tree !== undefined);
  if (options.data === undefined && trees)
    return refuse('error: --data is needed', '  trees are not made up: name a file of some');
  const named =
    options.data === undefined ? undefined : await loadData(dataNamed(options, model), spec.variables, spec);
  if (named?.ok === false) return refuseData(named.error);
  const data = named?.value ?? examplesOf(spec, count);
  const rows = Int32Array.from({ length: Math.min(count, data.size) }, (_, i) => i);
  const batch: Tensors = batchTensors(data, spec.variables, rows);
  const first = initialSnapshot(program, data, { train: rows, validation: new Int32Array() });
  const weights = disturbed(program, first.weights);
  const found = await checkGradients(program, rate, weights, batch);
  release([batch, first.weights, first.slots, weights]);
  return found;
}

const shown = (x: number): string => x.toPrecision(4);

function rendered(name: string, backend: string, terms: readonly CheckedTerm[]): readonly string[] {
  const wrong = terms.flatMap(({ weights }) => weights.filter(({ agrees }) => !agrees));
  return [
    `${name} on ${backend}`,
    ...terms.flatMap(({ term, weights, apart }) =>
      apart !== undefined
        ? [`  ${term}  not compared: ${apart}`]
        : [
            `  ${term}  ${weights.every(({ agrees }) => agrees) ? 'agrees' : 'differs'} in ${weights.length} weights`,
            ...weights
              .filter(({ agrees }) => !agrees)
              .map((one) => `    ${one.weight}  gradient ${shown(one.slope)}, differences ${shown(one.difference)}`),
          ],
    ),
    wrong.length === 0
      ? 'every gradient is that of its term'
      : `error: ${wrong.length} gradients are not those of their terms`,
  ];
}
