/**
 * Files that say themselves what is wrong with them. A comment `//~ AE1002 "a type"` expects a
 * finding with this code, and with this in its title, on its own line; each `^` after the `~`
 * means one line further up. Whatever is not expected must not be reported. Imported files have
 * their own expectations; those in folders are there to be imported. What is not compiled yet (AE5001) is no matter of
 * a file, unless it expects some.
 *
 * corpus/said holds what is said of each file, word by word, and corpus/meant the models that it stands for: `npx vitest run test/corpus.test.ts -u` writes it anew.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { showModel } from '../src/codegen/show-model.js';
import { writtenOf, type Checked } from '../src/compiler.js';
import { codes } from '../src/diagnostics/codes.js';
import { wordsOf, type Finding, type Message } from '../src/diagnostics/finding.js';
import { applyEdits, editsOf } from '../src/diagnostics/proof.js';
import { parse } from '../src/parser/parse.js';
import { checkFile, expectationsIn, filesIn, heardOf, saidBy, shown } from './corpus/reading.js';
import { violations } from './parser/ast-invariants.js';

const all = [...filesIn('good'), ...filesIn('bad')];
const ofSyntax = ({ message }: Finding): boolean => message.code.startsWith('AE1');
const seen = { codes: new Set<string>(), messages: new Set<string>() };
const pageOf = (name: string): string => `${name.replace(/\.ae$/, '')}.txt`;

describe.each(all)('$name', ({ name, text }) => {
  // Looked at in the first case: while tests are gathered, nothing of the compiler runs.
  let known: Checked | undefined;
  const checked = (): Checked => (known ??= checkFile({ name, text }));

  it('has the findings that it expects, and no others, in these words; and means what is written down of it', async () => {
    known = undefined;
    const found = checked();
    const findings = heardOf(found);
    for (const { message } of findings) {
      seen.codes.add(message.code);
      seen.messages.add(message.name);
    }
    const unexpected = [...findings];
    const unmet = [...found.files.values()]
      .flatMap((file) => expectationsIn(file.file, file.text))
      .filter(({ file, line, code, title }) => {
        const index = unexpected.findIndex((one) => {
          const said = saidBy(one, found);
          return said.code === code && said.title.includes(title) && said.file === file && said.line === line;
        });
        if (index >= 0) unexpected.splice(index, 1);
        return index < 0;
      });
    const reported = shown(unexpected, found);
    expect(unmet, `expected, but not reported; not expected are:\n${reported.join('\n')}`).toEqual([]);
    expect(reported, 'reported, but not expected').toEqual([]);

    const said = shown(findings, found).map((one) => `${one}\n`);
    await expect(said.join('\n')).toMatchFileSnapshot(`corpus/said/${pageOf(name)}`);
    if (found.models.length === 0) return;
    const beyond = found.findings
      .filter(({ message }) => message.code === 'AE5001')
      .map((one) => `${saidBy(one, found).line}: ${wordsOf(one).title}\n`);
    const models = [...found.models.map((model) => `${showModel(model, writtenOf(found))}\n`), ...beyond];
    await expect(models.join('\n')).toMatchFileSnapshot(`corpus/meant/${pageOf(name)}`);
  });

  it('has messages that say why, and what to do', () => {
    const findings = heardOf(checked());
    findings.forEach((one, i) => {
      const { title, cause, expected, found, hint } = wordsOf(one);
      const text = shown(findings, checked())[i];
      expect(title, text).toMatch(/^\S.*[^.\s]$/);
      expect(cause, text).toMatch(/^\S.*[.?]$/);
      if (ofSyntax(one)) return;
      expect(expected === undefined, `expected and found come together:\n${text}`).toBe(found === undefined);
      expect(hint !== undefined || one.fixes.length > 0 || expected !== undefined, text).toBe(true);
    });
  });

  it('keeps the invariants of the Ast', () => {
    expect(violations(parse(name, text))).toEqual([]);
  });

  it('has fixes that mend what they belong to', () => {
    const findings = heardOf(checked());
    for (const one of findings) {
      for (const fix of one.fixes) {
        const edits = editsOf(fix, checked().locate);
        if (edits.some(({ place }) => place.file !== name)) continue;
        const mended = applyEdits(text, edits);
        const after = heardOf(checkFile({ name, text: mended }));
        const alike = ({ message, ...rest }: Finding): boolean =>
          message === one.message && wordsOf({ message, ...rest }).title === wordsOf(one).title;
        expect(after.filter(alike).length, `${fix.title}\n${mended}`).toBeLessThan(findings.filter(alike).length);
        expect(after.filter(ofSyntax).length, `${fix.title}\n${mended}`).toBeLessThanOrEqual(
          findings.filter(ofSyntax).length,
        );
      }
    }
  });
});

// ─────────────────────────────────────────────────────────────────────────────── the whole

const folder = new URL('../src/diagnostics/messages/', import.meta.url);
const modules = await Promise.all(
  readdirSync(folder).map(
    async (name) => (await import(new URL(name, folder).href)) as Readonly<Record<string, unknown>>,
  ),
);
const isMessage = (value: unknown): value is Message<never> =>
  typeof value === 'object' && value !== null && 'say' in value && 'code' in value;
const messages = modules.flatMap((one) => Object.values(one).filter(isMessage));

const inA = (items: string): string => `autoencoder A {\n  input x: [8]\n${items}\n}\n`;

/** Said where the parser meets what its rules do not foresee: nobody knows such a text. */
const unforeseen = 'not-understood';

/** Messages about texts that are too long, or too deep. */
const generated: Readonly<Record<string, string>> = {
  'too-many-errors': inA('  penalty\n'.repeat(101)),
  'nested-too-deeply': inA(`  penalty ${'('.repeat(65)}l1(x)${')'.repeat(65)}`),
  'path-too-long': inA(`  penalty l1(${'a.'.repeat(80)}b)`),
  'too-many-operators': inA(`  penalty ${'l1(x) + '.repeat(201)}l1(x)`),
  'networks-too-deep': inA(Array.from({ length: 202 }, (_, i) => `  network n${i}(n${i + 1}) { relu }`).join('\n')),
  'written-out': `block B { repeat 4900 { relu } }\n${inA(Array.from({ length: 11 }, (_, i) => `  network n${i}(x) { B }`).join('\n'))}`,
};

describe('the corpus', () => {
  it('has a file for every code', () => {
    expect(Object.keys(codes).filter((code) => !seen.codes.has(code))).toEqual([]);
  });

  it.each(Object.entries(generated))('has a long text of which %s is said', (name, text) => {
    const said = checkFile({ name: 'long.ae', text }).findings.map(({ message }) => message.name);
    expect(said).toContain(name);
    for (const one of said) seen.messages.add(one);
  });

  it('makes every message be said', () => {
    expect(messages.map(({ name }) => name).filter((name) => !seen.messages.has(name))).toEqual([unforeseen]);
  });

  it('knows messages by names of their own', () => {
    const names = messages.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('keeps the words of no file that is gone', () => {
    const kept = ['said/good', 'said/bad', 'meant/good', 'meant/bad'].flatMap((kind) =>
      readdirSync(new URL(`corpus/${kind}/`, import.meta.url)).map(
        (name) => `${kind.slice(kind.indexOf('/') + 1)}/${name}`,
      ),
    );
    expect(kept.filter((name) => !all.some((one) => pageOf(one.name) === name))).toEqual([]);
  });
});
