/** What a word of the grammar says where it stands. */
import { builtins, find } from '../builtins/index.js';
import { wantedValue } from '../ir/elaborate/parameters.js';
import { isMissing, type Unit } from '../parser/ast.js';
import { syntheticSets } from '../runtime/synthetic/index.js';
import type { SyntheticSet } from '../runtime/synthetic/set.js';
import { bodyWords, connectiveWords, declarationWords, itemWords, trainingWords, type GrammarWord } from './grammar.js';
import type { Hover } from './hover.js';
import { positionIn, type Position, type Surrounding } from './position.js';
import { code, entryText } from './words.js';

type Table = Readonly<Record<string, GrammarWord>>;

/** What stands in front of a word in its statement. */
type Statement = Pick<Position, 'words' | 'calls'> & { readonly head: string };

/** The table of the statements between braces. */
const tables: Readonly<Record<Surrounding, Table>> = {
  file: declarationWords,
  import: declarationWords,
  autoencoder: itemWords,
  body: bodyWords,
  network: bodyWords,
  train: trainingWords,
  phase: trainingWords,
  player: trainingWords,
};

/** Words that are neither of the grammar nor of the registry. */
const others: Readonly<Record<string, string>> = {
  all: 'every weight of the model',
  full: 'the whole set at once',
  nodes: 'all nodes of a tree',
  inner: 'the nodes of a tree that have children',
  leaves: 'the leaves of a tree',
  root: 'the root of a tree',
  children: 'the vectors of both children, decoded and encoded, at each inner node',
  known: 'the rows where it is there',
  missing: 'the rows where it is not there',
  mask: '1 where an element is known, else 0',
  mirror: 'the layers of another network, backwards, each replaced by its counterpart',
  tied: 'each kernel is that of its counterpart, transposed',
  product: 'the product of the posteriors of several encoders and the prior',
  from: 'the network or tensor that the parameters are computed from',
  clean: 'held-out examples are measured without noise',
};

/** Of the token at an offset of a unit; nothing of those that only resolution knows. */
export function wordAt(unit: Unit, offset: number): Hover | undefined {
  const token = unit.tokens.findLast(({ start, end }) => start <= offset && offset <= end);
  if (token === undefined) return undefined;
  const text = unit.text.slice(token.start, token.end);
  const { surrounding, words, calls } = positionIn(unit, token.start);
  const at = words[1] === ':' ? 2 : 0;
  const head = words[at] ?? '';
  const span = { start: token.start, end: token.end };
  const markdown =
    token.role === 'keyword'
      ? ofStatement(surrounding, text)
      : token.role === 'connective'
        ? ofConnective(head === '' ? text : head, text, surrounding)
        : token.role === 'name'
          ? ofName(unit, token.start, text, { head, words, calls })
          : undefined;
  return markdown === undefined ? undefined : { span, markdown };
}

function ofStatement(surrounding: Surrounding, text: string): string | undefined {
  const entry = surrounding === 'file' ? undefined : find('setting', text);
  if (entry !== undefined) return entryText(entry);
  const found = Object.hasOwn(tables[surrounding], text) ? tables[surrounding][text] : undefined;
  return found && shown(text, found);
}

function ofConnective(head: string, text: string, surrounding: Surrounding): string | undefined {
  const known = connectiveWords as Readonly<Record<string, Table>>;
  const inImport = surrounding === 'file' && text === 'from' ? 'import' : head;
  // In an encoder's parentheses its name may stand in front.
  const found =
    known[inImport]?.[text] ?? known['setting']![text] ?? (text === 'previous' ? known['encoder']![text] : undefined);
  return found && shown(text, found);
}

function ofName(unit: Unit, start: number, text: string, { head, words, calls }: Statement): string | undefined {
  const param = unit.declarations
    .flatMap((declaration) => ('params' in declaration ? declaration.params : []))
    .find(({ type, default: value }) => [type, value].some((one) => one?.span.start === start));
  if (param !== undefined)
    return isMissing(param.type) || param.type.span.start === start
      ? `\`${text}\`: ${wantedValue(param)}`
      : `what \`${param.name.text}\` is where nothing else is given: ${wantedValue(param)}`;
  if (head === 'data') return ofData(text, calls[0]?.callee);
  // A domain stands in brackets: the statement is not inside of a call.
  if (text === '_')
    return words.includes('in') && calls[0]?.bracket === '['
      ? 'open: no bound on this side'
      : 'the one size that fits here';
  return Object.hasOwn(others, text) ? others[text] : undefined;
}

/** A set that training names, or a parameter of one. */
function ofData(text: string, callee: string | undefined): string | undefined {
  const set = syntheticSets.find(({ name }) => name === (callee ?? text));
  const shownAs = (one: SyntheticSet['parameters'][number]): string =>
    `\`${one.name}\`: ${one.summary} (${one.default})`;
  if (callee !== undefined) {
    const parameter = set?.parameters.find(({ name }) => name === text);
    return parameter && shownAs(parameter);
  }
  return set === undefined
    ? `the set \`${text}\`, looked for in \`--data-dir\` or in the folder that \`AEC_DATA\` names; \`--data\` wins over it`
    : [set.summary, set.parameters.map((one) => `- ${shownAs(one)}`).join('\n')].join('\n\n');
}

/** The form of the statement, what it says, and what may stand behind. */
const shown = (text: string, { summary, snippet, of }: GrammarWord): string =>
  [
    ...(snippet === undefined ? [`**${text}**`] : [code(written(snippet))]),
    summary,
    ...(of === undefined
      ? []
      : [(builtins[of] as readonly { readonly name: string }[]).map(({ name }) => `\`${name}\``).join(', ')]),
  ].join('\n\n');

/** A snippet with its places filled in. */
const written = (snippet: string): string =>
  snippet.replaceAll(/\$\{\d+:([^}]*)\}|\$\{?\d+\}?/g, (_, shown?: string) => shown ?? '…');
