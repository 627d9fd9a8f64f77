/** What depends on what: networks, codes and variables that the loss does not reach, and labels that it reaches twice. */
import { tensorsIn, type Application, type TensorRef } from '../../builtins/arguments.js';
import { codeOf } from '../model/model.js';
import { ancestors, type Check, type Facts } from './check.js';

/** What the loss is computed from, with the priors behind the latents that it penalises. */
function rootsOf({ model, roots }: Facts): readonly (TensorRef | Application)[] {
  const priors = roots.flatMap((ref) => {
    const latent = ref.kind === 'latent' ? model.latents.find((z) => z.name === ref.name) : undefined;
    return latent?.prior.kind === 'network' ? Object.values(latent.prior.heads) : [];
  });
  return [...roots, ...priors];
}

/** A reconstruction that no code has passed. */
export const codeIgnored: Check = (facts, report) => {
  const { model } = facts;
  const outputs = model.terms.flatMap((term) => (term.kind === 'reconstruction' ? [term.output] : term.kind === 'tree' ? model.networks.filter((n) => n.name === term.decoder).map((n) => n.output) : []));
  if (outputs.length === 0) return;
  const reached = ancestors(facts, outputs);
  for (const code of codeOf(model)) {
    if (code.ref.kind === 'latent' ? reached.latents.has(code.ref.name) : code.ref.kind !== 'layer' || reached.layers.has(code.ref.id)) continue;
    const decoder = model.networks.find((n) => n.role === 'decoder');
    report('AE4010', decoder?.source ?? code.source, {
      title: `no reconstruction depends on \`${code.name}\``,
      cause: 'What is decoded passes by the code, so the code learns nothing from it.',
      expected: `a decoder that reads \`${code.name}\``,
      found: `one that reads ${decoder === undefined ? 'nothing of it' : decoder.inputs.map((ref) => `\`${ref.kind === 'layer' ? ref.id : ref.name}\``).join(' and ')}`,
      hint: `let the decoder read \`${code.name}\``,
      related: [{ place: code.source.place, message: `\`${code.name}\` is the code` }],
    });
  }
};

/** A network that trains nothing: no term depends on it. */
export const unusedNetworks: Check = (facts, report) => {
  const { model } = facts;
  const { layers } = ancestors(facts, rootsOf(facts));
  const codes = new Set(codeOf(model).map((code) => (code.ref.kind === 'layer' ? code.ref.id : '')));
  for (const network of model.networks) {
    const last = network.layers.at(-1);
    // A code that nothing reads has its own message.
    if (network.role === 'posterior' || last === undefined || layers.has(last.id) || codes.has(last.id)) continue;
    report('AE4009', network.source, {
      title: `no term of the loss depends on \`${network.name}\``,
      cause: 'Its weights would never move.',
      expected: 'a term that it has a part in',
      found: 'none',
      hint: 'reconstruct from it, penalise it, or remove it',
    });
  }
};

/** A variable that is read by nothing, or compared with nothing. */
export const unusedVariables: Check = (facts, report) => {
  const { model, reconstructions } = facts;
  const chosen = new Set(model.terms.flatMap(({ rows }) => (rows.kind === 'all' ? [] : [rows.variable])));
  const read = new Set(model.networks.flatMap((n) => [...n.inputs, ...n.layers.flatMap((l) => [l.input, ...tensorsIn(l.args)])]).flatMap((ref) => (ref.kind === 'variable' ? [ref.name] : [])));
  const penalised = ancestors(facts, rootsOf(facts)).variables;
  for (const variable of model.variables) {
    const compared = reconstructions.some((t) => t.variable === variable.name);
    const used = read.has(variable.name) || penalised.has(variable.name) || chosen.has(variable.name) || model.latents.some((z) => z.name === variable.name);
    if (variable.corruption.length > 0 && !used) {
      report('AE4013', variable.source, {
        title: `\`${variable.name}\` is corrupted, but no network reads it`,
        cause: 'A corruption stands between a variable and the networks; what is reconstructed stays clean.',
        expected: `a network that reads \`${variable.name}\``, found: 'none', hint: 'corrupt the input that the encoder reads',
      });
    } else if (!used && !compared) {
      report('AE4013', variable.source, {
        title: `nothing uses \`${variable.name}\``,
        cause: variable.role === 'input' ? 'No network reads it and no term compares with it.' : 'No term compares an output with it.',
        expected: variable.role === 'input' ? `a network that reads \`${variable.name}\`` : `\`reconstruct ${variable.name} …\``,
        found: 'none',
        hint: variable.role === 'input' ? `name it where it is read, as in \`encoder(${variable.name}) { … }\`, or remove it` : `add \`reconstruct ${variable.name} from … by …\`, or remove it`,
      });
    }
  }
};

/** A label that is predicted from itself. */
export const labelLeak: Check = (facts, report) => {
  const { model, reconstructions } = facts;
  for (const term of reconstructions) {
    const variable = model.variables.find((v) => v.name === term.variable)!;
    const owner = model.networks.find((n) => n.layers.at(-1) !== undefined && term.output.kind === 'layer' && n.layers.at(-1)!.id === term.output.id);
    // An autoencoder of labels passes them through its code; a target must not be read, and a head must not read past the code what it predicts.
    if (variable.role !== 'target' && owner?.role !== 'head') continue;
    if (!ancestors(facts, [term.output], variable.role === 'target' ? [] : codeOf(model).map(({ ref }) => ref)).variables.has(variable.name)) continue;
    const reader = model.networks.find((n) => n.inputs.some((ref) => ref.kind === 'variable' && ref.name === variable.name));
    report('AE4011', term.source, {
      title: `\`${variable.name}\` is predicted from itself`,
      cause: `\`${owner?.name ?? 'the output'}\` depends on \`${variable.name}\`, so it can copy what it is to predict, and fails where it is unknown.`,
      expected: `a prediction from other variables`,
      found: `one that reads \`${variable.name}\``,
      hint: `let ${owner === undefined ? 'it' : `\`${owner.name}\``} read something that does not depend on \`${variable.name}\``,
      ...(reader === undefined ? {} : { related: [{ place: reader.source.place, message: `\`${variable.name}\` is read here` }] }),
    });
  }
};
