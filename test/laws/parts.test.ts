/** Facts of single parts of the lowering, where a whole model would show them seldom. */
import { expect, it } from 'vitest';
import type { BuiltinCall } from '../../src/builtins/arguments.js';
import { builtins } from '../../src/builtins/index.js';
import { classLogitsOf, logitsOf } from '../../src/builtins/likelihoods/logits.js';
import { withZero } from '../../src/builtins/layers/shapes.js';
import { check, compile, type Checked } from '../../src/compiler.js';
import { penaltyRanges } from '../../src/ir/checks/ranges.js';
import { Facts } from '../../src/ir/checks/facts.js';
import { Findings } from '../../src/ir/checks/findings.js';
import { idleParts, sharedWeights } from '../../src/ir/checks/players.js';
import { hearCalls, unloweredIn } from '../../src/ir/lower/calls.js';
import { graphSpec } from '../../src/ir/model/architecture.js';
import { posteriorReads } from '../../src/ir/model/latents.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { realFloats } from '../../src/ir/graph/ops/define.js';
import { ops, type OpDefinition } from '../../src/ir/graph/ops/index.js';
import { B, elementsAt, rowsOf, showShape } from '../../src/ir/graph/shape.js';
import { repeated, repeatOf } from '../../src/ir/graph/repeat.js';
import { endingsOf } from '../../src/ir/model/endings.js';
import { summandsOf } from '../../src/ir/model/expressions.js';
import type { Model } from '../../src/ir/model/model.js';
import { partsOf } from '../../src/ir/model/training.js';
import { Kit } from './kit.js';

const checked = (items: string): Checked => check('a.ae', `autoencoder A {\n${items}\n}`, () => undefined);
const plain = 'input x: [4] in real\nencoder { dense(3) }\ndecoder { dense(4) }\nreconstruct x by squared_error';

it('logits of probabilities are their logarithms, and finite where one of them is 0', () => {
  const kit = new Kit();
  const p = kit.k([2, 5], () => [0.1, 0.2, 0.3, 0.4, 0, 1e-3, 0.5, 0.499, 1e-5, 1]);
  const [logs, odds] = kit.evaluate(classLogitsOf(kit.b, p, true), logitsOf(kit.b, p, true));
  const values = [0.1, 0.2, 0.3, 0.4, 0, 1e-3, 0.5, 0.499, 1e-5, 1];
  for (const [i, v] of values.entries()) {
    expect(logs!.data[i]).toBeCloseTo(Math.log(Math.max(v, 1e-12)), 6);
    const inside = Math.min(Math.max(v, 1e-6), 1 - 1e-6);
    expect(odds!.data[i]).toBeCloseTo(Math.log(inside / (1 - inside)), 6);
  }
});

it('entries without a lowering are found in arguments too, and among figures', () => {
  const [has, other] = [builtins.activation[0]!, builtins.schedule[0]!];
  const without = { ...has, name: 'not yet', lowered: false } as unknown as typeof has;
  const call = (definition: BuiltinCall['definition'], args: BuiltinCall['args'] = {}): BuiltinCall =>
    ({ kind: 'call', definition, args }) as BuiltinCall;
  const names = (one: BuiltinCall): readonly string[] => unloweredIn(one).map(({ name }) => name);
  expect(names(call(other, { a: call(has) }))).toEqual([]);
  expect(names(call(other, { a: call(without) }))).toEqual(['not yet']);
  expect(names(call(without, { a: 1, b: call(without) }))).toEqual(['not yet', 'not yet']);
  const model = checked(`${plain}\nfigure architecture`).models[0]!;
  const figures = (of: Model): readonly string[] => {
    const heard: string[] = [];
    hearCalls(of, [], ({ definition }) => {
      if (definition.category === 'figure') heard.push(definition.name);
    });
    return heard;
  };
  expect(figures(model)).toEqual(['architecture']);
});

