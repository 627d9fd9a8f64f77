/** What models hold of the clauses that are not compiled yet: resolved, bound, with shapes, each refused at its place. */
import { describe, expect, it } from 'vitest';
import { hasLowering, type Category } from '../../src/builtins/define.js';
import { definitions } from '../../src/builtins/index.js';
import { check, compile } from '../../src/compiler.js';
import { showModel } from '../../src/codegen/show-model.js';
import { renderDiagnostic } from '../../src/diagnostics/render.js';
import { uncompiled } from '../../src/ir/lower/compiled.js';
import { findLayer, type Model } from '../../src/ir/model/model.js';
import { movedBy } from '../../src/ir/model/training.js';

interface Held {
  readonly model: Model;
  /** The text that each AE5001 points at. */
  readonly refused: readonly string[];
}

/** The one model of a file without mistakes. */
function held(items: string, params = ''): Held {
  const text = `autoencoder A${params} {\n${items}\n}`;
  const checked = check('a.ae', text, () => undefined);
  const { models: [model], diagnostics } = checked;
  const mistakes = diagnostics.filter((d) => d.severity === 'error' && d.code !== 'AE5001');
  expect(mistakes.map((d) => renderDiagnostic(d, text, { color: false }))).toEqual([]);
  const refused = diagnostics.filter((d) => d.code === 'AE5001').map(({ place: { span } }) => text.slice(span.start, span.end));
  if (model === undefined) throw new Error('no model');
  expect(refused.length > 0).toBe(uncompiled(model).length > 0);
  if (refused.length > 0) expect(() => compile(model, checked)).toThrow('not compiled yet');
  expect(showModel(model)).toContain('autoencoder A');
  return { model, refused };
}

const body = 'encoder { h1: dense(300, sigmoid); h2: dense(150, sigmoid) }\ndecoder { h3: dense(300, sigmoid); out: dense(784) }\nreconstruct x by squared_error';
const input = 'input x: [784] in [0, 1]';
const simple = `${input}\n${body}`;

const shapes = (model: Model): Readonly<Record<string, readonly (readonly number[])[]>> =>
  Object.fromEntries(model.networks.flatMap((n) => n.layers).map((layer) => [layer.id, layer.outputs]));

const trainable = (model: Model): readonly string[] => model.weights.filter((w) => w.declaration.trainable).map((w) => w.name);

describe('variables', () => {
  it('may be missing: terms that compare with them hold where they are known', () => {
    const { model, refused } = held(`${input}\ntarget y: category(10)?\n${body}\nhead label(h2) { dense }\nreconstruct y from label by categorical\npenalty l1(h2) where y.missing`);
    expect(model.variables[1]).toMatchObject({ name: 'y', observed: 'sometimes', structure: { kind: 'category', classes: 10 } });
    expect(model.terms.map(({ rows: { kind } }) => kind)).toEqual(['all', 'known', 'missing']);
    expect(refused).toEqual(['target y: category(10)?', 'target y: category(10)?', 'y.missing']);
  });

  it('are words, sequences of words, and soft labels', () => {
    const { model, refused } = held(`input s: sequence(token(vocab: 9), length: 3)\ntarget y: distribution(5)\ninput w: token(vocab: 7)\nencoder(s) { embedding(8); gru(4) }\ndecoder { dense }\nreconstruct s by categorical`);
    expect(model.variables.map(({ structure, shape, domain }) => [structure, shape, domain])).toEqual([
      [{ kind: 'sequence', of: { kind: 'token', vocab: 9 }, length: 3 }, [3], { kind: 'category', classes: 9 }],
      [{ kind: 'distribution', classes: 5 }, [5], { kind: 'interval', low: 0, high: 1 }],
      [{ kind: 'token', vocab: 7 }, [], { kind: 'category', classes: 7 }],
    ]);
    expect(shapes(model)).toMatchObject({ 'encoder.embedding': [[3, 8]], 'encoder.gru': [[3, 4]], 'decoder.dense': [[3, 9]] });
    expect(refused.slice(0, 3)).toEqual(['input s: sequence(token(vocab: 9), length: 3)', 'target y: distribution(5)', 'input w: token(vocab: 7)']);
  });

  it('are corrupted word by word, and compared at the chosen positions', () => {
    const { model, refused } = held('input s: sequence(token(vocab: 9), length: 3)\ncorrupt s with token_mask(mask: 0.2)\nencoder { embedding(8); gru(4) }\ndecoder { dense }\nreconstruct s by categorical where token_mask');
    expect(model.variables[0]!.corruption[0]!.args).toEqual({ mask: 0.2, random: 0.015, keep: 0.015 });
    expect(model.terms[0]).toMatchObject({ elements: { kind: 'hidden', by: { definition: { name: 'token_mask' } } } });
    expect(refused).toContain('token_mask(mask: 0.2)');
  });
});

