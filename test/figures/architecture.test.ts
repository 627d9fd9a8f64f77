import { describe, expect, it } from 'vitest';
import { drawingFile } from '../../src/runtime/node/report/render.js';
import { tableOf } from '../../src/runtime/figures/drawing.js';
import { architectureOf } from '../../src/ir/model/architecture.js';
import { checkFile, filesIn } from '../corpus/reading.js';
import { dataOf, drawn, modelOf } from '../support/figures.js';

describe('architecture', () => {
  it('is every layer with its shapes and its trained numbers, and what the loss compares', async () => {
    const text = `autoencoder A {
      input x: [6] in real
      encoder { h: dense(4, relu); code: dense(2) }
      decoder { dense(4, tied: code); batchnorm; out: dense(6, tied: h) }
      target y: category(2)
      head which(code) { dense(2) }
      reconstruct x by squared_error
      penalty cross_entropy(which, y)
      figure architecture
      train { validation 0 }
    }`;
    const known = await modelOf(
      text,
      dataOf({ x: { shape: [6], data: [0, 0, 0, 0, 0, 0] }, y: { shape: [], data: [1] } }),
    );
    const figure = await drawn(known);
    const [graph] = figure.drawings;
    if (graph?.kind !== 'graph') throw new Error('no graph');
    // Kernels of tied layers are of the encoder; of four statistics of normalisation two are trained.
    expect(tableOf(graph).rows).toEqual([
      ['', 'x', '6', 0],
      ['', 'y', 'a scalar', 0],
      ['encoder', 'h: dense', '6 → 4', 6 * 4 + 4],
      ['encoder', 'code: dense', '4 → 2', 4 * 2 + 2],
      ['decoder', 'dense', '2 → 4', 4],
      ['decoder', 'batchnorm', '4 → 4', 4 + 4],
      ['decoder', 'out: dense', '4 → 6', 6],
      ['which', 'dense', '2 → 2', 2 * 2 + 2],
    ]);
    expect(figure.note).toContain('6 layers, 62 trained numbers.');
    const labelOf = (id: string): string => graph.graph.boxes.find((box) => box.id === id)!.label;
    expect(graph.graph.edges.map(({ from, to, label, kind }) => [labelOf(from), labelOf(to), label, kind])).toEqual([
      ['x', 'h: dense', '6', 'flow'],
      ['h: dense', 'code: dense', '4', 'flow'],
      ['code: dense', 'dense', '2', 'flow'],
      ['dense', 'batchnorm', '4', 'flow'],
      ['batchnorm', 'out: dense', '4', 'flow'],
      ['code: dense', 'dense', '2', 'flow'],
      ['out: dense', 'x', 'squared_error', 'term'],
      ['dense', 'y', 'cross_entropy', 'term'],
    ]);
    const file = await drawingFile(graph);
    expect(file!.ending).toBe('svg');
    // Of a picture inside a page nothing may be said of the page.
    const selectors = [.../<style>(.*)<\/style>/.exec(String(file!.content))![1]!.matchAll(/(?:^|[{}])([^{}@]+)\{/g)];
    expect(selectors.length).toBeGreaterThan(10);
    for (const [, one] of selectors) for (const part of one!.split(',')) expect(part.trim()).toMatch(/^\.net\b/);
  });
});

it('says what phases minimise, and hides nothing of it behind a box', async () => {
  const text = `autoencoder A {
    input x: [6] in real
    encoder { h1: dense(4); h2: dense(2) }
    decoder { h3: dense(4); out: dense(6) }
    reconstruct x by squared_error
    figure architecture
    train {
      validation 0
      phase first { train h1, out; minimize squared_error(out(h1), x) }
      phase second { train h2, h3; freeze h1, out; minimize squared_error(h3, stop(h1)) }
    }
  }`;
  const known = await modelOf(text, dataOf({ x: { shape: [6], data: [0, 0, 0, 0, 0, 0] } }));
  const [graph] = (await drawn(known)).drawings;
  if (graph?.kind !== 'graph') throw new Error('no graph');
  const terms = graph.graph.edges.filter(({ kind }) => kind === 'term');
  expect(terms.map(({ from, to, label }) => [from, to, label])).toEqual([
    ['layer decoder.out 0', 'variable x', 'squared_error'],
    ['applied decoder.out(encoder.h1)', 'variable x', 'first: squared_error'],
    ['layer decoder.h3 0', 'layer encoder.h1 0', 'second: squared_error'],
  ]);
  const svg = String((await drawingFile(graph))!.content);
  const all = (of: RegExp): number[] =>
    [...svg.matchAll(of)].map(([, ...n]) => n.reduce((sum, one) => sum + Number(one), 0));
  const rightmost = Math.max(...all(/<g class="box[^>]*><rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g));
  const labels = all(/<text transform="translate\(([\d.]+),[\d.]+\) rotate\(-90\)"/g);
  expect(labels).toHaveLength(3);
  for (const at of labels) expect(at).toBeGreaterThan(rightmost);
  const wide = Number(/viewBox="0 0 (\d+)/.exec(svg)![1]);
  for (const at of labels) expect(at).toBeLessThan(wide);
});

it('has noise between what is corrupted and what reads it, and compares with what is clean', async () => {
  const text = `autoencoder A {
    input x: [6] in real
    corrupt x with gaussian(0.5)
    encoder { h: dense(4); code: dense(2) }
    decoder { out: dense(6) }
    corrupt h with mask(0.25)
    reconstruct x by squared_error
    figure architecture
    train { validation 0 }
  }`;
  const known = await modelOf(text, dataOf({ x: { shape: [6], data: [0, 0, 0, 0, 0, 0] } }));
  const [graph] = (await drawn(known)).drawings;
  if (graph?.kind !== 'graph') throw new Error('no graph');
  const labelOf = (id: string): string => graph.graph.boxes.find((box) => box.id === id)!.label;
  expect(graph.graph.edges.map(({ from, to }) => [labelOf(from), labelOf(to)])).toEqual([
    ['x', 'gaussian(sigma: 0.5)'],
    ['h: dense', 'mask(p: 0.25, patch: 1)'],
    ['gaussian(sigma: 0.5)', 'h: dense'],
    ['mask(p: 0.25, patch: 1)', 'code: dense'],
    ['code: dense', 'out: dense'],
    ['out: dense', 'x'],
  ]);
});

it('has boxes of their own names, and edges between boxes alone, whatever is wrong in a file', () => {
  const all = [...filesIn('good'), ...filesIn('bad')].flatMap((file) => checkFile(file).autoencoders);
  expect(all.length).toBeGreaterThan(300);
  for (const { source, parts, layers } of all) {
    const { boxes, edges } = architectureOf({ ...parts, layers });
    const ids = new Set(boxes.map(({ id }) => id));
    expect(ids.size, source.unit.file).toBe(boxes.length);
    expect(
      edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to)),
      source.unit.file,
    ).toEqual([]);
  }
});
