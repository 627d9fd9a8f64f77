/** Runs as things: what they leave, what commands make of them, and that nothing finished is lost. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aec } from './run.js';

let place: string;

const classifier = `import "parts/halves.ae"

autoencoder Digits(hidden: int = 6) {
  input x: [8] in [0, 1]
  target y: category(3)
  encoder { code: half(hidden) }
  decoder { dense(8, sigmoid) }
  head label(code) { dense(3) }
  reconstruct x by bernoulli
  reconstruct y from label by categorical
  train { optimizer adam(lr: 1e-2); batch 10; epochs 2; validation 0.2 }
}
`;
const halves = `block half(n: int) { dense(n, tanh) }\n`;

/** Rows x.0 … x.7 and their class, which the first value tells. */
function examples(withClass: boolean, count = 40): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const kind = i % 3;
    const x = Array.from({ length: 8 }, (_, j) => (j % 3 === kind ? 0.9 : 0.1 + 0.02 * ((i * 7 + j) % 5)));
    return [...x.map((v) => v.toFixed(2)), ...(withClass ? [kind] : [])].join(',');
  });
  const header = [...Array.from({ length: 8 }, (_, j) => `x.${j}`), ...(withClass ? ['y'] : [])].join(',');
  return `${header}\n${rows.join('\n')}\n`;
}

const train = (...args: readonly string[]) => aec(['train', ...args, '--backend', 'cpu', '--no-report'], place);

