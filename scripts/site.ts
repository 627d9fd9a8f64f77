/** Makes the documentation a site: `npm run site` writes `build/site`, which can be read from there without a server. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { beside, deadOf, root, site, writtenBy } from './site/site.js';

const command = new Command('npm run site --')
  .description('Writes the documentation as a site to build/site; open index.html there.')
  .option('--serve', 'shows it at http://localhost:8080 instead, anew whenever a page changes')
  .option('--port <number>', 'another port to show it at', Number, 8080);

/** Aside, then in its place; what was there stays where a link is dead. */
async function write(): Promise<void> {
  const [out, part] = ['build/site', 'build/site.part'];
  rmSync(join(root, part), { recursive: true, force: true });
  const { eleventy, copied } = await site({ out: part, runMode: 'build' });
  const [, results] = await eleventy.write();
  const pages = writtenBy(results, part);
  const dead = deadOf(pages, copied);
  if (dead.length > 0) {
    console.error(`error: links that lead nowhere\n  ${dead.join('\n  ')}`);
    rmSync(join(root, part), { recursive: true });
    process.exitCode = 1;
    return;
  }
  await beside(part, pages, copied);
  if (existsSync(join(root, out))) rmSync(join(root, out), { recursive: true });
  renameSync(join(root, part), join(root, out));
  console.log(`${out}/index.html: ${pages.length} pages`);
}

async function serve(port: number): Promise<void> {
  const { eleventy } = await site({ out: 'build/site-shown', runMode: 'serve' });
  await eleventy.watch();
  await eleventy.serve(port);
}

process.chdir(root);
const options = command.parse().opts<{ readonly serve?: true; readonly port: number }>();
await (options.serve === true ? serve(options.port) : write());
