import { describe, expect, it } from 'vitest';
import { elements, type Dataset } from '../../src/runtime/dataset.js';
import { renderDataError } from '../../src/runtime/result.js';
import { syntheticSets } from '../../src/runtime/synthetic/index.js';
import { compoundsIn } from '../../src/runtime/synthetic/compounds.js';
import { isPhrase } from '../../src/runtime/synthetic/phrases.js';
import { generateSet } from '../../src/runtime/synthetic/specification.js';
import { dictionaryAtoms } from '../../src/runtime/synthetic/vectors.js';

function made(text: string): Dataset {
  const set = generateSet(text);
  if (!set.ok) throw new Error(renderDataError(set.error));
  return set.value;
}

const values = (data: Dataset, name = 'x'): Float32Array =>
  (data.columns[name]?.data ?? data.texts?.['s']?.values ?? data.trees!['t']!.values) as Float32Array;

describe.each(syntheticSets.map((set) => [set.name, set] as const))('%s', (name, set) => {
  const sized = set.parameters.some((parameter) => parameter.name === 'count');
  const text = sized ? `${name}:count=50` : name;
  const data = made(text);

  it('describes itself', () => {
    expect(set.summary).not.toBe('');
    for (const parameter of set.parameters) {
      expect(parameter.summary).not.toBe('');
      expect(parameter.default).toBeGreaterThanOrEqual(parameter.minimum);
      expect(parameter.default).toBeLessThanOrEqual(parameter.maximum);
      if (parameter.integer) expect(Number.isInteger(parameter.default)).toBe(true);
    }
  });

  it('yields the columns it names, whole and finite', () => {
    expect(Object.keys(data.columns)).toEqual(set.columns.map((column) => column.name));
    for (const column of Object.values(data.columns)) {
      expect(column.data.length).toBe(data.size * elements(column.shape));
      expect(column.data.every(Number.isFinite)).toBe(true);
    }
  });

  it('is the same for the same seed, another for another', () => {
    expect(made(text)).toEqual(data);
    if (name !== 'identity') expect(values(made(`${text}${sized ? ',' : ':'}seed=1`))).not.toEqual(values(data));
  });

  it.runIf(sized)('only grows with count', () => {
    const longer = made(`${name}:count=60`);
    expect(values(longer).slice(0, values(data).length)).toEqual(values(data));
  });
});

