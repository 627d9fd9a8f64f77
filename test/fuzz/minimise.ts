/** The shortest text that still shows a finding, as far as some seconds of trying get. */
import { everything, faultOf } from './campaign.js';
import { pieces } from './corpus.js';
import type { Fault } from './properties.js';

/** Removes lines, then pieces, then characters, halves first (Zeller's ddmin). */
export function minimised(text: string, { property, what }: Fault, seconds: number): string {
  const until = Date.now() + seconds * 1000;
  const shows = (candidate: string): boolean => {
    const found = faultOf(candidate, everything);
    return found?.property === property && found.what === what;
  };
  if (!shows(text)) return text;
  let now = text;
  for (const split of [(of: string) => of.split(/(?<=\n)/), pieces, (of: string) => [...of]]) {
    now = reduced(split(now), (parts) => Date.now() < until && shows(parts.join(''))).join('');
  }
  return now;
}

function reduced(parts: readonly string[], shows: (parts: readonly string[]) => boolean): readonly string[] {
  let now = parts;
  for (let size = Math.ceil(now.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < now.length;) {
      const without = [...now.slice(0, at), ...now.slice(at + size)];
      if (shows(without)) now = without;
      else at += size;
    }
  }
  return now;
}
