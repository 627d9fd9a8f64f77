/** No example and no template has an objective that cannot do what it says. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler.js';
import { batchTensors, fitDataset, generateSet, reservedSteps } from '../../src/runtime/index.js';
import { randomAt } from '../../src/runtime/random.js';
import { checkText, emitText, useWasm } from '../support/emitted.js';
import { shown } from '../support/findings.js';
import { explainedUnseen, trainEmitted } from '../support/train.js';
import { cpu } from './compare/backends.js';
import { stream } from './compare/random.js';
import { asArrays, quickRunner, type Runner } from './compare/runner.js';
import { statisticsOf } from './compare/inputs.js';
import { isMean } from './interpret/endings.js';
import type { Arrays } from './interpret/forward.js';
import type { Model, Reconstruction, Term } from './interpret/model.js';
import { answering, ending, freedom } from './reach.js';
import { interpreted, small, templateText, type Subject } from './subjects.js';

// A text has no output that is itself; what models of phrases learn is held by test/examples/phrases.test.ts.
// Thresholds have no gradient: what the model of lecture 2 is, its first weights say (test/examples/fields.test.ts).
const all = (await interpreted()).filter(
  ({ name, data }) => !data.startsWith('phrases') && !name.endsWith('trivial.ae'),
);

interface Ready {
  readonly model: Model;
  readonly spec: ReturnType<typeof compile>['spec'];
  readonly runner: Runner;
  readonly weights: Arrays;
}

async function ready(check: Subject['check'], set = small): Promise<Ready> {
  const checked = check(set);
  if (checked.models.length === 0) throw new Error(shown(checked));
  const compiled = compile(checked.models[0]!, checked);
  const runner = quickRunner(compiled);
  return {
    model: compiled.model as Model,
    spec: compiled.spec,
    runner,
    weights: await runner.initialize(randomAt(1, reservedSteps.initialize), statisticsOf(compiled.spec, 4)),
  };
}

/** The reconstruction of the first variable, which every example has. */
const mainTerm = ({
  terms,
}: Model): { readonly term: Reconstruction; readonly where: Term['where']; readonly index: number } => {
  const index = terms.findIndex((t) => t.reconstruction !== undefined);
  return { term: terms[index]!.reconstruction!, where: terms[index]!.where, index };
};

/** Σ over the elements of what each likelihood is at least, where the output is x itself. */
function least(
  {
    likelihood: {
      definition: { name },
    },
  }: Reconstruction,
  x: ArrayLike<number>,
  logSigma: number,
): number {
  const per = (v: number): number =>
    name === 'bernoulli'
      ? -(v * Math.log(v) + (1 - v) * Math.log(1 - v))
      : name === 'gaussian'
        ? logSigma + 0.5 * Math.log(2 * Math.PI)
        : 0;
  return Array.from(x).reduce((sum, v) => sum + per(v), 0);
}

interface Reached {
  /** The farthest element of the reconstruction. */
  readonly distance: number;
  readonly loss: number;
  readonly least: number;
  /** The loss with each number of the bias moved, up and down. */
  readonly moved: readonly number[];
}

/** What a program makes of weights that should answer with a random picture. */
async function reached({ model, spec, runner, weights }: Ready, seed: number): Promise<Reached> {
  const { term, where, index } = mainTerm(model);
  const variable = spec.variables.find((v) => v.name === term.variable)!;
  const end = ending(model, term.output);
  const r = stream(seed);
  const [low, high] =
    variable.domain.kind === 'interval' ? [variable.domain.low ?? -2, variable.domain.high ?? 2] : [-2, 2];
  // Within a hundredth of the ends: an output that is squashed twice comes nowhere near.
  const draw = (): number => low + (high - low) * (r.chance(0.3) ? r.pick([0.01, 0.99]) : 0.01 + 0.98 * r.next());
  const size = variable.shape.reduce((a, b) => a * b, 1);
  const channels = variable.shape.at(-1)!;
  const free = freedom(end);
  const mean = weights[`${variable.name}.mean`];
  const wanted =
    free === 'elements'
      ? Array.from({ length: size }, draw)
      : free === 'channels'
        ? Array.from({ length: channels }, draw)
        : [];
  // What the data are, element by element: without a bias only the mean can be the answer, which is 0 once it is taken off.
  const inModel = Array.from({ length: size }, (_, i) =>
    free === 'none' ? 0 : Math.fround(wanted[i % wanted.length]!),
  );
  const data = inModel.map((v, i) => v + (mean?.data[i] ?? 0));
  const rows = 3;
  const batch: Arrays = Object.fromEntries(
    spec.variables.map((v) => [
      v.name,
      v.name === variable.name
        ? { shape: [rows, ...v.shape], data: Float64Array.from({ length: rows * size }, (_, i) => data[i % size]!) }
        : { shape: [rows, ...v.shape], data: new Float64Array(rows * v.shape.reduce((a, b) => a * b, 1)) },
    ]),
  );
  const isLogits = !isMean(model, term.output, term.likelihood.definition.name);
  const at = (w: Arrays) => answering(model, w, term, wanted, isLogits);
  const random = () => randomAt(1, reservedSteps.evaluate);
  const moment = { step: 0, stepsPerEpoch: 4 };
  const lossOf = async (w: Arrays): Promise<number> => (await runner.evaluate(w, batch, moment, random()))[index]!;
  const answer = at(weights);
  const inputs = Object.fromEntries(
    Object.entries(batch).filter(([name]) => spec.variables.find((v) => v.name === name)!.role === 'input'),
  );
  const fed = runner.degrade === undefined ? inputs : await runner.degrade(answer, inputs);
  const made = (await runner.reconstruct(answer, fed))[variable.name]!.data;
  const moved: number[] = [];
  const bias = `${end.layer.id}.bias`;
  if (answer[bias] !== undefined) {
    for (const by of [-0.3, 0.3])
      moved.push(
        await lossOf({
          ...answer,
          [bias]: { shape: answer[bias].shape, data: Float64Array.from(answer[bias].data, (v) => v + by) },
        }),
      );
  }
  const sigma = typeof term.likelihood.args['sigma'] === 'number' ? term.likelihood.args['sigma'] : 1;
  const hidden = where.some((one) => one.kind === 'hidden');
  return {
    distance: Math.max(...Array.from(made, (v, i) => Math.abs(v - data[i % size]!))),
    loss: await lossOf(answer),
    least: hidden ? 0 : least(term, inModel, weights[`${variable.name}.log_sigma`]?.data[0] ?? Math.log(sigma)),
    moved,
  };
}

