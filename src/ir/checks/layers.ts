/** Layers that do something else than they seem to. */
import { bool, num, pair, tensorsIn } from '../../builtins/arguments.js';
import { change, insertBehind } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/layer-checks.js';
import { endingsOf, readingOf } from '../model/endings.js';
import { activationOf, type Layer } from '../model/networks.js';
import { partsOf } from '../model/training.js';
import { heavyLayer } from '../../diagnostics/messages/loss-checks.js';
import { heavy, size, type Check } from './facts.js';

/** Overlaps of a transposed convolution that differ from pixel to pixel. */
export const checkerboard: Check = ({ layers }, report) => {
  for (const layer of layers) {
    if (layer.definition.stamps !== true) continue;
    const [kernel, stride] = [pair(layer.args, 'kernel'), pair(layer.args, 'stride')];
    const axes = layer.outputs[0]!.length - 1;
    if (kernel.slice(0, axes).every((k, i) => k % stride[i]! === 0)) continue;
    const rewritten = resized(layer);
    const fixes = rewritten === undefined ? [] : [change(layer.source.place, rewritten)];
    report.at(
      layer.source,
      say.checkerboard,
      { kernel: kernel.slice(0, axes), stride: stride.slice(0, axes) },
      { fixes },
    );
  }
};

/** The same size by nearest neighbours and a convolution; undefined where that would be another size, or lose a name. */
function resized({ definition, args, inputShape, outputs, syntax }: Layer): string | undefined {
  const [rows, columns] = pair(args, 'stride');
  const [height, width] = outputs[0]!;
  if (syntax === undefined || syntax.names.length > 0 || outputs[0]!.length !== 3) return undefined;
  if (rows !== columns || height !== inputShape[0]! * rows || width !== inputShape[1]! * columns) return undefined;
  const activation = activationOf({ definition, args });
  const name =
    activation === undefined || activation.definition.identity === true ? '' : `, ${activation.definition.name}`;
  return `upsample(${rows}); conv(${num(args, 'filters')}, kernel: 3${name})`;
}

/** Linear networks find principal components, but only around a mean. */
export const throughTheOrigin: Check = (facts, report) => {
  const { model } = facts;
  const layers = model.networks.filter((n) => n.role === 'encoder' || n.role === 'decoder').flatMap((n) => n.layers);
  const linear = layers.every((l) => l.definition.affine === true && activationOf(l)?.definition.identity === true);
  const last = layers.at(-1);
  if (!linear || last === undefined || model.latents.length > 0 || bool(last.args, 'bias')) return;
  for (const { variable } of facts.reconstructions) {
    if (variable.preprocessing.length > 0) continue;
    const { place } = variable.source;
    const statement = `preprocess ${variable.name} with center`;
    report.at(
      last.source,
      say.throughTheOrigin,
      { variable: variable.name, statement },
      { related: [{ place, message: labels.notCentred }], fixes: [insertBehind(place, `; ${statement}`)] },
    );
  }
};

/** Kernels that begin with the same number everywhere. */
export const alikeUnits: Check = (facts, report) => {
  const joined = new Set(
    facts.layers
      .flatMap((layer) => (layer.definition.sums === true ? tensorsIn(layer.args) : []))
      .flatMap((ref) => (ref.kind === 'layer' ? [ref.id] : [])),
  );
  for (const layer of facts.layers) {
    const network = facts.networkOf(layer.id);
    // A branch that begins with nothing, and a last layer that does, are told apart by what they are added to or compared with.
    if (
      network === undefined ||
      joined.has(layer.id) ||
      (network.layers.at(-1) === layer && network.role !== 'encoder')
    )
      continue;
    if (facts.readersOf(layer.id).some(({ definition }) => definition.sums === true)) continue;
    const kernel = layer.weights.find(
      ({ role, shape, initializer, trainable }) =>
        role === 'kernel' &&
        trainable &&
        (shape.at(-1) ?? 1) > 1 &&
        initializer.definition.category === 'initializer' &&
        initializer.definition.constant === true,
    );
    if (kernel !== undefined)
      report.at(layer.source, say.alikeUnits, {
        layer: layer.id,
        weight: kernel.name,
        initializer: kernel.initializer.definition.name,
      });
  }
};

const countOf = (weights: Layer['weights']): number => weights.reduce((sum, { shape }) => sum + size(shape), 0);

/** Weights that share no place with others, as those of `local`, or join very wide layers. */
export const heavyLayers: Check = (facts, report) => {
  const parts = partsOf(facts.model.training);
  // Beside a weight that moves stand its gradient and what the optimiser remembers of it.
  const beside = Math.max(0, ...parts.map(({ optimizer: { definition, args } }) => definition.slots(args).length));
  for (const layer of facts.layers) {
    if (4 * countOf(layer.weights) <= heavy) continue;
    const count = countOf(
      layer.weights.filter(({ name }) => facts.storedName(`${layer.id}.${name}`) === `${layer.id}.${name}`),
    );
    if (4 * count > heavy) report.at(layer.source, heavyLayer, { layer: layer.id, weights: count, copies: 2 + beside });
  }
};

/** A last layer whose output is another for the batch, or by chance. */
export const restlessOutputs: Check = (facts, report) => {
  for (const { reconstruction } of facts.reconstructions) {
    const endings = endingsOf((id) => facts.layer(id), reconstruction.output);
    // What the likelihood cannot read at all is an error.
    if (readingOf(reconstruction.likelihood.definition, endings) === undefined) continue;
    for (const { layer } of endings) {
      if (layer === undefined || (layer.definition.ofBatch !== true && layer.definition.stochastic !== true)) continue;
      report.at(layer.source, say.restlessOutput, {
        layer: layer.definition.name,
        variable: reconstruction.variable,
        draws: layer.definition.stochastic === true,
      });
    }
    // Dropout moves values, so that the ending is the layer before it.
    const last = facts.layerOf(reconstruction.output);
    if (last?.definition.stochastic === true)
      report.at(last.source, say.restlessOutput, {
        layer: last.definition.name,
        variable: reconstruction.variable,
        draws: true,
      });
  }
};

/** Pools that leave out the last rows or columns. */
export const leftOver: Check = ({ layers }, report) => {
  for (const layer of layers) {
    const { definition, args, inputShape } = layer;
    if (definition.pools !== true || args['padding'] !== 'valid') continue;
    const axes = inputShape.length - 1;
    const sizes = pair(args, 'size').slice(0, axes);
    const strides = args['stride'] === undefined ? sizes : pair(args, 'stride').slice(0, axes);
    const left = sizes.map((k, i) => (inputShape[i]! - k) % strides[i]!);
    if (left.some((n) => n > 0))
      report.at(layer.source, say.leftOver, {
        layer: layer.definition.name,
        input: inputShape.slice(0, axes),
        output: layer.outputs[0]!.slice(0, axes),
        left,
      });
  }
};
