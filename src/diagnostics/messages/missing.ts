/** Of what is required and not there. */
import type { Expectation } from '../expectation.js';
import { message } from '../finding.js';
import { describe, quote } from '../words.js';
import { formHint } from './forms.js';

/** A part of a statement, or of something within it, that is not there. */
export interface MissingFacts {
  /** The keyword of the statement, or what it is a part of: `argument`, `path`, `expression`. */
  readonly statement: string;
  readonly expects: Expectation;
  /** The word or sign that is not there either: `by`, `:`. Alone where `expects` is `connective`. */
  readonly sign?: string;
  /** What it is missing after, where that says more than the statement: an operator, a name. */
  readonly after?: string;
  readonly found: string;
}

export const missingPart = message<MissingFacts>(
  'missing-part',
  'AE1002',
  ({ statement, expects, sign, after = '', found }) => {
    const noun = nounOf(statement, expects);
    const what = sign === undefined ? noun : expects === 'connective' ? `\`${sign}\`` : `\`${sign}\` and ${noun}`;
    const hint = formHint(statement);
    return {
      title: `${what} ${sign !== undefined && expects !== 'connective' ? 'are' : 'is'} missing`,
      cause:
        sign !== undefined && expects === 'connective'
          ? signReason(statement, sign)
          : reason(statement, expects, after),
      expected: what,
      found: describe(found),
      ...(hint === undefined ? {} : { hint }),
    };
  },
);

/** By what is expected, or by statement and what is expected where the statement has its own word. */
const nouns: Readonly<Record<string, string>> = {
  name: 'a name',
  'parameter type': 'a type',
  value: 'a value',
  'parameter value': 'a default value',
  number: 'a number',
  'repeat number': 'a number of times',
  'reconstruct number': 'a weight',
  'rate number': 'a factor',
  size: 'a size',
  operand: 'an operand',
  list: 'a list of values',
  file: 'the path of a file',
  'variable type': 'a type',
  domain: 'a domain',
  variable: 'the name of a variable',
  tensor: 'the name of a tensor',
  weight: 'the name of a weight',
  'move weight': 'the name of a layer',
  'freeze weight': 'the name of a layer',
  'rate weight': 'the name of a layer',
  'copy weight': 'the name of a layer',
  condition: 'a condition',
  site: 'a place in the tree',
  layer: 'a layer',
  body: 'a body',
  items: 'a body',
  corruption: 'a corruption',
  transform: 'a transform',
  distribution: 'a distribution',
  expectation: 'how its expectation is taken',
  flow: 'a flow',
  bracketing: 'how its tree is built',
  likelihood: 'a likelihood',
  constraint: 'a constraint',
  term: 'a term',
  'penalty term': 'a penalty',
  'minimize term': 'an objective',
  'maximize term': 'an objective',
  figure: 'a figure',
  setting: 'a setting',
  update: 'an order of updates',
};

const nounOf = (statement: string, expects: Expectation): string =>
  nouns[`${statement} ${expects}`] ?? nouns[expects] ?? 'something';