const recordOf = (run: string) =>
  JSON.parse(readFileSync(join(place, run, 'run.json'), 'utf8')) as {
    readonly status: string;
    readonly origin: {
      readonly command: string;
      readonly data: string;
      readonly set: object;
      readonly overrides: object;
      readonly sources: readonly { readonly name: string; readonly text: string }[];
    };
    readonly parameters: object;
    readonly history: readonly { readonly epoch: number; readonly train: object }[];
    readonly seconds: number;
    readonly started: string;
  };

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'aec-runs-'));
  mkdirSync(join(place, 'parts'));
  writeFileSync(join(place, 'digits.ae'), classifier);
  writeFileSync(join(place, 'parts/halves.ae'), halves);
  writeFileSync(join(place, 'rows.csv'), examples(true));
  writeFileSync(join(place, 'new.csv'), examples(false, 7));
  expect(train('digits.ae', '--data', 'rows.csv', '--set', 'hidden=4', '--epochs', '3').code).toBe(0);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('a run says what it was', () => {
  test('its command, sources with imports, hyperparameters, data and history', () => {
    const record = recordOf('runs/Digits');
    expect(record.status).toBe('done');
    expect(record.origin.command).toContain('train digits.ae --data rows.csv');
    expect(record.origin.sources).toEqual([
      { name: 'digits.ae', text: classifier },
      { name: 'parts/halves.ae', text: halves },
    ]);
    expect(record.origin.set).toEqual({ hidden: '4' });
    expect(record.origin.overrides).toEqual({ epochs: 3 });
    expect(record.parameters).toEqual({ hidden: 4 });
    expect(record.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const csv = readFileSync(join(place, 'runs/Digits/history.csv'), 'utf8').trim().split('\n');
    expect(csv).toHaveLength(4);
    expect(csv[0]).toMatch(/^phase,epoch,loss,/);
    expect(csv[0]!.split(',')).toHaveLength(csv[1]!.split(',').length);
  });
});

describe('commands take a run', () => {
  test('with its hyperparameters, its weights and its imports, wherever the file is by now', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'aec-elsewhere-'));
    const coded = aec(
      ['encode', join(place, 'runs/Digits'), '--data', join(place, 'rows.csv'), '--backend', 'cpu', '--out', '-'],
      elsewhere,
    );
    rmSync(elsewhere, { recursive: true });
    expect(coded.err).toBe('');
    expect(coded.out.split('\n')[0]).toBe('encoder.0,encoder.1,encoder.2,encoder.3');
    expect(coded.out.trim().split('\n')).toHaveLength(41);
  });

  test('its data too, unless others are named', () => {
    const all = aec(['encode', 'runs/Digits', '--backend', 'cpu', '--out', '-'], place);
    expect(all.out.trim().split('\n')).toHaveLength(41);
  });

  test('a file finds the weights of its newest run, and the hyperparameters that they were trained with', () => {
    const coded = aec(['encode', 'digits.ae', '--data', 'new.csv', '--backend', 'cpu', '--out', '-'], place);
    expect(coded.err).toContain('as trained: hidden=4');
    expect(coded.out.split('\n')[0]).toBe('encoder.0,encoder.1,encoder.2,encoder.3');
    const other = aec(
      ['encode', 'digits.ae', '--data', 'new.csv', '--backend', 'cpu', '--set', 'hidden=5', '--out', '-'],
      place,
    );
    expect(other.code).toBe(1);
    expect(other.err).toContain('weights.safetensors');
  });

  test('to encode, reconstruct and predict, only what the networks read is needed', () => {
    for (const command of ['encode', 'reconstruct', 'predict'])
      expect(aec([command, 'runs/Digits', '--data', 'new.csv', '--backend', 'cpu', '--out', '-'], place)).toMatchObject(
        {
          code: 0,
          err: '',
        },
      );
  });

  test('predictions are a class and its probability, and those of a trained model are right', () => {
    expect(train('runs/Digits', '--epochs', '60', '--out', 'longer').code).toBe(0);
    const { out } = aec(['predict', 'longer', '--data', 'new.csv', '--backend', 'cpu', '--out', '-'], place);
    const [header, ...rows] = out.trim().split('\n');
    expect(header).toBe('y,y.probability');
    expect(rows.map((row) => Number(row.split(',')[0]))).toEqual([0, 1, 2, 0, 1, 2, 0]);
    for (const row of rows) {
      const probability = Number(row.split(',')[1]);
      expect(probability).toBeGreaterThan(1 / 3);
      expect(probability).toBeLessThanOrEqual(1);
    }
  });

  test('is exported as ONNX, beside its weights', () => {
    const done = aec(['export', 'runs/Digits'], place);
    expect(done.err).toBe('');
    expect(done.out.trim().split('\n')).toEqual([
      'runs/Digits/onnx/encoder.onnx: x [batch, 8] → encoder [batch, 4]',
      'runs/Digits/onnx/decoder.onnx: encoder [batch, 4] → x_out [batch, 8], y_out [batch, 3]',
      'runs/Digits/onnx/model.onnx: x [batch, 8] → x_out [batch, 8], y_out [batch, 3]',
    ]);
    expect(readdirSync(join(place, 'runs/Digits/onnx')).sort()).toEqual(['decoder.onnx', 'encoder.onnx', 'model.onnx']);
  });

  test('of trees is no ONNX: the layer is named, and nothing is written', () => {
    writeFileSync(
      join(place, 'trees.ae'),
      `autoencoder Trees {
  input t: tree(token(vocab: 4))
  encoder {
    leaf { embedding(3) }
    compose(left, right) { concat; dense(3, tanh) }
  }
  decoder { decompose(parent) { dense(6, tanh); split(2) } }
  reconstruct children by gaussian at inner nodes
  train { optimizer adam(lr: 1e-2); batch 2; epochs 1; validation 0 }
}
`,
    );
    writeFileSync(join(place, 'trees.txt'), '(0 (0 a) (0 b))\n(0 (0 a) (0 (0 b) (0 c)))\n');
    expect(train('trees.ae', '--data', 't=trees.txt')).toMatchObject({ code: 0 });
    const refused = aec(['export', 'runs/Trees'], place);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('found: Fold in encoder.onnx, of trees.ae:3:3: encoder {');
    expect(existsSync(join(place, 'runs/Trees/onnx'))).toBe(false);
  });

  test('check and explain read what it was trained from', () => {
    expect(aec(['check', 'runs/Digits'], place)).toMatchObject({ code: 0, out: 'runs/Digits: Digits, no problems\n' });
    expect(aec(['explain', 'runs/Digits'], place).out).toContain('8 → 4');
  });
});

describe('every run has a folder of its own', () => {
  test('the next one is numbered, the newest one goes on, a finished one is not touched', () => {
    const before = readFileSync(join(place, 'runs/Digits/weights.safetensors'));
    const again = train('digits.ae', '--data', 'rows.csv', '--epochs', '1');
    expect(again.err).toContain('into runs/Digits-2');
    expect(train('digits.ae', '--data', 'rows.csv', '--epochs', '2', '--resume').err).toContain(
      'going on from runs/Digits-2',
    );
    expect(recordOf('runs/Digits-2').history).toHaveLength(2);
    expect(readFileSync(join(place, 'runs/Digits/weights.safetensors')).equals(before)).toBe(true);
  });

  test('a run that goes on comes to the same bits, and its record knows both parts', () => {
    expect(train('runs/Digits', '--epochs', '5', '--out', 'whole').code).toBe(0);
    expect(train('runs/Digits', '--epochs', '2', '--out', 'parts-of').code).toBe(0);
    const first = recordOf('parts-of');
    expect(train('parts-of', '--resume', '--epochs', '5').code).toBe(0);
    const second = recordOf('parts-of');
    expect(second.started).toBe(first.started);
    expect(second.seconds).toBeGreaterThan(first.seconds);
    expect(second.history).toEqual(recordOf('whole').history);
    expect(
      readFileSync(join(place, 'parts-of/weights.safetensors')).equals(
        readFileSync(join(place, 'whole/weights.safetensors')),
      ),
    ).toBe(true);
  });

  test('the same once more: a run is a recipe', () => {
    const repeated = train('runs/Digits', '--out', 'repeated');
    expect(repeated.code).toBe(0);
    expect(
      readFileSync(join(place, 'repeated/weights.safetensors')).equals(
        readFileSync(join(place, 'runs/Digits/weights.safetensors')),
      ),
    ).toBe(true);
  });
});

