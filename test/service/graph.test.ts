import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { autoencoderOf, boxAt, graphOf, type ModelGraph } from '../../src/service/graph.js';
import { pictureOf } from '../../src/runtime/picture/picture.js';
import { Service } from '../../src/service/service.js';
import { marked } from './marked.js';

function graph(input: string): ModelGraph {
  const { service, path } = marked(input);
  const checked = service.checked(path)!;
  return graphOf(checked, autoencoderOf(checked)!);
}

const model = (encoder: string, decoder: string): string => `autoencoder A {
  input x: [784] in [0, 1]
  encoder { ${encoder} }
  latent z ~ normal(2)
  decoder { ${decoder} }
  reconstruct x by bernoulli
  penalty kl(z)
}
`;

/** Edges by the labels of their boxes. */
const shown = ({ boxes, edges }: ModelGraph): readonly string[] => {
  const label = (id: string): string => boxes.find((box) => box.id === id)!.label;
  return edges.map(
    ({ from, to, kind, wrong }) =>
      `${label(from)} ${kind === 'term' ? '~' : '→'} ${label(to)}${wrong === undefined ? '' : ' ✗'}`,
  );
};

describe('the graph of a model', () => {
  it('is its layers with shapes and parameters, and what flows between them', () => {
    const found = graph(model('h: dense(3, relu)', 'dense(784, sigmoid)'));
    expect(found.boxes.map(({ label, shape, parameters }) => [label, shape, parameters])).toEqual(
      expect.arrayContaining([
        ['x', '784', undefined],
        ['z ~ normal', '2', undefined],
        ['h: dense', '784 → 3', 2355],
        ['dense', '2 → 784', 2352],
      ]),
    );
    expect(pictureOf(found)).toContain('>784 → 3 · 2,355<');
    expect(shown(found)).toEqual(expect.arrayContaining(['x → h: dense', 'z ~ normal → dense', 'dense ~ x']));
  });

  it('marks the error of shapes on its edge, and shows what is known of the rest', () => {
    expect(shown(graph(model('dense(3)', 'last: dense(700, sigmoid)')))).toContain('last: dense ~ x ✗');
    const found = graph(model('a: dense(3); conv(2); b: dense(4)', 'dense(784, sigmoid)'));
    expect(shown(found)).toContain('a: dense → conv ✗');
    expect(found.boxes.find(({ label }) => label === 'conv')).toMatchObject({
      kind: 'unknown',
      shape: '?',
      group: 'encoder',
    });
  });

  it('finds the box of an offset', () => {
    const input = model('h: dense(3, relu)', 'dense(784, sigmoid)');
    expect(boxAt(graph(input), input.indexOf('dense(3'))!.label).toBe('h: dense');
    expect(boxAt(graph(input), 3)).toBeUndefined();
  });

  it('is drawn of a third of the models of the language: well-formed, every box on the paper', () => {
    const root = new URL('../../docs/models/', import.meta.url);
    const all = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.ae'));
    for (const name of all.filter((_, i) => i % 3 === 0)) {
      const service = new Service({ read: (path) => readFileSync(path, 'utf8') });
      const checked = service.checked(new URL(name, root).pathname)!;
      for (const of of checked.autoencoders) {
        const found = graphOf(checked, of);
        expect(found.boxes.length, name).toBeGreaterThan(2);
        const svg = pictureOf(found);
        expect(isWellFormed(svg), name).toBe(true);
        const paper = Number(/ width="(\d+)"/.exec(svg)![1]);
        expect(svg.match(/class="box/g)!.length, name).toBe(found.boxes.length);
        for (const [, x, y, width] of svg.matchAll(
          /class="box[^>]*>(?:<title>[^<]*<\/title>)?<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.-]+)"/g,
        )) {
          expect(Number(x), name).toBeGreaterThanOrEqual(0);
          expect(Number(y), name).toBeGreaterThanOrEqual(0);
          expect(Number(x) + Number(width), name).toBeLessThanOrEqual(paper);
        }
      }
    }
  });

  it('has the colours that are asked for', () => {
    const found = graph(model('dense(3)', 'dense(784, sigmoid)'));
    expect(pictureOf(found, 'light')).not.toContain('#0d1117');
    expect(pictureOf(found, 'dark')).toContain('#0d1117');
    expect(pictureOf(found, 'dark')).not.toContain('prefers-color-scheme');
    expect(pictureOf(found)).toContain('prefers-color-scheme:dark');
  });
});

/** Whether every element is closed in its turn, and no bare `&` or `<` is left. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, close, name, self] of xml.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (close === '/') {
      if (open.pop() !== name) return false;
    } else if (self !== '/') open.push(name!);
  }
  const bare = xml.replace(/<\/?[a-z]+(?:\s[^<>]*?)?\/?>/g, '').replace(/&(?:amp|lt|gt|quot);/g, '');
  return open.length === 0 && !/[<&]/.test(bare);
}
