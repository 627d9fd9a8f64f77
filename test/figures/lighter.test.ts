/** What charts weigh as files, and that nothing of them is lost. */
import { expect, it } from 'vitest';
import { barChart, scatterChart } from '../../src/runtime/figures/charts.js';
import type { Chart } from '../../src/runtime/figures/drawing.js';
import { vectorField } from '../../src/runtime/figures/vector-field.js';
import { drawingFile } from '../../src/runtime/node/report/render.js';

const svgOf = async (chart: Chart): Promise<string> => String((await drawingFile(chart))!.content);
const count = (svg: string, what: RegExp): number => [...svg.matchAll(what)].length;

it('a chart of a thousand units has every bar, where it was, and no labels that are not seen', async () => {
  const svg = await svgOf(
    barChart(
      'b',
      Array.from({ length: 1000 }, (_, i) => ({ x: i + 1, y: 1 - i / 1000 })),
      ['unit', 'share'],
    ),
  );
  expect(svg.length).toBeLessThan(50_000);
  const bars = [...svg.matchAll(/<path d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z"\/?>/g)].map(([, ...at]) =>
    at.map(Number),
  );
  expect(bars.length).toBe(1000);
  bars.forEach(([x, y, , height], i) => {
    expect(Math.abs(x! - (i + 0.05) * 0.33)).toBeLessThan(0.01);
    expect([Math.abs(y! - i / 5) < 0.01, Math.abs(height! - (200 - i / 5)) < 0.01]).toEqual([true, true]);
  });
  expect(svg).not.toContain(' opacity="0"');
  // All are of one colour, which is said once.
  expect(count(svg, /#0072b2/g)).toBe(1);
});

it('points keep colours, shapes and what they say', async () => {
  const labels = [0, 1, 0, 1];
  const svg = await svgOf(scatterChart('s', { xy: [0, 0, 1, 0, 2, 4, 4, 4.123456], labels }, ['a', 'b'], 'y'));
  expect(count(svg, /<circle cx="[\d.]+" cy="[\d.]+" r="2.74" fill="#0072b2"[^>]*><title>/g)).toBe(2);
  expect(count(svg, /<path transform="[^"]*" d="[^"]*" fill="#e69f00"[^>]*><title>/g)).toBe(2);
  expect(svg).toContain('<title>a: 4; b: 4.123; y: 1</title>');
  // A legend of two, and each of the two in its colour.
  expect([count(svg, /#0072b2/g), count(svg, /#e69f00/g)]).toEqual([3, 3]);
});

it('an arrow of a field says where it points once', async () => {
  const steps = 20;
  const from = Float32Array.from({ length: steps * steps * 2 }, (_, i) => Math.sin(i));
  const figure = vectorField.draw(
    { name: 'x', from, to: from.map((value) => value * 1.017), data: from.subarray(0, 200), step: [0.1, 0.1] },
    {},
  );
  const svg = await svgOf(figure.drawings[0] as Chart);
  expect(svg.length).toBeLessThan(100_000);
  expect(count(svg, /<path transform="[^"]*" d="M0,-3.37L[^>]*><title>/g)).toBe(steps * steps);
  expect(count(svg, /<title>/g)).toBe(steps * steps);
  // sin(2) and sin(3), and 0.017 of them.
  expect(svg).toContain('<title>0.909, 0.141 by 0.0155, 0.0024</title>');
  // And as many lines, beside those of the axes.
  expect(count(svg, /<line transform="translate\([-\d.,]+\)" x2="-?[\d.]+" y2="-?[\d.]+"\/?>/g)).toBeGreaterThan(400);
});
