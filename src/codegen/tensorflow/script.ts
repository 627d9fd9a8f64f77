/** A program that is one TensorFlow graph, as JavaScript that opens it. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Compiled } from '../../compiler.js';
import { costOf } from '../cost.js';
import { runtimeModule } from '../runtime-names.js';
import type { Target } from '../targets.js';
import { literalOf } from '../text.js';

/** Where the SavedModel lies, seen from the module. */
export const graphFolder = 'graph';

/** What `openGraph` needs to know of the file. */
export function graphLiteral({ phases }: Compiled, savedModel: Uint8Array): string {
  const hash = bytesToHex(sha256(savedModel));
  const stepBytes = Math.max(
    ...phases.flatMap(({ phase, steps }) =>
      steps.map(
        (step) => costOf(step.trainStep, ['graph'], phase.batch.size === 'full' ? 1 : phase.batch.size).peakBytes,
      ),
    ),
  );
  return `{ folder: fileURLToPath(new URL('./${graphFolder}', import.meta.url)), sha256: '${hash}', stepBytes: ${stepBytes} }`;
}

/** The same as `printGraphModule` gives, without types and layout. */
export const printGraphScript = (compiled: Compiled, savedModel: Uint8Array, target: Target): string =>
  [
    `import { fileURLToPath } from 'node:url';`,
    `import * as tf from '${target.tf}';`,
    `import { openGraph } from '${runtimeModule('package', 'node')}';`,
    `export const spec = ${literalOf(compiled.spec)};`,
    `export const graph = ${graphLiteral(compiled, savedModel)};`,
    'export const open = async () => await openGraph(tf, graph, spec);',
    '',
  ].join('\n');
