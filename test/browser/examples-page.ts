/** What runs in the page: models against the interpreter, on a backend that browsers alone have. Bundled by the test. */
import * as tf from '@tensorflow/tfjs-core';
import { targets } from '../../src/codegen/targets.js';
import { check } from '../../src/compiler.js';
import { attempt, type Attempt } from '../interpreter/compare/attempt.js';
import { quickRunner } from '../interpreter/compare/runner.js';

export interface Subject {
  /** Of the file, among `files`: texts by the names that imports give them. */
  readonly root: string;
  readonly files: Readonly<Record<string, string>>;
  readonly set: Readonly<Record<string, string>>;
}

export interface Examples {
  attempt(backend: string, subject: Subject): Promise<Attempt>;
}

const examples: Examples = {
  attempt: (name, { root, files, set }) =>
    attempt(
      check(root, files[root]!, (path) => files[path], set),
      [
        {
          name,
          start: async () => {
            if (!(await tf.setBackend(name))) throw new Error(`${name} does not run in this browser`);
            await tf.ready();
          },
          runner: (compiled) => quickRunner(compiled, targets.browser),
        },
      ],
      { rows: 2 },
    ),
};

(globalThis as { examples?: Examples }).examples = examples;
