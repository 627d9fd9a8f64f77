/** Of where statements begin and end, and of which belong where. */
import { message } from '../finding.js';
import { hinted } from '../phrases.js';
import { quote } from '../words.js';

export const misspelledKeyword = message<{ readonly found: string; readonly meant: string }>(
  'misspelled-keyword',
  'AE1006',
  ({ found, meant }) => ({
    title: `\`${found}\` is not a keyword`,
    cause: `Did you mean \`${meant}\`?`,
    expected: `\`${meant}\``,
    found: `\`${found}\``,
  }),
);

/** A domain that stands inside of the type of its variable. */
export const domainInType = message<{ readonly domain: string }>('domain-in-type', 'AE1001', ({ domain }) => ({
  title: `\`${domain}\` stands inside of the type`,
  cause: 'The domain of a variable stands behind the whole of its type.',
  expected: `\`${domain}\` behind the last bracket of the type`,
  found: `\`${domain}\` inside of it`,
}));

/** Two statements on one line: with a comma between them, or with nothing. */
export const notSeparated = message<{ readonly next: string; readonly comma: boolean }>(
  'not-separated',
  'AE1001',
  ({ next, comma }) => ({
    title: comma ? '`,` does not separate statements' : `\`${next}\` is unexpected in the middle of a line`,
    cause: 'Each statement stands on a line of its own, or after a `;`.',
    expected: `\`;\` before \`${next}\``,
    found: comma ? '`,`' : `\`${next}\``,
  }),
);

export const tooManyOperators = message<{ readonly most: number }>('too-many-operators', 'AE1007', ({ most }) => ({
  title: 'the statement is too long',
  cause: `A statement may have at most ${most} operators.`,
  expected: `at most ${most} operators`,
  found: 'more of them',
  hint: 'Name parts of it with `let`.',
}));

export const tooManyErrors = message<{ readonly shown: number }>('too-many-errors', 'AE1007', ({ shown }) => ({
  title: `more than ${shown} syntax errors`,
  cause: 'Those from here on are not shown; many of them may follow from the first.',
  hint: 'Mend the first ones and check again.',
}));

/** `now` is how the statement is written now, where it is whole. */
export const earlierSpelling = message<{ readonly text: string; readonly keyword: string; readonly now?: string }>(
  'earlier-spelling',
  'AE1010',
  ({ text, keyword, now }) => ({
    title: `\`${keyword}\` is of an earlier edition of the language`,
    cause: 'What a training minimises is an expression, and a tensor inside `stop` is a constant.',
    expected: now === undefined ? '`minimize squared_error(a, stop(b))`' : quote(now),
    found: quote(text),
  }),
);

/** What begins no declaration. `ofAutoencoder`: it begins an item. */
export const notADeclaration = message<{
  readonly word: string;
  readonly text: string;
  readonly ofAutoencoder: boolean;
}>('not-a-declaration', 'AE1005', ({ word, text, ofAutoencoder }) => ({
  title: `${quote(word)} does not begin a declaration`,
  cause: ofAutoencoder
    ? `\`${word}\` stands between the braces of an autoencoder.`
    : 'A file holds imports, blocks and autoencoders.',
  expected: '`import`, `block` or `autoencoder`',
  found: quote(text),
  ...(ofAutoencoder
    ? { hint: 'Put it in `autoencoder Name { … }`, or remove the `}` that ends the autoencoder too early.' }
    : {}),
}));

interface ItemHere {
  /** How the whole is written here. */
  readonly example: string;
  /** What stands in the place of the word, where the rest may be written the same. */
  readonly word?: string;
  /** The same where one word follows, which says how the input `x` is measured. */
  readonly ofOne?: string;
}

/** What other languages have as an item, and what people write for one. */
const itemsElsewhere: Readonly<Record<string, ItemHere>> = {
  noise: { example: 'corrupt x with gaussian(0.1)', word: 'corrupt' },
  loss: { example: 'reconstruct x by bernoulli', word: 'reconstruct', ofOne: 'reconstruct x by' },
  compile: { example: 'train { optimizer adam(lr: 1e-3) }', word: 'train' },
  fit: { example: 'train { epochs 20 }', word: 'train' },
  discriminator: { example: 'network discriminator(x) { … }', word: 'network discriminator' },
  critic: { example: 'network critic(x) { … }', word: 'network critic' },
  generator: { example: 'decoder generator(z) { … }', word: 'decoder generator' },
  classifier: { example: 'head classifier(code) { … }', word: 'head classifier' },
  regularizer: { example: 'penalty 1e-3 * l1(code)', word: 'penalty' },
  regulariser: { example: 'penalty 1e-3 * l1(code)', word: 'penalty' },
  regularize: { example: 'penalty 1e-3 * l1(code)', word: 'penalty' },
  output: { example: 'target y: category(10)', word: 'target' },
  model: { example: 'autoencoder Name { … }' },
};

