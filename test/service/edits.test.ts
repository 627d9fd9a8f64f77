/**
 * Edits of every kind, drawn from a seed, of a file and of one that it may import: nothing throws, nothing hangs, no span leaves
 * its text, memory stays, and what is known after some edits is what a fresh start finds.
 * The same holds of edits of whole statements. `AEC_EDITS=20000 npx vitest run test/service/edits.test.ts` draws more.
 */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { examples } from '../../examples/list.js';
import { completionsAt } from '../../src/service/completion.js';
import type { Disk } from '../../src/service/disk.js';
import { diagnosticsOf } from '../../src/service/diagnostics.js';
import { fixesAt } from '../../src/service/fixes.js';
import { formatEdits, formatRangeEdits } from '../../src/service/formatting.js';
import { autoencoderOf, graphOf } from '../../src/service/graph.js';
import { hierarchyAt, lensesIn } from '../../src/service/hierarchy.js';
import { hoverAt } from '../../src/service/hover.js';
import { hintsIn } from '../../src/service/inlay.js';
import { definitionAt, linksIn, referencesAt, renameAt } from '../../src/service/navigation.js';
import { foldsIn, outlineOf, selectionsAt, workspaceSymbols } from '../../src/service/outline.js';
import { Service } from '../../src/service/service.js';
import { signatureAt } from '../../src/service/signature.js';
import { semanticTokensIn } from '../../src/service/tokens.js';
import { bad, good } from '../support/corpus-files.js';

const fromExamples = examples.map((one) =>
  readFileSync(new URL(`../../examples/${one.path}`, import.meta.url), 'utf8'),
);

const count = Number(process.env['AEC_EDITS'] ?? 1200);
const [path, imported] = ['/a.ae', '/b.ae'];
const disk: Disk = { read: (file) => (file === imported ? 'block C { relu }\n' : undefined) };

/** Numbers in [0, 1) from a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What people type, and what nobody does. */
const pieces = [
  ...[
    'dense(4)',
    'h: ',
    'conv(8, kernel: 3)',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '.',
    '~',
    ' ',
    '\n',
    ';',
    '"',
    '//',
  ],
  ...[
    'encoder',
    'decoder',
    'penalty l1(h)',
    'latent z ~ normal(2)',
    'block B(n: int) { dense(n) }\n',
    'B(3)',
    'x',
    '_',
    '0',
    '1e9',
  ],
  ...[
    'import "b.ae"',
    'take h',
    'repeat 3 as i { dense(i) }',
    'é',
    '\u{1f642}',
    '\r\n',
    '\t',
    'tied: h',
    '?',
    'train { optimizer adam }',
    'C; ',
  ],
];

/** Every span of an answer: what has a start and an end. */
function* spansIn(
  answer: unknown,
  file: string,
): Generator<{ readonly file: string; readonly start: number; readonly end: number }> {
  if (typeof answer !== 'object' || answer === null) return;
  const own = 'file' in answer && typeof answer.file === 'string' ? answer.file : file;
  if ('start' in answer && 'end' in answer && typeof answer.start === 'number' && typeof answer.end === 'number')
    yield { file: own, start: answer.start, end: answer.end };
  for (const value of answer instanceof Map ? answer.values() : Object.values(answer)) yield* spansIn(value, own);
}

const asked: readonly ((service: Service, offset: number) => unknown)[] = [
  (service, offset) => completionsAt(service, path, offset).map(({ span }) => span),
  (service, offset) => hoverAt(service, path, offset),
  (service, offset) => signatureAt(service, path, offset),
  (service, offset) => definitionAt(service, path, offset),
  (service, offset) => referencesAt(service, path, offset),
  (service, offset) => renameAt(service, path, offset, 'renamed'),
  (service, offset) => fixesAt(service, path, { start: offset, end: offset }),
  (service, offset) => hintsIn(service, path, { start: offset, end: offset + 400 }),
  (service) => semanticTokensIn(service, path).map(({ span }) => span),
  (service) => [foldsIn(service, path), linksIn(service, path), lensesIn(service, path)],
  (service) => [outlineOf(service, path), workspaceSymbols(service, 'a')],
  (service, offset) => [selectionsAt(service, path, offset), hierarchyAt(service, path, offset)],
  (service, offset) => [formatEdits(service, path), formatRangeEdits(service, path, { start: offset, end: offset })],
  (service) => {
    const checked = service.checked(path)!;
    const of = autoencoderOf(checked);
    return of === undefined ? [] : graphOf(checked, of).boxes;
  },
];

