/** Of layers: words that are none, shapes that do not fit, sizes that cannot be inferred, mirrors. */
import { message } from '../finding.js';
import { inWords, listed, oneOf, q, sentence, sizes } from '../phrases.js';

export const unknownLayer = message<{
  readonly word: string;
  readonly near?: string;
  /** Whether it is a corruption. */
  readonly corrupts?: true;
}>('unknown-layer', 'AE2002', ({ word, near, corrupts }) => ({
  title: `there is no layer or block called ${q(word)}`,
  cause: 'A statement of a network names a layer, an activation, a block, or a network to apply.',
  expected: 'a layer, an activation, a block or a network',
  found: corrupts === true ? `${q(word)}, a corruption` : q(word),
  hint:
    near !== undefined
      ? `did you mean ${q(near)}?`
      : corrupts === true
        ? `corruptions stand beside the networks: \`corrupt h with ${word}(…)\` for a named layer or an input \`h\``
        : `declare \`block ${word} { … }\`, or look the layer up in docs/language.md`,
}));

export const layerBehindTake = message<object>('layer-behind-take', 'AE1002', () => ({
  title: 'a layer is missing behind `take`',
  cause: '`take` says what the next layer reads, and there is none.',
  hint: 'write a layer behind it, or remove it',
}));

/** `derived`: what the layers are, where no statement wrote them. */
export const cannotTake = message<{
  readonly layer: string;
  readonly reads: string;
  readonly input: readonly number[];
  /** What made it: a statement, several inputs that are brought together, or a mirror. */
  readonly origin: 'written' | 'joined' | 'mirrored';
  readonly derived?: string;
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}>('cannot-take', 'AE3002', ({ layer, reads, input, origin, derived, expected, found, hint }) => ({
  title: `${derived ?? q(layer)} cannot take ${inWords(input)}`,
  cause: `${derived === undefined ? 'It reads' : 'They read'} ${q(reads)}, which is ${inWords(input)}.`,
  expected,
  found,
  hint:
    derived !== undefined
      ? 'end the encoder with `flatten`'
      : origin === 'joined'
        ? 'bring both to one form first, then join them: `flatten; concat(…)`'
        : origin === 'mirrored'
          ? 'let the mirror read a tensor of the shape that the mirrored network ends with'
          : hint,
}));

/** `wanted` and `because`: what the network must produce, and which statement says so. */
export const cannotInfer = message<{
  readonly layer: string;
  readonly param: string;
  readonly example: string;
  readonly wanted?: readonly number[];
  readonly because?: string;
}>('cannot-infer', 'AE3004', ({ layer, param, example, wanted, because }) => ({
  title: `${q(param)} of ${q(layer)} cannot be inferred`,
  cause:
    wanted === undefined
      ? 'Nothing says what its network must produce.'
      : `Several sizes would lead to the ${sizes(wanted)} that ${q(because ?? '')} asks for.`,
  expected: q(param),
  found: 'nothing',
  hint: `write it, as in ${q(example)}`,
}));

// ─────────────────────────────────────────────────────────────────────────────── networks

export const nothingToRead = message<{ readonly role: string }>('nothing-to-read', 'AE2013', ({ role }) => ({
  title: `the ${role} has nothing to read`,
  cause: role === 'encoder' ? 'There is no input.' : 'There is no encoder, no latent and no draw.',
  hint:
    role === 'encoder'
      ? 'declare one, for example `input x: [784] in [0, 1]`'
      : 'declare one, for example `encoder { dense(64, relu) }`',
}));

export const couldRead = message<{ readonly role: string; readonly choices: readonly string[] }>(
  'could-read',
  'AE2008',
  ({ role, choices }) => ({
    title: `the ${role} could read ${choices.length > 4 ? `any of ${choices.length} tensors` : listed(choices.map(q)).replace(' and ', ' or ')}`,
    cause: 'Where there is more than one, a network says which it reads; several are joined.',
    hint: `write them in parentheses: \`${role}(${choices.slice(0, 4).join(', ')}${choices.length > 4 ? ', …' : ''}) { … }\``,
  }),
);

export const onlyOfSequences = message<{ readonly text: string }>('only-of-sequences', 'AE3002', ({ text }) => ({
  title: `${q(text)} has no positions`,
  cause: '`previous` moves a sequence on by one position.',
  expected: 'a sequence',
  found: q(text),
  hint: 'leave out `previous`, or declare the input as `sequence(…)`',
}));

