/**
 * Layers as a user of docs/language.md writes them, with the shapes that the page says they give. Nothing
 * here knows how the compiler computes; sizes are small.
 */
import type { Stream } from '../compare/random.js';

export type Sizes = readonly number[];

/** A layer's text, and the shape of what it gives. */
export interface Written {
  readonly text: string;
  readonly shape: Sizes;
  /** Where it is a kernel layer: what its kernel is called in paths is `<name>.kernel`. */
  readonly kernel?: 'dense' | 'conv' | 'conv_transpose';
  /** What every element lies in: the open interval (0, 1), or anything smooth. */
  readonly range?: 'unit';
  /** No kink: differentiable twice, for penalties on derivatives and correlations. */
  readonly smooth?: boolean;
}

export const activationNames = [
  'linear',
  'relu',
  'sigmoid',
  'tanh',
  'softplus',
  'softmax',
  'elu',
  'selu',
  'leaky_relu',
  'gelu',
  'swish',
  'softsign',
  'hard_sigmoid',
  'exponential',
  'sine',
] as const;

/** An activation as an argument or a layer; now and then with its own arguments. */
export function activation(r: Stream): string {
  const name = r.pick(activationNames);
  if (name === 'elu' && r.chance(0.3)) return 'elu(alpha: 0.7)';
  if (name === 'leaky_relu' && r.chance(0.3)) return 'leaky_relu(0.2)';
  return name;
}

/** Tame ones: values do not explode when layers are stacked. */
export const tame = (r: Stream): string =>
  r.pick([
    'relu',
    'sigmoid',
    'tanh',
    'softplus',
    'elu',
    'selu',
    'leaky_relu',
    'gelu',
    'swish',
    'softsign',
    'hard_sigmoid',
    'sine',
    'linear',
  ]);

const initialisers = [
  'glorot_uniform',
  'glorot_normal',
  'he_uniform',
  'he_normal',
  'lecun_normal',
  'lecun_uniform',
  'normal',
  'normal(0.3)',
  'uniform(0.4)',
  'orthogonal',
  'constant(0.1)',
  'identity',
];

/** Arguments behind the first: in any order where they are named, positional where the type tells. */
function withArguments(
  r: Stream,
  name: string,
  first: string,
  firstName: string,
  named: readonly string[],
  activationText: string | undefined,
): string {
  const act = activationText === undefined ? [] : [r.chance(0.5) ? activationText : `activation: ${activationText}`];
  const size = r.chance(0.25) ? `${firstName}: ${first}` : first;
  const positional = act.length === 1 && !act[0]!.startsWith('activation:');
  const items =
    positional && r.chance(0.3) && !size.includes(':')
      ? [...act, size, ...named]
      : size.includes(':') && positional
        ? [act[0]!, size, ...named]
        : [size, ...act, ...named];
  return `${name}(${items.join(', ')})`;
}

/** Layers of signals, positions × channels: what they say of rows holds for positions. */
export function ofSignal(r: Stream, [length, channels]: Sizes): Written | undefined {
  const act = r.chance(0.8) ? tame(r) : undefined;
  const smooth = act === undefined || smoothNames.includes(act);
  const ways: (() => Written | undefined)[] = [
    () => {
      const [k, padding] = [r.int(1, 3), r.pick(['same', 'valid', '1'])];
      const dilation = r.chance(0.2) ? 2 : 1;
      const stride = dilation === 1 && r.chance(0.3) ? 2 : 1;
      const groups = channels! > 1 && r.chance(0.3) ? channels! : 1;
      const filters = groups * r.int(1, 2);
      const n = after(length!, dilation * (k - 1) + 1, stride, padding);
      const options = [
        `kernel: ${k}`,
        `stride: ${stride}`,
        `padding: ${padding}`,
        `dilation: ${dilation}`,
        `groups: ${groups}`,
        ...(act === undefined ? [] : [act]),
      ];
      return n < 1
        ? undefined
        : {
            text: `conv(${filters}, ${options.join(', ')})`,
            shape: [n, filters],
            kernel: 'conv',
            smooth,
            ...(act === 'sigmoid' ? { range: 'unit' } : {}),
          };
    },
    () => {
      const [name, window] = [r.pick(['maxpool', 'avgpool', 'l2pool']), r.int(2, 3)];
      const padding = r.pick(['valid', 'same']);
      const n = after(length!, window, window, padding);
      return n < 1
        ? undefined
        : { text: `${name}(${window}, padding: ${padding})`, shape: [n, channels!], smooth: name !== 'maxpool' };
    },
    () =>
      length! > 5
        ? undefined
        : { text: `upsample(2${r.chance(0.5) ? ', bilinear' : ''})`, shape: [2 * length!, channels!], smooth: true },
    () => (length! > 5 ? undefined : { text: 'upsample_zero(2)', shape: [2 * length!, channels!], smooth: true }),
    () => {
      const [k, filters] = [r.int(2, 3), r.int(1, 2)];
      return length! > 5
        ? undefined
        : {
            text: `conv_transpose(${filters}, kernel: ${k}, stride: 2, padding: valid${act === undefined ? '' : `, ${act}`})`,
            shape: [(length! - 1) * 2 + k, filters],
            kernel: 'conv_transpose',
            smooth,
          };
    },
  ];
  return r.pick(ways)();
}

