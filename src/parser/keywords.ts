/** The words of the grammar. All of them are contextual: `settle.ts` says where a word is one of these, and not a name. */

/** Begin a declaration at the top of a file. */
export const declarationKeywords = ['import', 'block', 'autoencoder'] as const;

/** Begin an item of an autoencoder. */
export const itemKeywords = [
  'input',
  'target',
  'let',
  'preprocess',
  'corrupt',
  'encoder',
  'decoder',
  'head',
  'network',
  'latent',
  'prior',
  'draw',
  'reconstruct',
  'penalty',
  'constrain',
  'tie',
  'sweep',
  'figure',
  'train',
] as const;

export const networkRoles = ['encoder', 'decoder', 'head', 'network'] as const;

/** Items that may have a name in front: `sparse: penalty …`. */
export const termKeywords = ['reconstruct', 'penalty'] as const;

/** Begin a clause of a recursive encoder or decoder. */
export const clauseKeywords = ['leaf', 'compose', 'decompose'] as const;

/** Begin a statement in the body of a network, beside layers and clauses. */
export const bodyKeywords = ['repeat', 'take'] as const;

/** Begin a statement of `train { … }`; any other name there is a setting. */
export const trainKeywords = [
  'phase',
  'player',
  'train',
  'freeze',
  'corrupt',
  'clean',
  'rate',
  'copy',
  'minimize',
  'maximize',
  'update',
  // Of the first edition; answered with what is written now.
  'match',
] as const;

/** What `train { … }` sets. Resolution knows what each takes; here they tell where a statement begins. */
export const settingWords = [
  'data',
  'optimizer',
  'schedule',
  'clip',
  'stop',
  'batch',
  'epochs',
  'validation',
  'seed',
] as const;

/** Words that join the parts of a statement, by the keyword of the statement. */
export const connectivesOf = {
  import: ['from'],
  input: ['in', 'of'],
  target: ['in', 'of'],
  preprocess: ['with', 'then'],
  corrupt: ['with', 'then'],
  encoder: ['at', 'by', 'previous'],
  decoder: ['at', 'by', 'previous'],
  head: ['at', 'by', 'previous'],
  network: ['at', 'by', 'previous'],
  latent: ['through', 'by'],
  reconstruct: ['from', 'by', 'where', 'and', 'at', 'weight'],
  penalty: ['where', 'and', 'at'],
  constrain: ['by'],
  sweep: ['in'],
  repeat: ['as'],
  rate: ['by'],
  copy: ['to'],
  match: ['to', 'by'],
  setting: ['with', 'of'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Connective = (typeof connectivesOf)[keyof typeof connectivesOf][number];

export type StatementKeyword =
  | (typeof declarationKeywords)[number]
  | (typeof itemKeywords)[number]
  | (typeof clauseKeywords)[number]
  | (typeof bodyKeywords)[number]
  | (typeof trainKeywords)[number];

export type Keyword = StatementKeyword | Connective;

/** Every word that can begin a statement. */
export const statementKeywords: ReadonlySet<string> = new Set<StatementKeyword>([
  ...declarationKeywords,
  ...itemKeywords,
  ...clauseKeywords,
  ...bodyKeywords,
  ...trainKeywords,
]);

export const connectives: ReadonlySet<string> = new Set<Connective>(Object.values(connectivesOf).flat());

export const isOneOf = <W extends string>(words: readonly W[], word: string): word is W =>
  (words as readonly string[]).includes(word);
