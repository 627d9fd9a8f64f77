/** The learned thresholds of `jump_relu` and `l0`, whose derivatives stand for those of a step. */
import { expect, it } from 'vitest';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { Kit, list } from '../laws/kit.js';
import { lossOf, penaltyContext } from './contexts.js';
import { defaultCall } from './defaults.js';
import { lower } from './layer-cases.js';

/** Below, just below, just above and far above a threshold of 0.5, in a band of 0.2. */
const values = [0.2, 0.45, 0.55, 0.9];
const threshold = 0.5;
const args = { bandwidth: 0.2 };

function thresholds() {
  const kit = new Kit(4);
  const x = kit.x([{ batch: 1 }, 1], list(...values));
  const log = kit.x([1], list(Math.log(threshold)));
  return { kit, x, log };
}

const column = (numbers: Float64Array): readonly number[] => [...numbers];

it('jump_relu lets through what is above the threshold', () => {
  const { kit, x, log } = thresholds();
  const { definition, args: defaults } = defaultCall('layer', 'jump_relu');
  const context = { b: kit.b, weight: () => log } as unknown as Parameters<typeof definition.lower>[0];
  const y = definition.lower(context, x, { ...defaults, ...args }) as typeof x;
  const [value, inX, inLog] = kit.evaluate(y, ...gradients(kit.b, kit.b.sum(y), [x, log]));
  expect(column(value!.data)).toEqual([0, 0, values[2]!, values[3]!].map(Math.fround));
  expect(column(inX!.data)).toEqual([0, 0, 1, 1]);
  // −θ/ε for each of the two values in the band, times dθ/d ln θ = θ.
  expect(inLog!.data[0]).toBeCloseTo(2 * (-threshold / 0.2) * threshold, 6);
});

it('l0 counts them', () => {
  const { kit, x, log } = thresholds();
  const { definition } = defaultCall('penalty', 'l0');
  const layer = () => ({ input: x, args, weight: () => log });
  const context = penaltyContext(kit, {}, { layer });
  const loss = lossOf(kit, definition.lower(context, { of: { kind: 'layer', id: 'code', output: 0 } }));
  const [value, inX, inLog] = kit.evaluate(loss, ...gradients(kit.b, loss, [x, log]));
  expect(value!.data[0]).toBe(0.5);
  expect(column(inX!.data)).toEqual([0, 0, 0, 0]);
  expect(inLog!.data[0]).toBeCloseTo(((2 * -1) / 0.2 / 4) * threshold, 6);
});

it('thresholds begin where the argument says', () => {
  const { weights } = defaultCall('layer', 'jump_relu').definition;
  const [log] = weights!([8], { threshold: 0.1, bandwidth: 0.01 });
  expect(log!.shape).toEqual([8]);
  expect(log!.initializer.args['value']).toBeCloseTo(Math.log(0.1), 12);
  expect(lower({ layer: 'jump_relu', input: [4], args: {}, training: false }).outputs[0]!.shape).toEqual([
    { batch: 1 },
    4,
  ]);
});
