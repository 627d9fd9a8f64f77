/** Small models whose whole training steps are put to the test. */
import { check, compile } from '../../src/compiler.js';
import type { Graph, Node } from '../../src/ir/graph/graph.js';
import { firstStep, type ProgramGraphs } from '../../src/ir/lower/program.js';
import { errorsOf } from '../support/findings.js';
import { generator, nameOf, signed, unit } from './kit.js';
import { count, value, type Environment } from './reference.js';
import { resolve } from './reference/value.js';

/** With plain descent at rate 1 and no slots, old weights minus new ones are the gradient. */
const train = 'train { optimizer sgd(lr: 1); batch 3; epochs 1 }';

export const models: Readonly<Record<string, string>> = {
  'contractive, one layer': `encoder { code: dense(4, sigmoid) } decoder { dense(6, sigmoid, tied: code) } reconstruct x by bernoulli; penalty 0.3 * contractive(code)`,
  'contractive, two activations': `encoder { dense(4); tanh; code: sigmoid } decoder { dense(6) } reconstruct x by squared_error; penalty contractive(code)`,
  'contractive, deep': `encoder { h: dense(5, tanh); code: dense(3, sigmoid) } decoder { dense(6) } reconstruct x by squared_error; penalty 0.5 * contractive(code)`,
  'contractive, softplus and relu': `encoder { dense(5, softplus); code: dense(3, relu) } decoder { dense(6) } reconstruct x by gaussian; penalty 2 * contractive(code)`,
  'contractive, convolution and pooling': `encoder { reshape(3, 2, 1); conv(2, kernel: 2, tanh); maxpool(2, padding: same); flatten; code: dense(2, tanh) } decoder { dense(6) } reconstruct x by squared_error; penalty contractive(code)`,
  'sparse, tied, decayed': `encoder { code: dense(4, sigmoid) } decoder { dense(6, sigmoid, tied: code) } reconstruct x by bernoulli; penalty 3 * kl_sparsity(code, p: 0.2); penalty 1e-2 * weight_decay(all); penalty 0.1 * l1(code)`,
  'denoising with dropout and batch statistics': `corrupt x with mask(0.3); encoder { dense(5); batchnorm; relu; dropout(0.25); code: dense(3, tanh) } decoder { dense(6) } reconstruct x by laplace`,
  variational: `encoder { dense(5, softplus) } latent z ~ normal(2); prior z ~ normal(0, 1); decoder { dense(5, tanh); dense(6, sigmoid) } reconstruct x by bernoulli; penalty 0.5 * kl(z)`,
  'convolutional, mirrored': `encoder { reshape(3, 2, 1); conv(2, kernel: 3, stride: 2, tanh); flatten; code: dense(2, tanh) } decoder mirror(encoder); reconstruct x by squared_error; penalty uncorrelated(code)`,
};

/** The functions of a program and its one step. */
export function graphsOf(body: string): ProgramGraphs & { readonly trainStep: Graph } {
  const text = `autoencoder Small {\n  input x: [6] in [0, 1]\n  ${body.replaceAll('; ', '\n  ').replaceAll(/} (decoder|reconstruct|latent)/g, '}\n  $1')}\n  ${train}\n}\n`;
  const checked = check('small.ae', text, () => undefined);
  const errors = errorsOf(checked);
  if (errors.length > 0) throw new Error(`${errors.join('\n')}\n${text}`);
  const compiled = compile(checked.models[0]!, checked);
  return { ...compiled.graphs, trainStep: firstStep(compiled).trainStep };
}

export const inputsOf = (graph: Graph): readonly Node[] => graph.nodes.filter((node) => node.op === 'Input');

export function environment(graph: Graph): Environment {
  const random = generator(17);
  const feeds = Object.fromEntries(
    inputsOf(graph).map((node) => {
      const shape = resolve(node.shape, { batch: 3, feeds: {} });
      const draw = node.attrs['kind'] === 'weight' && !nameOf(node).includes('variance') ? signed : unit;
      return [
        nameOf(node),
        value(
          shape,
          draw(random, count(shape)).map((v) => Math.fround(0.7 * v)),
        ),
      ];
    }),
  );
  return { batch: 3, feeds, seed: 9, step: 2, epoch: 0.5 };
}
