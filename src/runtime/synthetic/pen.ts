/** Drawing with a round pen on a small grey image, antialiased by distance to the stroke. */
import type { Point, Stroke } from './digit-strokes.js';

/**
 * Points along a uniform Catmull–Rom curve through `stroke`.
 * A control point given twice is a corner: the tangent there is not shared by the two sides.
 */
export function curve(stroke: Stroke, pieces: number): Point[] {
  const runs = corners(stroke);
  const points: Point[] = [];
  for (const run of runs) {
    for (let i = 0; i + 1 < run.length; i++) {
      const p1 = run[i]!;
      const p2 = run[i + 1]!;
      const p0 = run[i - 1] ?? p1;
      const p3 = run[i + 2] ?? p2;
      for (let j = 0; j < pieces; j++) points.push(blend(p0, p1, p2, p3, j / pieces));
    }
    const last = run.at(-1);
    if (last !== undefined) points.push(last);
  }
  return points;
}

/** Cuts a stroke where two control points coincide. */
function corners(stroke: Stroke): Point[][] {
  const runs: Point[][] = [[]];
  stroke.forEach((point, i) => {
    const before = stroke[i - 1];
    if (before !== undefined && before[0] === point[0] && before[1] === point[1]) runs.push([]);
    runs.at(-1)!.push(point);
  });
  return runs;
}

function blend(p0: Point, p1: Point, p2: Point, p3: Point, t: number): Point {
  const at = (axis: 0 | 1): number => {
    const [a, b, c, d] = [p0[axis], p1[axis], p2[axis], p3[axis]];
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
  };
  return [at(0), at(1)];
}

/**
 * Draws a polyline (in pixels) with a round pen of `radius` pixels whose edge fades over `softness` pixels.
 * Overlaps keep the darker value, so a stroke that crosses itself leaves no blot.
 */
export function drawPolyline(
  image: Float32Array,
  width: number,
  height: number,
  points: readonly Point[],
  radius: number,
  softness: number,
): void {
  const reach = radius + softness;
  // Most pixels lie outside of the edge, or inside of it, as squares tell; the margin is for their rounding.
  const outside = (radius + softness / 2) ** 2 * (1 + 1e-9);
  const inside = Math.max(0, radius - softness / 2) ** 2 * (1 - 1e-9);
  for (let i = 0; i + 1 < points.length; i++) {
    const [ax, ay] = points[i]!;
    const [bx, by] = points[i + 1]!;
    const dx = bx - ax;
    const dy = by - ay;
    const lengthSquared = dx * dx + dy * dy;
    const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
    const right = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + reach));
    const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const t = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / lengthSquared));
        const across = x - ax - t * dx;
        const down = y - ay - t * dy;
        const square = across * across + down * down;
        if (square > outside) continue;
        const ink =
          square < inside ? 1 : Math.min(1, Math.max(0, (radius - Math.hypot(across, down)) / softness + 0.5));
        const at = y * width + x;
        if (ink > image[at]!) image[at] = ink;
      }
    }
  }
}
