/** What models hold of what a file says: names resolved, arguments bound, shapes known. What is not compiled yet is refused at its place. */
import { describe, expect, it } from 'vitest';
import { hasLowering } from '../../src/builtins/define.js';
import { definitions } from '../../src/builtins/index.js';
import { check, compile, writtenOf } from '../../src/compiler.js';
import { showModel } from '../../src/codegen/show-model.js';
import { severityOf } from '../../src/diagnostics/finding.js';
import { textAt } from '../../src/diagnostics/place.js';
import { renderAll } from '../../src/diagnostics/render.js';
import { uncompiled } from '../../src/ir/lower/uncompiled.js';
import { layersOf, type Model } from '../../src/ir/model/model.js';
import { movedBy } from '../../src/ir/model/training.js';

/** The one model of a file without mistakes. */
function held(items: string, params = ''): Model {
  const text = `autoencoder A${params} {\n${items}\n}`;
  const checked = check('a.ae', text, () => undefined);
  const {
    models: [model],
    findings,
    locate,
  } = checked;
  const mistakes = findings.filter((one) => severityOf(one) === 'error' && one.message.code !== 'AE5001');
  expect(renderAll(mistakes, locate, text, { color: false })).toEqual([]);
  if (model === undefined) throw new Error('no model');
  const refused = findings.filter(({ message }) => message.code === 'AE5001');
  expect(new Set(refused.map(({ place }) => textAt(place)))).toEqual(
    new Set(uncompiled(model).map(({ source }) => textAt(source.place))),
  );
  if (refused.length > 0) expect(() => compile(model, checked)).toThrow('not compiled yet');
  expect(showModel(model, writtenOf(checked))).toContain('autoencoder A');
  return model;
}

const weightsOf = (model: Model, layer: string): readonly (readonly [string, readonly number[]])[] =>
  layersOf(model)
    .find(({ id }) => id === layer)!
    .weights.map(({ name, shape }) => [name, shape]);

const body =
  'encoder { h1: dense(300, sigmoid); h2: dense(150, sigmoid) }\ndecoder { h3: dense(300, sigmoid); out: dense(784) }\nreconstruct x by squared_error';
const input = 'input x: [784] in [0, 1]';
const simple = `${input}\n${body}`;

const shapes = (model: Model): Readonly<Record<string, readonly (readonly number[])[]>> =>
  Object.fromEntries(model.networks.flatMap((n) => n.layers).map((layer) => [layer.id, layer.outputs]));

const trainable = (model: Model): readonly string[] =>
  model.weights.filter((w) => w.declaration.trainable).map((w) => w.name);

describe('variables', () => {
  it('may be missing: terms that compare with them hold where they are known', () => {
    const model = held(
      `${input}\ntarget y: category(10)?\n${body}\nhead label(h2) { dense }\nreconstruct y from label by categorical\npenalty l1(h2) where y.missing`,
    );
    expect(model.variables[1]).toMatchObject({
      name: 'y',
      observed: 'sometimes',
      structure: { kind: 'category', shape: [], classes: 10 },
    });
    expect(model.terms.map(({ where }) => where.map((one) => [one.kind, one.kind === 'known' && one.implied]))).toEqual(
      [[], [['known', true]], [['missing', false]]],
    );
  });

  it('are words, sequences of words, and soft labels', () => {
    const model = held(
      `input s: sequence(token(vocab: 9), length: 3)\ntarget y: distribution(5)\ninput w: token(vocab: 7)\nencoder(s) { embedding(8); gru(4) }\ndecoder { dense }\nreconstruct s by categorical`,
    );
    expect(model.variables.map(({ structure, shape, domain }) => [structure, shape, domain])).toEqual([
      [
        { kind: 'sequence', of: { kind: 'token', shape: [], vocab: 9 }, length: 3 },
        [3],
        { kind: 'category', classes: 10 },
      ],
      [{ kind: 'distribution', shape: [], classes: 5 }, [5], { kind: 'distribution' }],
      [{ kind: 'token', shape: [], vocab: 7 }, [], { kind: 'category', classes: 8 }],
    ]);
    expect(shapes(model)).toMatchObject({
      'encoder.embedding': [[3, 8]],
      'encoder.gru': [[3, 4]],
      'decoder.dense': [[3, 10]],
    });
  });

  it('are corrupted word by word, and compared at the chosen positions', () => {
    const model = held(
      'input s: sequence(token(vocab: 9), length: 3)\ncorrupt s with token_mask(mask: 0.2)\nencoder { embedding(8); gru(4) }\ndecoder { dense }\nreconstruct s by categorical where token_mask',
    );
    expect(model.variables[0]!.corruption[0]!.args).toEqual({ mask: 0.2, random: 0.015, keep: 0.015 });
    expect(model.terms[0]!.where).toMatchObject([
      { kind: 'hidden', variable: 's', index: 0, by: { definition: { name: 'token_mask' } } },
    ]);
  });
});

