/** Calls of matrix products, convolutions and pooling. */
import { convAttrs, convLength, samePads, type ConvGeometry } from '../../../src/ir/graph/ops/convolution.js';
import { B, type Dim, type Shape } from '../../../src/ir/graph/shape.js';
import { always, distinct, integers, type Draw, type Kit } from '../kit.js';
import { define, type Case } from './define.js';

type Pair = readonly [number, number];

const matMuls = [false, true].flatMap((transposeA) =>
  [false, true].flatMap((transposeB) =>
    (
      [
        [B, 3, 2],
        [3, B, 2],
        [2, 3, B],
        [1, 1, 1],
      ] as const
    ).map(([m, k, n]) =>
      define('MatMul', `${JSON.stringify([m, k, n])}${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`, (kit) =>
        kit.b.make('MatMul', [kit.x(transposeA ? [k, m] : [m, k]), kit.x(transposeB ? [n, k] : [k, n])], {
          transposeA,
          transposeB,
        }),
      ),
    ),
  ),
);

/** Products of matrices pair by pair: the axes in front of the last two number them. */
const manyMatMuls = [
  [3, [B], 2],
  [3, [3], B],
  [2, [B, 3], 2],
  [B, [2, 3], 2],
].flatMap(([m, lead, n]) =>
  [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => {
      const [x, y] = [
        [...(lead as Shape), m as Dim, 4],
        [...(lead as Shape), 4, n as Dim],
      ];
      const turned = (shape: Shape, transposed: boolean): Shape =>
        transposed ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;
      return define(
        'MatMul',
        `${JSON.stringify(x)} by ${JSON.stringify(y)}${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`,
        (kit) => kit.b.matMul(kit.x(turned(x, transposeA)), kit.x(turned(y, transposeB)), transposeA, transposeB),
      );
    }),
  ),
);

// ──────────────────────────────────────────────────────────────────────── convolution

const paddings = ['valid', 'same', 'asymmetric', 'beyond the kernel'] as const;

/** Kernel [h, w], strides, dilations; the image is 6×5, so that most leave rows over. */
const geometries: readonly (readonly [Pair, Pair, Pair])[] = [
  [
    [3, 3],
    [1, 1],
    [1, 1],
  ],
  [
    [2, 3],
    [1, 1],
    [1, 1],
  ],
  [
    [1, 1],
    [1, 1],
    [1, 1],
  ],
  [
    [6, 5],
    [1, 1],
    [1, 1],
  ],
  [
    [3, 3],
    [2, 2],
    [1, 1],
  ],
  [
    [2, 2],
    [2, 2],
    [1, 1],
  ],
  [
    [1, 1],
    [2, 2],
    [1, 1],
  ],
  [
    [4, 4],
    [2, 2],
    [1, 1],
  ],
  [
    [3, 2],
    [2, 1],
    [1, 1],
  ],
  [
    [2, 2],
    [3, 3],
    [1, 1],
  ],
  [
    [3, 3],
    [3, 3],
    [1, 1],
  ],
  [
    [1, 2],
    [3, 2],
    [1, 1],
  ],
  [
    [4, 5],
    [3, 3],
    [1, 1],
  ],
  [
    [2, 2],
    [1, 1],
    [2, 2],
  ],
  [
    [3, 2],
    [1, 1],
    [2, 1],
  ],
  [
    [2, 2],
    [1, 1],
    [3, 3],
  ],
];

const image: Pair = [6, 5];
const [channels, depth] = [2, 3];

function pads(kind: (typeof paddings)[number], kernel: Pair, strides: Pair, dilations: Pair): ConvGeometry['pads'] {
  const same = (i: 0 | 1): Pair => samePads(image[i], kernel[i], strides[i], dilations[i]);
  const all: Readonly<Record<typeof kind, ConvGeometry['pads']>> = {
    valid: [
      [0, 0],
      [0, 0],
    ],
    same: [same(0), same(1)],
    asymmetric: [
      [1, 0],
      [0, 2],
    ],
    'beyond the kernel': [
      [kernel[0], kernel[0] + 1],
      [0, kernel[1]],
    ],
  };
  return all[kind];
}

