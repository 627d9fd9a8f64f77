/** What charts weigh as files, and that nothing of them is lost. */
import { expect, it } from 'vitest';
import { barChart, lineChart, scatterChart } from '../../src/runtime/figures/charts.js';
import type { Chart } from '../../src/runtime/figures/drawing.js';
import { vectorField } from '../../src/runtime/figures/vector-field.js';
import { lighter } from '../../src/runtime/node/report/lighter.js';
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
  expect(svg.length).toBeLessThan(72_000);
  // One head, which is put at each tip.
  const [, head] = /<defs><path id="(\w+)" d="M0,-3.37L[^"]*"\/><\/defs>/.exec(svg)!;
  const tips = new RegExp(
    `<use href="#${head!}" transform="translate\\([^)]*\\)(?: rotate\\(-?[\\d.]+\\))?"><title>`,
    'g',
  );
  expect(count(svg, tips)).toBe(steps * steps);
  expect(count(svg, /<title>/g)).toBe(steps * steps);
  // sin(2) and sin(3), and 0.017 of them.
  expect(svg).toContain('<title>0.909, 0.141 by 0.0155, 0.0024</title>');
  // And as many lines in one path, from its point to its tip.
  const [, lines] = /role-mark layer_1_marks"[^>]*><path d="([^"]*)"\/>/.exec(svg)!;
  expect(count(lines!, /M-?[\d.]+,-?[\d.]+l-?[\d.]+,-?[\d.]+/g)).toBe(steps * steps);
});

it('shapes that differ in a sign have names of their own, and lines that are seen through stay apart', () => {
  const up = 'M0,-2.37L-2.74,2.37L2.74,2.37Z';
  const down = 'M0,2.37L-2.74,-2.37L2.74,-2.37Z';
  const marks = [up, down, up, down, up, down].map(
    (d, i) => `<path transform="translate(${i},0)" d="${d}" fill="red"/>`,
  );
  const rules = '<line transform="translate(0,0)" x2="1" y2="1"/><line transform="translate(0,1)" x2="1" y2="-1"/>';
  const groups = ['', ' stroke-opacity="0.5"'].map((look) => `<g class="mark-rule role-mark"${look}>${rules}</g>`);
  const svg = lighter(`<svg width="9"><g class="mark-symbol role-mark">${marks.join('')}</g>${groups.join('')}</svg>`);
  const names = [...svg.matchAll(/<path id="(\w+)" d="([^"]*)"\/>/g)].map(([, name, d]) => [name, d] as const);
  expect(names.map(([, d]) => d)).toEqual([up, down]);
  expect(names[0]![0]).not.toBe(names[1]![0]);
  const order = [...svg.matchAll(/<use href="#(\w+)" transform="translate\((\d),0\)"\/>/g)].map(([, name]) => name);
  expect(order).toEqual([0, 1, 0, 1, 0, 1].map((i) => names[i]![0]));
  expect(svg).toContain('<path d="M0,0l1,1M0,1l1,-1"/>');
  expect(count(svg, /<line /g)).toBe(2);
});

it('many lines make no chart wider: what they are called stands below each other', async () => {
  const values = Array.from({ length: 12 }, (_, i) => ({ x: i % 2, y: i, series: `example ${i >> 1}` }));
  const svg = await svgOf(lineChart('', values, { x: 'direction' }));
  for (let i = 0; i < 6; i++) expect(svg).toContain(`>example ${i}<`);
  expect(Number(/viewBox="0 0 (\d+)/.exec(svg)![1])).toBeLessThan(340);
});
