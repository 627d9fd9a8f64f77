/** A training process for the tests that kill it: `child.ts FOLDER [EPOCHS]`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createReporter } from '../../src/runtime/node/reporter.js';
import { runTraining } from '../../src/runtime/node/run.js';
import { renderDataError } from '../../src/runtime/result.js';
import { generateSet } from '../../src/runtime/synthetic/specification.js';
import { useCpu } from './backend.js';
import { tinyProgram, origin } from './tiny.js';

const out = process.argv[2]!;
await useCpu();
const data = generateSet('strokes:count=200');
if (!data.ok) throw new Error(renderDataError(data.error));
const result = await runTraining({
  origin,
  program: tinyProgram({ code: 8, rate: 0.01, validation: 0.2, phases: [{ epochs: Number(process.argv[3] ?? 12) }] }),
  data: data.value,
  outDir: out,
  resume: existsSync(join(out, 'checkpoint.safetensors')),
  checkpointInterval: 0,
  reporter: createReporter({ mode: 'json' }),
  resumeCommand: 'the same again',
});
if (!result.ok) throw new Error(renderDataError(result.error));
process.exitCode = result.value.kind === 'done' ? 0 : 130;
