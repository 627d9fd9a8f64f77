/** Keeps a run's record true while it runs. */
import { join } from 'node:path';
import type { DataIdentity } from '../identity.js';
import type { ProgramSpec } from '../program.js';
import type { Progress } from '../progress.js';
import { success, type Result } from '../result.js';
import { writeAside } from './files.js';
import {
  historyCsv,
  historyFile,
  machine,
  readRecord,
  recordedEpoch,
  recordFile,
  type RunOrigin,
  type RunRecord,
  type RunStatus,
} from './record.js';

export interface Recorder {
  /** Writes `run.json` and `history.csv` as the run stands. Errors: a file cannot be written. */
  write(status: RunStatus, progress: Progress): Promise<Result<undefined>>;
}

/** Of a run that begins now, or goes on; times of the parts before are kept. */
export async function openRecorder(
  folder: string,
  spec: ProgramSpec,
  data: DataIdentity,
  origin: RunOrigin,
  resumed: boolean,
): Promise<Recorder> {
  const before = resumed ? await readRecord(folder) : undefined;
  const earlier = before?.ok === true ? before.value : undefined;
  const began = Date.now();
  const recordAt = (status: RunStatus, progress: Progress): RunRecord => ({
    version: 1,
    model: spec.name,
    status,
    origin: earlier === undefined ? origin : { ...origin, command: earlier.origin.command },
    parameters: Object.fromEntries(spec.parameters.map(({ name, value }) => [name, value])),
    seed: spec.seed,
    data,
    compiler: spec.compiler,
    sourceHash: spec.sourceHash,
    machine: machine(),
    started: earlier?.started ?? new Date(began).toISOString(),
    updated: new Date().toISOString(),
    seconds: (earlier?.seconds ?? 0) + (Date.now() - began) / 1000,
    steps: progress.totalSteps,
    history: progress.history.map((record) => recordedEpoch(spec, record)),
  });
  return {
    write: async (status, progress) => {
      const record = recordAt(status, progress);
      for (const [file, text] of [
        [historyFile, historyCsv(record.history)],
        [recordFile, `${JSON.stringify(record, null, 2)}\n`],
      ] as const) {
        const written = await writeAside(join(folder, file), text);
        if (!written.ok) return written;
      }
      return success(undefined);
    },
  };
}

/** Adds what was measured once training was over. Errors: no record there, a file that cannot be written. */
export async function recordResult(
  folder: string,
  result: NonNullable<RunRecord['result']>,
): Promise<Result<undefined>> {
  const record = await readRecord(folder);
  if (!record.ok) return record;
  const { history, ...rest } = record.value;
  return writeAside(
    join(folder, recordFile),
    `${JSON.stringify({ ...rest, result, history } satisfies RunRecord, null, 2)}\n`,
  );
}
