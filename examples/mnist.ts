/** Where MNIST lies, as `--data` of the examples and of the gallery names it. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { refuse } from '../src/cli/refusal.js';

/** The folder of IDX files that `--data` means: itself, or `mnist` in it. Refuses a folder without any. */
export function mnistFolder(data: string): string {
  if (!existsSync(data))
    return refuse(
      `error: there is no folder ${data}`,
      '  expected: a folder with MNIST as IDX files, or with a folder mnist',
      '  try: leave --data out, for procedural data',
    );
  const found = [data, join(data, 'mnist')].find(
    (path) => existsSync(path) && readdirSync(path).some((name) => /-images[.-]idx3-ubyte/.test(name)),
  );
  if (found === undefined)
    return refuse(
      `error: ${data} holds no MNIST`,
      '  expected: train-images-idx3-ubyte or t10k-images-idx3-ubyte, plain or .gz, there or in mnist/',
      '  try: leave --data out, for procedural data',
    );
  return resolve(found);
}
