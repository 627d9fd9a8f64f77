/** How commands end, and what stands below their help. */
import { err, outJsonLine, Refusal } from '../refusal.js';

const forMachines = process.argv.includes('--json');

/** The exit code of a command, set when it has ended; the process ends by itself, so that nothing written is lost. */
export const ended = (command: () => number | Promise<number>): Promise<void> =>
  Promise.resolve()
    .then(command)
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error: unknown) => {
        if (error instanceof Refusal) {
          if (forMachines) outJsonLine({ event: 'error', ok: false, ...error.json() });
          else err(error.message);
        } else {
          // Our own bug. The WASM module would print its whole source beside an uncaught error.
          err(`aec failed: ${error instanceof Error ? error.message : String(error)}`);
          err(
            process.env['AEC_DEBUG'] === undefined
              ? '  this is a defect of aec; AEC_DEBUG=1 shows where it happened'
              : String(error instanceof Error ? error.stack : ''),
          );
        }
        process.exitCode = 1;
      },
    );

/** What is written below the help of a command. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