const convolutions = geometries.flatMap(([kernel, strides, dilations]) =>
  paddings.flatMap((kind): readonly Case[] => {
    const g: ConvGeometry = { strides, dilations, pads: pads(kind, kernel, strides, dilations) };
    const size = [0, 1].map((i) =>
      convLength(image[i]!, kernel[i]!, strides[i]!, dilations[i]!, g.pads[i]!),
    ) as unknown as Pair;
    if (size.some((n) => n < 1)) return [];
    const label = `${kernel.join('×')}, stride ${strides.join()}, dilation ${dilations.join()}, ${kind}`;
    const [x, w, dy]: readonly Shape[] = [
      [B, ...image, channels],
      [...kernel, channels, depth],
      [B, ...size, depth],
    ];
    const attrs = convAttrs(g);
    return [
      define('Conv2D', label, (kit) => kit.b.make('Conv2D', [kit.x(x!), kit.x(w!)], attrs)),
      define('Conv2DBackpropInput', label, (kit) =>
        kit.b.make('Conv2DBackpropInput', [kit.x(w!), kit.x(dy!)], { ...attrs, size: image }),
      ),
      define('Conv2DBackpropFilter', label, (kit) =>
        kit.b.make('Conv2DBackpropFilter', [kit.x(x!), kit.x(dy!)], { ...attrs, kernel }),
      ),
    ];
  }),
);

// ──────────────────────────────────────────────────────────────────────────── pooling

/** Window and strides; the image is 5×4. */
const windows: readonly (readonly [Pair, Pair])[] = [
  [
    [2, 2],
    [2, 2],
  ],
  [
    [1, 1],
    [1, 1],
  ],
  [
    [2, 2],
    [1, 1],
  ],
  [
    [3, 3],
    [2, 2],
  ],
  [
    [3, 2],
    [1, 2],
  ],
  [
    [2, 2],
    [3, 3],
  ],
  [
    [1, 2],
    [2, 2],
  ],
  [
    [5, 4],
    [5, 4],
  ],
  [
    [3, 3],
    [3, 3],
  ],
];

const draws: readonly (readonly [string, Draw])[] = [
  ['distinct', distinct],
  ['negative', (random, size) => distinct(random, size).map((v) => v - 20)],
  ['all zero', always(0)],
  ['few values', integers(3)],
];

/** A cotangent of the pooled shape: the pool's own output is the simplest node that has it. */
const pools = (size: Pair, strides: Pair, name: string, draw: Draw): readonly Case[] => {
  const attrs = { size, strides };
  const label = `${size.join('×')}, stride ${strides.join()}, ${name}`;
  const smooth = name === 'distinct' || name === 'negative';
  const max = (kit: Kit) => {
    const x = kit.x([B, 5, 4, 2], draw);
    return [x, kit.b.make('MaxPool', [x], attrs)] as const;
  };
  return [
    define('MaxPool', label, (kit) => max(kit)[1], smooth),
    define(
      'MaxPoolGrad',
      label,
      (kit) => {
        const [x, y] = max(kit);
        return kit.b.make('MaxPoolGrad', [x, y, kit.x(y.shape)], attrs);
      },
      smooth,
    ),
    define(
      'MaxPoolGradGrad',
      label,
      (kit) => {
        const [x, y] = max(kit);
        return kit.b.make('MaxPoolGradGrad', [x, y, kit.x(x.shape)], attrs);
      },
      smooth,
    ),
    ...(name !== 'distinct'
      ? []
      : [
          define('AvgPool', label, (kit) => kit.b.make('AvgPool', [kit.x([B, 5, 4, 2], draw)], attrs)),
          define('AvgPoolGrad', label, (kit) => {
            const pooled = max(kit)[1].shape;
            kit.wrt.length = 0;
            return kit.b.make('AvgPoolGrad', [kit.x(pooled)], { ...attrs, shape: [B, 5, 4, 2] });
          }),
        ]),
  ];
};

const poolings = windows.flatMap(([size, strides]) =>
  draws.flatMap(([name, draw]) => pools(size, strides, name, draw)),
);

export const windowCases: readonly Case[] = [...matMuls, ...manyMatMuls, ...convolutions, ...poolings];
