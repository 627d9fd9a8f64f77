/** Layers that do something else than they seem to. */
import { bool, num, pair } from '../../builtins/arguments.js';
import { activationOf, type Layer } from '../model/model.js';
import type { Check } from './check.js';

/** Overlaps of a transposed convolution that differ from pixel to pixel. */
export const checkerboard: Check = ({ model }, report) => {
  for (const layer of model.networks.flatMap((n) => n.layers)) {
    if (layer.definition.stamps !== true) continue;
    const [kernel, stride] = [pair(layer.args, 'kernel'), pair(layer.args, 'stride')];
    if (kernel.every((k, i) => k % stride[i]! === 0)) continue;
    const rewritten = resized(layer);
    report('AE4003', layer.source, {
      title: `a ${kernel.join('×')} kernel with stride ${stride.join('×')} leaves a checkerboard`,
      cause: 'Where the stride does not divide the kernel, neighbouring outputs are sums of different numbers of terms (Odena et al. 2016).',
      expected: `a kernel whose sizes ${stride.join('×')} divides`,
      found: kernel.join('×'),
      hint: 'upsample, then convolve; or use a kernel of twice the stride',
      fixes: rewritten === undefined ? [] : [{ title: 'upsample, then convolve', edits: [{ place: layer.source.place, newText: rewritten }] }],
    });
  }
};

/** The same size by nearest neighbours and a convolution; undefined where that would be another size, or lose a name. */
function resized({ definition, args, inputShape, outputs, syntax }: Layer): string | undefined {
  const [rows, columns] = pair(args, 'stride');
  const [height, width] = outputs[0]!;
  if (syntax === undefined || syntax.names.length > 0 || rows !== columns || height !== inputShape[0]! * rows || width !== inputShape[1]! * columns) return undefined;
  const activation = activationOf({ definition, args });
  const name = activation === undefined || activation.definition.identity === true ? '' : `, ${activation.definition.name}`;
  return `upsample(${rows}); conv(${num(args, 'filters')}, kernel: 3${name})`;
}

/** Linear networks find principal components, but only around a mean. */
export const throughTheOrigin: Check = ({ model, reconstructions }, report) => {
  const layers = model.networks.filter((n) => n.role === 'encoder' || n.role === 'decoder').flatMap((n) => n.layers);
  const linear = layers.length > 0 && layers.every((l) => l.definition.affine === true && activationOf(l)?.definition.identity === true);
  const last = layers.at(-1);
  if (!linear || last === undefined || model.latents.length > 0 || bool(last.args, 'bias')) return;
  for (const term of reconstructions) {
    const variable = model.variables.find((v) => v.name === term.variable)!;
    if (variable.preprocessing !== undefined) continue;
    report('AE4012', last.source, {
      title: 'a linear autoencoder without biases goes through the origin',
      cause: 'It spans the principal components only of data whose mean is zero.',
      expected: `\`preprocess ${variable.name} with center\`, or a bias`,
      found: '`bias: false` and data as they are',
      hint: `add \`preprocess ${variable.name} with center\``,
      related: [{ place: variable.source.place, message: 'these data are not centred' }],
      fixes: [{ title: `add \`preprocess ${variable.name} with center\``, edits: [{ place: { file: variable.source.place.file, span: { start: variable.source.place.span.end, end: variable.source.place.span.end } }, newText: `; preprocess ${variable.name} with center` }] }],
    });
  }
};
