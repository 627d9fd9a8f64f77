/** The command line of a generated project: `node train.js --data strokes`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { release } from '../tensors.js';
import type { AnyProgram } from '../program.js';
import { failure, renderDataError, type Result } from '../result.js';
import { loadData } from './load/load.js';
import { writeReport } from './report/lazy.js';
import { recordResult } from './recorder.js';
import { renderVerdict } from './report/verdict.js';
import { createReporter } from './reporter.js';
import { runTraining } from './run.js';
import { whenOutputCloses } from './streams.js';

const help = (name: string): string => `Trains ${name}.

  node train.js --data strokes             procedural data
  node train.js --data x=images.npy        a file; also .csv, .npz, IDX, a folder of PNG or JPEG
  node train.js --data strokes --resume    goes on from the last checkpoint

  --data WHAT   the examples (default strokes)
  --out DIR     where weights, checkpoint and report go (default run)
  --resume      go on from DIR's checkpoint
  --force       begin anew where DIR holds a run, and replace it
  --no-report   leave the report out
  --json        progress as lines of JSON
  --help        this text
`;

const options = {
  data: { type: 'string', default: 'strokes' },
  out: { type: 'string', default: 'run' },
  resume: { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  'no-report': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Opens a program and trains it as the arguments say; the exit code. */
export async function trainMain(
  open: () => Promise<Result<AnyProgram>>,
  args: readonly string[] = process.argv.slice(2),
): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  whenOutputCloses(() => undefined);
  const flags = readFlags(args);
  if (typeof flags === 'string') {
    say(`error: ${flags}\n  try: node train.js --help`);
    return 1;
  }
  const opened = await loaded(open);
  if (!opened.ok) {
    say(renderDataError(opened.error));
    return 1;
  }
  const program = opened.value;
  if (flags.help) {
    process.stdout.write(help(program.spec.name));
    return 0;
  }
  const data = await loadData(flags.data, program.spec.variables, program.spec);
  if (!data.ok) {
    say(renderDataError(data.error));
    return 1;
  }
  const reporter = createReporter({ mode: flags.json ? 'json' : 'auto' });
  const command = `node train.js --data ${flags.data} --out ${flags.out}`;
  const resumeCommand = `${command} --resume`;
  const result = await runTraining({
    program,
    data: data.value,
    outDir: flags.out,
    resume: flags.resume,
    force: flags.force,
    reporter,
    resumeCommand,
    origin: {
      command,
      sources: [],
      set: {},
      overrides: {},
      data: flags.data,
      backend: 'tensorflow',
    },
  });
  if (!result.ok) {
    say(renderDataError(result.error));
    return 1;
  }
  const { kind, snapshot } = result.value;
  try {
    if (kind !== 'done') return kind === 'interrupted' ? 130 : 1;
    const [path, picture] = [join(flags.out, 'report.html'), join(flags.out, 'reconstructions.png')];
    const summary = flags['no-report']
      ? undefined
      : await writeReport({
          program,
          weights: snapshot.weights,
          data: data.value,
          history: snapshot.progress.history,
          path,
          picture,
          origin: { command, sources: [] },
          settings: { data: flags.data },
        });
    if (summary?.ok === false) {
      say(renderDataError(summary.error));
      return 1;
    }
    const recorded = summary === undefined ? undefined : await recordResult(flags.out, { ...summary.value });
    if (recorded?.ok === false) {
      say(renderDataError(recorded.error));
      return 1;
    }
    const left = { weights: join(flags.out, 'weights.safetensors'), ...(flags['no-report'] ? {} : { report: path }) };
    if (flags.json) process.stdout.write(`${JSON.stringify({ event: 'done', ...summary?.value, ...left })}\n`);
    else {
      for (const line of summary === undefined ? [] : renderVerdict(summary.value.verdict))
        process.stdout.write(`${line}\n`);
      for (const [name, file] of Object.entries(left)) process.stdout.write(`${name.padEnd(8)} ${file}\n`);
    }
    return 0;
  } finally {
    release([snapshot.weights, snapshot.slots, snapshot.best]);
  }
}

/** A package that does not load throws while the program is imported; that is the machine's fault and not the program's. */
async function loaded(open: () => Promise<Result<AnyProgram>>): Promise<Result<AnyProgram>> {
  try {
    return await open();
  } catch (error) {
    const found = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    return failure(
      'program.js',
      'a program whose packages load',
      found,
      'npm install brings what is missing; npx aec-lang doctor says what does not load',
    );
  }
}

function readFlags(args: readonly string[]):
  | {
      readonly data: string;
      readonly out: string;
      readonly resume: boolean;
      readonly force: boolean;
      readonly 'no-report': boolean;
      readonly json: boolean;
      readonly help: boolean;
    }
  | string {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