it('a posterior reads the prior only where experts are multiplied with it', () => {
  const reads = (from: string): number => {
    const { latents } = checked(
      `input x: [4] in real\ninput y: [4] in real\nencoder a(x) { dense(3) }\nencoder b(y) { dense(3) }\nnetwork p(c) { dense(3) }\ninput c: [4] in real\nlatent z ~ normal(2, from: ${from})\nprior z ~ normal(from: p)\ndecoder(z) { dense(4) }\nreconstruct x by squared_error\npenalty kl(z)`,
    ).models[0]!;
    const [z] = latents;
    expect(Object.keys(z!.prior.heads ?? {}).length).toBeGreaterThan(0);
    return posteriorReads(z!).length;
  };
  // Each expert is a tensor with two heads; two more are of the prior.
  expect([reads('a'), reads('product(a, b)')]).toEqual([3, 8]);
});

it('what a penalty is told to end in lies in the range that it needs', () => {
  const { models } = checked(
    'input x: [4] in real\nencoder { code: dense(3, elu) }\ndecoder { dense(4) }\nreconstruct x by squared_error\npenalty kl_sparsity(code)',
  );
  const facts = new Facts(models[0]!);
  const [one] = facts.penalties;
  for (const needs of [
    [0, 1],
    [-1, 1],
    [-0.5, 2],
    [-Infinity, 1],
  ] as const) {
    const call = { ...one!.call, definition: { ...one!.call.definition, needsRange: needs } };
    const report = new Findings();
    Object.defineProperty(facts, 'penalties', { value: [{ ...one!, call }] });
    penaltyRanges(facts, report);
    const { better } = report.found[0]!.facts as { readonly better: string };
    const { range } = builtins.activation.find(({ name }) => name === better)!;
    expect(range[0]).toBeGreaterThanOrEqual(needs[0]);
    expect(range[1]).toBeLessThanOrEqual(needs[1]);
  }
});

it('parts are compared with weights up to a quarter of a million of both, and not beyond', () => {
  const model = checked(
    `${plain}\ntrain { phase a { freeze encoder, decoder; epochs 1 }; phase b { player p { train encoder }; player q { train encoder } } }`,
  ).models[0]!;
  const parts = partsOf(model.training).length;
  const found = (check_: typeof idleParts, weights: number): number => {
    const report = new Findings();
    const all = Array.from({ length: weights }, (_, i) => model.weights[i % model.weights.length]!);
    check_(new Facts({ ...model, weights: all }), report);
    return report.found.length;
  };
  const most = Math.floor(250_000 / parts);
  for (const one of [idleParts, sharedWeights])
    expect([4, most, most + 1].map((weights) => found(one, weights) > 0)).toEqual([true, true, false]);
});

it('a sum of products is known by its summands, each with all that stands in front of it', () => {
  const summands = (value: string): readonly string[] =>
    summandsOf(
      checked(`${plain.replace('dense(3)', 'code: dense(3)')}\npenalty ${value}`).models[0]!.terms.at(-1)!.value,
    ).map(({ of, factor }) => `${factor} ${of.text}`);
  expect(summands('-(l1(code) + l2(code))')).toEqual(['-1 l1(code)', '-1 l2(code)']);
  expect(summands('3 * (l1(code) + l2(code) / 4)')).toEqual(['3 l1(code)', '0.75 l2(code)']);
  expect(summands('(l1(code) - l2(code)) * 2')).toEqual(['2 l1(code)', '-2 l2(code)']);
  expect(summands('l1(code) - 3 * (l2(code) - l1(code))')).toEqual(['1 l1(code)', '-3 l2(code)', '3 l1(code)']);
});

it('a range with zeros between its values goes from the lower of both to the higher', () => {
  expect(
    [
      [1, 2],
      [-2, -1],
      [-1, 1],
    ].map((range) => withZero(range as [number, number])),
  ).toEqual([
    [0, 2],
    [-2, 0],
    [-1, 1],
  ]);
});

