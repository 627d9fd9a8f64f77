/** Every op on the real cpu and WASM backends: value, first and second derivative against the reference. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Node } from '../../src/ir/graph.js';
import { ops, type OpName } from '../../src/ir/ops/index.js';
import { legalise } from '../../src/ir/passes/legalise.js';
import { optimise } from '../../src/ir/passes/index.js';
import { cases } from './cases/index.js';
import { difference, differentiate, Kit } from './kit.js';
import { evaluate, value, type Value } from './reference.js';
import { run, useBackend } from './tfjs.js';

const names = Object.keys(ops) as readonly OpName[];

/** As float32 holds it: what overflows there is no error of a backend. */
const rounded = (x: Value): Value => value(x.shape, Float32Array.from(x.data));

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(names)('%s', (op) => {
    for (const c of cases.filter((one) => one.op === op)) {
      const kit = new Kit();
      const y = c.build(kit);
      const outputs: Record<string, Node> = { y };
      if (y.dtype === 'float32' && kit.wrt.length > 0) {
        const { first, second } = differentiate(kit, y);
        first.forEach((node, i) => (outputs[`first ${i}`] = node));
        if (c.smooth) second.forEach((node, i) => (outputs[`second ${i}`] = node));
      }
      const graph = kit.graph(outputs);
      const expected = evaluate(graph, kit.env);
      for (const [how, legal] of [['legal', legalise(graph, [backend])], ['optimised', optimise(graph, [backend])]] as const) {
        const found = run(legal, kit.env);
        for (const name of Object.keys(expected)) {
          expect(difference(rounded(expected[name]!), found[name]!), `${c.label}, ${name}, ${how}`).toBeLessThan(3e-5);
        }
      }
    }
  });
});
