/** Every op on libtensorflow, called by tfjs-node and as a node of a graph: value, first and second derivative against the reference and each other. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as tfjs from '@tensorflow/tfjs-core';
import { writeGraph } from '../../src/codegen/tensorflow/body.js';
import { Scope } from '../../src/codegen/tensorflow/scope.js';
import { SavedModelWriter, type Inputs } from '../../src/codegen/tensorflow/signature-writer.js';
import type { Edge } from '../../src/codegen/tensorflow/writer.js';
import type { Graph } from '../../src/ir/graph/graph.js';
import { ops, type OpName } from '../../src/ir/graph/ops/index.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { legalise } from '../../src/ir/graph/passes/legalise.js';
import { kernels, randomAt, type Tensors } from '../../src/runtime/index.js';
import { words } from '../../src/runtime/node/session/session.js';
import { cases, withDerivatives } from '../laws/cases/index.js';
import { difference } from '../laws/kit.js';
import { print, scope } from '../laws/print.js';
import { evaluate, rounded, value, type Environment, type Value } from '../laws/reference.js';
import { hasNative, loadNative } from './native.js';

type NodePackage = typeof tfjs & {
  readonly node: {
    loadSavedModel(
      path: string,
      tags: string[],
      signature: string,
    ): Promise<{ predict(inputs: Tensors): Tensors; dispose(): void }>;
  };
};

/** Into how many parts a batch of two is cut. */
const cuts = [1, 2];