const kernelOptions = (r: Stream): readonly string[] => [
  ...(r.chance(0.2) ? ['bias: false'] : []),
  ...(r.chance(0.2) ? [`init: ${r.pick(initialisers)}`] : []),
  ...(r.chance(0.1) ? [`bias_init: ${r.pick(['ones', 'constant(0.2)', 'zeros'])}`] : []),
];

const smoothNames = ['linear', 'sigmoid', 'tanh', 'softplus', 'gelu', 'swish', 'sine'];

export function dense(
  r: Stream,
  units: number,
  act: string | undefined = r.chance(0.8) ? tame(r) : undefined,
  size = String(units),
): Written {
  const text = withArguments(r, 'dense', size, 'units', kernelOptions(r), act);
  return {
    text,
    shape: [units],
    kernel: 'dense',
    smooth: act === undefined || smoothNames.includes(act),
    ...(act === 'sigmoid' ? { range: 'unit' } : {}),
  };
}

const dims = (a: number, b: number): string => (a === b ? String(a) : `[${a}, ${b}]`);

/** §5: ⌈n/stride⌉, ⌊(n − k)/stride⌋ + 1, ⌊(n + 2p − k)/stride⌋ + 1. */
const after = (n: number, k: number, stride: number, padding: string): number =>
  padding === 'same'
    ? Math.ceil(n / stride)
    : Math.floor((n + 2 * (padding === 'valid' ? 0 : Number(padding)) - k) / stride) + 1;

export function conv(
  r: Stream,
  [height, width, channels]: Sizes,
  filters = r.int(1, 3),
  act: string | undefined = r.chance(0.8) ? tame(r) : undefined,
): Written | undefined {
  const [kh, kw] = r.chance(0.7) ? Array<number>(2).fill(r.int(1, 3)) : [r.int(1, 3), r.int(1, 3)];
  const dilation = r.chance(0.15) ? 2 : 1;
  const stride = dilation === 1 && r.chance(0.35) ? 2 : 1;
  const padding = r.pick(['same', 'same', 'valid', '1']);
  const groups = channels! > 1 && filters % channels! === 0 && r.chance(0.4) ? channels! : 1;
  const reach = (k: number): number => dilation * (k - 1) + 1;
  const shape = [after(height!, reach(kh!), stride, padding), after(width!, reach(kw!), stride, padding), filters];
  if (shape.some((n) => n < 1)) return undefined;
  const options = [
    ...(kh === 3 && kw === 3 && r.chance(0.5) ? [] : [`kernel: ${dims(kh!, kw!)}`]),
    ...(stride === 1 ? [] : [`stride: ${stride}`]),
    ...(padding === 'same' && r.chance(0.5) ? [] : [`padding: ${padding}`]),
    ...(dilation === 1 ? [] : [`dilation: ${dilation}`]),
    ...(groups === 1 ? [] : [`groups: ${groups}`]),
    ...kernelOptions(r).filter((o) => !o.includes('identity') && !o.includes('orthogonal')),
  ];
  return {
    text: withArguments(r, 'conv', String(filters), 'filters', options, act),
    shape,
    kernel: 'conv',
    smooth: act === undefined || smoothNames.includes(act),
    ...(act === 'sigmoid' ? { range: 'unit' } : {}),
  };
}

/** Size (n − 1)·s + k − 2p + output_padding; n·s with `same`. */
export function convTranspose(
  r: Stream,
  [height, width]: Sizes,
  filters = r.int(1, 2),
  act: string | undefined = r.chance(0.8) ? tame(r) : undefined,
): Written | undefined {
  const [kernel, stride] = [r.int(1, 4), r.int(1, 2)];
  const padding = r.pick(['same', 'valid', ...(kernel > 2 ? ['1'] : [])]);
  const extra = padding !== 'same' && stride === 2 && r.chance(0.3) ? 1 : 0;
  const along = (n: number): number =>
    padding === 'same' ? n * stride : (n - 1) * stride + kernel - 2 * (padding === 'valid' ? 0 : 1) + extra;
  const shape = [along(height!), along(width!), filters];
  if (shape.some((n) => n < 1 || n > 9)) return undefined;
  const options = [
    `kernel: ${kernel}`,
    ...(stride === 1 ? [] : [`stride: ${stride}`]),
    ...(padding === 'same' ? [] : [`padding: ${padding}`]),
    ...(extra === 0 ? [] : [`output_padding: ${extra}`]),
    ...(r.chance(0.2) ? ['bias: false'] : []),
  ];
  return {
    text: withArguments(r, 'conv_transpose', String(filters), 'filters', options, act),
    shape,
    kernel: 'conv_transpose',
    smooth: act === undefined || smoothNames.includes(act),
    ...(act === 'sigmoid' ? { range: 'unit' } : {}),
  };
}

