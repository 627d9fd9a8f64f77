/**
 * What docs/language.md says about itself: for each row of its tables, whether the pieces of code
 * in it compile today. A piece is put into models that supply what it leaves out, until it
 * compiles in one, or is refused as not compiled yet.
 */
import { check } from '../../src/compiler.js';
import { renderDiagnostic } from '../../src/diagnostics/render.js';
import { parse } from '../../src/parser/parse.js';

export type Status = 'yes' | 'partly' | 'no';

/** `undefined` where neither; `shown` says why. */
interface Verdict {
  readonly status: 'yes' | 'no' | undefined;
  readonly shown: string;
}

const params = '(a: float = 0.1, alpha: float = 0.1, beta: float = 1, lambda: float = 0.1, d: int = 50, n: int = 8, m: int = 8, z0: int = 3)';

/** Inputs, and an encoder of each, from which every size can be had. */
const bases: readonly { readonly input: string; readonly encoder: string }[] = [
  { input: '[784] in [0, 1]', encoder: 'encoder { h1: dense(300, sigmoid); h: dense(100, sigmoid); code: dense(64, sigmoid) }' },
  { input: '[784] in [0, 1]', encoder: 'encoder { h1: dense(300); h2: dense(150) }' },
  { input: '[784] in [0, 1]', encoder: 'encoder { code: dense(64) }' },
  { input: '[64, 64, 3] in [0, 1]', encoder: 'encoder { c1: conv(16, stride: 2, relu); pool1: maxpool(2); flatten; code: dense(64, sigmoid) }' },
  { input: '[64, 64, 3] in [0, 1]', encoder: 'encoder { c1: conv(16, stride: 2, relu); pool1: maxpool(2) }' },
  { input: '[64, 64, 3] in [0, 1]', encoder: 'encoder { conv(8, relu) }' },
  { input: '[3] in real', encoder: 'encoder { code: dense(2) }' },
  { input: 'category(10)', encoder: 'encoder { embedding(8); code: dense(2) }' },
  { input: 'sequence(token(vocab: 9), length: 3)', encoder: 'encoder { embedding(8); code: gru(8) }' },
  { input: 'tree([50], label: category(5)?)', encoder: 'encoder { leaf { linear }; compose(left, right) { dense(tanh) } }' },
  { input: 'tree(token(vocab: 9), label: category(5)?)', encoder: 'encoder { leaf { embedding(50) }; compose(left, right) { dense(tanh) } }' },
];

const decoders: readonly string[] = ['{ h3: dense(300, sigmoid); out: dense(784) }', '{ dense }', '{ out: dense }', '{ dense; reshape(64, 64, 3) }', 'mirror(encoder)', '(x) { out: linear }', '{ decompose(parent) { dense(100, tanh); split(2) } }'];

type Kind = ReturnType<typeof parse>['ast']['declarations'][number] extends infer D ? (D extends { readonly items: readonly (infer I)[] } ? I : never) : never;

const order = (item: Kind): number => {
  const kinds: readonly string[] = ['variable', 'let', 'preprocess', 'corrupt', 'encoder', 'network', 'latent', 'prior', 'decoder', 'head', 'tie', 'constrain', 'reconstruct', 'penalty', 'sweep', 'figure', 'train'];
  return kinds.indexOf(item.kind === 'network' ? item.role : item.kind);
};