describe.skipIf(!hasNative)('on libtensorflow', () => {
  let tf: NodePackage;
  let folder: string;
  beforeAll(async () => {
    tf = (await loadNative('@tensorflow/tfjs-node')) as NodePackage;
    folder = mkdtempSync(join(tmpdir(), 'aec-laws-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A graph as a part of a signature: every input is fed and every output fetched; its batch is cut into parts. */
  function write(
    file: SavedModelWriter,
    input: Inputs,
    name: string,
    graph: Graph,
    parts: number,
  ): Readonly<Record<string, Edge>> {
    const fed = new Map<string, Edge>();
    const once = (key: string, ...rest: [Parameters<Inputs>[1], readonly number[]]): Edge => {
      const edge = fed.get(key) ?? input(`${name}${key}`, ...rest);
      fed.set(key, edge);
      return edge;
    };
    const nodes = new Map(
      graph.nodes.flatMap((node) => (node.op === 'Input' ? [[node.attrs['name'] as string, node] as const] : [])),
    );
    const around = new Scope(file.writer, () => {
      throw new Error('a case has no variables');
    }).surroundings(
      parts,
      {
        data: (key) =>
          once(
            key,
            nodes.get(key)!.dtype,
            nodes.get(key)!.shape.map((dim) => (typeof dim === 'number' ? dim : -1)),
          ),
        size: () => once('#batch', 'int32', []),
      },
      {
        step: () => once('#step', 'int32', []),
        epoch: () => once('#epoch', 'float32', []),
        random: () => once('#random', 'int32', [3]),
      },
    );
    return Object.fromEntries(
      [...writeGraph(file.writer, graph, around)].map(([key, edge]) => [`${name}${key}`, edge]),
    );
  }

  /** What a graph is fed, by the names that `write` gives. */
  const feedsOf = (name: string, graph: Graph, env: Environment): Tensors =>
    Object.fromEntries([
      ...graph.nodes
        .filter((node) => node.op === 'Input')
        .map((node) => {
          const key = node.attrs['name'] as string;
          const fed = env.feeds[key]!;
          return [`${name}${key}`, tf.tensor(Float32Array.from(fed.data), [...fed.shape], node.dtype)] as const;
        }),
      [`${name}#batch`, tf.scalar(env.batch, 'int32')],
      [`${name}#step`, tf.scalar(env.step ?? 0, 'int32')],
      [`${name}#epoch`, tf.scalar(env.epoch ?? 0)],
      [`${name}#random`, words({ seed: env.seed ?? 1, step: env.step ?? 0 })],
    ]);

  /** All at once, for a session looks through the whole file at each first run of a signature. */
  async function asGraphs(path: string, feeds: Tensors): Promise<Readonly<Record<string, Value>>> {
    const signature = await tf.node.loadSavedModel(path, ['serve'], 'all');
    const wanted = (signature as unknown as { readonly signature: { readonly inputs: object } }).signature.inputs;
    const results = signature.predict(Object.fromEntries(Object.entries(feeds).filter(([key]) => key in wanted)));
    const found = Object.fromEntries(
      Object.entries(results).map(([key, result]) => [key, value(result.shape, result.dataSync())]),
    );
    signature.dispose();
    return found;
  }

  /** The same graph, kernel by kernel, as generated code calls them. */
  function byKernels(graph: Graph, env: Environment): Readonly<Record<string, Value>> {
    const body = new Function(...scope, print(graph)) as (
      ...args: readonly unknown[]
    ) => readonly (tfjs.Tensor | number)[];
    tf.engine().startScope();
    const batch = Object.fromEntries(
      graph.nodes
        .filter((node) => node.op === 'Input')
        .map((node) => {
          const fed = env.feeds[node.attrs['name'] as string]!;
          return [node.attrs['name'] as string, tf.tensor(Float32Array.from(fed.data), [...fed.shape], node.dtype)];
        }),
    );
    const results = body(
      tf,
      randomAt(env.seed ?? 1, env.step ?? 0),
      env.batch,
      { step: env.step ?? 0, epoch: env.epoch ?? 0 },
      batch,
      batch,
      batch,
      batch,
      kernels,
    );
    const found = Object.fromEntries(
      graph.outputs.map(({ name }, i) => {
        const result = results[i]!;
        return [name, typeof result === 'number' ? value([], [result]) : value(result.shape, result.dataSync())];
      }),
    );
    tf.engine().endScope();
    return found;
  }

  it.each(Object.keys(ops) as readonly OpName[])('%s', async (op) => {
    const path = join(folder, op);
    mkdirSync(path);
    const all = cases
      .filter((one) => one.op === op)
      .map((c, i) => {
        const { graph, env } = withDerivatives(c);
        return { c, name: `case${i}`, graph, env, legal: optimise(graph, ['graph']) };
      });
    expect(all.length).toBeGreaterThan(0);
    const written = cuts.flatMap((parts) => all.map((one) => ({ ...one, parts, name: `${one.name}in${parts}` })));
    const file = new SavedModelWriter();
    file.signature('all', (input) =>
      Object.assign({}, ...written.map(({ name, legal, parts }) => write(file, input, name, legal, parts))),
    );
    writeFileSync(join(path, 'saved_model.pb'), file.bytes());
    tf.engine().startScope();
    const feeds: Tensors = Object.assign({}, ...written.map(({ name, legal, env }) => feedsOf(name, legal, env)));
    const graphs = await asGraphs(path, feeds);
    for (const { c, name: label, graph, env } of all) {
      const expected = evaluate(graph, env);
      const called = byKernels(legalise(graph, ['tensorflow']), env);
      for (const name of Object.keys(expected)) {
        expect(difference(rounded(expected[name]!), called[name]!), `${c.label}, ${name}, by kernels`).toBeLessThan(
          3e-5,
        );
        for (const parts of cuts) {
          const node = graphs[`${label}in${parts}${name}`]!;
          expect(
            difference(rounded(expected[name]!), node),
            `${c.label}, ${name}, as a graph, in ${parts} parts`,
          ).toBeLessThan(3e-5);
          expect(
            difference(called[name]!, node),
            `${c.label}, ${name}, one against the other, in ${parts} parts`,
          ).toBeLessThan(3e-5);
        }
      }
    }
    tf.engine().endScope();
  });
});