describe('what is no run is answered', () => {
  test.each([
    ['a folder without one', 'parts', 'expected: an .ae file, or the folder of a run'],
    ['a folder of runs', 'runs', 'found there: Digits'],
  ])('%s', (_, path, said) => {
    const { code, err } = aec(['encode', path], place);
    expect(code).toBe(1);
    expect(err).toContain(said);
  });

  test.each([
    ['no JSON', '{"version": 1,'],
    ['another version', '{"version": 7}'],
    ['other fields', '{"version": 1, "model": "A", "origin": {"sources": 3}}'],
  ])('a record with %s', (_, text) => {
    mkdirSync(join(place, 'damaged'), { recursive: true });
    writeFileSync(join(place, 'damaged/run.json'), text);
    const { code, err } = aec(['encode', 'damaged'], place);
    expect(code).toBe(1);
    expect(err).toContain('damaged/run.json');
    expect(err).not.toContain('    at ');
  });

  test('a model that predicts nothing', () => {
    writeFileSync(
      join(place, 'plain.ae'),
      classifier
        .replace(/ {2}target.*\n/, '')
        .replace(/.*label.*\n/g, '')
        .replace('by bernoulli', 'by squared_error'),
    );
    expect(train('plain.ae', '--data', 'new.csv', '--name', 'Digits', '--out', 'plain').code).toBe(0);
    const { code, err } = aec(['predict', 'plain', '--backend', 'cpu'], place);
    expect(code).toBe(1);
    expect(err).toContain('predicts nothing');
    expect(existsSync(join(place, 'predictions.csv'))).toBe(false);
  });
});

describe('classes by name', () => {
  const kinds = ['zebra', 'ant', 'a, b'];
  /** As `examples`, with names in place of numbers. */
  const named = (count = 40, other?: string): string =>
    examples(true, count)
      .split('\n')
      .map((line, i) =>
        i === 0 ? line : line.replace(/,(\d)$/, (_, kind: string) => `,"${other ?? kinds[Number(kind)]!}"`),
      )
      .join('\n');

  test('are read from a table, kept beside the weights, and given back by predictions', () => {
    writeFileSync(join(place, 'named.csv'), named());
    expect(train('digits.ae', '--data', 'named.csv', '--epochs', '80', '--out', 'named').code).toBe(0);
    // In the order of the alphabet, whatever comes first in the file.
    expect(JSON.parse(readFileSync(join(place, 'named/classes.json'), 'utf8'))).toEqual({
      y: ['a, b', 'ant', 'zebra'],
    });
    const { out } = aec(['predict', 'named', '--data', 'new.csv', '--backend', 'cpu', '--out', '-'], place);
    expect(
      out
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.replace(/,[\d.e-]+$/, '')),
    ).toEqual([0, 1, 2, 0, 1, 2, 0].map((kind) => (kind === 2 ? '"a, b"' : kinds[kind]!)));
  });

  test('mean the same in other data, whichever of them are there', () => {
    writeFileSync(join(place, 'some.csv'), named(2));
    const { accuracies } = JSON.parse(
      aec(['evaluate', 'named', '--data', 'some.csv', '--backend', 'cpu', '--json'], place).out,
    ) as { readonly accuracies: readonly { readonly share: number; readonly counted: number }[] };
    expect(accuracies).toMatchObject([{ share: 1, counted: 2 }]);
  });

  test('do not stand in the way of networks that do not read them', () => {
    const { code, out, err } = aec(['encode', 'named', '--data', 'named.csv', '--backend', 'cpu', '--out', '-'], place);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trim().split('\n')).toHaveLength(41);
  });

  test('that the model does not know, or more than it has, are answered', () => {
    writeFileSync(join(place, 'strange.csv'), named(5, 'gnu'));
    const strange = aec(['evaluate', 'named', '--data', 'strange.csv', '--backend', 'cpu'], place);
    expect(strange.code).toBe(1);
    expect(strange.err).toMatch(/strange\.csv\n {2}expected classes of y .*a, b, ant, zebra\n {2}found +gnu/);
    writeFileSync(join(place, 'many.csv'), named(12).replace(/"ant"/, 'bee').replace(/"ant"/, 'cow'));
    const many = train('digits.ae', '--data', 'many.csv', '--out', 'many');
    expect(many.code).toBe(1);
    expect(many.err).toContain('at most 3 classes in y');
    expect(many.err).toContain('category(5)');
  });
});

