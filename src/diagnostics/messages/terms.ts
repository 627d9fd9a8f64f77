/** Of the terms of the loss, and of the expressions that they are. */
import { message } from '../finding.js';
import { guessed, listed, oneOf, q, sentence, sizes } from '../phrases.js';

export const noTerm = message<{ readonly text: string }>('no-term', 'AE2002', ({ text }) => ({
  title: `${q(text)} has no value in a term`,
  cause: 'A term is made of penalties, likelihoods, tensors, numbers and schedules.',
  expected: 'an expression',
  found: q(text),
  hint: 'for example `penalty 1e-4 * l1(code)`',
}));

export const unknownMeasure = message<{ readonly word: string; readonly example: string; readonly near?: string }>(
  'unknown-measure',
  'AE2002',
  ({ word, example, near }) => ({
    title: `there is no penalty, likelihood or function called ${q(word)}`,
    cause: 'A word in front of parentheses is one of these, a schedule, or a network that is applied.',
    expected: 'a penalty, a likelihood, a function, a schedule or a network',
    found: q(word),
    hint: guessed(near === undefined ? {} : { near }) ?? `for example ${q(example)}`,
  }),
);

export const otherPlaces = message<{ readonly text: string }>('other-places', 'AE3008', ({ text }) => ({
  title: `${q(text)} joins what stands at different places`,
  cause: 'One has values at the nodes of a tree, the other one for each example.',
  expected: 'both at nodes, or neither',
  found: 'one of them',
  hint: 'read the code of the tree, or write `at nodes`',
}));

export const doesNotFit = message<{
  readonly text: string;
  readonly cause: string;
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}>('does-not-fit', 'AE3007', ({ text, cause, expected, found, hint }) => ({
  title: `${q(text)} is given what does not fit`,
  cause: sentence(cause),
  expected,
  found,
  hint,
}));

export const parameterMisfit = message<{
  readonly likelihood: string;
  readonly parameter: string;
  readonly wanted: readonly number[];
  readonly found: readonly number[];
}>('parameter-misfit', 'AE3007', ({ likelihood, parameter, wanted, found }) => ({
  title: `${q(parameter)} does not fit what ${q(likelihood)} compares`,
  cause: 'A parameter of a distribution is of each element, or one number for each example.',
  expected: sizes(wanted),
  found: sizes(found),
  hint: `give ${q(parameter)} the shape of what is compared`,
}));

export const shapesDiffer = message<{
  readonly left: string;
  readonly right: string;
  readonly leftShape: readonly number[];
  readonly rightShape: readonly number[];
}>('shapes-differ', 'AE3007', ({ left, right, leftShape, rightShape }) => ({
  title: `${q(left)} and ${q(right)} have different shapes`,
  cause: 'Arithmetic on tensors goes element by element.',
  expected: `${sizes(leftShape)} for both, or a number`,
  found: `${sizes(leftShape)} and ${sizes(rightShape)}`,
  hint: 'use tensors of one shape',
}));

export const cannotCompare = message<{
  readonly likelihood: string;
  readonly output: string;
  readonly target: string;
  readonly found: readonly number[];
  readonly wanted: readonly number[];
}>('cannot-compare', 'AE3007', ({ likelihood, output, target, found, wanted }) => ({
  title:
    found.join() === wanted.join()
      ? `${q(output)} and ${q(target)} stand at different places`
      : `${q(output)} is ${sizes(found)}, but ${q(target)} needs ${sizes(wanted)}`,
  cause: `${q(likelihood)} compares them element by element.`,
  expected: sizes(wanted),
  found: sizes(found),
  hint: 'compare tensors of one shape',
}));

export const wrongArity = message<{
  readonly name: string;
  readonly fewest: number;
  readonly most: number;
  readonly found: number;
  readonly example: string;
}>('wrong-arity', 'AE2006', ({ name, fewest, most, found, example }) => ({
  title: `${q(name)} takes ${fewest === most ? (fewest === 1 ? 'one operand' : `${fewest} operands`) : `${fewest} or more operands`}`,
  cause: 'What stands in its parentheses are its operands.',
  expected: fewest === most ? String(fewest) : `${fewest} to ${most}`,
  found: found === 0 ? 'none' : String(found),
  hint: `for example ${q(example)}`,
}));

/** A term that no weight changes. */
export const dependsOnNothing = message<{ readonly text: string }>('depends-on-nothing', 'AE2002', ({ text }) => ({
  title: 'this term depends on nothing',
  cause: 'A number alone does not change with the weights.',
  expected: 'a penalty, or something else that is computed by a network',
  found: q(text),
  hint: 'for example `penalty 1e-4 * l1(code)`',
}));

