/** `strokes`: handwritten-like digits, drawn rather than downloaded. */
import { digitGlyphs, type Point, type Stroke } from './digit-strokes.js';
import { drawsOf, type Draws } from './draws.js';
import { curve, drawPolyline } from './pen.js';
import { count, known, labelOf, parameter, real, type SyntheticSet } from './set.js';

const side = 28;

export const strokes: SyntheticSet = {
  name: 'strokes',
  summary: 'digits 0–9 drawn with a pen whose position, slant, size, thickness and steadiness vary',
  source: '',
  parameters: [
    count(5000),
    real('wobble', 'unsteadiness of the hand; 0 leaves only the affine variation', 1, 0, 4),
    known(),
  ],
  columns: [
    { name: 'x', summary: 'grey image, 0 paper to 1 ink', shape: '[28, 28, 1]' },
    { name: 'y', summary: 'the digit, −1 where it is not known', shape: '[]' },
  ],
  generate: (parameters, seed) => {
    const examples = parameter(parameters, 'count');
    const wobble = parameter(parameters, 'wobble');
    const pixels = new Float32Array(examples * side * side);
    const labels = new Int32Array(examples);
    for (let i = 0; i < examples; i++) {
      const draws = drawsOf(seed, i, 160);
      // Each digit once in every ten examples: any prefix of the set is balanced.
      const digit = i % 10;
      labels[i] = labelOf(digit, i, parameters);
      drawDigit(pixels.subarray(i * side * side, (i + 1) * side * side), digit, draws, wobble);
    }
    return {
      size: examples,
      columns: {
        x: { shape: [side, side, 1], data: pixels, scale: 1, source: 'strokes' },
        y: { shape: [], data: labels, scale: 1, source: 'strokes' },
      },
    };
  },
};

function drawDigit(image: Float32Array, digit: number, draws: Draws, wobble: number): void {
  const hands = digitGlyphs[digit]!;
  const glyph = hands[draws.below(hands.length)]!;
  const place = placement(draws);
  const radius = draws.uniform(0.75, 1.65);
  const softness = draws.uniform(0.9, 1.5);
  for (const stroke of glyph) {
    const points = curve(unsteady(stroke, draws, 0.034 * wobble), 6).map(place);
    drawPolyline(image, side, side, points, radius, softness);
  }
}

/** A random affine map from the unit box to pixels, centred like a scanned and cropped digit. */
function placement(draws: Draws): (point: Point) => Point {
  const width = 14.5 * Math.exp(draws.normal(0.13));
  const height = 18.5 * Math.exp(draws.normal(0.07));
  const slant = 0.12 + draws.normal(0.2);
  const angle = draws.normal(0.1);
  const centreX = 13.5 + draws.normal(0.8);
  const centreY = 13.5 + draws.normal(0.8);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return ([px, py]) => {
    const y = (py - 0.5) * height;
    const x = (px - 0.5) * width - slant * y;
    return [centreX + cos * x - sin * y, centreY + sin * x + cos * y];
  };
}

/** Moves the control points a little. Doubled points (corners) and closing points stay together. */
function unsteady(stroke: Stroke, draws: Draws, deviation: number): Stroke {
  const moved = new Map<string, Point>();
  return stroke.map((point) => {
    const key = `${point[0]},${point[1]}`;
    const known = moved.get(key);
    if (known !== undefined) return known;
    const next: Point = [point[0] + draws.normal(deviation), point[1] + draws.normal(deviation)];
    moved.set(key, next);
    return next;
  });
}