describe('layers without a lowering', () => {
  it('over sequences have shapes and weights, and others work position by position', () => {
    const { model } = held('input s: sequence(token(vocab: 9), length: 6)\nencoder { embedding(8); dense(5, relu); code: gru(4, bidirectional: true, last: true) }\ndecoder { repeat_vector(6); lstm(3); dense }\nreconstruct s by categorical');
    expect(shapes(model)).toEqual({
      'encoder.embedding': [[6, 8]], 'encoder.dense': [[6, 5]], 'encoder.code': [[8]],
      'decoder.repeat_vector': [[6, 8]], 'decoder.lstm': [[6, 3]], 'decoder.dense': [[6, 9]],
    });
    expect(model.networks.flatMap((n) => n.layers).map((layer) => layer.site)).toEqual(['positions', 'positions', 'example', 'positions', 'positions', 'positions']);
    expect(findLayer(model, 'encoder.code')!.weights.map((w) => [w.name, w.shape])).toEqual([
      ['kernel', [5, 12]], ['recurrent', [4, 12]], ['bias', [12]], ['back_kernel', [5, 12]], ['back_recurrent', [4, 12]], ['back_bias', [12]],
    ]);
    expect(findLayer(model, 'decoder.lstm')!.weights.map((w) => w.shape)).toEqual([[8, 12], [3, 12], [12]]);
    expect(findLayer(model, 'decoder.dense')!.weights.map((w) => w.shape)).toEqual([[3, 9], [9]]);
  });

  it('of local fields have a kernel for each place, and a mirror', () => {
    const { model, refused } = held('input x: [12, 12, 1]\nencoder { local(4, kernel: 5); lcn(kernel: 5); flatten; code: dense(8, threshold) }\ndecoder mirror(encoder)\nreconstruct x by squared_error');
    expect(findLayer(model, 'encoder.local')!.weights.map((w) => w.shape)).toEqual([[12, 12, 5, 5, 1, 4], [4]]);
    expect(model.networks[1]!.layers.map((layer) => layer.definition.name)).toEqual(['dense', 'reshape', 'local']);
    expect(refused.slice(0, 3)).toEqual(['local(4, kernel: 5)', 'lcn(kernel: 5)', 'code: dense(8, threshold)']);
  });
});

