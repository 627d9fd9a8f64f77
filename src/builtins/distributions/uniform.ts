/** Independent uniform dimensions, which are drawn alone. */
import { num } from '../arguments.js';
import type { DistributionDefinition } from '../define.js';
import { dims } from './kit.js';

export const uniform: DistributionDefinition = {
  category: 'distribution',
  name: 'uniform',
  aliases: ['rand', 'flat'],
  conflict: (args) =>
    num(args, 'low') < num(args, 'high')
      ? undefined
      : {
          expected: 'a lower bound below the upper one',
          found: `${num(args, 'low')} and ${num(args, 'high')}`,
          hint: 'exchange them',
        },
  params: [
    { name: 'low', aliases: ['minval', 'a'], type: { kind: 'float' }, summary: 'lower bound', default: 0 },
    { name: 'high', aliases: ['maxval', 'b'], type: { kind: 'float' }, summary: 'upper bound', default: 1 },
  ],
  summary: 'Independent uniform dimensions, for draws.',
  formula: 'z ~ U(low, high)',
  source: 'convention',
  examples: ['draw s ~ uniform(1, low: 0.1, high: 1)'],
  size: dims(),
  shape: (length) => [length],
  drawn: true,
  known: (args) => ({ kind: 'uniform', low: num(args, 'low'), high: num(args, 'high') }),
  values: {},
  sample: (b, { low, high }, noise, shape) => b.add(low!, b.mul(b.sub(high!, low!), noise.uniform(shape))),
  mean: ({ b }, { low, high }) => b.scale(b.add(low!, high!), 0.5),
  fixed: (b, args) => ({ low: b.scalar(num(args, 'low')), high: b.scalar(num(args, 'high')) }),
};
