/** What the words of the grammar say: completions and hovers read it. Words with an entry in the registry say it there. */
import type { Category } from '../builtins/define.js';
import type * as K from '../parser/keywords.js';

export interface GrammarWord {
  /** One line. */
  readonly summary: string;
  /** The statement as it is written, with places to fill in. */
  readonly snippet?: string;
  /** What may stand behind it. */
  readonly of?: Category;
}

const word = (summary: string, snippet?: string, of?: Category): GrammarWord => ({
  summary,
  ...(snippet === undefined ? {} : { snippet }),
  ...(of === undefined ? {} : { of }),
});

type Words<W extends string> = Readonly<Record<W, GrammarWord>>;

export const declarationWords: Words<(typeof K.declarationKeywords)[number]> = {
  import: word('brings the blocks of another file into sight', 'import "${1:blocks.ae}"'),
  block: word('a piece of a network that is used like a layer', 'block ${1:Pair}(${2:units: int}) {\n  $0\n}'),
  autoencoder: word('a model', 'autoencoder ${1:Name} {\n  input x: [${2:784}] in [0, 1]\n  $0\n}'),
};

export const itemWords: Words<(typeof K.itemKeywords)[number]> = {
  input: word('what networks read', 'input ${1:x}: [${2:784}] in ${3:[0, 1]}', 'type'),
  target: word('what is observed in training only', 'target ${1:y}: ${2:category(10)}', 'type'),
  let: word('a name for a number', 'let ${1:half} = ${0:n / 2}'),
  preprocess: word('a fixed transform, measured on the training set', 'preprocess ${1:x} with ${0}', 'preprocessing'),
  corrupt: word('noise or a degradation between a tensor and its readers', 'corrupt ${1:x} with ${0}', 'corruption'),
  encoder: word('a network from the inputs to the code', 'encoder {\n  $0\n}'),
  decoder: word('a network back from the code', 'decoder {\n  $0\n}'),
  head: word('a network that predicts something of the code', 'head ${1:label} {\n  $0\n}'),
  network: word('a network without a role of its own', 'network ${1:critic}(${2:x}) {\n  $0\n}'),
  latent: word('a random code', 'latent ${1:z} ~ ${2:normal(20)}', 'distribution'),
  prior: word('what a latent is held to', 'prior ${1:z} ~ ${0}', 'prior'),
  draw: word('noise that no network computes', 'draw ${1:s} ~ ${0}', 'distribution'),
  reconstruct: word('a term: how well a variable is given back', 'reconstruct ${1:x} by ${0}', 'likelihood'),
  penalty: word('a term of the loss', 'penalty ${0}', 'penalty'),
  constrain: word('what holds of weights after every step', 'constrain ${1:h.kernel} by ${0}', 'constraint'),
  tie: word('a weight that is another one', 'tie ${1:out.kernel} = ${0}', 'transform'),
  sweep: word('one training for each value of a parameter', 'sweep ${1:n} in [${0}]'),
  figure: word('a picture of the trained model', 'figure ${0}', 'figure'),
  train: word('how it is trained', 'train { optimizer adam(lr: 1e-3); batch 128; epochs ${1:20} }', 'setting'),
};

export const bodyWords: Words<(typeof K.bodyKeywords)[number] | (typeof K.clauseKeywords)[number]> = {
  take: word('the next layer reads another tensor', 'take ${1:h}'),
  repeat: word('the same layers several times', 'repeat ${1:2} {\n  $0\n}'),
  leaf: word('what stands at the leaves of a tree', 'leaf { $0 }'),
  compose: word('a node from its children', 'compose(${1:left}, ${2:right}) { $0 }'),
  decompose: word('children from a node', 'decompose(${1:parent}) { $0 }'),
};

export const trainingWords: Words<Exclude<(typeof K.trainKeywords)[number], 'match'>> = {
  phase: word('a stretch of training with settings of its own', 'phase ${1:first} {\n  $0\n}'),
  player: word('weights with an objective of their own', 'player ${1:judge} {\n  $0\n}'),
  train: word('the weights that move', 'train ${1:all}'),
  freeze: word('weights that stand still', 'freeze ${1:encoder}'),
  corrupt: word('noise in this phase', 'corrupt ${1:x} with ${0}', 'corruption'),
  clean: word('without noise in this phase', 'clean ${1:x}'),
  rate: word('a factor of the learning rate', 'rate ${1:encoder} by ${2:0.1}'),
  copy: word('weights from one part to another, as the phase begins', 'copy ${1:a} to ${2:b}'),
  minimize: word('instead of the loss', 'minimize ${0}', 'penalty'),
  maximize: word('instead of the loss', 'maximize ${0}', 'penalty'),
  update: word('the order in which players step', 'update ${0}', 'update'),
};

type Connectives = { readonly [H in keyof typeof K.connectivesOf]: Words<(typeof K.connectivesOf)[H][number]> };

const ofVariable = {
  in: word('the domain of its elements', undefined, 'domain'),
  of: word('the type of its elements'),
};
const changes = (of: Category): Words<'with' | 'then'> => ({
  with: word('by what', undefined, of),
  then: word('and after that by what', undefined, of),
});
const ofNetwork = {
  at: word('the nodes of a tree that it is applied to: `nodes`, `inner nodes`, `leaves`'),
  by: word('how a tree is built over a sequence', undefined, 'bracketing'),
  previous: word('reads at each position the element before it: teacher forcing'),
};
const conditions = {
  where: word('the rows or elements that the term is of'),
  and: word('a further condition'),
  at: word('the nodes of a tree that the term is of: `nodes`, `inner nodes`, `leaves`'),
};

/** Words that join the parts of a statement, by its keyword. */
export const connectiveWords: Connectives = {
  import: { from: word('the file that declares them') },
  input: ofVariable,
  target: ofVariable,
  preprocess: changes('preprocessing'),
  corrupt: changes('corruption'),
  encoder: ofNetwork,
  decoder: ofNetwork,
  head: ofNetwork,
  network: ofNetwork,
  latent: {
    through: word('flows that transform the draw', undefined, 'flow'),
    by: word('how the expectation over the latent is taken', undefined, 'expectation'),
  },
  reconstruct: {
    ...conditions,
    from: word('the tensor that gives it back; else the one decoder'),
    by: word('the likelihood: − log p(x ∣ out)', undefined, 'likelihood'),
    weight: word('what the term is multiplied by; else 1', undefined, 'schedule'),
  },
  penalty: conditions,
  constrain: { by: word('what holds', undefined, 'constraint') },
  sweep: { in: word('the values') },
  repeat: { as: word('a name for the index, which counts from 0') },
  rate: { by: word('the factor') },
  copy: { to: word('what gets the weights') },
  match: { to: word('of the first edition'), by: word('of the first edition') },
  setting: { with: word('so many of them of a kind'), of: word('the kind: a condition') },
};