describe('latents', () => {
  it('are categories, one variable with the target of their name', () => {
    const { model, refused } = held(`${input}\ntarget y: category(10)?\nnetwork classify(x) { dense(50); dense(10) }\nlatent y ~ category(10, from: classify)\nencoder(x, y) { dense(50) }\nlatent z ~ normal(5)\ndecoder(z, y) { dense(784) }\nreconstruct x by bernoulli\npenalty kl(z)\npenalty kl(y) where y.missing`);
    const [y, z] = model.latents;
    expect(y).toMatchObject({ name: 'y', shape: [10], size: 10, observed: 'sometimes', by: { definition: { name: 'enumerated' } } });
    expect(y!.posterior).toEqual({ kind: 'computed', from: { kind: 'layer', id: 'classify.dense2', output: 0 }, heads: { logits: { kind: 'layer', id: 'classify.dense2', output: 0 } } });
    expect(z).toMatchObject({ observed: 'never', by: { definition: { name: 'reparameterized' } } });
    expect(model.networks.find((n) => n.role === 'encoder')!.inputs).toEqual([{ kind: 'variable', name: 'x' }, { kind: 'latent', name: 'y' }]);
    expect(refused).toEqual(['target y: category(10)?', 'latent y ~ category(10, from: classify)', 'y.missing']);
  });

  it('are binary units and rounded codes', () => {
    const { model } = held(`${input}\nencoder { code: dense(64, relu) }\nlatent b ~ bernoulli(8) by relaxed(temperature: 0.5)\nlatent q ~ mixture(6)\nprior b ~ bernoulli(0.1)\ndecoder(b, q) { dense(784) }\nreconstruct x by bernoulli\npenalty kl(b)\npenalty rate(q)`);
    const [b, q] = model.latents;
    expect(b).toMatchObject({ shape: [8], by: { definition: { name: 'relaxed' }, args: { temperature: 0.5 } }, prior: { kind: 'fixed', args: { p: 0.1 } } });
    expect(b!.posterior).toMatchObject({ heads: { logits: { kind: 'layer', id: 'b.logits' } } });
    expect(q).toMatchObject({ shape: [64], size: 6, by: { definition: { name: 'quantised' } }, posterior: { heads: {}, from: { id: 'encoder.code' } } });
    expect(model.weights.filter((w) => w.name.startsWith('q.prior')).map((w) => [w.name, w.declaration.shape])).toEqual([['q.prior.weights', [64, 6]], ['q.prior.log_sigma', [64, 6]]]);
  });

  it('are drawn where no encoder stands above them', () => {
    const { model, refused } = held(`${input}\nlatent z ~ normal(10)\nprior z ~ normal(0, 2)\ndecoder generator(z) { dense(784) }\nnetwork critic(x) { dense(1) }\ntrain { minimize cross_entropy(critic(generator), 1) }`);
    expect(model.latents[0]).toMatchObject({ posterior: { kind: 'none' }, prior: { args: { mean: 0, sigma: 2 } } });
    expect(refused).toEqual(['latent z ~ normal(10)', 'minimize cross_entropy(critic(generator), 1)']);
  });
});

describe('trees', () => {
  const tree = 'input t: tree(token(vocab: 30), label: category(5)?)\nencoder { leaf { embedding(6) }; compose(left, right) { concat; h: dense(tanh) } }\ndecoder { decompose(parent) { dense(12, tanh); split(2) } }';

  it('are folded and unfolded by networks of known shapes', () => {
    const { model, refused } = held(`${tree}\nhead sentiment at nodes { dense(5) }\nreconstruct children by gaussian weight 0.5\nreconstruct leaves by squared_error\npenalty cross_entropy(sentiment, t.label)`);
    expect(model.variables.map(({ name, structure, observed }) => [name, structure.kind, observed])).toEqual([['t', 'tree', 'always'], ['t.label', 'label', 'sometimes']]);
    const [encoder, decoder, sentiment] = model.networks;
    expect(encoder!.form).toMatchObject({
      kind: 'fold', tree: 't',
      leaf: { outputs: [{ kind: 'layer', id: 'encoder.leaf.embedding' }] },
      compose: { parameters: [{ name: 'encoder.compose.left' }, { name: 'encoder.compose.right' }], outputs: [{ kind: 'layer', id: 'encoder.compose.h' }] },
    });
    expect(decoder!.form).toMatchObject({ kind: 'unfold', decompose: { outputs: [{ output: 0 }, { output: 1 }] } });
    expect(sentiment!.form).toEqual({ kind: 'nodes', tree: 't' });
    expect(shapes(model)).toMatchObject({ 'encoder.compose.h': [[6]], 'decoder.decompose.split': [[6], [6]], 'sentiment.dense': [[5]] });
    expect(findLayer(model, 'encoder.compose.h')!.weights[0]!.shape).toEqual([12, 6]);
    expect(model.terms.slice(0, 2)).toMatchObject([
      { kind: 'tree', compared: 'children', encoder: 'encoder', decoder: 'decoder', weight: { kind: 'number', value: 0.5 } }, { kind: 'tree', compared: 'leaves', likelihood: { definition: { name: 'squared_error' } } },
    ]);
    expect(refused).toContain('head sentiment at nodes { dense(5) }');
    expect(refused).toContain('reconstruct leaves by squared_error');
    expect(refused.filter((text) => text.startsWith('input'))).toHaveLength(1);
  });

  it('are folded once more over the vectors of another fold', () => {
    const { model } = held('input t: tree([7])\nencoder h1(t) { leaf { linear }; compose(left, right) { dense(tanh) } }\nencoder h2(h1) { leaf(below) { dense(4) }; compose(left, right, below) { concat(below); dense(4) } }\ndecoder(h2) { decompose(parent) { dense(8); split(2) } }\nreconstruct children by gaussian');
    expect(findLayer(model, 'h2.compose.dense')!.weights[0]!.shape).toEqual([4 + 4 + 7, 4]);
    expect(model.networks[1]!.form).toMatchObject({ tree: 't', leaf: { parameters: [{ name: 'h2.leaf.below', of: { id: 'h1.compose.dense' } }] } });
    expect(model.terms[0]).toMatchObject({ kind: 'tree', encoder: 'h2' });
  });
});