describe('what a run came to', () => {
  const evaluated = (...args: readonly string[]) =>
    JSON.parse(aec(['evaluate', ...args, '--backend', 'cpu', '--json'], place).out) as {
      readonly examples: number;
      readonly terms: Readonly<Record<string, number>>;
      readonly baselines: readonly { readonly variable: string; readonly error: number; readonly meanError: number }[];
      readonly accuracies: readonly { readonly variable: string; readonly share: number }[];
      readonly verdict: { readonly works: boolean; readonly remarks: readonly { readonly kind: string }[] };
    };

  test('evaluate measures what training measured on what was held out', () => {
    const { terms, examples } = evaluated('runs/Digits');
    const { validation } = recordOf('runs/Digits').history.at(-1) as unknown as {
      readonly validation: Readonly<Record<string, number>>;
    };
    expect(examples).toBe(8);
    expect(Object.keys(terms)).toEqual(Object.keys(validation));
    for (const [name, value] of Object.entries(terms)) expect(value).toBeCloseTo(validation[name]!, 5);
  });

  test('and all of other data: errors and shares counted by hand from the predictions', () => {
    const trained = evaluated('longer', '--data', 'rows.csv');
    expect(trained.accuracies).toMatchObject([{ variable: 'y', share: 1 }]);
    expect(trained.verdict.works).toBe(true);
    expect(trained.examples).toBe(40);
    const wrong = examples(true).replaceAll(/,0$/gm, ',1');
    writeFileSync(join(place, 'wrong.csv'), wrong);
    expect(evaluated('longer', '--data', 'wrong.csv').accuracies[0]!.share).toBeCloseTo(26 / 40, 6);
  });

  test('a model of a dead learning rate is said not to work, at the end of training, in the record and the report', () => {
    writeFileSync(join(place, 'dead.ae'), classifier.replace('lr: 1e-2', 'lr: 1e-9'));
    // All rows near one point, from which what is not trained is far away.
    writeFileSync(join(place, 'dull.csv'), examples(true).replaceAll(/0\.1/g, '0.8'));
    const { out, code } = aec(
      ['train', 'dead.ae', '--data', 'dull.csv', '--backend', 'cpu', '--out', 'dead', '--json'],
      place,
    );
    expect(code).toBe(0);
    const end = JSON.parse(out.trim().split('\n').at(-1)!) as { readonly event: string; readonly verdict: object };
    expect(end).toMatchObject({ event: 'end', verdict: { works: false } });
    expect(recordOf('dead')).toMatchObject({ result: { verdict: { works: false } } });
    expect(readFileSync(join(place, 'dead/report.html'), 'utf8')).toMatch(/class="verdict broken".*Warning/s);
  });

  test('report draws further figures, and answers one that is none', () => {
    const done = aec(['report', 'longer', '--figure', 'pca(encoder)', '--backend', 'cpu'], place);
    expect(done.err).toBe('');
    expect(readdirSync(join(place, 'longer/figures')).filter((name) => /^pca.*\.csv$/.test(name))).not.toEqual([]);
    expect(readFileSync(join(place, 'longer/report.html'), 'utf8')).toContain('class="verdict works"');
    const other = aec(['report', 'longer', '--figure', 'portrait'], place);
    expect(other.code).toBe(1);
    expect(other.err).toContain('portrait');
  });

  test('compare sets runs side by side, with what differs between them', () => {
    const { out, code } = aec(['compare', 'longer', 'dead', '--out', 'losses.svg'], place);
    expect(code).toBe(0);
    const [header, first, second] = out.split('\n');
    expect(header).toMatch(/^run +hidden +.*epochs +loss/);
    expect(first).toMatch(/^longer +4 .*lowest loss$/);
    expect(second).toMatch(/^dead +6 .*does not work/);
    const svg = readFileSync(join(place, 'losses.svg'), 'utf8');
    for (const name of ['longer', 'dead', 'loss, on held-out examples']) expect(svg).toContain(name);
    expect(aec(['compare', 'rows.csv'], place).err).toContain('folders of runs');
    // Pictures of both, below each other in front of the truth.
    expect(aec(['compare', 'longer', 'dead', '--out', 'rows.png'], place).code).toBe(0);
    expect(readFileSync(join(place, 'rows.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(aec(['compare', 'longer', '--out', 'rows.gif'], place).err).toContain('.svg, .png or .html');
  });
});
