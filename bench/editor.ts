/** What an editor waits for in the language server: diagnostics after a keystroke, completion, hover. */
import { completionsAt } from '../src/service/completion.js';
import { diagnosticsOf } from '../src/service/diagnostics.js';
import { hoverAt } from '../src/service/hover.js';
import { Service } from '../src/service/service.js';
import type { Row } from './rows.js';

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

/** The 95th percentile of each in milliseconds; beside the keystroke, the whole file anew. */
export function editor(rounds: number): readonly Row[] {
  return ([500, 10_000] as const).flatMap((lines) => {
    const text = modelsOf(lines);
    const places = [...text.matchAll(/dense\(/g)].map(({ index }) => index + 'dense('.length);
    const service = new Service({ read: () => undefined });
    const timed = (run: () => void): number => {
      const start = performance.now();
      run();
      return performance.now() - start;
    };
    const times = {
      keystroke: [] as number[],
      completion: [] as number[],
      hover: [] as number[],
      whole: [] as number[],
    };
    const few = lines > 1000 ? Math.ceil(rounds / 10) : rounds;
    for (let round = -20; round < few; round++) {
      const at = places[(Math.abs(round) * 7919) % places.length]!;
      const edited = `${text.slice(0, at)}${(Math.abs(round) % 9) + 1} * ${text.slice(at)}`;
      const keystroke = timed(() => {
        service.edit('/a.ae', edited);
        diagnosticsOf(service);
      });
      const completion = timed(() => void completionsAt(service, '/a.ae', at));
      const hover = timed(() => void hoverAt(service, '/a.ae', at - 3));
      if (round < 0) continue;
      times.keystroke.push(keystroke);
      times.completion.push(completion);
      times.hover.push(hover);
      if (times.whole.length < 5)
        times.whole.push(
          timed(() => {
            const fresh = new Service({ read: () => undefined });
            fresh.edit('/a.ae', edited);
            diagnosticsOf(fresh);
          }),
        );
    }
    const p95 = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(0.95 * all.length)]!;
    const whole = p95(times.whole);
    const row = (what: string, ours: number, goal: string): Row => ({
      what: `${what} in ${lines} lines, p95 (beside: the whole anew)`,
      ours,
      theirs: whole,
      ratio: whole / ours,
      goal,
    });
    return lines > 1000
      ? [row('keystroke to diagnostics', p95(times.keystroke), 'ours < 150 ms')]
      : [
          row('keystroke to diagnostics', p95(times.keystroke), 'ours < 16 ms'),
          row('completion', p95(times.completion), 'ours < 10 ms'),
          row('hover', p95(times.hover), 'ours < 10 ms'),
        ];
  });
}
