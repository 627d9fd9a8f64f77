/** Procedural sets of vectors: small enough to know the right answer, wide enough to go wrong. */
import type { Column, Dataset } from '../dataset.js';
import { drawsOf } from './draws.js';
import { count, integer, known, labelOf, parameter, real, type SyntheticSet } from './set.js';

const floats = (shape: readonly number[], data: Float32Array, source: string): Column => ({
  shape,
  data,
  scale: 1,
  source,
});

const only = (size: number, x: Column): Dataset => ({ size, columns: { x } });

export const identity: SyntheticSet = {
  name: 'identity',
  summary: 'the n unit vectors; the 8–3–8 problem of the first autoencoders',
  source: 'Ackley, Hinton and Sejnowski 1985',
  parameters: [
    integer('n', 'width, and number of vectors', 8, 2, 4096),
    integer('repeat', 'times the n vectors are in the set', 1, 1, 100_000),
  ],
  columns: [
    { name: 'x', summary: 'a unit vector', shape: '[n]' },
    { name: 'y', summary: 'the place of its one', shape: '[]' },
  ],
  generate: (parameters) => {
    const n = parameter(parameters, 'n');
    const size = n * parameter(parameters, 'repeat');
    const data = new Float32Array(size * n);
    const labels = Int32Array.from({ length: size }, (_, i) => i % n);
    labels.forEach((place, i) => (data[i * n + place] = 1));
    return {
      size,
      columns: { x: floats([n], data, 'identity'), y: { shape: [], data: labels, scale: 1, source: 'identity' } },
    };
  },
};

export const gaussian: SyntheticSet = {
  name: 'gaussian',
  summary: 'a normal cloud in random directions whose deviations decay by a factor, so PCA knows the best answer',
  source: '',
  parameters: [
    count(2000),
    integer('dims', 'width', 10, 1, 1024),
    real('decay', 'deviation along each direction as a share of the one before', 0.7, 0.01, 1),
    real('scale', 'deviation along the first direction', 1, 1e-6, 1e6),
  ],
  columns: [{ name: 'x', summary: 'a point', shape: '[dims]' }],
  generate: (parameters, seed) => {
    const [n, dims] = [parameter(parameters, 'count'), parameter(parameters, 'dims')];
    const directions = orthonormal(dims, seed);
    const deviations = Array.from(
      { length: dims },
      (_, k) => parameter(parameters, 'scale') * parameter(parameters, 'decay') ** k,
    );
    const data = new Float32Array(n * dims);
    for (let i = 0; i < n; i++) {
      const draws = drawsOf(seed, i, dims);
      for (let k = 0; k < dims; k++) {
        const length = draws.normal(deviations[k]!);
        for (let j = 0; j < dims; j++) data[i * dims + j] = data[i * dims + j]! + length * directions[k]![j]!;
      }
    }
    return only(n, floats([dims], data, 'gaussian'));
  },
};

/** Random orthonormal directions: Gram–Schmidt on normal vectors, twice for rounding. */
function orthonormal(dims: number, seed: number): readonly Float64Array[] {
  const out: Float64Array[] = [];
  for (let k = 0; k < dims; k++) {
    const draws = drawsOf(seed, k, dims, 1);
    const vector = Float64Array.from({ length: dims }, () => draws.normal(1));
    for (const other of [...out, ...out]) {
      const along = vector.reduce((sum, value, j) => sum + value * other[j]!, 0);
      for (let j = 0; j < dims; j++) vector[j] = vector[j]! - along * other[j]!;
    }
    const length = Math.hypot(...vector);
    out.push(vector.map((value) => value / length));
  }
  return out;
}

export const circle: SyntheticSet = {
  name: 'circle',
  summary: 'points near the unit circle: one dimension, bent',
  source: '',
  parameters: [count(1000), real('noise', 'deviation from the circle', 0.05, 0, 1)],
  columns: [
    { name: 'x', summary: 'a point of the plane', shape: '[2]' },
    { name: 't', summary: 'the angle, 0 to 2π', shape: '[1]' },
  ],
  generate: (parameters, seed) => {
    const [n, noise] = [parameter(parameters, 'count'), parameter(parameters, 'noise')];
    const data = new Float32Array(n * 2);
    const angles = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const draws = drawsOf(seed, i, 4);
      const angle = draws.uniform(0, 2 * Math.PI);
      angles[i] = angle;
      data[i * 2] = Math.cos(angle) + draws.normal(noise);
      data[i * 2 + 1] = Math.sin(angle) + draws.normal(noise);
    }
    return { size: n, columns: { x: floats([2], data, 'circle'), t: floats([1], angles, 'circle') } };
  },
};