export const noBody = message<{ readonly text: string; readonly near?: string }>(
  'no-body',
  'AE2002',
  ({ text, near }) => ({
    title: `${q(text)} is no body of a network`,
    cause: 'A network is written in braces, or mirrors another.',
    expected: '`{ … }` or `mirror(encoder)`',
    found: q(text),
    hint: near === undefined ? 'write its layers in braces' : `did you mean ${q(near)}?`,
  }),
);

export const mirrorOption = message<{ readonly text: string; readonly near?: string }>(
  'mirror-option',
  'AE2003',
  ({ text, near }) => ({
    title: `\`mirror\` has no option ${q(text)}`,
    cause: 'Behind the network it may say that the kernels are tied.',
    expected: '`tied`',
    found: q(text),
    hint: near === undefined ? 'leave it out' : `did you mean ${q(near)}?`,
  }),
);

export const mirrorOfWhat = message<{ readonly text: string }>('mirror-of-what', 'AE2005', ({ text }) => ({
  title: '`mirror` needs a network',
  cause: 'It derives one network from another.',
  expected: 'the name of a network',
  found: text === '' ? 'nothing' : q(text),
  hint: 'for example `mirror(encoder)`',
}));

export const noMirror = message<{ readonly name: string; readonly reason: string; readonly ofTree: boolean }>(
  'no-mirror',
  'AE3005',
  ({ name, reason, ofTree }) => ({
    title: `${q(name)} has no mirror`,
    cause: sentence(reason),
    hint: ofTree ? 'write `decoder { decompose(parent) { … } }`' : 'write the decoder out',
  }),
);

// ────────────────────────────────────────────────────────────────────────────────── trees

export const noNodesToRead = message<{ readonly tensor: string; readonly site: string }>(
  'no-nodes-to-read',
  'AE3008',
  ({ tensor, site }) => ({
    title: `${q(tensor)} has no nodes`,
    cause: `\`at ${site}\` applies a network to the vectors of the nodes of a tree.`,
    expected: 'an encoder of a tree, or what is computed at its nodes',
    found: q(tensor),
    hint: `leave out \`at ${site}\`, or let it read the encoder of a tree`,
  }),
);

export const readsNodes = message<{ readonly tensor: string; readonly role: string }>(
  'reads-nodes',
  'AE3008',
  ({ tensor, role }) => ({
    title: `${q(tensor)} has values at the nodes of a tree, and this ${role} reads one for each example`,
    cause: 'A tree is read by an encoder with `leaf` and `compose`, and its nodes by a network `at nodes`.',
    expected:
      role === 'encoder' ? '`leaf { … }` and `compose(left, right) { … }`' : 'the code of a tree, or `at nodes`',
    found: q(tensor),
    hint:
      role === 'encoder'
        ? 'write `encoder { leaf { … }; compose(left, right) { … } }`'
        : 'read the encoder of the tree, or write `at nodes`',
  }),
);

export const noTree = message<{ readonly network: string; readonly role: string; readonly inputs: number }>(
  'no-tree',
  'AE3008',
  ({ network, role, inputs }) => ({
    title: `${q(network)} has clauses for a tree, and reads none`,
    cause:
      role === 'encoder'
        ? '`leaf` and `compose` are applied at the nodes of one tree.'
        : '`decompose` goes back from the code of one tree.',
    expected: role === 'encoder' ? 'a tree, a sequence with `by`, or another encoder of a tree' : 'the code of a tree',
    found: inputs > 1 ? `${inputs} tensors` : 'no tree',
    hint:
      role === 'encoder'
        ? 'declare the input as `tree(…)`, or write the layers without clauses'
        : 'let it read the encoder of a tree',
  }),
);

export const treeOfSequence = message<{ readonly network: string; readonly known: readonly string[] }>(
  'tree-of-sequence',
  'AE3008',
  ({ network, known }) => ({
    title: `${q(network)} folds a sequence, and nothing says how its tree is built`,
    cause: 'A sequence has no tree of its own.',
    expected: oneOf(known.map((word) => q(`by ${word}`))),
    found: 'no `by`',
    hint: `write \`by ${known[0] ?? ''}\` behind what it reads`,
  }),
);

export const treeBuiltAlready = message<{ readonly network: string }>(
  'tree-built-already',
  'AE3008',
  ({ network }) => ({
    title: `${q(network)} reads a tree, which is built already`,
    cause: '`by` says how the tree of a sequence is built.',
    expected: 'a sequence',
    found: 'a tree',
    hint: 'leave out `by`',
  }),
);