describe('training', () => {
  it('has phases with settings of their own, weights that move, and matched layers', () => {
    const { model, refused } = held(`${simple}\ntie out.kernel = transpose(h1.kernel)\ntrain {\nbatch 64\nphase first { train h1, out; match out to x; epochs 5 }\nphase second { train h2, h3; match h3 to h1 by gaussian(sigma: 2); optimizer sgd }\nphase tune { freeze encoder }\n}`);
    const { phases } = model.training;
    expect(phases.map(({ name, epochs, batch, optimizer }) => [name, epochs, batch, optimizer.definition.name])).toEqual([['first', 5, 64, 'adam'], ['second', 10, 64, 'sgd'], ['tune', 10, 64, 'adam']]);
    const stored = trainable(model).filter((name) => name !== 'decoder.out.kernel');
    expect(phases.map((phase) => movedBy(phase, stored))).toEqual([
      // The tied kernel of `out` is that of `h1`.
      ['encoder.h1.kernel', 'encoder.h1.bias', 'decoder.out.bias'],
      ['encoder.h2.kernel', 'encoder.h2.bias', 'decoder.h3.kernel', 'decoder.h3.bias'],
      ['decoder.h3.kernel', 'decoder.h3.bias', 'decoder.out.bias'],
    ]);
    expect(phases[0]!.objective).toMatchObject({ kind: 'match', value: { id: 'decoder.out' }, to: { kind: 'variable', name: 'x' }, reads: { id: 'encoder.h1' }, likelihood: { definition: { name: 'squared_error' } } });
    expect(phases[1]!.objective).toMatchObject({ kind: 'match', reads: { id: 'encoder.h2' }, likelihood: { args: { sigma: 2 } } });
    expect(refused).toEqual(['phase first { train h1, out; match out to x; epochs 5 }', 'phase second { train h2, h3; match h3 to h1 by gaussian(sigma: 2); optimizer sgd }', 'phase tune { freeze encoder }']);
  });

  it('copies weights, and holds the statements of a single phase', () => {
    const { model, refused } = held(`${simple}\nnetwork classifier(x) { h1: dense(300); dense(10) }\ntrain { copy encoder.h1 to classifier.h1; freeze decoder; maximize -l1(h2) }`);
    const { training } = model;
    expect(training.copies[0]!.weights).toEqual([{ from: 'encoder.h1.kernel', to: 'classifier.h1.kernel' }, { from: 'encoder.h1.bias', to: 'classifier.h1.bias' }]);
    expect(training.objective).toMatchObject({ kind: 'maximize', value: { kind: 'negate', operand: { kind: 'penalty', text: 'l1(h2)' } } });
    expect(refused).toEqual(['copy encoder.h1 to classifier.h1', 'freeze decoder', 'maximize -l1(h2)']);
  });

  it('has players with weights, ends and optimisers of their own', () => {
    const { model, refused } = held(`${simple}\nnetwork critic(x) { dense(1) }\ntrain {\noptimizer sgd(lr: 0.1)\nplayer judge { train critic; minimize cross_entropy(critic(x), 1) + cross_entropy(critic(out), 0); optimizer adam }\nplayer artist { train encoder, decoder; maximize 2 * critic(out) }\nupdate alternate(judge: 5, artist: 1)\n}`);
    const [judge, artist] = model.training.players;
    expect([judge, artist].map((player) => [player!.name, player!.optimizer.definition.name, player!.movements[0]!.weights.length])).toEqual([['judge', 'adam', 2], ['artist', 'sgd', 8]]);
    expect(judge!.objective).toMatchObject({ kind: 'minimize', value: { op: '+', left: { call: { args: { of: { kind: 'application', network: 'critic', inputs: [{ kind: 'variable', name: 'x' }] }, target: 1 } } } } });
    expect(artist!.objective).toMatchObject({ kind: 'maximize', value: { left: { value: 2 }, right: { kind: 'mean', of: { kind: 'application', inputs: [{ id: 'decoder.out' }] } } } });
    expect(model.training.update).toMatchObject({ kind: 'alternate', steps: [{ player: 'judge', count: 5 }, { player: 'artist', count: 1 }] });
    expect(refused.map((text) => text.split(' ')[0])).toEqual(['player', 'player', 'update']);
  });

  it('names its data, and second-order optimisers', () => {
    const { model, refused } = held(`${simple}\ntrain { data gaussian(500, dims: 3); optimizer lbfgs(history: 5); batch full }`);
    expect(model.training.data).toMatchObject({ set: 'gaussian', args: [{ value: 500 }, { name: 'dims', value: 3 }] });
    expect(model.training.optimizer.args).toEqual({ history: 5 });
    expect(refused).toEqual(['gaussian(500, dims: 3)', 'lbfgs(history: 5)']);
  });
});