export const mixture: SyntheticSet = {
  name: 'mixture',
  summary: 'points around places on the unit circle, far from each other; which place it is, of some points alone',
  source: '',
  parameters: [
    count(2000),
    integer('k', 'number of places', 8, 2, 64),
    real('noise', 'deviation from a place', 0.05, 0, 1),
    known(),
  ],
  columns: [
    { name: 'x', summary: 'a point of the plane', shape: '[2]' },
    { name: 'y', summary: 'its place, −1 where it is not known', shape: '[]' },
  ],
  generate: (parameters, seed) => {
    const [n, k] = [parameter(parameters, 'count'), parameter(parameters, 'k')];
    const noise = parameter(parameters, 'noise');
    const data = new Float32Array(n * 2);
    const places = Int32Array.from({ length: n }, (_, i) => labelOf(i % k, i, parameters));
    for (let i = 0; i < n; i++) {
      const draws = drawsOf(seed, i, 2);
      const angle = (2 * Math.PI * (i % k)) / k;
      data[i * 2] = Math.cos(angle) + draws.normal(noise);
      data[i * 2 + 1] = Math.sin(angle) + draws.normal(noise);
    }
    const y = { shape: [], data: places, scale: 1, source: 'mixture' };
    return { size: n, columns: { x: floats([2], data, 'mixture'), y } };
  },
};

export const swissRoll: SyntheticSet = {
  name: 'swiss_roll',
  summary: 'a rolled-up sheet in space, scaled to about [−1, 1]',
  source: 'Tenenbaum, de Silva and Langford 2000',
  parameters: [count(2000), real('noise', 'deviation from the sheet', 0.02, 0, 1)],
  columns: [
    { name: 'x', summary: 'a point in space', shape: '[3]' },
    { name: 't', summary: 'the place along the roll, 0 to 1', shape: '[1]' },
  ],
  generate: (parameters, seed) => {
    const [n, noise] = [parameter(parameters, 'count'), parameter(parameters, 'noise')];
    const data = new Float32Array(n * 3);
    const along = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const draws = drawsOf(seed, i, 4);
      const t = draws.uniform(0, 1);
      const angle = 1.5 * Math.PI * (1 + 2 * t);
      const radius = angle / (4.5 * Math.PI);
      along[i] = t;
      data[i * 3] = radius * Math.cos(angle) + draws.normal(noise);
      data[i * 3 + 1] = draws.uniform(-1, 1) + draws.normal(noise);
      data[i * 3 + 2] = radius * Math.sin(angle) + draws.normal(noise);
    }
    return { size: n, columns: { x: floats([3], data, 'swiss_roll'), t: floats([1], along, 'swiss_roll') } };
  },
};

export const dictionary: SyntheticSet = {
  name: 'dictionary',
  summary: 'sparse sums of a few of many random unit atoms; a sparse autoencoder should find the atoms',
  source: 'Olshausen and Field 1996',
  parameters: [
    count(5000),
    integer('m', 'atoms', 64, 1, 4096),
    integer('d', 'width', 32, 1, 1024),
    integer('k', 'atoms in each example', 3, 1, 4096),
    real('noise', 'deviation added to every element', 0, 0, 10),
  ],
  columns: [
    { name: 'x', summary: 'the sum', shape: '[d]' },
    { name: 'c', summary: 'the coefficients, k of them not zero', shape: '[m]' },
  ],
  check: ({ k = 0, m = 0 }) => (k > m ? { expected: 'k at most m', found: `k = ${k}, m = ${m}` } : undefined),
  generate: (parameters, seed) => {
    const [n, m, d, k] = [
      parameter(parameters, 'count'),
      parameter(parameters, 'm'),
      parameter(parameters, 'd'),
      parameter(parameters, 'k'),
    ];
    const noise = parameter(parameters, 'noise');
    const atoms = dictionaryAtoms(m, d, seed);
    const data = new Float32Array(n * d);
    const codes = new Float32Array(n * m);
    const order = Int32Array.from({ length: m }, (_, i) => i);
    for (let i = 0; i < n; i++) {
      const draws = drawsOf(seed, i, 2 * k + d);
      for (let a = 0; a < k; a++) {
        // The first k places of a shuffle.
        const b = a + draws.below(m - a);
        const atom = order[b]!;
        order[b] = order[a]!;
        order[a] = atom;
        const strength = draws.uniform(0.5, 1.5);
        codes[i * m + atom] = strength;
        for (let j = 0; j < d; j++) data[i * d + j] = data[i * d + j]! + strength * atoms[atom * d + j]!;
      }
      order.forEach((_, place) => (order[place] = place));
      for (let j = 0; j < d; j++) data[i * d + j] = data[i * d + j]! + draws.normal(noise);
    }
    return { size: n, columns: { x: floats([d], data, 'dictionary'), c: floats([m], codes, 'dictionary') } };
  },
};

/** The m unit atoms of width d behind the set `dictionary` of the same seed, row by row. */
export function dictionaryAtoms(m: number, d: number, seed: number): Float32Array {
  const atoms = new Float32Array(m * d);
  for (let a = 0; a < m; a++) {
    const draws = drawsOf(seed, a, d, 1);
    const vector = Array.from({ length: d }, () => draws.normal(1));
    const length = Math.hypot(...vector);
    vector.forEach((value, j) => (atoms[a * d + j] = value / length));
  }
  return atoms;
}