it('what moves elements computes nothing', () => {
  const { b } = new Kit();
  const node = b.input('given', 'x', [B, 4]);
  const moving = Object.values(ops).filter((op: OpDefinition) => op.moves === true);
  expect(moving.length).toBeGreaterThan(5);
  for (const op of moving as readonly OpDefinition[]) expect(op.flops?.(node, 3), op.summary).toBe(0);
});

it('as many rows as one array has are not as many as another has', () => {
  const kit = new Kit();
  const x = kit.b.input('given', 'x', [rowsOf('a'), 4]);
  expect(kit.b.reshape(x, [rowsOf('a'), 2, 2]).shape).toEqual([rowsOf('a'), 2, 2]);
  for (const other of [rowsOf('b'), B]) expect(() => kit.b.reshape(x, [other, 2, 2])).toThrow();
});

it('the parts of a tensor, joined in their order, are that tensor, and joined otherwise are not', () => {
  const { b } = new Kit();
  const x = b.input('given', 'x', [B, 6]);
  const parts = [0, 2, 4].map((from) => b.slice(x, [0, from], [-1, 2]));
  expect(b.concat(parts, 1)).toBe(x);
  expect(b.concat([...parts].reverse(), 1)).not.toBe(x);
  expect(b.concat(parts.slice(0, 2), 1)).not.toBe(x);
});

it('what is joined of tensors may have the values of each', () => {
  const { models } = checked(
    'input x: [4] in real\nencoder { code: dense(3, sigmoid) }\nnetwork both(code, x) { concat }\ndecoder(both) { dense(4) }\nreconstruct x by squared_error',
  );
  const facts = new Facts(models[0]!);
  const both = endingsOf((id) => facts.layer(id), facts.network('both')!.output);
  expect(both.map(({ range: [low] }) => low).sort((a, b) => a - b)).toEqual([-Infinity, 0]);
});

it('layers that the user named are told from those that have a name of our making', () => {
  const { models } = checked(
    'input x: [4] in real\ninput y: [4] in real\nencoder(x, y) { code: dense(3, tanh) }\ndecoder { dense(6, tanh); dense(4) }\nreconstruct x by squared_error',
  );
  const named = models[0]!.networks.flatMap(({ layers }) => layers).map(({ id, named: own }) => [id, own]);
  expect(named).toEqual([
    ['encoder.concat', false],
    ['encoder.code', true],
    ['decoder.dense', false],
    ['decoder.dense2', false],
  ]);
});

it('a graph of a model has a box for each layer, its numbers where it has some, and an edge for each comparison', () => {
  const { boxes, edges } = graphSpec(
    checked(
      `${plain.replace('dense(3)', 'code: dense(3); relu')}\nnetwork other(x) { dense(3) }\npenalty squared_error(other, code)`,
    ).models[0]!,
  );
  const ofLayers = boxes.filter(({ kind }) => kind === 'layer');
  expect(ofLayers.map(({ label, parameters }) => [label, parameters])).toEqual([
    ['code: dense', 15],
    ['relu', undefined],
    ['dense', 16],
    ['dense', 15],
  ]);
  for (const box of ofLayers) expect('parameters' in box, box.label).toBe(box.label !== 'relu');
  const compared = edges.filter(({ kind }) => kind === 'term').map(({ from, to }) => [from, to]);
  expect(compared).toEqual([
    ['layer decoder.dense 0', 'variable x'],
    ['layer other.dense 0', 'layer encoder.code 0'],
  ]);
});

it('layers at the nodes of a tree are seen by name, and those of clauses are not', () => {
  const result = checked(
    'input t: tree(token(vocab: 9), label: category(3))\nencoder { leaf { embedding(4) }; compose(left, right) { concat; dense(4, tanh) } }\ndecoder { decompose(parent) { dense(8, tanh); split(2) } }\nhead sentiment at nodes { h: dense(5, tanh); dense(3) }\nreconstruct children by gaussian\npenalty cross_entropy(sentiment, t.label)',
  );
  const { activations } = compile(result.models[0]!, result).graphs;
  expect(activations.outputs.map(({ name }) => name)).toEqual(['sentiment.h', 'sentiment.dense']);
});

