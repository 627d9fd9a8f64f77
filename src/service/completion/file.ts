/** What can be written outside of declarations, and in their heads. */
import { faultOf, pathFrom } from '../../ir/resolve/paths.js';
import { declarationWords } from '../grammar.js';
import { blockSignature } from '../scope.js';
import { templates } from '../templates.js';
import { keyword, keywords, value, type Item } from './items.js';
import type { Site } from './site.js';

export function atTop({ position: { words } }: Site): readonly Item[] {
  if (words.length > 0) return words[0] === 'import' && words.length > 1 ? keywords(['from'], 0) : [];
  const models = Object.entries(templates).map(([name, text]): Item => ({
    label: `autoencoder: ${name}`,
    kind: 'snippet',
    detail: text.split('\n')[0]!.replace(/^\/\/\/ /, ''),
    insert: text,
    order: 3,
  }));
  return [
    ...Object.entries(declarationWords).map(([word, { summary, snippet }]) => keyword(word, summary, snippet)),
    ...models,
  ];
}

/** Paths of imports: what lies beside the file, and what is open there. */
export function paths({ unit, position, checked, service }: Site): readonly Item[] {
  const before = unit.text.slice(0, position.span.end);
  const start = before.lastIndexOf('"') + 1;
  const typed = before.slice(start);
  if (faultOf(`${typed}x.ae`) !== undefined) return [];
  const folder = typed.includes('/') ? typed.slice(0, typed.lastIndexOf('/') + 1) : '';
  const base = pathFrom(checked.root.file, `${folder}x`).slice(0, -1);
  const found = new Set(service.list(base.replace(/\/$/, '')));
  for (const open of service.open) {
    const rest = open.startsWith(base) ? open.slice(base.length) : '';
    if (rest !== '' && !rest.includes('/')) found.add(rest);
  }
  const span = { start: start + folder.length, end: position.span.end };
  return [...found]
    .filter(
      (name) =>
        (name.endsWith('.ae') && pathFrom(checked.root.file, folder + name) !== checked.root.file) ||
        /^[^.].*\/$/.test(name),
    )
    .map((name) => ({
      label: name,
      kind: 'file',
      detail: name.endsWith('/') ? 'a folder' : 'blocks',
      insert: name,
      span,
      order: 0,
    }));
}

/** Blocks of the file that an import names, between its braces. */
export function imported({ unit, position, checked, service }: Site): readonly Item[] {
  const behind = /^[^\n]*?\}\s*from\s*"([^"\n]*)"/.exec(unit.text.slice(position.span.end));
  const file = behind === null ? undefined : pathFrom(checked.root.file, behind[1]!);
  const known = file === undefined ? undefined : service.checked(file);
  return (known?.sources.blocks ?? [])
    .filter((block) => block.unit.file === file)
    .map((block) => {
      const { name } = block.symbols.owner;
      return { label: name, kind: 'block', detail: blockSignature(name, block), insert: name, order: 0 };
    });
}

export const parameterTypes = (ofBlock: boolean): readonly Item[] =>
  ['int', 'float', 'bool', 'activation', ...(ofBlock ? ['tensor'] : [])].map((word) =>
    value(word, 'the type of a parameter'),
  );