describe('experiments', () => {
  it('sweep over values of parameters', () => {
    const { model, refused } = held(`${input}\nencoder { dense(z, act) }\ndecoder { dense }\nreconstruct x by squared_error\nsweep z in [64, 2 * 16]\nsweep act in [relu, tanh]`, '(z: int = 8, act: activation = relu)');
    expect(model.sweeps.map(({ parameter, values }) => [parameter, values])).toEqual([['z', [64, 32]], ['act', ['relu', 'tanh']]]);
    expect(refused).toEqual(['sweep z in [64, 2 * 16]', 'sweep act in [relu, tanh]']);
  });

  it('draw figures of what they name', () => {
    const { model, refused } = held(`${simple}\nfigure reconstructions(x, corrupted: true)\nfigure filters(h1, count: 5)\nfigure losses`);
    expect(model.figures.map(({ call }) => [call.definition.name, call.args])).toEqual([
      ['reconstructions', { of: { kind: 'variable', name: 'x' }, corrupted: true, count: 10 }],
      ['filters', { of: { kind: 'layer', id: 'encoder.h1', output: 0 }, count: 5 }], ['losses', {}],
    ]);
    expect(refused).toEqual(['figure reconstructions(x, corrupted: true)', 'figure filters(h1, count: 5)', 'figure losses']);
  });
});

describe('terms', () => {
  it('hold where a corruption hides elements, drawn ones too', () => {
    const { model, refused } = held(`${input}\ncorrupt x with mask(0.25)\n${body} where mask`);
    expect(model.terms[0]).toMatchObject({ elements: { kind: 'hidden', by: { definition: { name: 'mask' }, args: { fraction: 0.25 } } }, rows: { kind: 'all' } });
    expect(refused).toEqual(['mask']);
  });

  it('apply networks to other tensors', () => {
    const { model, refused } = held(`${simple}\nnetwork critic(x) { dense(1) }\npenalty (1 - 0.9) * critic(out) + l2(critic(x))`);
    expect(model.terms[1]).toMatchObject({ kind: 'penalty', name: 'critic(out) + l2(critic(x))' });
    expect(refused).toEqual(['penalty (1 - 0.9) * critic(out) + l2(critic(x))']);
  });
});