describe('layers', () => {
  it('over sequences have shapes and weights, and others work position by position', () => {
    const model = held(
      'input s: sequence(token(vocab: 9), length: 6)\nencoder { embedding(8); dense(5, relu); code: gru(4, bidirectional: true, last: true) }\ndecoder { repeat_vector(6); lstm(3); dense }\nreconstruct s by categorical',
    );
    expect(shapes(model)).toEqual({
      'encoder.embedding': [[6, 8]],
      'encoder.dense': [[6, 5]],
      'encoder.code': [[8]],
      'decoder.repeat_vector': [[6, 8]],
      'decoder.lstm': [[6, 3]],
      'decoder.dense': [[6, 10]],
    });
    expect(model.networks.flatMap((n) => n.layers).map((layer) => layer.site)).toEqual([
      'positions',
      'positions',
      'example',
      'positions',
      'positions',
      'positions',
    ]);
    expect(weightsOf(model, 'encoder.code')).toEqual([
      ['kernel', [5, 12]],
      ['recurrent', [4, 12]],
      ['bias', [12]],
      ['back_kernel', [5, 12]],
      ['back_recurrent', [4, 12]],
      ['back_bias', [12]],
    ]);
    expect(weightsOf(model, 'decoder.lstm').map(([, shape]) => shape)).toEqual([[8, 12], [3, 12], [12]]);
    expect(weightsOf(model, 'decoder.dense').map(([, shape]) => shape)).toEqual([[3, 10], [10]]);
  });

  it('of local fields have a kernel for each place, and a mirror', () => {
    const model = held(
      'input x: [12, 12, 1]\nencoder { local(4, kernel: 5); lcn(kernel: 5); flatten; code: dense(8, threshold) }\ndecoder mirror(encoder)\nreconstruct x by squared_error',
    );
    expect(weightsOf(model, 'encoder.local').map(([, shape]) => shape)).toEqual([[12, 12, 5, 5, 1, 4], [4]]);
    expect(model.networks[1]!.layers.map((layer) => layer.definition.name)).toEqual(['dense', 'reshape', 'local']);
  });
});