/** How people's word for an item is written here. */
export const itemElsewhere = (word: string): ItemHere | undefined =>
  Object.hasOwn(itemsElsewhere, word.toLowerCase()) ? itemsElsewhere[word.toLowerCase()] : undefined;

/** What begins no item of an autoencoder. `ofTraining`: it begins a statement of `train`. */
export const notAnItem = message<{ readonly word: string; readonly text: string; readonly ofTraining: boolean }>(
  'not-an-item',
  'AE1005',
  ({ word, text, ofTraining }) => ({
    title: `${quote(word)} does not begin an item of an autoencoder`,
    cause: ofTraining
      ? `\`${word}\` belongs in the braces of \`train\`.`
      : 'Between the braces of an autoencoder stand its variables, networks, terms and its training.',
    expected: ofTraining ? `\`train { ${word} … }\`` : 'input, encoder, decoder, latent, reconstruct, penalty, train …',
    found: quote(text),
    ...(ofTraining ? {} : { hint: goesOn(word) ?? hintFor(word) }),
  }),
);

function hintFor(word: string): string {
  const elsewhere = itemElsewhere(word);
  return elsewhere === undefined
    ? 'Layers stand in the braces of an encoder, a decoder, a head or a network.'
    : `Write \`${elsewhere.example}\`.`;
}

/** For an operator in front of a line, which ends an expression for its reader only. */
const goesOn = (word: string): string | undefined =>
  /^[-+*/^]/.test(word)
    ? 'Put the whole expression in parentheses: between them it may go on in the next line.'
    : undefined;

/** What begins no statement of a body. `is` says what it would be elsewhere. */
export const notInABody = message<{
  readonly word: string;
  readonly text: string;
  readonly is: 'item' | 'clause' | 'nothing';
}>('not-in-a-body', 'AE1005', ({ word, text, is }) => ({
  title:
    is === 'item' ? `\`${word}\` does not belong in the body of a network` : `${quote(word)} does not begin a layer`,
  cause:
    is === 'clause'
      ? 'leaf, compose and decompose stand directly in the braces of an encoder or a decoder.'
      : 'The body of a network holds layers, `repeat` and `take`.',
  expected: 'a layer, such as `code: dense(64, relu)`',
  found: quote(text),
  ...(is === 'item' ? { hint: 'Move it out of the braces, beside the encoder and the decoder.' } : {}),
}));

export const outsideOfClauses = message<{ readonly text: string }>('outside-of-clauses', 'AE1005', ({ text }) => ({
  title: 'a layer stands outside of the clauses',
  cause: 'A recursive network holds only the clauses leaf, compose and decompose.',
  expected: '`leaf`, `compose` or `decompose`',
  found: quote(text),
}));

export const notInTraining = message<{ readonly word: string; readonly text: string }>(
  'not-in-training',
  'AE1005',
  ({ word, text }) => ({
    title: `${quote(word)} does not begin a statement of training`,
    cause: 'Between the braces of `train` stand settings, phases, players and what they train.',
    expected: 'a setting, such as `epochs 20`, or `phase`, `train`, `freeze`, `minimize`',
    found: quote(text),
    ...hinted(goesOn(word)),
  }),
);

/** `adam(1e-3)` for `optimizer adam(1e-3)`. */
export const callWithoutSetting = message<{ readonly call: string }>('call-without-setting', 'AE1005', ({ call }) => ({
  title: `${quote(call)} is the value of no setting`,
  cause: 'A statement of training begins with the word that says what is set.',
  expected: quote(`optimizer ${call}`),
  found: quote(call),
  hint: `Write ${quote(`optimizer ${call}`)}; \`schedule\`, \`clip\`, \`stop\` and \`data\` have values with arguments, too.`,
}));
