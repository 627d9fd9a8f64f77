/** Gradients that are right agree with differences; one that is a little wrong is found, in the weight where it is wrong. */
import { add, mul, sub, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { targets } from '../../src/codegen/targets.js';
import { printScript } from '../../src/codegen/tfjs/script.js';
import { compile } from '../../src/compiler.js';
import { isolated } from '../../src/ir/model/isolated.js';
import { examplesOf } from '../../src/runtime/examples.js';
import { checkGradients, disturbed, type CheckedWeight } from '../../src/runtime/gradcheck.js';
import { batchTensors, release, type Program } from '../../src/runtime/index.js';
import { initialSnapshot } from '../../src/runtime/phases.js';
import { checkText, load, useWasm } from '../support/emitted.js';

beforeAll(useWasm);

const rate = 1024;

const text = `autoencoder A {
  input x: [5] of real?
  input s: sequence(token(vocab: 7), length: 4)
  corrupt x with gaussian(0.2)
  preprocess x with standardize
  encoder(x, x.mask) { h: dense(6, tanh); code: dense(3) }
  network words(s) { embedding(4); gru(4, last: true) }
  latent z ~ normal(2)
  decoder(z, words) { dense(6, softplus); out: dense(5) }
  reconstruct x by squared_error
  penalty kl(z) + 0.1 * l2(h)
  penalty warmup(from: 0, to: 1, epochs: 5) * l1(code)
  penalty squared_error(h, stop(h))
  penalty squared_error(decoder(stop(z), words), x)
  constrain out.kernel by unit_norm
  train { optimizer adam(lr: 1e-3); clip norm(1); phase one { train encoder; minimize l2(code) } phase two { train all } }
}`;

async function checkedOf(program: Program): Promise<readonly CheckedWeight[]> {
  const data = examplesOf(program.spec, 6);
  const rows = Int32Array.from({ length: 6 }, (_, i) => i);
  const batch = batchTensors(data, program.spec.variables, rows);
  const first = initialSnapshot(program, data, { train: rows, validation: new Int32Array() });
  const weights = disturbed(program, first.weights);
  const found = await checkGradients(program, rate, weights, batch);
  release([batch, first.weights, first.slots, weights]);
  return found;
}

function programs(): readonly { readonly name: string; readonly program?: Program }[] {
  const checked = checkText(text);
  return isolated(checked.models[0]!, rate).map(({ name, model, apart }) =>
    apart === undefined ? { name, program: load(printScript(compile(model, checked), targets.wasm)) } : { name },
  );
}

it('right gradients agree, term by term and objective by objective', async () => {
  const all = programs();
  expect(all.map(({ name, program }) => [name, program !== undefined])).toEqual([
    ['reconstruct x', true],
    ['kl(z) + l2(h)', true],
    ['l1(code)', true],
    ['squared_error(h, stop(h))', false],
    ['squared_error(decoder(stop(z), words), x)', false],
    ['one: l2(code)', true],
  ]);
  for (const { name, program } of all)
    for (const one of program === undefined ? [] : await checkedOf(program))
      expect(one.agrees, `${name}, ${one.weight}: ${one.slope} and ${one.difference}`).toBe(true);
});

it('a gradient that is a tenth too large is found where it is', async () => {
  const { program } = programs()[0]!;
  const wrong = 'encoder.h.kernel';
  const step = Object.values(program!.trainStep)[0]!;
  const broken: Program = {
    ...program!,
    trainStep: {
      train: (state, batch, moment) => {
        const { state: next, terms } = step(state, batch, moment);
        const moved = tidy(() =>
          add(state.weights[wrong]!, mul(sub(next.weights[wrong]!, state.weights[wrong]!), 1.1)),
        );
        next.weights[wrong]!.dispose();
        return { state: { ...next, weights: { ...next.weights, [wrong]: moved } }, terms };
      },
    },
  };
  const found = await checkedOf(broken);
  expect(found.filter(({ agrees }) => !agrees).map(({ weight }) => weight)).toEqual([wrong]);
});
