/** What an editor waits for: the check of a text in which one number was changed, beside the check of the whole. */
import { built } from './built.js';
import type { Row } from './rows.js';

/** Autoencoders of 21 lines each, together about `lines`. */
export const severalOf = (lines: number): string =>
  Array.from(
    { length: Math.round(lines / 21) },
    (_, i) => `/// A variational autoencoder.
autoencoder Vae${i}(d: int = ${10 + i}, beta: float = 1) {
  input x: [28, 28, 1] in [0, 1]
  encoder {
    flatten
    dense(400, relu)
    hidden: dense(200, relu)
  }
  latent z ~ normal(d)
  prior z ~ normal(0, 1)
  decoder {
    dense(200, relu)
    dense(400, relu)
    dense(784, sigmoid)
    reshape(28, 28, 1)
  }
  reconstruct x by bernoulli
  penalty beta * kl(z)
  train { optimizer adam(lr: 1e-3); batch 128; epochs 20 }
}
`,
  ).join('\n');

/** One autoencoder of about `lines`. */
export const oneOf = (lines: number): string => {
  const heads = Array.from(
    { length: Math.round((lines - 14) / 5) },
    (_, i) => `  head n${i}(code) {
    h${i}: dense(16, relu)
    dense(8)
  }
  penalty 1e-4 * l1(h${i})
`,
  );
  return `autoencoder A {
  input x: [784] in [0, 1]
  encoder {
    dense(64, relu)
    code: dense(32, relu)
  }
  decoder {
    dense(64, relu)
    dense(784, sigmoid)
  }
  reconstruct x by bernoulli
${heads.join('')}}
`;
};

/** The 95th percentile of checks after an edit, and the median of whole checks, in milliseconds. */
export async function edits(rounds: number): Promise<readonly Row[]> {
  const { Workspace } = await built();
  return Object.entries({ 'of many autoencoders': severalOf(500), 'of one autoencoder': oneOf(500) }).map(
    ([what, text]) => {
      const workspace = new Workspace(() => undefined);
      const places = [...text.matchAll(/dense\(/g)].map(({ index }) => index + 'dense('.length);
      const edited = (round: number): string => {
        const at = places[(round * 7919) % places.length]!;
        return `${text.slice(0, at)}${(round % 9) + 1} * ${text.slice(at)}`;
      };
      const timed = (run: () => void): number => {
        const start = performance.now();
        run();
        return performance.now() - start;
      };
      const [after, whole]: [number[], number[]] = [[], []];
      for (let round = -50; round < rounds; round++) {
        const text = edited(Math.abs(round));
        const [one, all] = [
          timed(() => void workspace.check('a.ae', text)),
          timed(() => void new Workspace(() => undefined).check('a.ae', text)),
        ];
        // The first rounds are those of the just-in-time compiler.
        if (round < 0) continue;
        after.push(one);
        whole.push(all);
      }
      after.sort((a, b) => a - b);
      whole.sort((a, b) => a - b);
      const [ours, theirs] = [after[Math.floor(0.95 * rounds)]!, whole[Math.floor(rounds / 2)]!];
      return {
        what: `check after an edit in 500 lines ${what}, p95 (beside: the whole anew)`,
        ours,
        theirs,
        ratio: theirs / ours,
        goal: 'ours < 8 ms',
      };
    },
  );
}