it(
  `stands ${count} random edits`,
  () => {
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    const draw = numbers(20_260);
    const below = (n: number): number => Math.floor(draw() * n);
    const service = new Service(disk);
    const texts = new Map<string, string>();
    /** What a service that has seen nothing before says of the texts as they are. */
    const compare = (asked: readonly ((service: Service, offset: number) => unknown)[]): void => {
      const fresh = new Service(disk);
      for (const file of service.open) fresh.edit(file, service.read(file)!);
      expect([...diagnosticsOf(service)]).toEqual([...diagnosticsOf(fresh)]);
      const { length } = service.read(path)!;
      for (const ask of asked) expect(ask(service, length >> 1)).toEqual(ask(fresh, length >> 1));
    };
    let [slowest, middle] = [0, 0];
    for (let i = 0; i < count; i++) {
      // A new text now and then: what piles up is rubbish, of which little can be learned.
      if (i % 30 === 0) {
        if (i > 0) compare(asked);
        const models = [good[below(good.length)]!, good[below(good.length)]!];
        texts.set(path, ['import "b.ae"', ...models].slice(below(2)).join('\n'));
        texts.delete(imported);
        service.close(imported);
      }
      const file = draw() < 0.9 ? path : imported;
      const text = texts.get(file) ?? disk.read(file)!;
      const start = below(text.length + 1);
      const removed = draw() < 0.4 ? below(12) : 0;
      const piece = draw() < 0.8 ? pieces[below(pieces.length)]! : '';
      texts.set(file, text.slice(0, start) + piece + text.slice(start + removed));
      const begun = performance.now();
      for (const [name, now] of texts) service.edit(name, now);
      const { length: most } = texts.get(path)!;
      const answers = [diagnosticsOf(service), asked[i % asked.length]!(service, below(most + 1))];
      slowest = Math.max(slowest, performance.now() - begun);
      if (i % 4 === 0) compare([]);
      for (const span of spansIn(answers, path)) {
        const { length } = service.read(span.file) ?? '';
        if (!(0 <= span.start && span.start <= span.end && span.end <= length))
          expect.fail(
            `edit ${i}, request ${i % asked.length}: ${JSON.stringify(span)} of ${length}\n${texts.get(path)}`,
          );
      }
      if (i === Math.floor(count / 2)) {
        collect();
        middle = process.memoryUsage().heapUsed;
      }
    }
    collect();
    expect(process.memoryUsage().heapUsed - middle).toBeLessThan(40e6);
    expect(slowest).toBeLessThan(5000);
    compare(asked);
  },
  Math.max(120_000, 200 * count),
);

/** Edits of whole statements, which stand on lines of their own: those that people make most, and that are looked at again by parts. */
function editedByLine(text: string, other: string, below: (n: number) => number): string {
  const lines = text.split('\n');
  const written = [...lines.keys()].filter((i) => /\w/.test(lines[i]!));
  const at = written[below(written.length)] ?? 0;
  const line = lines[at] ?? '';
  const others = other.split('\n').filter((one) => /^ {2,4}\w/.test(one));
  const to = Math.max(0, at + below(9) - 4);
  const edits: readonly (() => void)[] = [
    () => lines.splice(at, 1),
    () => lines.splice(at, 0, others[below(others.length)] ?? '  penalty l1(h)'),
    () =>
      lines.splice(
        at,
        1,
        line.replace(/\d+/, (digits) => `${Number(digits) + 1}`),
      ),
    () =>
      lines.splice(
        at,
        1,
        line.replace(/\b[a-z]\w*\b/g, (word) => (below(4) === 0 ? 'h' : word)),
      ),
    () => lines.splice(to, 0, ...lines.splice(at, 1)),
    () => lines.splice(at, 0, line),
    () => lines.splice(at, 1, below(2) === 0 ? `  // ${line}` : `${line}  // why`),
  ];
  edits[below(edits.length)]!();
  return lines.join('\n');
}

it('knows after statements come, go, change and move what a fresh start knows', () => {
  const draw = numbers(500);
  const below = (n: number): number => Math.floor(draw() * n);
  const texts = [...good, ...bad, ...fromExamples].filter(({ length }) => length < 3000);
  for (let round = 0; round < 40; round++) {
    const service = new Service(disk);
    let text = ['import "b.ae"', texts[below(texts.length)]!, texts[below(texts.length)]!].slice(below(2)).join('\n');
    service.edit(path, text);
    diagnosticsOf(service);
    for (let i = 0; i < 5; i++) {
      text = editedByLine(text, texts[below(texts.length)]!, below);
      service.edit(path, text);
      const fresh = new Service(disk);
      fresh.edit(path, text);
      expect([...diagnosticsOf(service)], text).toEqual([...diagnosticsOf(fresh)]);
      expect(service.checked(path)!.models, text).toEqual(fresh.checked(path)!.models);
      const words = [...text.matchAll(/\w+/g)];
      const offset = (words[below(words.length)]?.index ?? 0) + 1;
      for (const ask of [hoverAt, definitionAt, referencesAt, hintsAround])
        expect(ask(service, path, offset), text).toEqual(ask(fresh, path, offset));
    }
  }
});

const hintsAround = (service: Service, file: string, offset: number): unknown =>
  hintsIn(service, file, { start: offset - 200, end: offset + 200 });
