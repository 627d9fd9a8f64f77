import { expect, it } from 'vitest';
import { signatureAt } from '../../src/service/signature.js';
import { marked } from './marked.js';

/** The signature, and the parameter that is written. */
function expectSignature(input: string, label: RegExp, active: string | RegExp | undefined): void {
  const source = marked(input);
  const found = signatureAt(source.service, source.path, source.cursor);
  expect(found?.label).toMatch(label);
  const shown = found?.active === undefined ? undefined : found.parameters[found.active]!.label;
  if (active instanceof RegExp) expect(shown).toMatch(active);
  else expect(shown).toBe(active);
}

const model = (encoder: string): string => `autoencoder A {
  input x: [784] in [0, 1]
  encoder { ${encoder} }
  decoder { dense(784, sigmoid) }
  reconstruct x by bernoulli
}
/// Two.
block P(n: int, act: activation = relu) { dense(n, act) }
`;

it('shows the parameters of a call, and which one is written', () => {
  expectSignature(model('dense(‸)'), /^dense\(units: inferred, activation: linear/, 'units: inferred');
  expectSignature(model('dense(4, ‸)'), /^dense/, 'activation: linear');
  expectSignature(model('dense(4, bias: ‸)'), /^dense/, 'bias: true');
  expectSignature(model('dense(4, bias: tr‸'), /^dense/, 'bias: true');
  expectSignature(model('P(‸)'), /^P\(n: int, act: activation = relu\)$/, 'n: int');
  expectSignature(model('P(3, act: ‸)'), /^P/, 'act: activation = relu');
  const item = (text: string): string => model('h: dense(4)').replace('  decoder', `  ${text}\n  decoder`);
  expectSignature(item('penalty l1(stop(‸h))'), /^stop\(x\)$/, 'x');
  expectSignature(item('latent z ~ normal(‸)'), /^normal\(dims, mean: 0/, 'dims');
  expectSignature(item('train { data gaussian(‸) }'), /^gaussian\(count: \d+, dims: /, /^count: \d/);
  expectSignature(item('corrupt x with gaussian(‸)'), /^gaussian\(sigma/, /^sigma/);
});

it('shows nothing outside of calls', () => {
  const source = marked(model('dense(4)‸'));
  expect(signatureAt(source.service, source.path, source.cursor)).toBeUndefined();
});
