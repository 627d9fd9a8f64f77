/**
 * Which kernels are avoided on which backends, for every case of every op, its derivatives included. Values cannot tell
 * where the backend itself is not there. `npx vitest run test/laws/avoided.test.ts -u` writes it anew, for a reader to judge.
 */
import { expect, it } from 'vitest';
import { backends, ops } from '../../src/ir/graph/ops/index.js';
import { cases } from './cases/index.js';
import { withDerivatives } from './cases/define.js';

it('kernels are avoided where they are missing, wrong or slow', () => {
  const lines = new Set(
    cases.flatMap((one) =>
      withDerivatives(one).graph.nodes.flatMap((node) => {
        const where = backends.filter((backend) => ops[node.op].avoid?.(backend, node) !== undefined);
        return where.length === 0 ? [] : [`${one.op}, ${one.label}: ${node.op} on ${where.join(', ')}`];
      }),
    ),
  );
  expect([...lines].join('\n')).toMatchSnapshot();
});