describe('latents', () => {
  it('are categories, one variable with the target of their name', () => {
    const model = held(
      `${input}\ntarget y: category(10)?\nnetwork classify(x) { dense(50); dense(10) }\nlatent y ~ category(10, from: classify)\nencoder(x, y) { dense(50) }\nlatent z ~ normal(5)\ndecoder(z, y) { dense(784) }\nreconstruct x by bernoulli\npenalty kl(z)\npenalty kl(y) where y.missing`,
    );
    const [y, z] = model.latents;
    expect(y).toMatchObject({
      name: 'y',
      shape: [10],
      size: 10,
      observed: 'sometimes',
      by: { definition: { name: 'enumerated' } },
    });
    expect(y!.experts).toEqual([
      {
        from: { kind: 'layer', id: 'classify.dense2', output: 0 },
        heads: { logits: { kind: 'layer', id: 'classify.dense2', output: 0 } },
        needs: [],
      },
    ]);
    expect(z).toMatchObject({ observed: 'never', by: { definition: { name: 'reparameterized' } } });
    expect(model.networks.find((n) => n.role === 'encoder')!.inputs).toEqual([
      { kind: 'variable', name: 'x' },
      { kind: 'latent', name: 'y' },
    ]);
  });

  it('are binary units and rounded codes', () => {
    const model = held(
      `${input}\nencoder { code: dense(64, relu) }\nlatent b ~ bernoulli(8) by relaxed(temperature: 0.5)\nlatent q ~ mixture(6)\nprior b ~ bernoulli(0.1)\ndecoder(b, q) { dense(784) }\nreconstruct x by bernoulli\npenalty kl(b)\npenalty rate(q)`,
    );
    const [b, q] = model.latents;
    expect(b).toMatchObject({
      shape: [8],
      by: { definition: { name: 'relaxed' }, args: { temperature: 0.5 } },
      prior: { written: true, args: { p: 0.1 } },
    });
    expect(b!.experts).toMatchObject([{ heads: { logits: { kind: 'layer', id: 'b.logits' } } }]);
    expect(q).toMatchObject({
      shape: [64],
      size: 6,
      by: { definition: { name: 'quantised' } },
      experts: [{ heads: {}, from: { id: 'encoder.code' } }],
    });
    expect(model.weights.filter((w) => w.name.startsWith('q.')).map((w) => [w.name, w.declaration.shape])).toEqual([
      ['q.weights', [64, 6]],
      ['q.log_sigma', [64, 6]],
    ]);
  });

  it('are drawn where they say so, and no network computes them', () => {
    const model = held(
      `${input}\ndraw z ~ normal(10, sigma: 2)\ndecoder generator(z) { dense(784) }\nnetwork critic(x) { dense(1) }\ntrain { minimize cross_entropy(critic(generator), 1) }`,
    );
    expect(model.latents).toEqual([]);
    expect(model.draws).toMatchObject([{ name: 'z', shape: [10], definition: { name: 'normal' }, args: { sigma: 2 } }]);
    expect(model.networks.find(({ name }) => name === 'generator')!.inputs).toEqual([{ kind: 'latent', name: 'z' }]);
  });

  it('are products of experts, moved by flows, with priors of their own', () => {
    const model = held(
      `${input}\ninput y: [784]? in [0, 1]\nencoder ea(x) { dense(50) }\nencoder eb(y) { dense(50) }\nlatent z ~ normal(5, from: product(ea, eb)) through planar(3)\nprior z ~ vamp(7)\ndecoder(z) { dense(784) }\nreconstruct x by bernoulli\npenalty kl(z)`,
    );
    expect(model.latents[0]!.experts.map(({ from, needs }) => [from, needs])).toEqual([
      [{ kind: 'layer', id: 'ea.dense', output: 0 }, []],
      [{ kind: 'layer', id: 'eb.dense', output: 0 }, ['y']],
    ]);
    expect(model.latents[0]).toMatchObject({
      through: [{ definition: { name: 'planar' } }],
      prior: { definition: { name: 'vamp' }, written: true },
    });
    expect(
      model.weights.map(({ name }) => name).filter((name) => name.startsWith('z.planar') || name.startsWith('z.prior')),
    ).not.toEqual([]);
  });
});