/** Why it is required: one sentence. `$` stands for what it is missing after. */
const reasons: Readonly<Record<string, string>> = {
  'import file': 'An import names a file in quotes.',
  'block name': 'A block is used by its name.',
  'autoencoder name': 'An autoencoder has a name, and so has the code made from it.',
  'autoencoder items': 'An autoencoder is defined by its items in braces.',
  'parameter parameter type': 'The parameter `$` is declared `$: int`, or with float, bool or activation.',
  'parameter value': '`=` must be followed by the default value of the parameter.',
  'input name': 'The input needs a name, which other statements use.',
  'target name': 'The target needs a name, which other statements use.',
  'input variable type': 'The input has a type: its sizes, or a form such as category(10).',
  'target variable type': 'The target has a type: its sizes, or a form such as category(10).',
  'input domain': '`in` must be followed by `[low, high]`, `real`, `binary` or `counts`.',
  'target domain': '`in` must be followed by `[low, high]`, `real`, `binary` or `counts`.',
  'type variable type': '`of` must be followed by the type of the elements.',
  'let name': '`let` gives a value a name.',
  'let value': '`let` gives a name to a value.',
  'latent name': 'The latent is of a named variable.',
  'prior name': 'The prior is of a named variable.',
  'draw name': 'A draw has a name, which networks read.',
  'latent distribution': 'The latent has a distribution, such as normal(20).',
  'prior distribution': 'The prior has a distribution, such as normal(0, 1).',
  'draw distribution': 'A draw has a distribution, such as normal(100).',
  'latent flow': '`through` must be followed by a flow, such as planar(10).',
  'latent expectation': '`by` must be followed by how the expectation over the latent is taken.',
  'reconstruct tensor': '`from` names the tensor that is compared with the target.',
  'reconstruct likelihood': 'A reconstruction is measured by a likelihood.',
  'reconstruct number': '`weight` must be followed by a number.',
  'condition value': '`=` must be followed by a category.',
  'penalty term': '`penalty` must say what is added to the loss.',
  'label term': 'The name of a term is followed by `reconstruct` or `penalty`.',
  'constrain constraint': 'A weight is constrained by something.',
  'tie weight': 'A weight is tied to another.',
  'sweep name': '`sweep` names a parameter of the autoencoder.',
  'sweep list': 'A sweep goes over a list of values.',
  'figure figure': '`figure` must say what to draw.',
  'encoder body': 'An encoder is defined by its layers in braces, or derived from another network.',
  'decoder body': 'A decoder is defined by its layers in braces, or derived from another network.',
  'head body': 'A head is defined by its layers in braces, or derived from another network.',
  'network body': 'A network is defined by its layers in braces, or derived from another network.',
  'train body': '`train` is followed by its statements in braces.',
  'phase body': '`phase` is followed by its statements in braces.',
  'player body': '`player` is followed by its statements in braces.',
  body: '`$` is followed by layers in braces.',
  site: '`at` must be followed by `nodes`, `inner nodes` or `leaves`.',
  bracketing: '`by` must be followed by how the tree of a sequence is built, such as greedy.',
  'phase name': 'A phase has a name, which its report uses.',
  'player name': 'A player has a name, which its report uses.',
  'move weight': '`train` names the layers or networks whose weights move.',
  'freeze weight': '`freeze` names the layers or networks whose weights stay.',
  'rate weight': '`rate` names the layers or networks whose learning rate is another.',
  'rate number': '`rate` says by which factor.',
  'clean tensor': '`clean` names what is read without noise.',
  'copy weight': '`copy` goes from one layer or network to another.',
  'minimize term': '`minimize` must be followed by an objective.',
  'maximize term': '`maximize` must be followed by an objective.',
  'update update': '`update` must be followed by an order of updates.',
  'setting value': 'The setting `$` has a value.',
  'setting number': '`with` must be followed by a number of examples.',
  'setting condition': '`of` must be followed by a condition, such as y.known.',
  'setting setting': 'A statement of training begins with the word that says what is set.',
  'layer layer': 'The name of a tensor is followed by the layer that computes it.',
  'layer name': 'A comma between names must be followed by a name.',
  'repeat number': '`repeat` says how often its layers are repeated.',
  'repeat name': '`as` names the index of the repetition.',
  'take tensor': '`take` names the tensor that the next layer reads.',
  'path name': 'A name must follow the `.` of a path.',
  'argument value': 'The argument `$` has no value.',
  'expression operand': '`$` has nothing to its right.',
  'parentheses value': 'The parentheses are empty.',
  condition: '`where` must be followed by a condition, such as y.known.',
  corruption: '`with` must be followed by a corruption.',
  transform: '`with` must be followed by a transform.',
  variable: '`$` must say which.',
  tensor: '`$` must say which.',
  weight: '`$` must say which.',
};

const reason = (statement: string, expects: Expectation, after: string): string =>
  (reasons[`${statement} ${expects}`] ?? reasons[expects] ?? 'The statement goes on.').replaceAll('$', () =>
    after === '' ? statement : after,
  );

const signReasons: Readonly<Record<string, string>> = {
  'import from': '`from` stands between the names and the file.',
  'layer :': 'A colon stands between the names of tensors and the layer that computes them.',
  'input :': 'A colon stands between the name of the input and its type.',
  'target :': 'A colon stands between the name of the target and its type.',
  'let =': '`=` stands between a name and its value.',
  'tie =': '`=` stands between the two weights.',
  '~': '`~` stands between a variable and its distribution.',
  'preprocess with': '`with` stands before the transform.',
  'corrupt with': '`with` stands before the corruption.',
  'sweep in': '`in` stands before the values.',
  'rate by': '`by` stands before the factor.',
  'setting of': '`of` stands between the number of examples and their condition.',
};

/** Why a word or sign stands there. */
export const signReason = (statement: string, sign: string): string =>
  signReasons[`${statement} ${sign}`] ?? signReasons[sign] ?? `\`${sign}\` joins the parts of the statement.`;

/** `sign` is a comma, or the colon of a named argument. */
export const missingComma = message<{
  readonly list: List;
  readonly sign: ',' | ':';
  readonly left: string;
  readonly right: string;
}>('missing-comma', 'AE1002', ({ list, sign, left, right }) => ({
  title: `\`${sign}\` is missing`,
  cause: sign === ':' ? 'A named argument is written `name: value`.' : `A comma separates ${lists[list]}.`,
  expected: `\`${sign}\` between ${quote(left)} and ${quote(right)}`,
  found: quote(right),
}));

/** What commas separate. */
export type List = 'arguments' | 'items' | 'parameters' | 'inputs' | 'names';

export const lists: Readonly<Record<List, string>> = {
  arguments: 'arguments',
  items: 'the items of a list',
  parameters: 'parameters',
  inputs: 'the inputs of a network',
  names: 'names',
};
