/** How much the code can hold. */
import { codeOf } from '../model/model.js';
import { size, type Check } from './check.js';

/** An overcomplete code and nothing that keeps the network from copying. */
export const overcomplete: Check = ({ model, penalties }, report) => {
  // What a code may copy of a tree depends on the tree.
  if (model.variables.some((v) => v.structure.kind === 'tree')) return;
  const inputs = model.variables.filter((v) => v.role === 'input');
  const width = inputs.reduce((sum, v) => sum + size(v.corrupted), 0);
  const code = codeOf(model);
  const codeSize = code.reduce((sum, c) => sum + size(c.shape), 0);
  const regularised = model.latents.length > 0 || model.variables.some((v) => v.corruption.length > 0) || model.constraints.length > 0 ||
    penalties.some((p) => p.call.definition.regularises) || model.networks.some((n) => n.layers.some((l) => l.corruption.length > 0 || l.definition.stochastic === true)) ||
    model.variables.some((v) => v.role === 'target');
  if (code.length === 0 || codeSize < width || regularised) return;
  report('AE4001', code[0]!.source, {
    title: `the code has ${codeSize} numbers for an input of ${width}, and nothing regularises it`,
    cause: 'A network that can copy its input learns nothing else: the identity is a solution.',
    expected: `a code smaller than ${width}, or a corruption, penalty or constraint`,
    found: `${codeSize} unregularised units`,
    hint: 'make the code smaller, or add `corrupt x with mask(0.25)` or `penalty 1e-4 * l1(code)`',
  });
};

/** A bottleneck that is not the code. */
export const narrowest: Check = ({ model }, report) => {
  const code = codeOf(model);
  if (code.length !== 1) return;
  const width = size(code[0]!.shape);
  const heads = new Set(model.latents.flatMap((z) => Object.values(z.posterior.kind === 'computed' ? z.posterior.heads : {}).map((h) => (h.kind === 'layer' ? h.id : ''))));
  const layers = model.networks.filter((n) => n.role === 'encoder' || n.role === 'decoder').flatMap((n) => n.layers);
  // What the decoder reconstructs may itself be smaller than the code.
  const outputs = new Set(model.networks.map((n) => n.layers.at(-1)?.id));
  // What is as wide as the data drops nothing of them: a skip connection beside a wide code.
  const data = model.variables.filter((v) => v.domain.kind !== 'category').map((v) => size(v.shape));
  const narrower = layers.find((layer) => !heads.has(layer.id) && !outputs.has(layer.id) && layer.outputs.length === 1 && size(layer.outputs[0]!) < Math.min(width, ...data));
  if (narrower === undefined) return;
  report('AE4002', narrower.source, {
    title: `\`${narrower.id}\` is narrower than the code`,
    cause: 'The latent representation is by definition the narrowest layer; what a narrower one drops, the code cannot hold.',
    expected: `at least ${Math.min(width, ...data)} units`,
    found: `${size(narrower.outputs[0]!)} units`,
    hint: 'make this layer wider, or make it the code',
    related: [{ place: code[0]!.source.place, message: `the code \`${code[0]!.name}\` has ${width} units` }],
  });
};
