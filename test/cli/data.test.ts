/** Which data a command reads, and which fields of them. */
import { expect, test } from 'vitest';
import { dataNamed } from '../../src/cli/data.js';
import { Refusal } from '../../src/cli/refusal.js';
import { checkText } from '../support/emitted.js';

const modelOf = (set: string) =>
  checkText(`autoencoder A {
  input x: [4]
  encoder { dense(2) }
  decoder { dense(4) }
  reconstruct x by squared_error
  train { data ${set} }
}`).models[0]!;
const model = modelOf('identity(4)');

test.each([
  [{}, undefined, 'identity:n=4'],
  [{}, 'houses.csv#x=area', 'houses.csv#x=area'],
  [{ data: 'strokes' }, 'houses.csv#x=area', 'strokes'],
  [{ data: 'houses.csv', columns: ['x=area,rooms', 'y=price'] }, undefined, 'houses.csv#x=area,rooms;y=price'],
  // A new table is read as the run's was, unless it says itself which fields, or the command does.
  [{ data: 'new.csv' }, 'houses.csv#x=area', 'new.csv#x=area'],
  [{ data: 'new.csv#x=size' }, 'houses.csv#x=area', 'new.csv#x=size'],
  [{ data: 'new.csv', columns: ['x=size'] }, 'houses.csv#x=area', 'new.csv#x=size'],
  [{ columns: ['x=rooms'] }, 'houses.csv#x=area', 'houses.csv#x=rooms'],
  [{ data: 'new.parquet' }, 'houses.csv#x=area', 'new.parquet#x=area'],
  // So is a folder of pictures; both are folders here.
  [{ data: 'docs' }, 'examples#crop,grey', 'docs#crop,grey'],
  [{ data: 'docs#stretch' }, 'examples#crop,grey', 'docs#stretch'],
  [{ data: 'docs' }, 'houses.csv#x=area', 'docs'],
  [{ data: 'x=a.npy' }, 'houses.csv#x=area', 'x=a.npy'],
])('%j of a run on %s reads %s', (options, ofRun, named) => {
  expect(dataNamed(options, model, ofRun)).toBe(named);
});

test.each(['strokes', 'x=houses.csv,y=prices.csv', 'pictures'])('fields of %s cannot be chosen', (data) => {
  expect(() => dataNamed({ data, columns: ['x=area'] }, model)).toThrow(Refusal);
});

test.each([
  ['storkes', 'strokes'],
  ['storkes:count=5', 'strokes:count=5'],
  ['mnits=DIR', 'mnist=DIR'],
])('%s is answered with %s', (data, meant) => {
  expect(() => dataNamed({ data }, model)).toThrow(`did you mean --data ${meant}?`);
});

// A variable may have the name that it likes, and so may a file.
test.each(['x=a.npy', 'images=b.npy', 'doc', 'docs'])('%s is no misspelling', (data) => {
  expect(dataNamed({ data }, model)).toBe(data);
});

// The folder `docs` stands for a set that somebody has.
test('a set that is looked for has no arguments that it could forget', () => {
  expect(dataNamed({ dataDir: '.' }, modelOf('docs'))).toBe('docs');
  expect(() => dataNamed({ dataDir: '.' }, modelOf('docs(labels: 100)'))).toThrow(Refusal);
});