beforeAll(() => cpu.start());

describe.each(all)('$name', ({ check, data }) => {
  it('reaches any target, and its loss is the least there is at it', async () => {
    const subject = await ready(check);
    for (const seed of [1, 2]) {
      const { distance, loss, least: wanted, moved } = await reached(subject, seed);
      expect(distance).toBeLessThan(1e-3);
      expect(Math.abs(loss - wanted)).toBeLessThan(1e-3 + 1e-5 * Math.abs(wanted));
      for (const other of moved) expect(other).toBeGreaterThan(loss);
    }
  });

  it('moves every weight that it trains', async () => {
    const { model, spec, runner } = await ready(check);
    const raw = generateSet(
      `${data.split(':')[0]!}:${data.startsWith('identity') ? 'n=8' : data.startsWith('bars') ? 'n=8,count=24' : data.startsWith('gaussian') ? `${/dims=\d/.exec(data)![0]},count=24` : 'count=24'}`,
    );
    if (!raw.ok) throw new Error(raw.error.found);
    const set = fitDataset(raw.value, spec.variables);
    if (!set.ok) throw new Error(set.error.found);
    const weights = await runner.initialize(randomAt(1, reservedSteps.initialize), statisticsOf(spec, 4));
    const still = new Set(spec.weights.filter((w) => w.trainable).map((w) => w.name));
    for (let first = 0; first < set.value.size && still.size > 0; first += 8) {
      const batch = asArrays(
        batchTensors(
          set.value,
          spec.variables,
          Array.from({ length: Math.min(8, set.value.size - first) }, (_, i) => first + i),
        ),
      );
      const { gradients } = await runner.slope(
        { weights, slots: {} },
        batch,
        { step: 1, stepsPerEpoch: 4 },
        randomAt(1, first),
      );
      for (const [name, { data: values }] of Object.entries(gradients))
        if (Array.from(values).some((g) => Math.abs(g) > 1e-12)) still.delete(name);
    }
    expect([...still], model.name).toEqual([]);
  });
});

describe('the guard itself', () => {
  const of = (decoder: string): Promise<Ready> =>
    ready(
      () =>
        checkText(
          `autoencoder A {\n  input x: [6] in [0, 1]\n  encoder { code: dense(3) }\n  decoder { ${decoder} }\n  reconstruct x by squared_error\n}\n`,
        ),
      {},
    );

  it('sees an output that cannot reach the data', async () => {
    expect((await reached(await of('dense(6, sigmoid)'), 1)).distance).toBeLessThan(1e-3);
    // Twice squashed: between ½ and 0.73 at most.
    expect((await reached(await of('dense(6, sigmoid); sigmoid'), 1)).distance).toBeGreaterThan(0.2);
  });
});

describe('a template, trained', () => {
  beforeAll(useWasm);

  it.each([
    ['vanilla', 10],
    ['denoising', 6],
    ['conv', 16],
    ['vae', 8],
  ] as const)('%s explains more than the mean of the data', async (name, epochs) => {
    const t = await trainEmitted(
      emitText(await templateText(name), {
        overrides: { batch: 16, epochs, validation: { share: 0.2, clean: false } },
      }),
      'strokes:count=400',
    );
    expect(await explainedUnseen(t)).toBeGreaterThan(0.15);
    t.dispose();
  });
});
