/** What an editor waits for in the language server: its start, diagnostics after a keystroke, and what it asks then. */
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { completionsAt } from '../src/service/completion.js';
import { diagnosticsOf } from '../src/service/diagnostics.js';
import { lensesIn } from '../src/service/hierarchy.js';
import { hoverAt } from '../src/service/hover.js';
import { hintsIn } from '../src/service/inlay.js';
import { highlightsAt } from '../src/service/navigation.js';
import { foldsIn, outlineOf } from '../src/service/outline.js';
import { Service } from '../src/service/service.js';
import { semanticTokensIn } from '../src/service/tokens.js';
import { median, type Row } from './rows.js';

/** Models of 500 lines and of 10,000. */
const modelsOf = (lines: number): string =>
  Array.from(
    { length: Math.round(lines / 12) },
    (_, i) => `autoencoder Vae${i}(d: int = ${10 + i}) {
  input x: [784] in [0, 1]
  encoder {
    h: dense(400, relu)
    dense(200, relu)
  }
  latent z ~ normal(d)
  decoder { dense(200, relu); dense(784, sigmoid) }
  reconstruct x by bernoulli
  penalty kl(z)
}
`,
  ).join('\n');

const timed = (run: () => void): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};
const p95 = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(0.95 * all.length)]!;

const path = '/a.ae';

/** What is asked after a keystroke, in the order in which it is timed; each is the first to look at what changed. */
const asked: Readonly<Record<string, (service: Service, at: number) => unknown>> = {
  'keystroke to diagnostics': (service) => diagnosticsOf(service),
  completion: (service, at) => completionsAt(service, path, at),
  hover: (service, at) => hoverAt(service, path, at - 3),
  'colours, hints, folds, outline, lenses': (service, at) => [
    semanticTokensIn(service, path),
    hintsIn(service, path, { start: at - 500, end: at + 1500 }),
    foldsIn(service, path),
    outlineOf(service, path),
    lensesIn(service, path),
    highlightsAt(service, path, at - 3),
  ],
};
const goals: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  500: { 'keystroke to diagnostics': 16, completion: 10, hover: 10, 'colours, hints, folds, outline, lenses': 16 },
  10_000: { 'keystroke to diagnostics': 150, completion: 10, hover: 10, 'colours, hints, folds, outline, lenses': 150 },
};

/** The 95th percentile of each in milliseconds, where one digit after the other is typed; beside it the whole file anew. */
export function editor(rounds: number): readonly Row[] {
  return [500, 10_000].flatMap((lines) => {
    let text = modelsOf(lines);
    const places = [...text.matchAll(/dense\(/g)].map(({ index }) => index + 'dense('.length);
    const service = new Service({ read: () => undefined });
    const few = lines > 1000 ? Math.ceil(rounds / 10) : rounds;
    const times = new Map<string, number[]>(Object.keys(asked).map((what) => [what, []]));
    const whole: number[] = [];
    for (let round = -20; round < few; round++) {
      const at = places[(Math.abs(round) * 7919) % places.length]!;
      text = `${text.slice(0, at)}${(Math.abs(round) % 9) + 1}${text.slice(at + 1)}`;
      service.edit(path, text);
      for (const [what, ask] of Object.entries(asked)) {
        const took = timed(() => void ask(service, at));
        // The first rounds are those of the just-in-time compiler.
        if (round >= 0) times.get(what)!.push(took);
      }
      if (round >= 0 && whole.length < 5)
        whole.push(
          timed(() => {
            const fresh = new Service({ read: () => undefined });
            fresh.edit(path, text);
            diagnosticsOf(fresh);
          }),
        );
    }
    return [...times].map(([what, own]): Row => {
      const [ours, theirs] = [p95(own), median(whole)];
      const of = `${what} in ${lines} lines, p95 (beside: the whole anew)`;
      return { what: of, ours, theirs, ratio: theirs / ours, goal: `ours < ${goals[lines]![what]!} ms` };
    });
  });
}

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** From the start of the process to the first diagnostics of 500 lines; beside it a process that does nothing. */
export async function started(rounds: number): Promise<Row> {
  const times: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await firstDiagnostics(modelsOf(500));
    times.push(performance.now() - begun);
    bare.push(timed(() => void execFileSync(process.execPath, ['-e', '0'])));
  }
  return {
    what: 'aec lsp, start to the first diagnostics of 500 lines (beside: node -e 0)',
    ours: median(times),
    theirs: median(bare),
    ratio: median(bare) / median(times),
    goal: 'ours < 400 ms',
  };
}

function firstDiagnostics(text: string): Promise<void> {
  const server = spawn(process.execPath, [main, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const textDocument = { uri: 'file:///a.ae', languageId: 'ae', version: 1, text };
  send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
  send({ method: 'initialized', params: {} });
  send({ method: 'textDocument/didOpen', params: { textDocument } });
  return new Promise((done) => {
    let said = '';
    server.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (!said.includes('publishDiagnostics')) return;
      server.kill();
      done();
    });
  });
}
