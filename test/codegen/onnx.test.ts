/** ONNX files: ONNX Runtime computes from them what programs compute, and every op what it should. */
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { unwritableIn } from '../../src/codegen/onnx/body.js';
import { drawsGiven } from '../../src/codegen/onnx/draws.js';
import { exportOnnx } from '../../src/codegen/onnx/export.js';
import { onnxFile, type OnnxFile } from '../../src/codegen/onnx/file.js';
import { compile, type Checked } from '../../src/compiler.js';
import { ops, type OpName } from '../../src/ir/graph/ops/index.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { randomAt } from '../../src/runtime/index.js';
import { batchOf, disturbed, statisticsOf } from '../interpreter/compare/inputs.js';
import { quickRunner } from '../interpreter/compare/runner.js';
import { stream } from '../interpreter/compare/random.js';
import type { Arrays } from '../interpreter/interpret/forward.js';
import { small, subjects } from '../interpreter/subjects.js';
import { cases } from '../laws/cases/index.js';
import { Kit } from '../laws/kit.js';
import { evaluate } from '../laws/reference.js';
import { checkText, useWasm } from '../support/emitted.js';

/** What ONNX Runtime makes of a file. Labels are given as they are declared. */
async function run({ bytes }: Pick<OnnxFile, 'bytes'>, fed: Arrays): Promise<Arrays> {
  const session = await InferenceSession.create(bytes);
  const feeds = session.inputMetadata.map((input): readonly [string, Tensor] => {
    const { shape, data } = fed[input.name]!;
    const type = input.isTensor ? input.type : 'float32';
    const values =
      type === 'float32' ? Float32Array.from(data) : type === 'int32' ? Int32Array.from(data) : Uint8Array.from(data);
    return [input.name, new Tensor(type, values, shape)];
  });
  const found = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(found).map(([name, { dims, data }]) => [
      name,
      { shape: dims, data: Float64Array.from(data as ArrayLike<number>) },
    ]),
  );
}

/** Within 10⁻⁵ of the largest number there, or of 1; NaN equals itself. */
function expectSame(found: Arrays, expected: Arrays, what: string): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, { shape, data }] of Object.entries(expected)) {
    const other = found[name]!;
    expect(other.shape, `${what}: ${name}`).toEqual([...shape]);
    let [scale, worst] = [1, 0];
    for (let i = 0; i < data.length; i++) {
      scale = Math.max(scale, Number.isFinite(data[i]) ? Math.abs(data[i]!) : 0);
      worst = Math.max(worst, apart(data[i]!, other.data[i]!));
    }
    expect(worst / scale, `${what}: ${name}`).toBeLessThan(1e-5);
  }
}

const apart = (a: number, b: number): number =>
  Object.is(a, b) || a === b ? 0 : Number.isNaN(a - b) ? Infinity : Math.abs(a - b);

const all = await subjects();

