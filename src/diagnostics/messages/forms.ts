/** How each statement is written: messages quote these lines. */
const forms: Readonly<Record<string, string>> = {
  import: 'import "blocks.ae"',
  block: 'block Stage(units: int = 64) { dense(units, relu) }',
  autoencoder: 'autoencoder Vanilla(hidden: int = 64) { … }',
  input: 'input x: [28, 28, 1] in [0, 1]',
  target: 'target y: category(10)?',
  let: 'let half = hidden / 2',
  preprocess: 'preprocess x with standardize',
  corrupt: 'corrupt x with mask(0.25)',
  encoder: 'encoder { code: dense(64, relu) }',
  decoder: 'decoder { dense(784, sigmoid) }',
  head: 'head label(z) { dense(10) }',
  network: 'network critic(x) { dense(1) }',
  latent: 'latent z ~ normal(20)',
  prior: 'prior z ~ normal(0, 1)',
  draw: 'draw z ~ normal(100)',
  reconstruct: 'reconstruct x by bernoulli',
  penalty: 'penalty 1e-4 * l1(code)',
  constrain: 'constrain code.kernel by unit_norm',
  tie: 'tie out.kernel = transpose(code.kernel)',
  sweep: 'sweep hidden in [256, 64, 16]',
  figure: 'figure reconstructions(x)',
  train: 'train { optimizer adam(lr: 1e-3); epochs 20 }',
  leaf: 'leaf { embedding(50) }',
  compose: 'compose(left, right) { concat; dense(50, tanh) }',
  decompose: 'decompose(parent) { dense(100, tanh); split(2) }',
  repeat: 'repeat 3 { dense(64, relu) }',
  take: 'take h1',
  phase: 'phase first { train h1 }',
  player: 'player judge { train critic; minimize … }',
  move: 'train h1, out',
  freeze: 'freeze h1, out',
  clean: 'clean x',
  rate: 'rate encoder by 0.1',
  copy: 'copy encoder.h1 to classifier.h1',
  minimize: 'minimize squared_error(out, x)',
  maximize: 'maximize cross_entropy(critic, 1)',
  update: 'update simultaneous',
  setting: 'batch 128',
};

/** A hint that shows the statement whole. */
export const formHint = (statement: string): string | undefined => {
  const form = forms[statement];
  return form && `It is written \`${form}\`.`;
};