export const notOneNumber = message<{ readonly text: string; readonly shape: readonly number[] }>(
  'not-one-number',
  'AE3007',
  ({ text, shape }) => ({
    title: `${q(text)} has ${sizes(shape)} numbers for each example, and a term is one`,
    cause: 'A tensor is a term by itself where it has one number for each example.',
    expected: 'one number',
    found: sizes(shape),
    hint: `make a penalty of it, such as \`l1(${text})\``,
  }),
);

export const weightNotConstant = message<{ readonly text: string }>('weight-not-constant', 'AE2005', ({ text }) => ({
  title: 'a weight is a number or a schedule',
  cause: `${q(text)} depends on the data.`,
  expected: 'numbers and schedules',
  found: q(text),
  hint: 'write the whole as a `penalty`',
}));

// ──────────────────────────────────────────────────────────────────────────── reconstructions

export const noDecoder = message<object>('no-decoder', 'AE2013', () => ({
  title: 'there is no decoder to reconstruct from',
  cause: 'A reconstruction compares a variable with the output of a network.',
  hint: 'declare one, for example `decoder mirror(encoder)`',
}));

export const severalDecoders = message<{ readonly decoders: readonly string[] }>(
  'several-decoders',
  'AE2008',
  ({ decoders }) => ({
    title: `this could be reconstructed from ${oneOf(decoders.map(q))}`,
    cause: 'Where there is more than one decoder, a reconstruction says which it means.',
    hint: `add \`from ${decoders[0] ?? ''}\``,
  }),
);

export const noTreeDecoder = message<object>('no-tree-decoder', 'AE2013', () => ({
  title: 'there is no decoder of a tree',
  cause: 'Decoded vectors are compared with encoded ones.',
  hint: 'declare `decoder { decompose(parent) { … } }`',
}));

/** A tree that a decoder is to build, which there is not. */
export const joinedByNobody = message<{
  readonly network: string;
  readonly by: string;
  readonly others: readonly string[];
  readonly rules: readonly string[];
}>('joined-by-nobody', 'AE2013', ({ network, by, others, rules }) => ({
  title: `there is no decoder of the tree of ${q(network)}`,
  cause: `${q(by)} joins the neighbours that a decoder reconstructs best.`,
  expected: `a decoder with \`decompose\` that reads ${q(network)}`,
  found: others.length === 0 ? 'none' : `${listed(others.map(q))}, of another tree`,
  hint: `declare \`decoder(${network}) { decompose(parent) { … } }\`, or build the tree by ${oneOf(rules.map(q))}`,
}));

export const decodesNoTree = message<{ readonly name: string }>('decodes-no-tree', 'AE3008', ({ name }) => ({
  title: `${q(name)} decodes no tree`,
  cause: 'The vectors of a tree are decoded by `decompose`.',
  expected: 'a decoder with `decompose`',
  found: q(name),
  hint: 'name the decoder of the tree',
}));

export const notOfVectors = message<{ readonly likelihood: string; readonly known: readonly string[] }>(
  'not-of-vectors',
  'AE4004',
  ({ likelihood, known }) => ({
    title: `${q(likelihood)} is no distribution of the vectors of a tree`,
    cause: 'Decoded vectors are compared with encoded ones, which are real numbers.',
    expected: oneOf(known.map(q)),
    found: q(likelihood),
    hint: 'use `gaussian`',
  }),
);

/** `whole`: it is a tree, and not its label. */
export const otherSite = message<{ readonly variable: string; readonly whole: boolean; readonly atNodes: boolean }>(
  'other-site',
  'AE3008',
  ({ variable, whole, atNodes }) => {
    const where = (nodes: boolean): string => (nodes ? 'values at the nodes of a tree' : 'one value for each example');
    return {
      title: whole
        ? `${q(variable)} is a tree, and is reconstructed vector by vector`
        : `${q(variable)} and what it is compared with stand at different places`,
      cause: 'Terms over trees compare the vectors of nodes.',
      expected: whole ? '`children` or `leaves`' : where(atNodes),
      found: whole ? q(variable) : where(!atNodes),
      hint: whole
        ? 'write `reconstruct children` or `reconstruct leaves`; words are compared by `penalty cross_entropy(…) at leaves`'
        : `name a network ${atNodes ? '`at nodes`' : 'that reads the code of the tree'}`,
    };
  },
);

export const noNodes = message<{ readonly text: string; readonly site: string }>(
  'no-nodes',
  'AE3008',
  ({ text, site }) => ({
    title: `${q(text)} has no nodes`,
    cause: `\`at ${site}\` says at which nodes of a tree a term holds.`,
    expected: 'a term over the nodes of a tree',
    found: q(text),
    hint: `leave out \`at ${site}\``,
  }),
);

