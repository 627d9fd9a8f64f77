/**
 * Edits of every kind, drawn from a seed: nothing throws, nothing hangs, no span leaves its text, memory stays, and what is
 * known at the end is what a fresh start finds. `AEC_EDITS=20000 npx vitest run test/service/edits.test.ts` draws more.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { completionsAt } from '../../src/service/completion.js';
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
import { good } from '../support/corpus-files.js';

const count = Number(process.env['AEC_EDITS'] ?? 1500);
const path = '/a.ae';

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
    const service = new Service({ read: (file) => (file === '/b.ae' ? 'block C { relu }\n' : undefined) });
    let text = good[0]!;
    let [slowest, middle] = [0, 0];
    for (let i = 0; i < count; i++) {
      // A new text now and then: what piles up is rubbish, of which little can be learned.
      if (i % 60 === 0) text = [good[below(good.length)]!, good[below(good.length)]!].join('\n');
      const start = below(text.length + 1);
      const removed = draw() < 0.4 ? below(12) : 0;
      text = text.slice(0, start) + (draw() < 0.8 ? pieces[below(pieces.length)]! : '') + text.slice(start + removed);
      const begun = performance.now();
      service.edit(path, text);
      const answers = [diagnosticsOf(service), asked[i % asked.length]!(service, below(text.length + 1))];
      slowest = Math.max(slowest, performance.now() - begun);
      for (const span of spansIn(answers, path)) {
        const { length } = service.read(span.file) ?? '';
        if (!(0 <= span.start && span.start <= span.end && span.end <= length))
          expect.fail(`edit ${i}, request ${i % asked.length}: ${JSON.stringify(span)} of ${length}\n${text}`);
      }
      if (i === Math.floor(count / 2)) {
        collect();
        middle = process.memoryUsage().heapUsed;
      }
    }
    collect();
    expect(process.memoryUsage().heapUsed - middle).toBeLessThan(40e6);
    expect(slowest).toBeLessThan(5000);
    const fresh = new Service({ read: (file) => (file === '/b.ae' ? 'block C { relu }\n' : undefined) });
    fresh.edit(path, text);
    expect([...diagnosticsOf(service)]).toEqual([...diagnosticsOf(fresh)]);
    for (const ask of asked) expect(ask(service, text.length >> 1)).toEqual(ask(fresh, text.length >> 1));
  },
  Math.max(120_000, 200 * count),
);
