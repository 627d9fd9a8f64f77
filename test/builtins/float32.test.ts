/** What float64 would hide: stability and accuracy on the backends' own float32. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compiledEntries } from '../../src/builtins/index.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { B } from '../../src/ir/graph/shape.js';
import { likelihoodContext, lossOf, penaltyContext, tensorArg } from './contexts.js';
import { defaultCall } from './defaults.js';
import { difference, Kit, list, layoutOf } from '../laws/kit.js';
import { evaluate, type Value } from '../laws/reference.js';
import { gramError } from './statistics.js';
import { run, useBackend } from '../laws/tfjs.js';

const far = [-100, -30, -1e-4, 0, 1e-4, 30, 100];

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const compute = (kit: Kit, ...nodes: readonly Node[]): readonly Value[] => {
    const graph = kit.graph(Object.fromEntries(nodes.map((node, i) => [`out${i}`, node])));
    return Object.values(run(optimise(graph, [backend]), kit.env));
  };

  /** Value and gradient are finite, and as the reference has them. */
  const agrees = (kit: Kit, y: Node): void => {
    const nodes = [y, ...gradients(kit.b, kit.b.sum(y), kit.wrt)];
    const expected = Object.values(
      evaluate(kit.graph(Object.fromEntries(nodes.map((node, i) => [`out${i}`, node]))), kit.env),
    );
    compute(kit, ...nodes).forEach((found, i) => {
      expect(found.data.every(Number.isFinite)).toBe(true);
      expect(difference(expected[i]!, found)).toBeLessThan(2e-5);
    });
  };

  it.each(
    compiledEntries('activation')
      .map((a) => a.name)
      .filter((name) => name !== 'exponential'),
  )('%s is right far out', (name) => {
    const kit = new Kit();
    const { definition, args } = defaultCall('activation', name);
    agrees(kit, definition.lower(kit.b, kit.x([1, far.length], list(...far)), args));
  });

  it.each([
    ['bernoulli', undefined],
    ['bernoulli', 'Sigmoid'],
    ['categorical', undefined],
    ['categorical', 'Softmax'],
  ] as const)('%s after %s is right far out', (name, link) => {
    const kit = new Kit();
    const { definition, args } = defaultCall('likelihood', name);
    const x = kit.x([far.length, 2], list(...far.flatMap((v) => [0, v])));
    const output = link === undefined ? x : kit.b.named(kit.b.unary(link, x), 'out');
    const target =
      name === 'bernoulli' ? kit.k([far.length, 2], list(0, 1, 1, 0)) : kit.k([far.length], list(0, 1), 'int32');
    agrees(
      kit,
      definition.negativeLogLikelihood(likelihoodContext(kit, { linked: link !== undefined }), output, target, args),
    );
  });

  it.each(['kl_sparsity', 'uncorrelated'])('%s is finite for units that never change', (name) => {
    const kit = new Kit(4);
    const h = kit.x([B, 3], list(0, 1, 0.5));
    const { definition, args } = defaultCall('penalty', name);
    const value = lossOf(kit, definition.lower(penaltyContext(kit, { h }), { ...args, of: tensorArg('h') }));
    for (const { data } of compute(kit, value, ...gradients(kit.b, value, [h])))
      expect(data.every(Number.isFinite)).toBe(true);
  });

  it.each([[[30, 20]], [[20, 30]], [[48, 48]], [[3, 3, 4, 8]]])(
    'an orthogonal kernel of shape %j is, to 1e-5',
    (shape) => {
      const kit = new Kit();
      const { definition, args } = defaultCall('initializer', 'orthogonal');
      const first = definition.lower(kit.b, layoutOf(shape), args);
      const again = defaultCall('constraint', 'orthogonal').definition.project(
        kit.b,
        kit.b.scale(first, 40),
        {},
        layoutOf(shape).axes,
      );
      for (const { data } of compute(kit, first, again)) expect(gramError(data, shape)).toBeLessThan(1e-5);
    },
  );
});
