/** The command line: wiring only. Commands load their parts when they run, so that `aec check` stays quick. */
import { compilerVersion } from '../version.js';
import { whenOutputCloses } from '../runtime/node/streams.js';
import { declareBuilding } from './declared/building.js';
import { declareRuns } from './declared/runs.js';
import { declareSources } from './declared/sources.js';
import { declareTool } from './declared/tool.js';
import { Flagged } from './flags.js';

/** Exit code of a command line that is none: a flag that is not known, a value that a flag cannot have. */
const usage = 2;

const program = new Flagged('aec')
  .description('Compiles autoencoders (.ae) to TensorFlow.js: checks shapes, trains, builds for Node and the browser.')
  .version(compilerVersion)
  .showSuggestionAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : usage);
  });

// In the order in which help lists them.
declareBuilding(program);
declareRuns(program);
declareSources(program);
declareTool(program);

// Who closes our output has read enough; commands that go on for long end by themselves.
whenOutputCloses(() => undefined);
/** Runs what the process was asked for. */
export const run = (): Promise<unknown> => program.parseAsync();
