/** Run in a process of its own by load-check.ts, because an addon may end the process that loads it: loads a package, computes, reports. */
import { createRequire } from 'node:module';
import { prepareTensorFlow } from '../../runtime/node/prepare.js';
import type { Report } from './load-check.js';

interface Tensorflow {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  add(a: number, b: number): { dataSync(): ArrayLike<number> };
  backend(): { readonly isUsingGpuDevice: boolean; readonly binding: { readonly TF_Version: string } };
}

async function load(entry: string): Promise<Report> {
  prepareTensorFlow();
  const tf = createRequire(import.meta.url)(entry) as Tensorflow;
  if (!(await tf.setBackend('tensorflow')))
    return { kind: 'threw', message: 'the package did not register its backend' };
  await tf.ready();
  const sum = tf.add(1, 2).dataSync()[0];
  if (sum !== 3) return { kind: 'threw', message: `1 + 2 gave ${sum}` };
  const { isUsingGpuDevice, binding } = tf.backend();
  return { kind: 'works', libtensorflow: binding.TF_Version, device: isUsingGpuDevice ? 'GPU' : 'CPU' };
}

const report = await load(process.argv[2]!).catch((error: unknown): Report => ({
  kind: 'threw',
  message: error instanceof Error ? error.message : String(error),
}));
process.send!(report, () => process.exit());
