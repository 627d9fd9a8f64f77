/**
 * How each statement is written. Messages quote these lines, and the connectives are what a
 * misspelled word between the parts of a statement is compared with.
 */
interface Form {
  readonly form: string;
  readonly connectives: readonly string[];
}

export const forms: Readonly<Record<string, Form>> = {
  import: { form: 'import "blocks.ae"', connectives: ['from'] },
  block: { form: 'block Stage(units: int = 64) { dense(units, relu) }', connectives: [] },
  autoencoder: { form: 'autoencoder Vanilla(hidden: int = 64) { … }', connectives: [] },
  input: { form: 'input x: [28, 28, 1] in [0, 1]', connectives: ['in'] },
  target: { form: 'target y: category(10)?', connectives: ['in'] },
  let: { form: 'let half = hidden / 2', connectives: [] },
  preprocess: { form: 'preprocess x with standardize', connectives: ['with'] },
  corrupt: { form: 'corrupt x with mask(0.25)', connectives: ['with', 'then'] },
  encoder: { form: 'encoder { code: dense(64, relu) }', connectives: ['at'] },
  decoder: { form: 'decoder { dense(784, sigmoid) }', connectives: ['at'] },
  head: { form: 'head label(z) { dense(10, softmax) }', connectives: ['at'] },
  network: { form: 'network critic(x) { dense(1, sigmoid) }', connectives: ['at'] },
  latent: { form: 'latent z ~ normal(20)', connectives: ['by'] },
  prior: { form: 'prior z ~ normal(0, 1)', connectives: [] },
  reconstruct: { form: 'reconstruct x by bernoulli', connectives: ['from', 'by', 'where', 'weight'] },
  penalty: { form: 'penalty 1e-4 * l1(code)', connectives: ['where'] },
  constrain: { form: 'constrain code.kernel by unit_norm', connectives: ['by'] },
  tie: { form: 'tie out.kernel = transpose(code.kernel)', connectives: [] },
  sweep: { form: 'sweep hidden in [256, 64, 16]', connectives: ['in'] },
  figure: { form: 'figure reconstructions(x)', connectives: [] },
  train: { form: 'train { optimizer adam(lr: 1e-3); epochs 20 }', connectives: [] },
  leaf: { form: 'leaf { embedding(50) }', connectives: [] },
  compose: { form: 'compose(left, right) { concat; dense(50, tanh) }', connectives: [] },
  decompose: { form: 'decompose(parent) { dense(100, tanh); split(2) }', connectives: [] },
  repeat: { form: 'repeat 3 { dense(64, relu) }', connectives: ['as'] },
  take: { form: 'take h1', connectives: [] },
  phase: { form: 'phase first { train h1 }', connectives: [] },
  player: { form: 'player critic { minimize … }', connectives: [] },
  freeze: { form: 'freeze h1, out', connectives: [] },
  match: { form: 'match h3 to h1', connectives: ['to', 'by'] },
  copy: { form: 'copy encoder.h1 to classifier.h1', connectives: ['to'] },
  minimize: { form: 'minimize cross_entropy(critic, 1)', connectives: [] },
  maximize: { form: 'maximize cross_entropy(critic, 1)', connectives: [] },
  update: { form: 'update simultaneous', connectives: [] },
};

/** A hint that shows the statement whole. */
export const formHint = (keyword: string): string | undefined => {
  const found = forms[keyword];
  return found && `It is written \`${found.form}\`.`;
};