describe('trees', () => {
  const tree =
    'input t: tree(token(vocab: 30), label: category(5)?)\nencoder { leaf { embedding(6) }; compose(left, right) { concat; h: dense(tanh) } }\ndecoder { decompose(parent) { dense(12, tanh); split(2) } }';

  it('are folded and unfolded by networks of known shapes', () => {
    const model = held(
      `${tree}\nhead sentiment at nodes { dense(5) }\nreconstruct children by gaussian weight 0.5\nreconstruct leaves by squared_error\npenalty cross_entropy(sentiment, t.label)`,
    );
    expect(model.variables.map(({ name, structure, observed }) => [name, structure.kind, observed])).toEqual([
      ['t', 'tree', 'always'],
      ['t.label', 'label', 'sometimes'],
    ]);
    const [encoder, decoder, sentiment] = model.networks;
    expect(encoder!.form).toMatchObject({
      kind: 'fold',
      tree: 't',
      leaf: { outputs: [{ kind: 'layer', id: 'encoder.leaf.embedding' }] },
      compose: {
        parameters: [{ name: 'encoder.compose.left' }, { name: 'encoder.compose.right' }],
        outputs: [{ kind: 'layer', id: 'encoder.compose.h' }],
      },
    });
    expect(decoder!.form).toMatchObject({ kind: 'unfold', decompose: { outputs: [{ output: 0 }, { output: 1 }] } });
    expect(sentiment!.form).toEqual({ kind: 'nodes', tree: 't', at: 'nodes' });
    expect(shapes(model)).toMatchObject({
      'encoder.compose.h': [[6]],
      'decoder.decompose.split': [[6], [6]],
      'sentiment.dense': [[5]],
    });
    expect(weightsOf(model, 'encoder.compose.h')[0]).toEqual(['kernel', [12, 6]]);
    expect(model.terms.slice(0, 2)).toMatchObject([
      {
        value: {
          op: '*',
          left: { kind: 'number', value: 0.5 },
          right: { kind: 'tree', compared: 'children', encoder: 'encoder', decoder: 'decoder' },
        },
      },
      { value: { kind: 'tree', compared: 'leaves', call: { definition: { name: 'squared_error' } } } },
    ]);
  });

  it('are folded once more over the vectors of another fold', () => {
    const model = held(
      'input t: tree([7])\nencoder h1(t) { leaf { linear }; compose(left, right) { dense(tanh) } }\nencoder h2(h1) { leaf(below) { dense(4) }; compose(left, right, below) { concat(below); dense(4) } }\ndecoder(h2) { decompose(parent) { dense(8); split(2) } }\nreconstruct children by gaussian',
    );
    expect(weightsOf(model, 'h2.compose.dense')[0]).toEqual(['kernel', [4 + 4 + 7, 4]]);
    expect(model.networks[1]!.form).toMatchObject({
      tree: 't',
      leaf: { parameters: [{ name: 'h2.leaf.below', of: { id: 'h1.compose.dense' } }] },
    });
    expect(model.terms[0]).toMatchObject({ value: { kind: 'tree', encoder: 'h2' } });
  });
});

