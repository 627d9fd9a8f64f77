/** Of names: what nothing declares, what is declared twice, and what could mean several things. */
import { message } from '../finding.js';
import { guessed, hinted, listed, oneOf, q, sizes, withArticle } from '../phrases.js';

/** `kind` and `before` are of the second and the first declaration. */
export const declaredTwice = message<{
  readonly name: string;
  readonly kind: string;
  readonly before: string;
  readonly within?: string;
}>('declared-twice', 'AE2007', ({ name, kind, before, within }) => ({
  title:
    kind === before || kind === 'layer'
      ? `${q(name)} is declared twice`
      : `${q(name)} is the name of ${withArticle(before)} already`,
  cause: reasonFor(kind, before, within),
  hint:
    kind === 'latent' && before === 'variable'
      ? 'choose another name, or write `?` behind the type of the variable if it may be missing'
      : 'choose another name',
}));

function reasonFor(kind: string, before: string, within: string | undefined): string {
  if (kind === 'autoencoder') return 'Each model of a file has a name of its own.';
  if (kind === 'block') return 'Blocks of a file and of its imports share one set of names.';
  if (kind === 'phase' || kind === 'player') return 'Its report uses its name.';
  if (kind === 'layer' || kind === 'use' || kind === 'given') {
    return before === 'layer' || before === 'use' || before === 'given'
      ? `A name stands for one tensor of its ${within ?? 'network'}.`
      : 'A layer of this name could not be told from what else has it.';
  }
  return 'Parameters, lets, variables, latents, draws, networks and terms share one set of names.';
}

/** `layer`: whether the language has a layer of this name, which what is applied has not. */
export const unknownName = message<{
  readonly name: string;
  readonly wanted: string;
  readonly near?: string;
  readonly layer?: boolean;
}>('unknown-name', 'AE2001', ({ name, wanted, near, layer }) => ({
  title: `nothing here is called ${q(name)}`,
  cause: 'No statement declares this name.',
  expected: wanted,
  found: q(name),
  ...hinted(
    guessed(near === undefined ? {} : { near }) ??
      (layer === true ? `write ${q(name)} as a layer of its own, behind what it reads` : undefined),
  ),
}));

/** A name of something else than what is wanted. */
export const otherKind = message<{ readonly name: string; readonly kind: string; readonly wanted: string }>(
  'other-kind',
  'AE2001',
  ({ name, kind, wanted }) => ({
    title: `${q(name)} is ${kind}, not ${wanted}`,
    cause: `Only ${wanted} can be meant here.`,
    expected: wanted,
    found: kind,
    ...hinted(
      wanted.startsWith('a latent')
        ? 'declare one: `latent z ~ normal(20)`'
        : wanted === 'a layer'
          ? 'name a layer, as in `h: dense(64)`'
          : undefined,
    ),
  }),
);

export const ambiguousName = message<{ readonly name: string; readonly choices: readonly string[] }>(
  'ambiguous-name',
  'AE2008',
  ({ name, choices }) => ({
    title: `${q(name)} could be ${oneOf(choices.map(q))}`,
    cause: 'Several things end in this name.',
    hint: 'write the path in full',
  }),
);

export const networksGoRound = message<{ readonly names: readonly string[] }>(
  'networks-go-round',
  'AE2010',
  ({ names }) => ({
    title: names.length < 2 ? `${q(names[0] ?? '')} reads itself` : `${listed(names.map(q))} read each other`,
    cause: 'None of them can be computed first.',
    hint: 'let one of them read something else',
  }),
);

export const tensorNeeded = message<{ readonly text: string }>('tensor-needed', 'AE2005', ({ text }) => ({
  title: 'a tensor is needed here',
  cause: `${q(text)} is none.`,
  expected: 'an input, a latent, a named layer, or a network applied to some',
  found: q(text),
  hint: 'name a tensor',
}));

export const noKernels = message<{ readonly name: string; readonly kind: string }>(
  'no-kernels',
  'AE2001',
  ({ name, kind }) => ({
    title: `${q(name)} has no weights`,
    cause: `It is ${kind}, and nothing in it is learned.`,
    expected: 'a weight, a layer, a network or `all`',
    found: kind,
    hint: 'name a layer that has a kernel, or write `all`',
  }),
);

/** `kind` is that of the path, where it is one. */
export const noSuchWeight = message<{ readonly name: string; readonly near?: string }>(
  'no-such-weight',
  'AE2001',
  ({ name, near }) => ({
    title: `there is no weight ${q(name)}`,
    cause: 'A weight is written as `layer.kernel`.',
    expected: 'one weight',
    found: q(name),
    ...hinted(guessed(near === undefined ? {} : { near })),
  }),
);

export const severalWeights = message<{ readonly name: string; readonly weights: readonly string[] }>(
  'several-weights',
  'AE2008',
  ({ name, weights }) => ({
    title: `${q(name)} stands for several weights`,
    cause: 'A weight is written as `layer.kernel`.',
    expected: 'one weight',
    found: listed(weights),
    hint: 'write one of them',
  }),
);

export const noSuchMember = message<{
  readonly name: string;
  readonly member: string;
  readonly known: readonly string[];
  readonly near?: string;
}>('no-such-member', 'AE2001', ({ name, member, known, near }) => ({
  title: `${q(name)} has no layer ${q(member)}`,
  cause: known.length === 0 ? 'None of its layers has a name.' : `Its named layers are ${listed(known)}.`,
  expected: 'the name of one of its layers',
  found: q(member),
  ...hinted(guessed(near === undefined ? {} : { near })),
}));

/** A network or a layer applied to tensors that it does not take. */
export const cannotApply = message<{
  readonly name: string;
  readonly expected: readonly (readonly number[])[];
  readonly found: readonly (readonly number[])[];
}>('cannot-apply', 'AE3002', ({ name, expected, found }) => ({
  title:
    expected.join(' ') === found.join(' ')
      ? `${q(name)} cannot be applied to this`
      : `${q(name)} takes ${listed(expected.map(sizes)) || 'nothing'}, and is given ${listed(found.map(sizes)) || 'nothing'}`,
  cause: "It computes with the same weights on other tensors of its inputs' shapes.",
  expected: listed(expected.map(sizes)) || 'nothing',
  found: listed(found.map(sizes)) || 'nothing',
  hint: 'apply it to what has the shape of its own input',
}));

export const blockContainsItself = message<{ readonly round: readonly string[] }>(
  'block-contains-itself',
  'AE2010',
  ({ round }) => ({
    title: `block ${q(round.at(-1) ?? '')} contains itself`,
    cause: `Its expansion would never end: ${round.join(' → ')}.`,
    hint: 'write a repetition with `repeat`',
  }),
);

export const unreadNumber = message<{ readonly name: string; readonly kind: 'parameter' | 'constant' }>(
  'unread-number',
  'AE2014',
  ({ name, kind }) => ({
    title: `nothing reads ${q(name)}`,
    cause: kind === 'parameter' ? 'Whatever it is set to, the model is the same.' : 'The model is the same without it.',
    expected: 'a place where it is used',
    found: 'none',
    hint: `write ${q(name)} where the number is meant, or remove it`,
  }),
);
