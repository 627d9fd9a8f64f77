/**
 * Milliseconds a training step of a bench model written by hand for tfjs-node: tsx bench/native-hand.ts a|b|c|d, in a
 * folder that has the package. A process of its own, with TensorFlow's threads as they are unless somebody sets them.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { handwritten } from './handwritten.js';
import { median } from './rows.js';

const name = process.argv[2] as keyof typeof handwritten;
createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs-node');
await tf.setBackend('tensorflow');
const contestant = handwritten[name]();
for (let i = 0; i < 10; i++) await contestant.step();
const times: number[] = [];
for (let round = 0; round < 7; round++) {
  const start = performance.now();
  for (let i = 0; i < 10; i++) await contestant.step();
  times.push((performance.now() - start) / 10);
}
console.log(median(times));