export function pool(
  r: Stream,
  [height, width, channels]: Sizes,
  name = r.pick(['maxpool', 'avgpool', 'l2pool']),
): Written | undefined {
  const window = r.int(2, 3);
  const stride = r.chance(0.3) ? r.int(1, 2) : window;
  const padding = r.pick(['valid', 'valid', 'same', ...(window > 2 ? ['1'] : [])]);
  const shape = [after(height!, window, stride, padding), after(width!, window, stride, padding), channels!];
  if (shape.some((n) => n < 1)) return undefined;
  const options = [
    ...(window === 2 && r.chance(0.3) ? [] : [String(window)]),
    ...(stride === window ? [] : [`stride: ${stride}`]),
    ...(padding === 'valid' ? [] : [`padding: ${padding}`]),
  ];
  return { text: options.length === 0 ? name : `${name}(${options.join(', ')})`, shape, smooth: name !== 'maxpool' };
}

export function upsample(r: Stream, [height, width, channels]: Sizes): Written | undefined {
  if (r.chance(0.4))
    return height! * width! > 12
      ? undefined
      : { text: 'upsample_zero(2)', shape: [height! * 2, width! * 2, channels!], smooth: true };
  const [fh, fw] = r.chance(0.8) ? [2, 2] : [r.int(1, 3), r.int(1, 3)];
  const bilinear = r.chance(0.4);
  const full = [height! * fh!, width! * fw!];
  // Less than one step away: as many rows as a pool may have dropped, or padded.
  const to = r.chance(0.25)
    ? full.map((n, axis) => Math.max(1, n + ([fh, fw][axis] === 1 ? 0 : r.int(-1, 1))))
    : undefined;
  const [rows, columns] = to ?? full;
  if (rows! * columns! > 49) return undefined;
  return {
    text: `upsample(${dims(fh!, fw!)}${bilinear ? ', bilinear' : r.chance(0.2) ? ', method: nearest' : ''}${to === undefined ? '' : `, to: [${rows}, ${columns}]`})`,
    shape: [rows!, columns!, channels!],
    smooth: true,
  };
}

/** Layers that keep the shape, for repetitions and blocks too. */
export function keeping(r: Stream, shape: Sizes): Written {
  const last = shape.at(-1)!;
  const choices: (() => Written)[] = [
    () => ({ text: r.chance(0.5) ? activation(r).replace('exponential', 'tanh') : tame(r), shape }),
    () => ({ text: r.chance(0.6) ? 'batchnorm' : 'batchnorm(momentum: 0.7)', shape }),
    // One number has no variance: what is left of it is rounding.
    () => ({ text: last === 1 ? 'softsign' : r.chance(0.6) ? 'layernorm' : 'layernorm(epsilon: 0.01)', shape }),
    () => ({ text: r.chance(0.5) ? 'dropout(0.3)' : 'dropout', shape }),
    () => ({ text: r.pick(['shift', 'normalise', 'jump_relu(threshold: 0.1, bandwidth: 0.6)', 'threshold']), shape }),
    () =>
      shape.length === 1
        ? dense(r, last)
        : shape.length === 2
          ? { text: `conv(${last}, kernel: 3, ${tame(r)})`, shape }
          : (conv(r, shape, last) ?? { text: 'relu', shape }),
  ];
  const written = r.pick(choices)();
  return written.shape.join() === shape.join() ? written : { text: 'tanh', shape };
}

/** Two factors of a size and a number of channels, as images. */
export function factors(r: Stream, size: number): Sizes | undefined {
  const all: Sizes[] = [];
  for (let h = 1; h <= size; h++)
    for (let w = 1; h * w <= size; w++)
      if (size % (h * w) === 0 && h > 1 && w > 1 && h <= 6 && w <= 6) all.push([h, w, size / h / w]);
  return all.length === 0 ? undefined : r.pick(all);
}

export const count = (shape: Sizes): number => shape.reduce((a, b) => a * b, 1);
