import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isDerived } from './derived.js';
import { findingsOf } from './reading.js';

const text = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');

/** Where a piece of a model may stand. */
const contexts: readonly ((piece: string) => string)[] = [
  (piece) => piece,
  (piece) => `autoencoder A {\n${piece}\n}`,
  (piece) => `autoencoder A { encoder {\n${piece}\n} }`,
  (piece) => `autoencoder A { train {\n${piece}\n} }`,
  (piece) => `autoencoder A { figure ${piece}\n }`,
  (piece) => `autoencoder A { input t: tree(${piece})\n }`,
];

const parses = (piece: string): boolean => contexts.some((context) => findingsOf(context(piece)).length === 0);
const derived = (piece: string): boolean => contexts.some((context) => isDerived(context(piece)));

describe('docs/language.md', () => {
  it('shows programs that parse, and that the grammar derives', () => {
    const programs = [...text.matchAll(/```ae\n([^]*?)```/g)].map(([, program = '']) =>
      program.replaceAll('{ … }', '{ }'),
    );
    expect(programs.length).toBeGreaterThan(5);
    expect(programs.filter((program) => !parses(program))).toEqual([]);
    expect(programs.filter((program) => !derived(program))).toEqual([]);
  });
});
