/** Every op on the real cpu and WASM backends: value, first and second derivative against the reference. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ops, type OpName } from '../../src/ir/graph/ops/index.js';
import { legalise } from '../../src/ir/graph/passes/legalise.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { cases, withDerivatives } from './cases/index.js';
import { difference } from './kit.js';
import { evaluate, rounded } from './reference.js';
import { run, useBackend } from './tfjs.js';

const names = Object.keys(ops) as readonly OpName[];

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(names)('%s', (op) => {
    for (const c of cases.filter((one) => one.op === op)) {
      const { graph, env } = withDerivatives(c);
      const expected = evaluate(graph, env);
      for (const [how, legal] of [
        ['legal', legalise(graph, [backend])],
        ['optimised', optimise(graph, [backend])],
      ] as const) {
        const found = run(legal, env);
        for (const name of Object.keys(expected)) {
          expect(difference(rounded(expected[name]!), found[name]!), `${c.label}, ${name}, ${how}`).toBeLessThan(3e-5);
        }
      }
    }
  });
});
