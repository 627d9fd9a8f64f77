/** Parameters and lets that nothing reads. */
import type { PlacedFix } from '../../diagnostics/finding.js';
import { titles } from '../../diagnostics/messages/labels.js';
import { unreadNumber } from '../../diagnostics/messages/names.js';
import type { NameSymbol, Symbols } from '../resolve/symbols.js';
import type { Reporter } from './reporter.js';
import { placeIn, type Scope } from './scope.js';

/** Reports them. Where something else is wrong, that may be what would read them. */
export function reportUnread(scope: Pick<Scope, 'unit' | 'through'>, reporter: Reporter, { owner }: Symbols): void {
  const numbers = owner.members.filter(
    ({ kind, name }) => (kind === 'parameter' || kind === 'constant') && name !== '',
  );
  if (numbers.length === 0) return;
  const read = new Set<unknown>(reporter.references.map(({ to }) => to));
  for (const symbol of numbers) {
    const { kind, name, place } = symbol;
    if (read.has(symbol)) continue;
    reporter.report(scope, unreadNumber, place.span, { name, kind }, { fixes: removal(scope, symbol) });
  }
}

/** A `let` goes with its line, or with the semicolon behind it; a parameter may be given where the block is used. */
function removal(scope: Pick<Scope, 'unit'>, { kind, node: { span } }: NameSymbol): readonly PlacedFix[] {
  if (kind !== 'constant') return [];
  const { text } = scope.unit;
  const before = /(?:^|[\r\n])[^\S\r\n]*$/.test(text.slice(0, span.start));
  const behind = /^[^\S\r\n]*(?:;[^\S\r\n]*|(?:\r\n|\n|\r)[^\S\r\n]*)/.exec(text.slice(span.end));
  if (behind === null || (!before && /[\r\n]/.test(behind[0]))) return [];
  const place = placeIn(scope, { start: span.start, end: span.end + behind[0].length });
  return [{ title: titles.remove, edits: [{ place, newText: '' }] }];
}
