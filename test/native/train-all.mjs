// Trains generated projects one after the other in one process: node train-all.mjs FOLDER [NAME DATA]...
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, ...rest] = process.argv.slice(2);
/** The runtime beside a program, or the package's. */
const runtimeOf = (name) => {
  const beside = join(folder, name, 'runtime.js');
  return existsSync(beside) ? beside : createRequire(join(folder, 'x.js')).resolve('aec-lang/runtime/node');
};
for (let i = 0; i < rest.length; i += 2) {
  const [name, data] = [rest[i], rest[i + 1]];
  process.stdout.write(`${JSON.stringify({ project: name })}\n`);
  const { prepareTensorFlow, trainMain } = await import(pathToFileURL(runtimeOf(name)).href);
  prepareTensorFlow();
  const { open, program } = await import(pathToFileURL(join(folder, name, 'program.js')).href);
  const opened = open === undefined ? { ok: true, value: program } : await open();
  const code = await trainMain(async () => opened, ['--data', data, '--out', join(folder, name, 'run'), '--json', '--no-report']);
  process.stdout.write(`${JSON.stringify({ project: name, code, form: open === undefined ? 'ops' : 'graph' })}\n`);
  if (opened.ok) opened.value.close?.();
}
