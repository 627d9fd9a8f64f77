/** What can be written at an offset: from the syntax around it, the registry, and the names in sight with their shapes. */
import { inCall, type NamedCall } from './completion/calls.js';
import { inItem, items } from './completion/clauses.js';
import { atTop, imported, parameterTypes, paths } from './completion/file.js';
import type { Completion, Item } from './completion/items.js';
import { members } from './completion/names.js';
import { inBody } from './completion/networks.js';
import { siteAt, type Site } from './completion/site.js';
import { inTraining, trainStatements } from './completion/training.js';
import type { OpenCall } from './position.js';
import type { Service } from './service.js';
import { moved } from './syntax.js';

export type { Completion, CompletionKind } from './completion/items.js';

export function completionsAt(service: Service, path: string, offset: number): readonly Completion[] {
  const site = siteAt(service, path, offset);
  if (site === undefined) return [];
  const seen = new Set<string>();
  return itemsAt(site)
    .filter(({ label }) => !seen.has(label) && seen.add(label))
    .map((item) => (isCalled(site) ? withoutSnippet(item) : item))
    .map((item) => {
      const span = moved(item.span ?? site.position.span, site.at);
      return { ...item, span, until: Math.max(span.end, wordEnd(site) + site.at) };
    });
}

/** Where the word ends that the offset is in. */
const wordEnd = ({ unit, position: { span } }: Site): number =>
  span.end + /^[\p{L}\p{N}_]*/u.exec(unit.text.slice(span.end, span.end + 200))![0].length;

/** Whether parentheses stand behind the word already. */
const isCalled = (site: Site): boolean => site.unit.text[wordEnd(site)] === '(';

function withoutSnippet({ snippet: _, ...item }: Item): Item {
  return item;
}

/** The one kind of place that a site is. */
function itemsAt(site: Site): readonly Item[] {
  const { blocked, path, surrounding, words, calls } = site.position;
  const isImport = words[0] === 'import' || surrounding === 'import';
  if (blocked !== undefined) return blocked === 'string' && isImport ? paths(site) : [];
  if (path.length > 0) return members(site);
  if (surrounding === 'import') return imported(site);
  const call = calls.at(-1);
  if (call !== undefined && isInHead(site))
    return call.begun || call.name === undefined ? [] : parameterTypes(words[0] === 'block');
  if (surrounding === 'file') return atTop(site);
  if (isNamed(call)) return inCall(site, call);
  if (surrounding === 'network' || surrounding === 'body') return inBody(site);
  if (surrounding === 'autoencoder') return words.length === 0 ? items() : inItem(site);
  return words.length === 0 ? trainStatements(site) : inTraining(site);
}

const isNamed = (call: OpenCall | undefined): call is NamedCall => call?.callee !== undefined;

/** Whether the site is in front of a declaration's brace. */
const isInHead = ({ position: { surrounding, words } }: Site): boolean =>
  surrounding === 'file' || (words[0] === 'autoencoder' && words.length <= 2);