/** Whole models around items of an autoencoder. */
function modelsAround(items: string): readonly string[] {
  const text = `autoencoder A {\n${items}\n}`;
  const { ast, diagnostics } = parse('piece.ae', text);
  const [declaration] = ast.declarations;
  if (declaration?.kind !== 'autoencoder' || diagnostics.some((d) => d.severity === 'error')) return [];
  const own = [...declaration.items].sort((p, q) => order(p) - order(q));
  const has = (kind: string, role?: string): boolean => own.some((item) => item.kind === kind && (role === undefined || ('role' in item && item.role === role)));
  const upTo = (low: number, high: number): readonly string[] => own.filter((item) => order(item) >= low && order(item) < high).map((item) => text.slice(item.span.start, item.span.end));
  const declares = (name: string, ...kinds: readonly Kind['kind'][]): boolean =>
    own.some((item) => kinds.includes(item.kind) && 'name' in item && item.name !== undefined && 'text' in item.name && item.name.text === name);
  const mentions = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(items);
  const needs = (name: string): boolean => mentions(name) && !declares(name, 'variable', 'latent', 'network');
  const unless = (there: boolean, statement: string): readonly string[] => (there ? [] : [statement]);
  const labels = (needs('c') || needs('conditional')) && !declares('c', 'variable');
  // A variable that may be missing and a latent of its name are one.
  const partly = /\by\.(known|missing)\b/.test(items);
  const target = (partly && !declares('y', 'variable')) || needs('y');
  const judged = /critic\((?!generator)(\w+)\)/.exec(items)?.[1] ?? 'x';
  const named = own.flatMap((item) => (item.kind === 'network' && item.role === 'encoder' && item.name !== undefined ? [item.name.text] : []));
  return bases.flatMap(({ input, encoder }) => decoders.map((decoder) => {
    const main = ['x', 's', 'c'].find((name) => declares(name, 'variable')) ?? (has('variable', 'input') && !has('variable', 'target') ? /input (\w+)/.exec(items)![1]! : ['s', 't'].find(needs) ?? 'x');
    const first = declares(main, 'variable') && !has('variable', 'input') ? 'f' : main;
    const isA = (type: string): boolean => items.includes(`${main}: ${type}`) || (input.startsWith(type) && !declares(main, 'variable'));
    const below = named.length > 0 && needs('h1');
    return [
      `autoencoder A${params} {`,
      ...upTo(0, 1),
      ...unless(has('variable', 'input'), `input ${first}: ${input}`),
      ...unless(!target, `target y: category(10)${partly ? '?' : ''}`), ...unless(!labels, 'input c: category(10)'),
      ...upTo(1, 4),
      ...unless(has('network', 'encoder') && !below, below ? encoder.replace('encoder', `encoder h1(${first})`) : labels ? encoder.replace('encoder', `encoder(${first})`) : encoder),
      ...upTo(5, 6), ...unless(!needs('conditional'), 'network conditional(c) { dense(8, relu) }'), ...unless(!needs('classify'), `network classify(${first}) { dense(10) }`),
      ...unless(!needs('generator'), `network generator(${first}) { dense(${judged === 'x' ? 784 : 64}) }`), ...unless(!needs('critic'), `network critic(${judged}) { dense(1) }`),
      ...unless(!needs('classifier'), `network classifier(${first}) { h1: dense(300, sigmoid); dense(10) }`),
      ...upTo(4, 5), ...upTo(6, 7), ...unless(!needs('z'), 'latent z ~ normal(20)'), ...upTo(7, 8),
      ...unless(has('network', 'decoder'), `decoder${named.length === 0 ? '' : `(${named.at(-1)!})`} ${decoder}`), ...upTo(8, 9),
      ...unless(!needs('label') || /label:/.test(items) || isA('tree'), 'head label(encoder) { dense(10) }'), ...unless(!needs('sentiment'), 'head sentiment at nodes { dense(5) }'), ...upTo(9, 12),
      ...unless(has('reconstruct'), isA('tree') ? 'reconstruct children by gaussian' : `reconstruct ${main} by ${isA('category') || isA('sequence(token') ? 'categorical' : 'squared_error'}`), ...upTo(12, 99),
      '}',
    ].join('\n');
  }));
}

/** A body's layers, read from all there is to read. */
const layersAround = (layers: string): readonly string[] =>
  bases.flatMap(({ input, encoder }) => ['x', 'encoder', 'c1', 'code', 'z'].map((source) =>
    [`autoencoder A${params} {`, `input x: ${input}`, encoder, source === 'z' ? 'latent z ~ normal(16)' : '', 'decoder(x) { linear }', `head probe(${source}) { ${layers} }`, `reconstruct x by ${/^category|token/.test(input) ? 'categorical' : 'squared_error'}`, '}'].join('\n')));

const trainingAround = (statements: string): readonly string[] => modelsAround(`train { ${statements} }`);