describe('the examples of entries without a lowering', () => {
  const declared = definitions.filter((entry) => !hasLowering(entry));
  const all = `${input}\ninput c: category(10)\ntarget y: category(10)\nencoder(x) { h1: dense(64, sigmoid); h: dense(32); code: dense(16) }\nlatent z ~ normal(4)\ndecoder(code, z) { out: dense(784) }\nhead label(code) { dense(10) }\nnetwork critic(x) { dense(1) }\nreconstruct x by bernoulli\npenalty kl(z)`;
  const bodies = [
    `input x: [12, 12, 1]\nencoder { code: conv(4) }\ndecoder { conv(1) }\nhead probe(x)`, `${simple}\nhead probe(h2)`,
    'input x: sequence([8], length: 4)\nencoder { code: gru(4) }\ndecoder { dense }\nreconstruct x by squared_error\nhead probe(x)',
  ];
  /** Models around an example of each category; in one of them it has its place. */
  const hosts: Readonly<Partial<Record<Category, (example: string) => readonly string[]>>> = {
    layer: (example) => bodies.map((before) => `${before.includes('reconstruct') ? before : before.replace('head', 'reconstruct x by squared_error\nhead')} { ${example} }`),
    activation: (example) => [`${simple}\nhead probe(h2) { ${example} }`],
    corruption: (example) => [`input s: sequence(token(vocab: 9), length: 3)\ncorrupt s with ${example}\nencoder { embedding(8); gru(4) }\ndecoder { dense }\nreconstruct s by categorical`],
    penalty: (example) => [`${all}\npenalty ${example}`],
    distribution: (example) => [`${simple.replace('decoder', `${example.startsWith('prior') ? `latent ${example.split(' ')[1]!} ~ ${example.includes('category') ? 'category' : 'bernoulli'}(10)\n` : ''}${example}\ndecoder(h2)`)}`],
    expectation: (example) => [simple.replace('decoder', `${example}\ndecoder(h2)`)],
    optimizer: (example) => [`${simple}\ntrain { optimizer ${example}; batch full }`],
    figure: (example) => [`${all}\nfigure ${example}`],
  };

  it.each(declared.map((entry) => [entry.category, entry.name, entry] as const))('%s %s', (category, name, entry) => {
    for (const example of entry.examples) {
      const found = hosts[category]!(example).map((items) => check('a.ae', `autoencoder A {\n${items}\n}`, () => undefined));
      const whole = found.find(({ models: [model], diagnostics }) => model !== undefined && diagnostics.some(({ code, title }) =>
        // A way of taking an expectation goes with its distribution, which is refused for both.
        code === 'AE5001' && (category === 'expectation' ? model.latents[0]!.by.definition.name === name : title.includes(`\`${name}\``))));
      expect(whole, `${example}\n${found.flatMap(({ diagnostics }) => diagnostics.map((d) => d.title)).join('\n')}`).toBeDefined();
    }
  });
});

describe('a compiled model', () => {
  it('has none of this', () => {
    const { model } = held(`${simple}\ncorrupt x with mask(0.1)\ntrain { epochs 3; stop early }`);
    expect(uncompiled(model)).toEqual([]);
    expect(model.training).toMatchObject({ phases: [], players: [], movements: [], copies: [], objective: { kind: 'loss' } });
  });
});

describe('a degradation that changes the shape', () => {
  it('stands behind the preprocessing, in the model too', () => {
    const { model } = held('input x: [16, 16, 3] in [0, 1]\npreprocess x with standardize\ncorrupt x with downsample(2)\nencoder { code: conv(4, relu) }\ndecoder { upsample(2); conv(3) }\nreconstruct x by squared_error');
    expect(model.variables[0]).toMatchObject({ shape: [16, 16, 3], corrupted: [8, 8, 3], preprocessing: { definition: { name: 'standardize' } } });
  });
});