it('each op has the name of an op of TensorFlow, and says in words what it computes', () => {
  for (const [name, { summary, tensorflow }] of Object.entries(ops)) {
    expect(tensorflow, name).toMatch(/^[A-Z]\w*$/);
    expect(summary, name).not.toBe(tensorflow);
  }
});

it('what holds integers is written anew for a kernel that reads it as it lies, whatever passes it on', () => {
  const { b } = new Kit();
  const [real, whole] = [b.input('given', 'x', [B, 4]), b.input('given', 'i', [B, 4], 'int32')];
  for (const passed of [
    (x: Node) => x,
    (x: Node) => b.reshape(x, [B, 2, 2]),
    (x: Node) => b.make('Identity', [x]),
    (x: Node) => b.make('StopGradient', [x]),
    (x: Node) => b.make('Identity', [b.reshape(b.make('StopGradient', [x]), [B, 2, 2])]),
  ]) {
    expect(realFloats('x', passed(b.cast(whole, 'float32')))).toBe('tf.mul(x, 1)');
    expect(realFloats('x', passed(real))).toBe('x');
  }
  expect(realFloats('x', b.shift(b.cast(whole, 'float32'), 1))).toBe('x');
});

it('shapes are shown, and reckoned for a batch of a size, sections of it included', () => {
  const first = { batch: 2, section: { of: 'first', count: 30 } } as const;
  const behind = { batch: 2, section: { of: 'behind', count: 30 } } as const;
  expect([showShape([]), showShape([B, 28, 1]), showShape([{ batch: 3 }])]).toEqual(['scalar', 'B×28×1', '3·B']);
  expect([100, 20].map((batch) => elementsAt([behind, 5], batch))).toEqual([700, 0]);
  expect(elementsAt([first, 5], 100)).toBe(300);
});

it('rows that repeat are found where they lie one behind the other, and in no other shape', () => {
  const kit = new Kit();
  const { b } = kit;
  const x = kit.x([B, 3]);
  const found = repeatOf(b, repeated(b, x, 4));
  expect([found?.times, found?.rows.shape]).toEqual([4, [B, 3]]);
  const wide = b.broadcastTo(b.reshape(x, [1, B, 3]), [4, B, 3]);
  expect(repeatOf(b, b.reshape(wide, [B, 12]))).toBeUndefined();
  expect(repeatOf(b, b.reshape(wide, [{ batch: 12 }]))).toBeUndefined();
  expect(repeatOf(b, b.reshape(b.broadcastTo(b.reshape(x, [B, 1, 3]), [B, 4, 3]), [{ batch: 4 }, 3]))).toBeUndefined();
});

it('arrays of multiples of the batch, one behind the other, have the rows of both', () => {
  const kit = new Kit();
  const [x, y] = [kit.x([B, 3]), kit.x([{ batch: 2 }, 3])];
  const joined = kit.b.concat([x, y], 0);
  expect(joined.shape).toEqual([{ batch: 3 }, 3]);
  const [first, second, both] = kit.evaluate(x, y, joined);
  expect([...both!.data]).toEqual([...first!.data, ...second!.data]);
});

it('a pool looks at each place of its windows once, and so do its derivatives', () => {
  const kit = new Kit();
  const [x, dy] = [kit.x([B, 6, 6, 2]), kit.x([B, 3, 3, 2])];
  const attrs = { size: [2, 2], strides: [2, 2] };
  const max = kit.b.make('MaxPool', [x], attrs);
  const made = [max, kit.b.make('AvgPool', [x], attrs), ...gradients(kit.b, kit.b.sum(kit.b.mul(max, dy)), [x])];
  const pools = made.filter(({ op }) => op.includes('Pool'));
  expect(pools.length).toBeGreaterThan(2);
  for (const node of pools) expect(ops[node.op].flops?.(node, 5), node.op).toBe(5 * 3 * 3 * 2 * 4);
});