export const unknownSite = message<{
  readonly words: string;
  readonly known: readonly string[];
  readonly near?: string;
}>('unknown-site', 'AE2002', ({ words, known, near }) => ({
  title: `nothing holds at ${q(words)}`,
  cause: 'Behind `at` stands at which nodes of a tree.',
  expected: oneOf(known.map(q)),
  found: q(words),
  hint: guessed(near === undefined ? { known } : { near }) ?? 'write `at nodes`',
}));

// ─────────────────────────────────────────────────────────────────────────────── conditions

export const choosesNoRows = message<{ readonly text: string }>('chooses-no-rows', 'AE2005', ({ text }) => ({
  title: `${q(text)} chooses no rows`,
  cause: 'A condition says of a variable whether it is there, of a category which it is, or names a corruption.',
  expected: '`y.known`, `y.missing`, `c = 3`, or a corruption of what is reconstructed',
  found: q(text),
  hint: 'write the name of a variable that may be missing, then `.known` or `.missing`',
}));

export const withoutRows = message<{ readonly text: string }>('without-rows', 'AE2005', ({ text }) => ({
  title: `${q(text)} has no rows that \`where\` could choose`,
  cause: 'It is one number for the whole batch, or for weights, whatever a row holds.',
  expected: 'a term with a number for each example',
  found: q(text),
  hint: 'leave out `where`, or give the other terms a statement of their own',
}));

export const neverMissing = message<{ readonly variable: string }>('never-missing', 'AE2005', ({ variable }) => ({
  title: `${q(variable)} is never missing`,
  cause: 'It is declared without a `?`, so every row has it.',
  expected: 'a variable that may be missing',
  found: q(variable),
  hint: `write \`?\` behind the type of ${q(variable)}, or leave out \`where\``,
}));

export const missingElements = message<{ readonly variable: string }>('missing-elements', 'AE2005', ({ variable }) => ({
  title: `${q(variable)} is missing element by element`,
  cause:
    'Of such a variable no row is known or missing as a whole; terms hold where an element is known without saying so.',
  expected: 'a variable that is missing as a whole',
  found: q(variable),
  hint: 'leave out `where`',
}));

export const notACategory = message<{ readonly variable: string; readonly text: string }>(
  'not-a-category',
  'AE2005',
  ({ variable, text }) => ({
    title: `${q(variable)} is no category`,
    cause: `${q(text)} chooses the rows where a category is this one.`,
    expected: 'a category',
    found: q(variable),
    hint: 'name an input or target that is declared as `category(…)`',
  }),
);

export const noSuchClass = message<{ readonly variable: string; readonly classes: number; readonly value: number }>(
  'no-such-class',
  'AE2005',
  ({ variable, classes, value }) => ({
    title: `${q(variable)} is never ${value}`,
    cause: `It is one of 0 … ${classes - 1}.`,
    expected: `a whole number from 0 to ${classes - 1}`,
    found: String(value),
    hint: 'choose one of its classes',
  }),
);

export const hidesNothing = message<{ readonly corruption: string; readonly summary: string }>(
  'hides-nothing',
  'AE2005',
  ({ corruption, summary }) => ({
    title: `${q(corruption)} takes no elements away`,
    cause: sentence(summary),
    expected: 'a corruption that takes elements away',
    found: q(corruption),
    hint: 'leave out `where`',
  }),
);

/** `own` are the corruptions that the variable has. */
export const notCorruptedWith = message<{
  readonly variable: string;
  readonly word: string;
  readonly own: readonly string[];
  readonly example?: string;
  readonly near?: string;
}>('not-corrupted-with', 'AE2001', ({ variable, word, own, example, near }) => ({
  title: example === undefined ? `${q(word)} is no corruption` : `${q(variable)} is not corrupted with ${q(word)}`,
  cause: '`where` names the corruption whose elements count.',
  expected: own.length === 0 ? `a corruption of ${q(variable)}` : oneOf(own.map(q)),
  found: q(word),
  hint:
    near !== undefined
      ? `did you mean ${q(near)}?`
      : example === undefined
        ? 'leave out `where`'
        : `add \`corrupt ${variable} with ${example}\`, or leave out \`where\``,
}));

export const onlyOfReconstructions = message<{ readonly text: string }>(
  'only-of-reconstructions',
  'AE2005',
  ({ text }) => ({
    title: `${q(text)} chooses elements, and this term has none`,
    cause: 'The elements that a corruption takes away are chosen where a variable is reconstructed.',
    expected: '`y.known`, `y.missing` or `c = 3`',
    found: q(text),
    hint: 'leave out `where`, or write the term as `reconstruct x …`',
  }),
);
