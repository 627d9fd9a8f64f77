/** Of what depends on what. */
import { message } from '../finding.js';
import { listed, oneOf, q } from '../phrases.js';

export const codeIgnored = message<{ readonly codes: readonly string[]; readonly reads: readonly string[] }>(
  'code-ignored',
  'AE4010',
  ({ codes, reads }) => ({
    title: `no reconstruction depends on ${oneOf(codes.map(q))}`,
    cause: 'What is decoded passes by the code, so the code learns nothing from it.',
    expected: `a decoder that reads ${listed(codes.map(q))}`,
    found: reads.length === 0 ? 'one that reads nothing of it' : `one that reads ${listed(reads.map(q))}`,
    hint: `let the decoder read ${listed(codes.map(q))}`,
  }),
);

export const ofNoData = message<{ readonly variable: string; readonly draws: readonly string[] }>(
  'reconstruction-of-no-data',
  'AE4051',
  ({ variable, draws }) => ({
    title: `${q(variable)} is reconstructed from ${listed(draws.map(q))}, which ${draws.length === 1 ? 'is' : 'are'} drawn`,
    cause: 'What is decoded knows nothing of the example that it is compared with: the best of it is the mean of all.',
    expected: `an output that depends on ${q(variable)}`,
    found: `one that reads ${listed(draws.map(q))} alone`,
    hint: `give the model an encoder of ${q(variable)}, or players where a critic judges what is generated`,
  }),
);

export const nothingAsked = message<{ readonly measured: readonly string[] }>(
  'nothing-asked',
  'AE4054',
  ({ measured }) => ({
    title: 'nothing of the data is asked for',
    cause: `${listed(measured.map(q))} ${measured.length === 1 ? 'is' : 'are'} of what is computed alone, and least where that is the same whatever the example.`,
    expected: 'a `reconstruct`, or a likelihood or `cross_entropy` in a term',
    found: `${listed(measured.map(q))} alone`,
    hint: 'compare something with the data, or hold the weights by `constrain`',
  }),
);

/** `via` is what is read beside the code. */
export const aroundTheCode = message<{
  readonly variable: string;
  readonly code: readonly string[];
  readonly via: string;
  readonly ofSequence: boolean;
}>('around-the-code', 'AE4022', ({ variable, code, via, ofSequence }) => ({
  title: `${q(variable)} reaches its reconstruction around the code`,
  cause: `A way that does not pass ${listed(code.map(q))} lets the network copy what it is to reconstruct.`,
  expected: 'a decoder that reads the code alone',
  found: `one that reads ${q(via)}${via === variable ? '' : `, which is computed from ${q(variable)}`}`,
  hint: ofSequence
    ? `let the decoder read \`previous ${variable}\`: the word before each`
    : `remove the way around, or corrupt ${q(variable)}`,
}));

export const switches = message<{
  readonly layer: string;
  readonly of: string;
  readonly positions: number;
  readonly code: number;
}>('switches', 'AE4023', ({ layer, of, positions, code }) => ({
  title: `${q(layer)} takes ${positions} positions from ${q(of)} around the code`,
  cause: `Where the maxima were is told to the decoder beside the ${code} numbers of the code; without an input there are none.`,
  expected: '`upsample` for a decoder that reads the code alone',
  found: `the switches of ${q(of)}`,
  hint: 'keep it where the input is at hand; to decode codes, use `upsample`',
}));

export const unusedNetwork = message<{ readonly network: string }>('unused-network', 'AE4009', ({ network }) => ({
  title: `no term of the loss depends on ${q(network)}`,
  cause: 'Its weights would never move.',
  expected: 'a term that it has a part in',
  found: 'none',
  hint: 'reconstruct from it, penalise it, or remove it',
}));

export const corruptedUnread = message<{ readonly variable: string }>('corrupted-unread', 'AE4013', ({ variable }) => ({
  title: `${q(variable)} is corrupted, but no network reads it`,
  cause: 'A corruption stands between a variable and the networks; what is reconstructed stays clean.',
  expected: `a network that reads ${q(variable)}`,
  found: 'none',
  hint: 'corrupt the input that the encoder reads',
}));

export const unusedVariable = message<{ readonly variable: string; readonly role: 'input' | 'target' }>(
  'unused-variable',
  'AE4013',
  ({ variable, role }) => ({
    title: `nothing uses ${q(variable)}`,
    cause:
      role === 'input' ? 'No network reads it and no term compares with it.' : 'No term compares an output with it.',
    expected: role === 'input' ? `a network that reads ${q(variable)}` : `\`reconstruct ${variable} …\``,
    found: 'none',
    hint:
      role === 'input'
        ? `name it where it is read, as in \`encoder(${variable}) { … }\`, or remove it`
        : `add \`reconstruct ${variable} from … by …\`, or remove it`,
  }),
);

export const predictsItself = message<{ readonly variable: string; readonly network: string }>(
  'predicts-itself',
  'AE4011',
  ({ variable, network }) => ({
    title: `${q(variable)} is predicted from itself`,
    cause: `${q(network)} depends on ${q(variable)}, so it can copy what it is to predict, and fails where it is unknown.`,
    expected: 'a prediction from other variables',
    found: `one that reads ${q(variable)}`,
    hint: `let ${q(network)} read something that does not depend on ${q(variable)}`,
  }),
);

export const unmovedTerm = message<{ readonly text: string }>('unmoved-term', 'AE4021', ({ text }) => ({
  title: `no weight moves ${q(text)}`,
  cause: 'It is computed from data alone, or from what is stopped: its gradient is 0.',
  expected: 'something that a network computes',
  found: q(text),
  hint: 'name a layer or a latent, or remove the term',
}));

export const conditionOnlyEncoded = message<{ readonly variable: string }>(
  'condition-only-encoded',
  'AE4034',
  ({ variable }) => ({
    title: `${q(variable)} is told to the encoder alone`,
    cause: 'A decoder that does not read a condition cannot follow it: nothing is controlled when it decodes.',
    expected: `a decoder or a prior that reads ${q(variable)}`,
    found: 'an encoder that does',
    hint: `write \`decoder(z, ${variable}) { … }\``,
  }),
);

export const tellingPrior = message<{ readonly latent: string; readonly variable: string }>(
  'telling-prior',
  'AE4035',
  ({ latent, variable }) => ({
    title: `the prior of ${q(latent)} reads ${q(variable)}, which ${q(latent)} is to hold`,
    cause: 'Posterior and prior then agree however much the latent tells, and the divergence bounds nothing.',
    expected: 'a prior that reads conditions and other latents',
    found: q(variable),
    hint: `let the prior read something else than ${q(variable)}`,
  }),
);