describe('what the sets promise', () => {
  it('strokes and shapes are in [0, 1], with ink, and balanced', () => {
    for (const name of ['strokes', 'shapes']) {
      const data = made(`${name}:count=200`);
      const x = values(data);
      expect(x.every((value) => value >= 0 && value <= 1)).toBe(true);
      const mean = x.reduce((a, b) => a + b, 0) / x.length;
      expect(mean).toBeGreaterThan(0.05);
      expect(mean).toBeLessThan(0.6);
      expect(new Set(data.columns['y']!.data).size).toBe(name === 'strokes' ? 10 : 5);
    }
  });

  it('digits of one class are nearer to their own mean than to others, mostly, and not always', () => {
    const data = made('strokes:count=1000');
    const x = values(data);
    const means = Array.from({ length: 10 }, () => new Float64Array(784));
    for (let i = 0; i < 500; i++)
      for (let j = 0; j < 784; j++) means[i % 10]![j] = means[i % 10]![j]! + x[i * 784 + j]! / 50;
    let right = 0;
    for (let i = 500; i < 1000; i++) {
      const far = means.map((mean) => mean.reduce((sum, value, j) => sum + (value - x[i * 784 + j]!) ** 2, 0));
      if (far.indexOf(Math.min(...far)) === i % 10) right++;
    }
    expect(right / 500).toBeGreaterThan(0.6);
    expect(right / 500).toBeLessThan(0.99);
  });

  it('gaussian has the deviations it was asked for', () => {
    const data = made('gaussian:count=4000,dims=3,decay=0.5,scale=2');
    const x = values(data);
    let energy = 0;
    for (const value of x) energy += value * value;
    expect(energy / 4000).toBeCloseTo(4 + 1 + 0.25, 0);
  });

  it('labels are known of as many examples as was asked', () => {
    for (const name of ['strokes', 'mixture']) {
      const of = (text: string): readonly number[] => [...made(`${name}:count=40${text}`).columns['y']!.data];
      expect(of('').every((label) => label >= 0)).toBe(true);
      expect(of(',known=15')).toEqual(of('').map((label, i) => (i < 15 ? label : -1)));
    }
  });

  it('mixture has its places on the unit circle', () => {
    const data = made('mixture:count=800,k=4,noise=0.1');
    const [x, y] = [values(data), data.columns['y']!.data];
    for (let place = 0; place < 4; place++) {
      const own = Array.from({ length: 800 }, (_, i) => i).filter((i) => y[i] === place);
      const mean = [0, 1].map((j) => own.reduce((sum, i) => sum + x[2 * i + j]! / own.length, 0));
      expect(own).toHaveLength(200);
      expect(mean[0]).toBeCloseTo(Math.cos((place * Math.PI) / 2), 1);
      expect(mean[1]).toBeCloseTo(Math.sin((place * Math.PI) / 2), 1);
    }
  });

  it('opinions come to what their negations make of them', () => {
    const { leafAt, left, right, values: tokens, labels, words } = made('opinions:count=200').trees!['t']!;
    const good = new Set(['bright', 'quick', 'warm', 'sweet', 'bold']);
    let turned = 0;
    for (let i = 0; i < 200; i++) {
      const own = leafAt[i + 1]! - leafAt[i]!;
      const word = (node: number): string | undefined => (node < own ? words![tokens[leafAt[i]! + node]!] : undefined);
      const come = (node: number): number => {
        if (node < own) return Number(good.has(word(node)!));
        const [l, r] = [left, right].map((side) => side[leafAt[i]! - i + node - own]!) as [number, number];
        // The second of two is what counts; `not` turns it round.
        return word(l) === 'not' ? 1 - come(r) : come(r);
      };
      const root = 2 * own - 2;
      expect(labels!.values[2 * leafAt[i]! - i + root]).toBe(come(root));
      turned += Number(come(root) !== Number(good.has(word(own - 1)!)));
    }
    expect(turned).toBeGreaterThan(50);
    expect(turned).toBeLessThan(150);
  });

  it('bars light whole rows and columns', () => {
    const data = made('bars:count=300,n=6');
    const [x, b] = [values(data), values(data, 'b')];
    for (let i = 0; i < 300; i++) {
      for (let r = 0; r < 6; r++) {
        for (let c = 0; c < 6; c++) expect(x[i * 36 + r * 6 + c]).toBe(Math.max(b[i * 12 + r]!, b[i * 12 + 6 + c]!));
      }
    }
  });

  it('dictionary is its codes times its atoms, k at a time', () => {
    const data = made('dictionary:count=20,m=10,d=4,k=3,seed=5');
    const [x, c] = [values(data), values(data, 'c')];
    const atoms = dictionaryAtoms(10, 4, 5);
    for (let i = 0; i < 20; i++) {
      const code = c.slice(i * 10, i * 10 + 10);
      expect(code.filter((value) => value !== 0)).toHaveLength(3);
      for (let j = 0; j < 4; j++)
        expect(code.reduce((sum, value, a) => sum + value * atoms[a * 4 + j]!, 0)).toBeCloseTo(x[i * 4 + j]!, 5);
    }
    expect(generateSet('dictionary:m=2,k=3')).toMatchObject({ ok: false, error: { found: 'k = 3, m = 2' } });
  });

  it('compounds are whole, two to four in a text, and one follows any other', () => {
    const { s } = made('compounds:count=500').texts!;
    const following = new Set<string>();
    for (let i = 0; i < s!.leafAt.length - 1; i++) {
      const words = [...s!.values.subarray(s!.leafAt[i]!, s!.leafAt[i + 1]!)].map((word) => s!.words[word]!);
      const own = compoundsIn(words);
      expect(own.reduce((sum, [from, to]) => sum + to - from, 0)).toBe(words.length);
      expect(own.length).toBeGreaterThanOrEqual(2);
      expect(own.length).toBeLessThanOrEqual(4);
      own.slice(1).forEach(([at]) => following.add(`${words[at - 1]!} ${words[at]!}`));
    }
    expect(following.size).toBe(100);
  });

  it('phrases are what the grammar says, and what the grammar says is no accident', () => {
    const { s } = made('phrases:count=300').texts!;
    const phrase = (i: number): readonly string[] =>
      [...s!.values.slice(s!.leafAt[i], s!.leafAt[i + 1])].map((word) => s!.words[word]!);
    for (let i = 0; i < 300; i++) {
      expect(isPhrase(phrase(i))).toBe(true);
      expect(isPhrase([...phrase(i)].reverse())).toBe(false);
    }
    expect(isPhrase(['some', 'cat', 'chases', 'mice'])).toBe(false);
    expect(isPhrase(['the', 'cats', 'chases', 'mice'])).toBe(false);
    expect(isPhrase(['the', 'old', 'cats', 'chase', 'seeds'])).toBe(false);
  });

  it('identity is the unit vectors', () => {
    expect(Array.from(values(made('identity:n=3')))).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });
});