describe('training', () => {
  it('has phases with settings of their own, weights that move, and objectives', () => {
    const model = held(
      `${simple}\ntie out.kernel = transpose(h1.kernel)\ntrain {\nbatch 64\nphase first { train h1, out; minimize squared_error(out(h1), x); epochs 5 }\nphase second { train h2, h3; corrupt h1 with mask(0.25); minimize gaussian(h3, stop(h1), sigma: 2); optimizer sgd }\nphase tune { freeze encoder }\n}`,
    );
    const { phases } = model.training;
    expect(
      phases.map(({ name, epochs, batch, optimizer }) => [name, epochs, batch.size, optimizer.definition.name]),
    ).toEqual([
      ['first', 5, 64, 'adam'],
      ['second', 10, 64, 'sgd'],
      ['tune', 10, 64, 'adam'],
    ]);
    const stored = trainable(model).filter((name) => name !== 'decoder.out.kernel');
    expect(phases.map((phase) => movedBy(phase, stored))).toEqual([
      // The tied kernel of `out` is that of `h1`.
      ['encoder.h1.kernel', 'encoder.h1.bias', 'decoder.out.bias'],
      ['encoder.h2.kernel', 'encoder.h2.bias', 'decoder.h3.kernel', 'decoder.h3.bias'],
      ['decoder.h3.kernel', 'decoder.h3.bias', 'decoder.out.bias'],
    ]);
    expect(phases[0]!.objective).toMatchObject({
      kind: 'minimize',
      value: {
        kind: 'likelihood',
        call: { definition: { name: 'squared_error' } },
        output: {
          ref: {
            kind: 'applied',
            application: { of: { kind: 'layer', id: 'decoder.out' } },
            of: { id: 'decoder.out' },
          },
        },
        target: { ref: { kind: 'variable', name: 'x' } },
      },
    });
    expect(phases[1]!.objective).toMatchObject({
      value: { call: { args: { sigma: 2 } }, target: { kind: 'function', definition: { name: 'stop' } } },
    });
    expect(phases[1]!.corruptions).toMatchObject([
      { of: { id: 'encoder.h1' }, corruption: [{ definition: { name: 'mask' }, args: { p: 0.25 } }] },
    ]);
    expect(phases[2]!.objective).toEqual({ kind: 'loss' });
  });

  it('copies weights, and holds the statements of a single phase', () => {
    const model = held(
      `${simple}\nnetwork classifier(x) { h1: dense(300); dense(10) }\ntrain { copy encoder.h1 to classifier.h1; freeze decoder; maximize -l1(h2) }`,
    );
    const { training } = model;
    expect(training.copies[0]!.weights).toEqual([
      { from: 'encoder.h1.kernel', to: 'classifier.h1.kernel' },
      { from: 'encoder.h1.bias', to: 'classifier.h1.bias' },
    ]);
    expect(training.objective).toMatchObject({
      kind: 'maximize',
      value: { kind: 'negate', operand: { kind: 'penalty', text: 'l1(h2)' } },
    });
  });

  it('has players with weights, ends and optimisers of their own', () => {
    const model = held(
      `${simple}\nnetwork critic(x) { dense(1) }\ntrain {\noptimizer sgd(lr: 0.1)\nplayer judge { train critic; minimize cross_entropy(critic(x), 1) + cross_entropy(critic(out), 0); optimizer adam }\nplayer artist { train encoder, decoder; maximize 2 * critic(out) }\nupdate alternate(judge: 5, artist: 1)\n}`,
    );
    const [judge, artist] = model.training.players;
    expect(
      [judge, artist].map((player) => [
        player!.name,
        player!.optimizer.definition.name,
        player!.movements[0]!.weights.length,
      ]),
    ).toEqual([
      ['judge', 'adam', 2],
      ['artist', 'sgd', 8],
    ]);
    expect(judge!.objective).toMatchObject({
      kind: 'minimize',
      value: {
        op: '+',
        left: {
          call: {
            args: {
              of: {
                value: {
                  ref: {
                    kind: 'applied',
                    application: {
                      of: { kind: 'network', name: 'critic' },
                      inputs: [{ ref: { kind: 'variable', name: 'x' } }],
                    },
                  },
                },
              },
            },
          },
        },
      },
    });
    expect(artist!.objective).toMatchObject({
      kind: 'maximize',
      value: {
        left: { value: 2 },
        right: { kind: 'tensor', ref: { application: { inputs: [{ ref: { id: 'decoder.out' } }] } } },
      },
    });
    expect(model.training.update).toMatchObject({
      kind: 'alternate',
      steps: [
        { player: 'judge', count: 5 },
        { player: 'artist', count: 1 },
      ],
    });
  });

  it('names its data, and second-order optimisers', () => {
    const model = held(`${simple}\ntrain { data gaussian(500, dims: 3); optimizer lbfgs(history: 5); batch full }`);
    expect(model.training.data).toMatchObject({ set: 'gaussian', args: [{ value: 500 }, { name: 'dims', value: 3 }] });
    expect(model.training.optimizer.args).toMatchObject({ history: 5 });
  });
});

