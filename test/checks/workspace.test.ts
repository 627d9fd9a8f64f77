/** A text that is looked at again and again: what did not change is not made again, and nothing is found but what a fresh look finds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../src/compiler.js';
import { bad, good } from '../support/corpus-files.js';
import { shown } from '../support/findings.js';

const vae = (name: string, units: number): string => `autoencoder ${name} {
  input x: [28, 28, 1] in [0, 1]
  encoder { flatten; Stage(${units}) }
  latent z ~ normal(20)
  decoder { dense(${units}, relu); dense(784, sigmoid); reshape(28, 28, 1) }
  reconstruct x by bernoulli
  penalty kl(z)
}
`;
const block = (activation: string): string => `block Stage(n: int) { dense(n, ${activation}) }\n`;

const nothing = (): undefined => undefined;

describe('a workspace', () => {
  it('elaborates the declaration that was edited, and takes over the others, wherever they stand now', () => {
    const workspace = new Workspace(nothing);
    const before = workspace.check('a.ae', block('relu') + vae('A', 100) + vae('B', 200) + vae('C', 300));
    const after = workspace.check(
      'a.ae',
      `block Other { relu }\n${block('relu')}${vae('A', 100)}${vae('B', 201)}${vae('C', 300)}`,
    );
    expect(after.autoencoders.map((one, i) => one === before.autoencoders[i])).toEqual([true, false, true]);
    expect(after.models.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
  });

  it('elaborates what reads an edited block', () => {
    const workspace = new Workspace(nothing);
    const alone = `autoencoder Alone {\n  input x: [9]\n  encoder { dense(2) }\n  decoder { dense(9) }\n  reconstruct x by gaussian\n}\n`;
    const before = workspace.check('a.ae', block('relu') + vae('A', 100) + alone);
    const after = workspace.check('a.ae', block('tanh') + vae('A', 100) + alone);
    expect(after.autoencoders.map((one, i) => one === before.autoencoders[i])).toEqual([false, true]);
    expect(before.models[0]!.networks[0]!.layers[1]!.args['activation']).not.toEqual(
      after.models[0]!.networks[0]!.layers[1]!.args['activation'],
    );
  });

  it('elaborates what reads an edited block through as many others as are written out', () => {
    const chain = (innermost: string): string =>
      `block B0(n: int) { dense(n, ${innermost}) }\n${Array.from({ length: 63 }, (_, i) => `block B${i + 1}(n: int) { B${i}(n) }\n`).join('')}`;
    const text = vae('A', 100).replace('Stage', 'B63');
    const workspace = new Workspace(nothing);
    const before = workspace.check('a.ae', chain('relu') + text);
    const after = workspace.check('a.ae', chain('tanh') + text);
    expect(before.models).toHaveLength(1);
    expect(after.models).toEqual(new Workspace(nothing).check('a.ae', chain('tanh') + text).models);
    expect(after.models).not.toEqual(before.models);
  });

  it('finds what a fresh look finds, after any edits', () => {
    const files = [...good, ...bad];
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat(12),
      added: fc.constantFrom('', ' ', '\n', '}', '{', '(', 'x', '3', 'dense(4)', '// c', 'block B { relu }\n', 'h: '),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.constantFrom(...files),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (a, b, edits) => {
          const workspace = new Workspace(nothing);
          let text = `${a}\n${b}`;
          workspace.check('a.ae', text);
          for (const { at, removed, added } of edits) {
            const start = Math.floor(at * text.length);
            text = text.slice(0, start) + added + text.slice(start + removed);
            const [now, fresh] = [workspace.check('a.ae', text), new Workspace(nothing).check('a.ae', text)];
            expect(shown(now)).toBe(shown(fresh));
            expect(now.models).toEqual(fresh.models);
          }
        },
      ),
      { numRuns: 120 },
    );
  });
});
