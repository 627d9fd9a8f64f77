/**
 * Sources with marks, for tests of the service: `‸` is where the cursor stands, `«…»` is a span, in order. Several files are
 * parted by lines `--- name.ae`; the first is the one that is looked at.
 */
import type { Span } from '../../src/diagnostics/place.js';
import { applyEdits, type FileEdit } from '../../src/diagnostics/proof.js';
import { Service } from '../../src/service/service.js';

export interface Marked {
  readonly service: Service;
  /** The path of the first file. */
  readonly path: string;
  readonly text: string;
  /** Of the one `‸`, in whichever file it stands. */
  readonly cursor: number;
  readonly cursorFile: string;
  /** Of all files, in order. */
  readonly spans: readonly (Span & { readonly file: string })[];
}

/** Opens marked files. */
export function marked(input: string): Marked {
  const service = new Service({ read: () => undefined });
  const pieces = input.split(/^--- (.+)\n/m);
  const files: [string, string][] = pieces.length === 1 ? [['model.ae', input]] : [];
  if (pieces[0]!.trim() !== '' && pieces.length > 1) files.push(['model.ae', pieces[0]!]);
  for (let i = 1; i < pieces.length; i += 2) files.push([pieces[i]!, pieces[i + 1]!]);
  let [cursor, cursorFile] = [-1, ''];
  const spans: (Span & { readonly file: string })[] = [];
  const texts = files.map(([name, source]) => {
    const file = `/${name}`;
    let text = '';
    const opened: number[] = [];
    const found: { start: number; end: number }[] = [];
    for (const character of source) {
      if (character === '‸') [cursor, cursorFile] = [text.length, file];
      else if (character === '«') {
        opened.push(found.length);
        found.push({ start: text.length, end: -1 });
      } else if (character === '»') found[opened.pop()!]!.end = text.length;
      else text += character;
    }
    spans.push(...found.map((span) => ({ ...span, file })));
    return [file, text] as const;
  });
  for (const [file, text] of texts) service.edit(file, text);
  const [path, text] = texts[0]!;
  return { service, path, text, cursor, cursorFile: cursorFile === '' ? path : cursorFile, spans };
}

/** What a span holds. */
export const textIn = ({ service }: Marked, { file, span }: { readonly file: string; readonly span: Span }): string =>
  (service.read(file) ?? '').slice(span.start, span.end);

/** The first file after edits of it. */
export const edited = ({ path, text }: Marked, edits: readonly FileEdit[]): string =>
  applyEdits(
    text,
    edits.filter(({ place }) => place.file === path),
  );
