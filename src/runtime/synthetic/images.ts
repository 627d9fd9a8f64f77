/** Procedural sets of images besides the digits: bars, and coloured shapes. */
import { drawsOf, type Draws } from './draws.js';
import { count, integer, parameter, real, type SyntheticSet } from './set.js';

export const bars: SyntheticSet = {
  name: 'bars',
  summary: 'every row and column of an n × n image lit independently; 2n causes, superposed',
  source: 'Földiák 1990',
  parameters: [
    count(4000),
    integer('n', 'rows and columns', 8, 2, 64),
    // 2n bars of which 2 are lit on average, whatever n: set to 1/n where 0.
    real('p', 'probability that a bar is lit; 0 stands for 1/n', 0, 0, 1),
  ],
  columns: [
    { name: 'x', summary: 'the image, 0 or 1', shape: '[n, n, 1]' },
    { name: 'b', summary: 'which bars are lit, rows first', shape: '[2n]' },
  ],
  generate: (parameters, seed) => {
    const [size, n, given] = [parameter(parameters, 'count'), parameter(parameters, 'n'), parameter(parameters, 'p')];
    const p = given === 0 ? 1 / n : given;
    const images = new Float32Array(size * n * n);
    const causes = new Float32Array(size * 2 * n);
    for (let i = 0; i < size; i++) {
      const draws = drawsOf(seed, i, 2 * n);
      for (let bar = 0; bar < 2 * n; bar++) {
        if (draws.uniform(0, 1) >= p) continue;
        causes[i * 2 * n + bar] = 1;
        for (let k = 0; k < n; k++) images[i * n * n + (bar < n ? bar * n + k : k * n + bar - n)] = 1;
      }
    }
    return {
      size,
      columns: {
        x: { shape: [n, n, 1], data: images, scale: 1, source: 'bars' },
        b: { shape: [2 * n], data: causes, scale: 1, source: 'bars' },
      },
    };
  },
};

/** Shapes by label; each has its hue, so that a grey image tells its colours. */
const kinds = [
  { colour: [0.91, 0.3, 0.24], covers: (x: number, y: number): number => 1 - Math.hypot(x, y) },
  { colour: [0.2, 0.6, 0.86], covers: (x: number, y: number): number => 0.85 - Math.max(Math.abs(x), Math.abs(y)) },
  {
    colour: [0.95, 0.77, 0.06],
    covers: (x: number, y: number): number => Math.min(0.9 - y, 0.45 * (y + 1) - Math.abs(x)),
  },
  {
    colour: [0.18, 0.7, 0.44],
    covers: (x: number, y: number): number => Math.min(1 - Math.hypot(x, y), Math.hypot(x, y) - 0.5),
  },
  {
    colour: [0.61, 0.35, 0.71],
    covers: (x: number, y: number): number =>
      Math.max(Math.min(0.3 - Math.abs(x), 0.95 - Math.abs(y)), Math.min(0.3 - Math.abs(y), 0.95 - Math.abs(x))),
  },
] as const;

export const shapes: SyntheticSet = {
  name: 'shapes',
  summary:
    'a disc, square, triangle, ring or cross on a sky; each kind has its colour, so a grey image can be coloured',
  source: '',
  parameters: [count(4000), integer('n', 'height and width', 16, 8, 128)],
  columns: [
    { name: 'x', summary: 'colour image in [0, 1]', shape: '[n, n, 3]' },
    { name: 'grey', summary: 'the same without colour (ITU-R BT.601 luma)', shape: '[n, n, 1]' },
    { name: 'y', summary: 'the kind: disc, square, triangle, ring, cross', shape: '[]' },
  ],
  generate: (parameters, seed) => {
    const [size, n] = [parameter(parameters, 'count'), parameter(parameters, 'n')];
    const colour = new Float32Array(size * n * n * 3);
    const grey = new Float32Array(size * n * n);
    const labels = Int32Array.from({ length: size }, (_, i) => i % kinds.length);
    for (let i = 0; i < size; i++) {
      const image = colour.subarray(i * n * n * 3, (i + 1) * n * n * 3);
      drawShape(image, n, labels[i]!, drawsOf(seed, i, 16));
      for (let k = 0; k < n * n; k++)
        grey[i * n * n + k] = 0.299 * image[k * 3]! + 0.587 * image[k * 3 + 1]! + 0.114 * image[k * 3 + 2]!;
    }
    const source = 'shapes';
    return {
      size,
      columns: {
        x: { shape: [n, n, 3], data: colour, scale: 1, source },
        grey: { shape: [n, n, 1], data: grey, scale: 1, source },
        y: { shape: [], data: labels, scale: 1, source },
      },
    };
  },
};

function drawShape(image: Float32Array, n: number, label: number, draws: Draws): void {
  const kind = kinds[label]!;
  const radius = draws.uniform(0.22, 0.36) * n;
  const centreX = draws.uniform(radius, n - radius);
  const centreY = draws.uniform(radius, n - radius);
  const angle = draws.normal(0.15);
  const light = draws.uniform(0.75, 1.05);
  const dusk = draws.uniform(0.35, 0.6);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const [dx, dy] = [(column + 0.5 - centreX) / radius, (row + 0.5 - centreY) / radius];
      // One pixel of soft edge: `covers` measures in radii.
      const cover = Math.min(1, Math.max(0, kind.covers(cos * dx + sin * dy, cos * dy - sin * dx) * radius + 0.5));
      const sky = [dusk * 0.45, dusk * (0.6 + 0.2 * (row / n)), dusk * (1 - 0.3 * (row / n))] as const;
      for (let c = 0; c < 3; c++) {
        const ink = Math.min(1, kind.colour[c]! * light);
        image[(row * n + column) * 3 + c] = cover * ink + (1 - cover) * sky[c]!;
      }
    }
  }
}