const bodies = (piece: string): string =>
  piece.replace(/(compose[^{]*)\{ … \}/, '$1{ dense }').replace(/(encoder[^{]*)\{ … \}/, '$1{ code: dense(64, sigmoid) }').replace(/(decoder[^{]*)\{ … \}/, '$1{ dense(784) }').replace(/(network[^{]*)\{ … \}/, '$1{ dense(1) }').replace(/^(phase|player)( …)?$/, '$1 p { train all }').replace(/^(phase|player) (\w+) \{ … \}/, '$1 $2 { train all }').replaceAll('{ … }', '{ dense(4) }').replaceAll('…', ' ');

/** A piece as the model around it would have it; several where it could be more than one thing. */
const candidatesOf = (own: string, others: readonly string[]): readonly string[] => [
  ...(/^autoencoder/.test(own) ? [own.replace(/\{ {2,}/, '{ input x: [784] in [0, 1]\n').replace(/ {2,}sweep/, '\ndecoder { dense(784) }\nreconstruct x by bernoulli\nsweep').replace(/ {2,}/g, '\n')] : []),
  ...(own.startsWith('block ') ? modelsAround('').map((model) => `${own}\n${model}`) : []),
  ...(own.startsWith('compose') ? modelsAround(`input t: tree([50])\nencoder { leaf { linear }; ${own} }`) : []),
  ...(own.startsWith('decompose') ? modelsAround(`decoder { ${own} }`) : []),
  ...modelsAround(own), ...layersAround(own), ...trainingAround(own),
  ...['penalty', 'corrupt x with', 'constrain encoder by', 'preprocess x with', 'input t: tree('].flatMap((before) => modelsAround(`${before} ${own}${before.endsWith('(') ? ')' : ''}`)),
  ...modelsAround(`input t: tree(token(vocab: 9), ${own})`),
  ...[`conv(4, ${own})`, `dense(_, ${own})`, `dense(784, ${own})`].flatMap(layersAround),
  ...(others.length === 0 ? [] : modelsAround([own, ...others].join('\n'))),
];

/** Whether a piece of code compiles, alone or together with the others of its row. */
export function verdictOf(piece: string, beside: readonly string[]): Verdict {
  const others = beside.filter((other) => other !== piece).map(bodies).filter((other) => modelsAround(other).length > 0);
  const candidates = candidatesOf(bodies(piece), others);
  let planned: Verdict | undefined;
  let nearest: { readonly errors: number; readonly shown: string } | undefined;
  for (const text of candidates) {
    const found = check('piece.ae', text, () => undefined);
    const errors = found.diagnostics.filter((d) => d.severity === 'error');
    if (errors.length === 0 && found.models.length > 0) return { status: 'yes', shown: text };
    if (errors.length > 0 && found.models.length > 0 && errors.every((d) => d.code === 'AE5001')) planned ??= { status: 'no', shown: text };
    if (nearest === undefined || errors.length < nearest.errors) nearest = { errors: errors.length, shown: [text, ...errors.map((d) => renderDiagnostic(d, text, { color: false }))].join('\n') };
  }
  return planned ?? { status: undefined, shown: nearest?.shown ?? `no context for ${piece}` };
}

/** Keywords, options of the command line and names of generated functions, which are no statements. */
const isWord = (piece: string): boolean => /^--|^(encode|encoder|decoder|latent|penalty|corrupt|reconstruct)( …| x by …)?$/.test(piece);

export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
  readonly pieces: readonly string[];
}

/** The rows of the tables that have a column `Today`, with the code of the column before it. */
export function rowsIn(text: string): readonly Row[] {
  const rows: Row[] = [];
  let inTable = false;
  for (const [line, content] of text.split('\n').entries()) {
    if (!content.startsWith('|')) {
      inTable = false;
      continue;
    }
    const cells = content.slice(1, -1).split('|').map((cell) => cell.trim());
    if (cells.at(-1) === 'Today') inTable = true;
    else if (inTable && !/^-+$/.test(cells[0]!)) {
      const code = [...cells.at(-2)!.matchAll(/`([^`]+)`/g)].map(([, piece]) => piece!).filter((piece) => !isWord(piece));
      rows.push({ line, cells, pieces: code });
    }
  }
  return rows;
}

/** What the last column must say; a dash where a row only refers to others. */
export function markerOf({ cells, pieces }: Row, statuses: readonly ('yes' | 'no')[]): Status | '–' {
  if (pieces.length === 0) return /`|AE\d/.test(cells.at(-2)!) ? 'yes' : '–';
  return statuses.every((s) => s === 'yes') ? 'yes' : statuses.includes('yes') ? 'partly' : 'no';
}

/** The text with other markers in the last column. */
export function withMarkers(text: string, markers: ReadonlyMap<number, string>): string {
  return text.split('\n').map((content, line) => (markers.has(line) ? content.replace(/\| [^|]* \|$/, `| ${markers.get(line)!} |`) : content)).join('\n');
}
