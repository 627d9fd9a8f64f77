import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/parser/parse.js';

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

const parses = (piece: string): boolean =>
  contexts.some((context) => parse('language.ae', context(piece)).diagnostics.length === 0);

describe('docs/language.md', () => {
  it('shows programs that parse', () => {
    const programs = [...text.matchAll(/```ae\n([^]*?)```/g)].map(([, program = '']) => program);
    expect(programs.length).toBeGreaterThan(5);
    expect(programs.filter((program) => !parses(program.replaceAll('{ … }', '{ }')))).toEqual([]);
  });

  it('spells the lectures in pieces that parse', () => {
    const tables = text.slice(text.indexOf('## 14.'));
    const pieces = [...tables.matchAll(/`([^`]+)`/g)].map(([, piece = '']) => piece);
    const code = pieces.filter((piece) => /[ ({]/.test(piece) && !/^--|by …$/.test(piece));
    expect(code.length).toBeGreaterThan(150);
    const known = (piece: string): string => piece.replaceAll('{ … }', '{ }').replaceAll('…', '');
    expect(code.filter((piece) => !parses(known(piece)))).toEqual([]);
  });
});
