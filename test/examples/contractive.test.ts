/** The contractive penalty: its gradient, and what it does to a code. */
import { beforeAll, describe, expect, it } from 'vitest';
import { emitText, readExample, useWasm } from '../support/emitted.js';
import { compareGradients } from '../support/gradient.js';
import {
  datasetFor,
  explainedUnseen,
  heldOut,
  mse,
  column,
  reconstructed,
  termAt,
  trainExample,
  trainText,
  lossAt,
} from '../support/train.js';

beforeAll(useWasm);

describe.each([
  ['dense, in closed form', 'lecture0/contractive.ae', 'strokes:count=16', 0.1],
  ['behind convolutions, pulled back', 'lecture0/contractive-conv.ae', 'bars:n=8,count=16', 1],
] as const)('%s', (_name, path, data, lambda) => {
  it('has the gradient of finite differences', async () => {
    // The penalty alone: beside a reconstruction of hundreds of nats float32 would hide it.
    const text = readExample(path).replace('by bernoulli', 'by bernoulli weight 0');
    const { program } = emitText(text, { set: { lambda } });
    const compared = await compareGradients(program, datasetFor(program, data), 16);
    expect(compared.length).toBeGreaterThan(3);
    const noise = 1e-4 * Math.max(...compared.map((c) => c.analytic));
    for (const { weight, analytic, numeric } of compared) {
      expect(Math.abs(numeric - analytic), `${weight}: ${analytic} against ${numeric}`).toBeLessThan(
        2e-3 * analytic + noise,
      );
    }
  });
});

it.each([
  ['lecture0/contractive.ae', 'strokes:count=1500', { batch: 32, epochs: 10 }, 2, 0.5, 1.5],
  ['lecture0/contractive-conv.ae', 'bars:n=8,count=1000', { batch: 64, epochs: 30 }, 3, 0.35, 1.2],
] as const)('%s: ‖J‖² falls far while the error rises little', async (path, data, overrides, lambda, share, price) => {
  // A weight of 1e-6 measures the Jacobian without moving it.
  const measured = [];
  for (const strength of [1e-6, lambda]) {
    const t = await trainExample(path, data, { set: { lambda: strength }, overrides });
    const unseen = heldOut(t);
    measured.push({
      jacobian: termAt(t, -1, 1) / strength,
      error: mse(await reconstructed(t, unseen), column(unseen)),
      explained: await explainedUnseen(t),
    });
    t.dispose();
  }
  const [free, contracted] = measured as [(typeof measured)[0], (typeof measured)[0]];
  expect(contracted.jacobian).toBeLessThan(free.jacobian * share);
  expect(contracted.error).toBeLessThan(free.error * price);
  // A code that says nothing has no Jacobian at all.
  expect(contracted.explained).toBeGreaterThan(0.15);
});

it('L-BFGS comes further than Adam does in twice as many looks at the data', async () => {
  const text = readExample('lecture0/contractive-lbfgs.ae');
  const losses: number[] = [];
  for (const [optimizer, epochs] of [
    ['lbfgs', 25],
    ['adam(lr: 0.01)', 50],
  ] as const) {
    const t = await trainText(text.replace('optimizer lbfgs', `optimizer ${optimizer}`), 'strokes:count=120', {
      overrides: { epochs },
    });
    losses.push(lossAt(t, -1));
    if (optimizer === 'lbfgs') expect(await explainedUnseen(t)).toBeGreaterThan(0.3);
    t.dispose();
  }
  expect(losses[0]!).toBeLessThan(losses[1]!);
});