export const foreignClause = message<{ readonly clause: string; readonly role: string; readonly owner: string }>(
  'foreign-clause',
  'AE1005',
  ({ clause, role, owner }) => ({
    title: `${q(clause)} does not belong in ${role === 'encoder' ? 'an' : 'a'} ${role}`,
    cause: `It is a clause of ${owner === 'encoder' ? 'an' : 'a'} ${owner}.`,
    hint: `move it to the ${owner}`,
  }),
);

export const clauseTwice = message<{ readonly clause: string }>('clause-twice', 'AE2007', ({ clause }) => ({
  title: `${q(clause)} is written twice`,
  cause: 'Every node is computed in one way.',
  hint: 'remove one of them',
}));

export const clausesMissing = message<{
  readonly missing: readonly string[];
  readonly role: string;
  readonly wanted: readonly string[];
}>('clauses-missing', 'AE1002', ({ missing, role, wanted }) => ({
  title: `${listed(missing.map(q))} ${missing.length === 1 ? 'is' : 'are'} missing`,
  cause: `The ${role} of a tree has ${listed(wanted.map(q))}.`,
  hint: role === 'encoder' ? 'write `leaf { … }; compose(left, right) { … }`' : 'write `decompose(parent) { … }`',
}));

export const vectorsDiffer = message<{ readonly compose: readonly number[]; readonly leaf: readonly number[] }>(
  'vectors-differ',
  'AE3008',
  ({ compose, leaf }) => ({
    title: `\`compose\` gives ${sizes(compose)}, but its children are ${sizes(leaf)}`,
    cause: 'The vector of a node is a child of the node above, so all have one size.',
    expected: sizes(leaf),
    found: sizes(compose),
    hint: 'give the last layer of `compose` as many units as that of `leaf`',
  }),
);

export const notTwoChildren = message<{
  readonly outputs: readonly (readonly number[])[];
  readonly parent: readonly number[];
}>('not-two-children', 'AE3008', ({ outputs, parent }) => ({
  title: `\`decompose\` gives ${listed(outputs.map(sizes))}, not two vectors of ${sizes(parent)}`,
  cause: 'It maps the vector of a node to those of its two children, which are of the same size.',
  expected: `${sizes(parent)} and ${sizes(parent)}`,
  found: listed(outputs.map(sizes)),
  hint: `end it with \`dense(${2 * (parent.at(-1) ?? 1)}); split(2)\``,
}));

/** `given`: how many tensors the layer gives. */
export const givesNoMore = message<{ readonly layer: string; readonly name: string; readonly given: number }>(
  'gives-no-more',
  'AE2003',
  ({ layer, name, given }) => ({
    title: `${q(layer)} gives nothing more for ${q(name)}`,
    cause:
      given === 1
        ? 'It gives one tensor, which has one name.'
        : `It gives ${given} tensors, each of which has one name.`,
    expected: given === 1 ? 'one name' : `at most ${given} names`,
    found: `${q(name)} as one more`,
    hint: given === 1 ? 'remove it, or part the tensor with `split(2)`' : 'remove it',
  }),
);

/** What a clause is given, in words, and how many names it has for them. */
interface GivenFacts {
  readonly clause: string;
  readonly given: readonly string[];
  readonly names: number;
}

const namesFor = (given: readonly string[]): string => (given.length === 1 ? 'one name' : `${given.length} names`);

export const clauseGivesNoMore = message<GivenFacts & { readonly name: string }>(
  'clause-gives-no-more',
  'AE2003',
  ({ clause, given, names, name }) => ({
    title: `${q(clause)} is given nothing more for ${q(name)}`,
    cause: `It is given ${listed(given)}.`,
    expected: namesFor(given),
    found: String(names),
    hint: 'remove it',
  }),
);

export const clauseNeedsName = message<GivenFacts & { readonly unnamed: string }>(
  'clause-needs-name',
  'AE2006',
  ({ clause, given, names, unnamed }) => ({
    title: `${q(clause)} needs a name for ${unnamed}`,
    cause: `It is given ${listed(given)}.`,
    expected: namesFor(given),
    found: names === 0 ? 'none' : String(names),
    hint:
      clause === 'compose'
        ? 'write `compose(left, right)`'
        : clause === 'decompose'
          ? 'write `decompose(parent)`'
          : 'write `leaf(below)`',
  }),
);
