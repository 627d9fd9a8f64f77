/** Layers along sequences: their shapes, and how many numbers they learn, counted by hand. */
import { describe, expect, it } from 'vitest';
import type { Args, ArgValue, ExampleShape } from '../../src/builtins/arguments.js';
import type { LayerDefinition } from '../../src/builtins/define.js';
import { builtins, find } from '../../src/builtins/index.js';
import { isMisfit } from '../../src/builtins/layers/shapes.js';
import { product } from '../../src/ir/graph/shape.js';
import { defaultCall } from './defaults.js';

interface Declared {
  readonly layer: string;
  readonly input: ExampleShape;
  readonly args: Args;
  readonly output: ExampleShape;
  /** Number of trained numbers. */
  readonly weights: number;
}

const cases: readonly Declared[] = [
  { layer: 'gru', input: [7, 3], args: { units: 5 }, output: [7, 5], weights: 3 * 15 + 5 * 15 + 15 },
  { layer: 'gru', input: [7, 3], args: { units: 5, last: true }, output: [5], weights: 135 },
  {
    layer: 'lstm',
    input: [7, 3],
    args: { units: 5, bidirectional: true },
    output: [7, 10],
    weights: 2 * (3 * 20 + 5 * 20 + 20),
  },
  { layer: 'lstm', input: [7, 3], args: { units: 5, bidirectional: true, last: true }, output: [10], weights: 360 },
  { layer: 'attention', input: [7, 8], args: { heads: 4 }, output: [7, 8], weights: 4 * (64 + 8) },
  { layer: 'attention', input: [7, 8], args: { causal: true, bias: false }, output: [7, 8], weights: 256 },
];

const definitionOf = (name: string): LayerDefinition => {
  const found = find('layer', name);
  if (found === undefined) throw new Error(`no layer ${name}`);
  return found;
};

function argsOf({ layer, args }: Declared): Args {
  const valueOf = (p: LayerDefinition['params'][number]): ArgValue | undefined =>
    p.type.kind === 'builtin' && p.default !== undefined ? defaultCall(p.type.category, String(p.default)) : p.default;
  return { ...Object.fromEntries(definitionOf(layer).params.map((p) => [p.name, valueOf(p)])), ...args };
}

describe.each(cases.map((one) => [`${one.layer} of ${one.input.join('×')} ${JSON.stringify(one.args)}`, one] as const))(
  '%s',
  (_title, one) => {
    const definition = definitionOf(one.layer);
    const args = argsOf(one);

    it('has its shape, and so has what invert says', () => {
      expect(definition.shape([one.input], args)).toEqual(one.output);
      const input = definition.invert?.(one.output, args);
      if (input !== undefined) expect(definition.shape([input], args)).toEqual(one.output);
    });

    it('has its weights', () => {
      const declared = definition.weights?.(one.input, args) ?? [];
      for (const { shape, axes, name } of declared) expect(axes.length, name).toBe(shape.length);
      expect(new Set(declared.map(({ name }) => name)).size).toBe(declared.length);
      const trained = declared.filter(({ trainable }) => trainable).map(({ shape }) => product(shape));
      expect(trained.reduce((a, c) => a + c, 0)).toBe(one.weights);
    });

    it('fills in what is omitted', () => {
      const omitted = definition.params.find(({ inferred }) => inferred === true);
      if (omitted === undefined) return;
      const solved = definition.solve!(one.input, one.output, { ...args, [omitted.name]: { kind: 'infer' } });
      expect(definition.shape([one.input], solved!)).toEqual(one.output);
    });

    it('has a mirror that leads back, or none', () => {
      const activation = defaultCall('activation', 'tanh');
      const mirrored = definition.mirror({ args, input: one.input, output: one.output, activation, tied: false });
      if (typeof mirrored === 'string') {
        expect(mirrored).not.toBe('');
        return;
      }
      let shape = one.output;
      for (const call of mirrored) {
        const of = definitionOf(call.layer);
        expect(Object.keys(call.args).sort()).toEqual(of.params.map((p) => p.name).sort());
        const next = of.shape([shape], call.args);
        expect(isMisfit(next)).toBe(false);
        shape = next as ExampleShape;
      }
      expect(shape).toEqual(one.input);
    });
  },
);

it.each([
  ['topk', [3], { k: 4 }],
  ['batch_topk', [], { k: 1 }],
  ['gru', [3], { units: 4 }],
  ['attention', [7, 9], { heads: 4 }],
  ['attention', [9], { heads: 3 }],
  ['lcn', [9], {}],
] as const)('%s refuses %j %j', (layer, input, args) => {
  const one = { layer, input, args, output: [], weights: 0 };
  expect(isMisfit(definitionOf(layer).shape([input], argsOf(one)))).toBe(true);
});

it('says how many values it keeps', () => {
  const keeping = builtins.layer.filter(({ keeps }) => keeps !== undefined);
  expect(keeping.map(({ name, keeps }) => [name, keeps!({ k: 7 })])).toEqual([
    ['topk', 7],
    ['batch_topk', 7],
  ]);
});
