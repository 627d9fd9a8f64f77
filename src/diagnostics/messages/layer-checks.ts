/** Of layers that do something else than they seem to. */
import { message } from '../finding.js';
import { listed, q } from '../phrases.js';

export const checkerboard = message<{ readonly kernel: readonly number[]; readonly stride: readonly number[] }>(
  'checkerboard',
  'AE4003',
  ({ kernel, stride }) => ({
    title: `a ${kernel.join('×')} kernel with stride ${stride.join('×')} leaves a checkerboard`,
    cause:
      'Where the stride does not divide the kernel, neighbouring outputs are sums of different numbers of terms (Odena et al. 2016).',
    expected: `a kernel whose sizes ${stride.join('×')} divides`,
    found: kernel.join('×'),
    hint: 'upsample, then convolve; or use a kernel of twice the stride',
  }),
);

export const throughTheOrigin = message<{ readonly variable: string; readonly statement: string }>(
  'through-the-origin',
  'AE4012',
  ({ statement }) => ({
    title: 'a linear autoencoder without biases goes through the origin',
    cause: 'It spans the principal components only of data whose mean is zero.',
    expected: `${q(statement)}, or a bias`,
    found: '`bias: false` and data as they are',
    hint: `add ${q(statement)}`,
  }),
);

export const alikeUnits = message<{ readonly layer: string; readonly weight: string; readonly initializer: string }>(
  'alike-units',
  'AE4027',
  ({ layer, weight, initializer }) => ({
    title: `all units of ${q(layer)} begin alike`,
    cause: `Its ${weight} begins with one number everywhere, so that its units compute the same, and what tells them apart has to come from elsewhere.`,
    expected: 'first weights that are drawn',
    found: q(initializer),
    hint: 'leave out the initialiser, or use `glorot_uniform`',
  }),
);

export const restlessOutput = message<{ readonly layer: string; readonly variable: string; readonly draws: boolean }>(
  'restless-output',
  'AE4028',
  ({ layer, variable, draws }) => ({
    title: `${q(layer)} stands between the last layer and ${q(variable)}`,
    cause: draws
      ? 'It takes away outputs by chance, which no reconstruction can make up for.'
      : 'It gives its outputs the mean and the spread of the batch, whatever the data have.',
    expected: 'an output that a layer with weights gives',
    found: q(layer),
    hint: 'move it in front of the last layer',
  }),
);

const counted = (count: number, noun: string): string => (count === 1 ? noun : `${count} ${noun}s`);

export const leftOver = message<{
  readonly layer: string;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly left: readonly number[];
}>('left-over', 'AE4039', ({ layer, input, output, left }) => ({
  title: `${q(layer)} makes ${output.join('×')} of ${input.join('×')} and leaves out the last ${listed(left.flatMap((n, axis) => (n > 0 ? [counted(n, left.length === 1 ? 'position' : axis === 0 ? 'row' : 'column')] : [])))}`,
  cause: 'No window reaches what stands there.',
  expected: 'sizes that the windows cover',
  found: input.join('×'),
  hint: 'write `padding: same`, or choose another size',
}));