describe('experiments', () => {
  it('sweep over values of parameters', () => {
    const model = held(
      `${input}\nencoder { dense(z, act) }\ndecoder { dense }\nreconstruct x by squared_error\nsweep z in [64, 2 * 16]\nsweep act in [relu, tanh]`,
      '(z: int = 8, act: activation = relu)',
    );
    expect(model.sweeps.map(({ parameter, values }) => [parameter, values])).toEqual([
      ['z', [64, 32]],
      ['act', ['relu', 'tanh']],
    ]);
  });

  it('draw figures of what they name', () => {
    const model = held(
      `${simple}\nfigure reconstructions(x, corrupted: true)\nfigure filters(h1, count: 5)\nfigure losses`,
    );
    expect(model.figures.map(({ call }) => [call.definition.name, call.args])).toEqual([
      ['reconstructions', { of: { kind: 'variable', name: 'x' }, corrupted: true, count: 10 }],
      ['filters', { of: { kind: 'layer', id: 'encoder.h1', output: 0 }, count: 5 }],
      ['losses', {}],
    ]);
  });
});

describe('terms', () => {
  it('hold where a corruption hides elements, drawn ones too', () => {
    const model = held(`${input}\ncorrupt x with mask(0.25)\n${body} where mask`);
    expect(model.terms[0]!.where).toMatchObject([
      { kind: 'hidden', variable: 'x', by: { definition: { name: 'mask' }, args: { p: 0.25 } } },
    ]);
  });

  it('apply networks to other tensors', () => {
    const model = held(`${simple}\nnetwork critic(x) { dense(1) }\npenalty (1 - 0.9) * critic(out) + l2(critic(x))`);
    expect(model.terms[1]).toMatchObject({ named: false, where: [], value: { op: '+', type: { rate: 'each' } } });
  });
});

it('every entry of the registry has a lowering', () => {
  expect(definitions.filter((entry) => !hasLowering(entry)).map(({ name }) => name)).toEqual([]);
});

describe('a compiled model', () => {
  it('has none of this', () => {
    const model = held(`${simple}\ncorrupt x with mask(0.1)\ntrain { epochs 3; stop early }`);
    expect(uncompiled(model)).toEqual([]);
    expect(model.training).toMatchObject({
      phases: [],
      players: [],
      movements: [],
      copies: [],
      objective: { kind: 'loss' },
    });
  });
});

describe('a degradation that changes the shape', () => {
  it('stands behind the preprocessing, in the model too', () => {
    const model = held(
      'input x: [16, 16, 3] in [0, 1]\npreprocess x with standardize\ncorrupt x with downsample(2)\nencoder { code: conv(4, relu) }\ndecoder { upsample(2); conv(3) }\nreconstruct x by squared_error',
    );
    expect(model.variables[0]).toMatchObject({
      shape: [16, 16, 3],
      corrupted: [8, 8, 3],
      preprocessing: [{ definition: { name: 'standardize' } }],
    });
  });
});

it('trees that are built have what builds them in the program, and no other program has', () => {
  const built = (by: string, tree: string): boolean => {
    const checked = check(
      'a.ae',
      `autoencoder A {
  input s: ${tree}
  encoder(s)${by} { leaf { embedding(4) }; compose(left, right) { dense(4, tanh) } }
  decoder { decompose(parent) { dense(8); split(2) } }
  reconstruct children by gaussian
}`,
      () => undefined,
    );
    return compile(checked.models[0]!, checked).growing !== undefined;
  };
  const words = 'sequence(token(vocab: 9), length: 3)';
  expect([' by greedy', ' by left', ' by balanced'].map((by) => built(by, words))).toEqual([true, true, true]);
  expect(built('', 'tree(token(vocab: 9))')).toBe(false);
});