/** As outputs of files are called. */
const renamed = (arrays: Arrays): Arrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}_out`, array]));

describe('a model gives what its program gives', () => {
  beforeAll(() => useWasm());

  /** With weights at random, for batches of different sizes. */
  async function agrees(checked: Checked): Promise<void> {
    const compiled = compile(checked.models[0]!, checked);
    const { spec } = compiled;
    const program = quickRunner(compiled);
    const first = await program.initialize(randomAt(3, 0), statisticsOf(spec, 3));
    const weights = disturbed(spec, first, 4);
    const made = exportOnnx(
      compiled,
      Object.fromEntries(
        Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, values: Float32Array.from(data) }]),
      ),
    );
    if (!made.ok) {
      // Recursions of trees are loops over levels that no op of ONNX is, and leaves are rows that the program chooses.
      if (spec.grown !== undefined || spec.variables.some(({ tree }) => tree !== undefined))
        return expect(made.node.op).toMatch(/^(Fold|Unfold|Rows)$/);
      throw new Error(`${made.file}: ${made.node.op}: ${made.reason}`);
    }
    const file = (name: string): OnnxFile => made.files.get(name)!;
    const read = async (rows: number): Promise<Arrays> => {
      const batch = batchOf(spec, rows, 7 + rows);
      return { ...batch, ...(await program.degrade?.(weights, batch)) };
    };
    // A tensor of a file has one name: a code of a variable's name is called as what is made of a variable.
    const variables = new Set(spec.variables.map(({ name }) => name));
    const codesOf = (arrays: Arrays): Arrays =>
      Object.fromEntries(
        Object.entries(arrays).map(([name, array]) => [variables.has(name) ? `${name}_out` : name, array]),
      );
    if (compiled.graphs.encode !== undefined)
      expectSame(
        await run(file('encoder.onnx'), await read(3)),
        codesOf(await program.encode(weights, await read(3))),
        'encoder',
      );
    if (made.files.has('sampler.onnx')) {
      const draws = randomAt(5, 0);
      const { inputs } = file('sampler.onnx');
      const given = new Map(drawsGiven(compiled.graphs.sample!).draws.map((draw) => [draw.name, draw]));
      const rows = await read(3);
      const fed = inputs.flatMap(({ name, shape }): readonly (readonly [string, Arrays[string]])[] => {
        const draw = given.get(name);
        if (draw === undefined) return [];
        const drawn = draws[draw.distribution](
          draw.stream,
          shape.map((dim) => dim ?? 3),
        );
        const array = { shape: drawn.shape, data: Float64Array.from(drawn.dataSync()) };
        drawn.dispose();
        return [[name, array]];
      });
      expectSame(
        await run(file('sampler.onnx'), { ...rows, ...Object.fromEntries(fed) }),
        renamed(await program.sample!(weights, 3, randomAt(5, 0), rows)),
        'sampler',
      );
    }
    // What reconstructs nothing has an encoder alone.
    expect(made.files.has('model.onnx')).toBe((compiled.graphs.reconstruct?.outputs.length ?? 0) > 0);
    if (!made.files.has('decoder.onnx')) return;
    if (made.files.has('model.onnx'))
      expectSame(
        await run(file('model.onnx'), await read(1)),
        renamed(await program.reconstruct(weights, await read(1))),
        'model',
      );
    const random = stream(9);
    const codes = Object.fromEntries(
      spec.code.map(({ name, shape }) => {
        const size = shape.reduce((a, b) => a * b, 3);
        return [
          name,
          { shape: [3, ...shape], data: Float64Array.from({ length: size }, () => Math.fround(random.bell())) },
        ];
      }),
    );
    const decoded = renamed(await program.decode(weights, codes, await read(3)));
    expectSame(await run(file('decoder.onnx'), { ...(await read(3)), ...codes }), decoded, 'decoder');
  }

  it.each(all)('$name', async ({ check }) => {
    await agrees(check(small));
  });
});

describe('every op', () => {
  const inNoFile: ReadonlySet<OpName> = new Set(['RandomUniform', 'RandomNormal', 'Rows', 'Fold', 'Unfold']);
  const written = (Object.keys(ops) as readonly OpName[]).filter((op) => !inNoFile.has(op));

  it.each(written)('%s is the reference', async (op) => {
    const kit = new Kit();
    const nodes = cases
      .filter((one) => one.op === op)
      // Each of these is many ops here, and there are many of them.
      .filter((_, i) => !op.startsWith('MaxPoolGrad') || i % 6 === 0)
      .map((one) => one.build(kit))
      .filter(({ attrs }) => op !== 'Moment' || attrs['which'] === 'batchSize');
    // What is fed says how many rows there are.
    const rows = kit.k([{ batch: 1 }]);
    const graph = kit.graph({ rows, ...Object.fromEntries(nodes.map((node, i) => [`y ${i}`, node])) });
    const file = onnxFile(optimise(graph, ['onnx']), {
      name: op,
      weights: {},
      called: (name) => `${name}_out`,
      metadata: {},
    });
    expectSame(await run(file, kit.feeds), renamed(evaluate(graph, kit.env)), op);
  });

  it.each([...inNoFile])('%s is refused with a reason', (op) => {
    const kit = new Kit();
    const graph = kit.graph({ y: cases.find((one) => one.op === op)!.build(kit) });
    expect(unwritableIn(optimise(graph, ['onnx']))).toMatchObject({ node: { op } });
  });
});

it('a layer that no file can hold is named', () => {
  const checked = checkText(`autoencoder A {
  input t: tree(token(vocab: 4))
  encoder {
    leaf { embedding(3) }
    compose(left, right) { concat; dense(3, tanh) }
  }
  decoder { decompose(parent) { dense(6, tanh); split(2) } }
  reconstruct children by gaussian at inner nodes
}`);
  const compiled = compile(checked.models[0]!, checked);
  const weights = Object.fromEntries(
    compiled.spec.weights.map(({ name, shape }) => [
      name,
      { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
    ]),
  );
  const made = exportOnnx(compiled, weights);
  if (made.ok) throw new Error('it was written');
  expect([made.file, made.node.op]).toEqual(['encoder.onnx', 'Fold']);
  expect(compiled.written(made.node.origin!).line).toBe(3);
});

it('labels that are missing are of no class', async () => {
  const kit = new Kit();
  const labels = kit.k([4], () => [-1, 0, 2, 3], 'int32', 'labels');
  const file = onnxFile(optimise(kit.graph({ y: kit.b.make('OneHot', [labels], { depth: 3 }) }), ['onnx']), {
    name: 'labels',
    weights: {},
    called: (name) => name,
    metadata: {},
  });
  expect(Array.from((await run(file, kit.feeds))['y']!.data)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0]);
});
