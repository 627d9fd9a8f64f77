/**
 * Milliseconds a training step of a bench model written by hand for tfjs-node: tsx bench/hand/native.ts a|b|c|d|gan|m2|tree, in a
 * folder that has the package. A process of its own, with TensorFlow's threads as they are unless somebody sets them.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { median } from '../rows.js';
import { composed } from './composed.js';
import { handwritten } from './plain.js';

const contestants = { ...handwritten, ...composed };
const name = process.argv[2] as keyof typeof contestants;
createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs-node');
await tf.setBackend('tensorflow');
const contestant = contestants[name]();
const timed = async (steps: number): Promise<number> => {
  const start = performance.now();
  for (let i = 0; i < steps; i++) await contestant.step();
  return (performance.now() - start) / steps;
};
await timed(2);
const steps = (await timed(1)) > 200 ? 1 : 10;
await timed(steps);
const times: number[] = [];
for (let round = 0; round < 7; round++) times.push(await timed(steps));
console.log(median(times));
