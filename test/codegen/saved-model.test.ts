/** The SavedModel as a file: the same bytes each time, readable by the schema, with the signatures that the documents name. */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { targets, type Form, type Target } from '../../src/codegen/targets.js';
import { partsOf } from '../../src/codegen/parts.js';
import { savedModel } from '../../src/codegen/tensorflow/saved-model.js';
import { schema } from '../../src/codegen/tensorflow/schema.js';
import { check, compile } from '../../src/compiler.js';
import { everyLayer, tied, variational } from './sources.js';

interface Decoded {
  readonly metaGraphs: readonly {
    readonly graphDef: {
      readonly node: readonly { readonly name: string; readonly op: string; readonly input?: readonly string[] }[];
    };
    readonly signatureDef: Readonly<
      Record<
        string,
        {
          readonly inputs?: Readonly<Record<string, { readonly name: string }>>;
          readonly outputs: Readonly<Record<string, { readonly name: string }>>;
        }
      >
    >;
  }[];
}

const bytesOf = (text: string): Uint8Array => {
  const checked = check('model.ae', text, () => undefined);
  const result = savedModel(compile(checked.models[0]!, checked));
  if (!result.ok) throw new Error(result.reason);
  return result.bytes;
};

const decode = (bytes: Uint8Array): Decoded['metaGraphs'][number] => {
  const type = protobuf.parse(schema).root.lookupType('tensorflow.SavedModel');
  return (type.toObject(type.decode(bytes)) as unknown as Decoded).metaGraphs[0]!;
};

test('a batch has a part for 32 examples, as many as the target takes; no graph, no parts', () => {
  const checked = check('model.ae', variational, () => undefined);
  const { spec } = compile(checked.models[0]!, checked);
  const parts = (
    batch: number | 'full',
    target: Target,
    options: { readonly form?: Form; readonly parts?: number } = {},
  ): number => partsOf({ ...spec, phases: spec.phases.map((phase) => ({ ...phase, batch })) }, target, options);
  expect([1, 63, 64, 100, 128, 4096, 'full' as const].map((batch) => parts(batch, targets.node))).toEqual([
    1, 1, 2, 3, 4, 4, 4,
  ]);
  expect(parts(128, targets['node-gpu'])).toBe(1);
  expect(parts(8, targets.node, { parts: 3 })).toBe(3);
  expect(parts(128, targets.node, { form: 'ops' })).toBe(1);
  expect(parts(128, targets.wasm)).toBe(1);
});

test('a function that reads nothing has as many rows as what it is given', () => {
  const { signatureDef } = decode(
    bytesOf(`autoencoder OfADraw {
  input x: [4] in real
  draw e ~ normal(2)
  encoder { code: dense(3) }
  decoder(e) { dense(4) }
  reconstruct x by squared_error
}`),
  );
  expect(Object.keys(signatureDef['reconstruct']!.inputs!).sort()).toEqual(['x']);
  expect(Object.keys(signatureDef['decode']!.inputs!)).toEqual(['code']);
});

/** Trees that are built of texts. */
const built = `autoencoder Built {
  input s: sequence(token(vocab: 60), length: 12)
  encoder(s) by greedy { leaf { embedding(6) } compose(left, right) { concat; dense(6, tanh); normalise } }
  decoder { decompose(parent) { dense(12, tanh); split(2) } }
  reconstruct children by gaussian
}`;

describe.each([
  ['everyLayer', everyLayer, 'held'],
  ['variational', variational, 'held'],
  ['tied', tied, 'held'],
  ['built', built, 'fed'],
])('the SavedModel of %s', (_name, text, examples) => {
  test('has the same bytes each time', () => {
    expect(Buffer.from(bytesOf(text)).equals(Buffer.from(bytesOf(text)))).toBe(true);
  });

  test('is a graph: every input is a node, and comes before its reader', () => {
    const { graphDef, signatureDef } = decode(bytesOf(text));
    const seen = new Set<string>();
    for (const { name, input = [] } of graphDef.node) {
      for (const edge of input)
        expect(seen, `${name} reads ${edge}`).toContain(edge.replace(/^\^/, '').replace(/:\d+$/, ''));
      expect(seen).not.toContain(name);
      seen.add(name);
    }
    for (const { inputs = {}, outputs = {} } of Object.values(signatureDef)) {
      for (const { name } of [...Object.values(inputs), ...Object.values(outputs)])
        expect(seen).toContain(name.replace(/:0$/, ''));
    }
  });

  test('keeps no fed tensor in a variable', () => {
    const { graphDef } = decode(bytesOf(text));
    const ops = new Map(graphDef.node.map(({ name, op }) => [name, op]));
    const assigned = graphDef.node
      .filter(({ op }) => op === 'AssignVariableOp')
      .map(({ input }) => ops.get(input![1]!));
    expect(assigned).toContain('DeepCopy');
    expect(assigned).not.toContain('Placeholder');
  });

  test('has the signatures that docs/graph.md names', () => {
    const { signatureDef } = decode(bytesOf(text));
    const named = new Set(
      [...readFileSync(new URL('../../docs/graph.md', import.meta.url), 'utf8').matchAll(/^\| (`[^|]+) \|/gm)].flatMap(
        ([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
      ),
    );
    const own = Object.keys(signatureDef).map((name) => name.replace('join_encoder', 'join_ENCODER'));
    for (const name of own) expect(named, name).toContain(name);
    /** Of models that have what they need, or a figure that asks for them. */
    const some = [
      'project',
      'corrupt',
      'degrade',
      'sample',
      'read_slots_train',
      'write_slots_train',
      'score',
      'rate',
      'pullback',
    ];
    const held = ['load', 'run_train', 'evaluate_train'];
    const fed = ['measure_train', 'positions', 'join_ENCODER'];
    const without = [...some, ...(examples === 'held' ? fed : held)];
    expect(own).toEqual(expect.arrayContaining([...named].filter((name) => !without.includes(name))));
    for (const name of without.filter((one) => !some.includes(one))) expect(own).not.toContain(name);
  });
});
