/** Reference kernels: sources, shape and order, looking up. */
import type { OpName } from '../../../src/ir/graph/ops/names.js';
import type { Shape } from '../../../src/ir/graph/shape.js';
import { normals, uniforms } from '../../../src/runtime/random.js';
import { at, broadcastAt, count, offset, resolve, tabulate, value, type Kernel } from './value.js';

const input: Kernel = (_inputs, node, env) => {
  const name = node.attrs['name'] as string;
  const fed = env.feeds[name];
  if (fed === undefined) throw new Error(`nothing is fed to ${name}`);
  return fed;
};

const draw =
  (generate: typeof uniforms): Kernel =>
  (_inputs, node, env) => {
    const shape = resolve(node.attrs['shape'] as Shape, env);
    return value(shape, generate(env.seed ?? 1, env.step ?? 0, node.attrs['stream'] as number, count(shape)));
  };

const concat: Kernel = (inputs, node) => {
  const axis = node.attrs['axis'] as number;
  const shape = inputs[0]!.shape.map((dim, i) =>
    i === axis ? inputs.reduce((sum, x) => sum + x.shape[axis]!, 0) : dim,
  );
  return tabulate(shape, (index) => {
    let position = index[axis]!;
    for (const x of inputs) {
      if (position < x.shape[axis]!)
        return x.data[
          offset(
            x.shape,
            index.map((n, i) => (i === axis ? position : n)),
          )!
        ]!;
      position -= x.shape[axis]!;
    }
    throw new Error('unreachable');
  });
};

const pad: Kernel = ([x], node) => {
  const paddings = node.attrs['paddings'] as unknown as readonly (readonly [number, number])[];
  const shape = x!.shape.map((dim, i) => dim + paddings[i]![0] + paddings[i]![1]);
  return tabulate(shape, (index) => {
    const from = offset(
      x!.shape,
      index.map((n, i) => n - paddings[i]![0]),
    );
    return from === undefined ? (node.attrs['value'] as number) : x!.data[from]!;
  });
};

const slice: Kernel = ([x], node, env) => {
  const begin = node.attrs['begin'] as readonly number[];
  return tabulate(resolve(node.attrs['size'] as Shape, env), (index) => {
    const from = offset(
      x!.shape,
      index.map((n, i) => n + begin[i]!),
    );
    if (from === undefined) throw new Error('a slice leaves its tensor');
    return x!.data[from]!;
  });
};

const segmentSum: Kernel = ([rows, indices], node) => {
  const width = count(rows!.shape.slice(indices!.shape.length));
  const out = new Float64Array((node.attrs['segments'] as number) * width);
  indices!.data.forEach((segment, row) => {
    for (let k = 0; k < width; k++) out[segment * width + k]! += rows!.data[row * width + k]!;
  });
  return value([node.attrs['segments'] as number, ...rows!.shape.slice(indices!.shape.length)], out);
};

export const movement = {
  Input: input,
  Const: (_inputs, node) => value(node.attrs['shape'] as readonly number[], node.attrs['values'] as readonly number[]),
  Moment: (_inputs, node, env) =>
    value([], [{ step: env.step ?? 0, epoch: env.epoch ?? 0, batchSize: env.batch }[node.attrs['which'] as 'step']]),
  RandomUniform: draw(uniforms),
  RandomNormal: draw(normals),
  Reshape: ([x], node, env) => value(resolve(node.attrs['shape'] as Shape, env), x!.data),
  Transpose: ([x], node) => {
    const perm = node.attrs['perm'] as readonly number[];
    return tabulate(
      perm.map((p) => x!.shape[p]!),
      (index) => at(x!, ...perm.map((_, i) => index[perm.indexOf(i)]!)),
    );
  },
  BroadcastTo: ([x], node, env) =>
    tabulate(resolve(node.attrs['shape'] as Shape, env), (index) => broadcastAt(x!, index)),
  Concat: concat,
  Slice: slice,
  Pad: pad,
  Reverse: ([x], node) => {
    const axes = node.attrs['axes'] as readonly number[];
    return tabulate(x!.shape, (index) => at(x!, ...index.map((n, i) => (axes.includes(i) ? x!.shape[i]! - 1 - n : n))));
  },
  Gather: ([table, indices]) => {
    const width = count(table!.shape.slice(1));
    const out = new Float64Array(indices!.data.length * width);
    indices!.data.forEach((row, i) => out.set(table!.data.subarray(row * width, (row + 1) * width), i * width));
    return value([...indices!.shape, ...table!.shape.slice(1)], out);
  },
  SegmentSum: segmentSum,
  OneHot: ([x], node) => {
    const depth = node.attrs['depth'] as number;
    return tabulate([...x!.shape, depth], (index) => Number(at(x!, ...index.slice(0, -1)) === index.at(-1)));
  },
} satisfies Partial<Record<OpName, Kernel>>;
