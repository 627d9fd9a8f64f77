/** Checks of a whole model: what is legal, but cannot be meant or cannot work. */
import { num, pair, ref } from '../../builtins/define.js';
import { product } from '../shape.js';
import type { Reporter, Scope } from '../elaborate/context.js';
import { activationOf } from '../elaborate/networks.js';
import { penaltiesIn } from '../elaborate/terms.js';
import { codeOf, findLayer, type Layer, type Model, type ScalarExpr, type Source, type Term } from '../model.js';

type Check = (model: Model, report: Report) => void;
type Report = (code: Parameters<Reporter['report']>[1], source: Source, message: Parameters<Reporter['report']>[3]) => void;

export function checkModel(scope: Scope, reporter: Reporter, model: Model): void {
  const report: Report = (code, source, message) => {
    reporter.report({ ...scope, file: { ...scope.file, file: source.place.file }, through: source.through }, code, source.place.span, message);
  };
  for (const check of checks) check(model, report);
}

const size = (shape: readonly number[]): number => product(shape);
const reconstructions = (model: Model) => model.terms.filter((t): t is Extract<Term, { readonly kind: 'reconstruction' }> => t.kind === 'reconstruction');
const penaltyCalls = (model: Model) => model.terms.flatMap((t) => (t.kind === 'penalty' ? penaltiesIn(t.value).map((p) => ({ ...p, source: t.source })) : []));

/** An overcomplete code and nothing that keeps the network from copying. */
const overcomplete: Check = (model, report) => {
  const inputs = model.variables.filter((v) => v.role === 'input');
  const width = inputs.reduce((sum, v) => sum + size(v.corrupted), 0);
  const code = codeOf(model);
  const codeSize = code.reduce((sum, c) => sum + size(c.shape), 0);
  const regularised = model.latents.length > 0 || model.variables.some((v) => v.corruption.length > 0) || model.constraints.length > 0 ||
    penaltyCalls(model).some((p) => p.call.definition.regularises) || model.networks.some((n) => n.layers.some((l) => l.corruption.length > 0 || l.definition.name === 'dropout')) ||
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
const narrowest: Check = (model, report) => {
  const code = codeOf(model);
  if (code.length !== 1) return;
  // What is as wide as the data themselves drops nothing of them, however wide the code.
  const data = model.variables.filter((v) => v.domain.kind !== 'category').flatMap((v) => [size(v.shape), size(v.corrupted)]);
  const codeSize = size(code[0]!.shape);
  const width = Math.min(codeSize, ...data);
  const heads = new Set(model.latents.flatMap((z) => Object.values(z.posterior.heads).map((h) => (h.kind === 'layer' ? h.id : ''))));
  const layers = model.networks.filter((n) => n.role === 'encoder' || n.role === 'decoder').flatMap((n) => n.layers);
  const narrower = layers.find((layer) => !heads.has(layer.id) && layer.outputs.length === 1 && size(layer.outputs[0]!) < width);
  if (narrower === undefined) return;
  report('AE4002', narrower.source, {
    title: `\`${narrower.id}\` is narrower than the code`,
    cause: 'The latent representation is by definition the narrowest layer; what a narrower one drops, the code cannot hold.',
    expected: `at least ${width} units`,
    found: `${size(narrower.outputs[0]!)} units`,
    hint: 'make this layer wider, or make it the code',
    related: [{ place: code[0]!.source.place, message: `the code \`${code[0]!.name}\` has ${codeSize} units` }],
  });
};

/** Overlaps of a transposed convolution that differ from pixel to pixel. */
const checkerboard: Check = (model, report) => {
  for (const layer of model.networks.flatMap((n) => n.layers)) {
    if (layer.definition.name !== 'conv_transpose') continue;
    const [kernel, stride] = [pair(layer.args, 'kernel'), pair(layer.args, 'stride')];
    if (kernel.every((k, i) => k % stride[i]! === 0)) continue;
    const statement = layer.syntax;
    const rewritten = `upsample(${stride[0]})\n    ${conv(layer)}`;
    report('AE4003', layer.source, {
      title: `a ${kernel.join('×')} kernel with stride ${stride.join('×')} leaves a checkerboard`,
      cause: 'Where the stride does not divide the kernel, neighbouring outputs are sums of different numbers of terms (Odena et al. 2016).',
      expected: `a kernel that ${stride.join('×')} divides`,
      found: kernel.join('×'),
      hint: 'upsample, then convolve; or use a kernel of twice the stride',
      ...(statement === undefined || statement.names.length > 0 ? {} : {
        fixes: [{ title: 'upsample, then convolve', edits: [{ place: layer.source.place, newText: rewritten }] }],
      }),
    });
  }
};

function conv(layer: Layer): string {
  const activation = activationOf(layer);
  const name = activation === undefined || activation.definition.name === 'linear' ? '' : `, ${activation.definition.name}`;
  return `conv(${num(layer.args, 'filters')}, kernel: 3${name})`;
}

/** Likelihoods against domains, output activations against both. */
const likelihoods: Check = (model, report) => {
  for (const term of reconstructions(model)) {
    const variable = model.variables.find((v) => v.name === term.variable)!;
    const { definition } = term.likelihood;
    const unit = variable.domain.kind === 'interval' && variable.domain.low >= 0 && variable.domain.high <= 1;
    const fits = definition.domains.includes(variable.domain.kind) && (definition.name !== 'bernoulli' || variable.domain.kind === 'binary' || unit);
    if (!fits || (definition.name === 'bernoulli' && variable.preprocessing !== undefined)) {
      report('AE4004', term.source, {
        title: `\`${definition.name}\` is no distribution of \`${variable.name}\``,
        cause: variable.preprocessing === undefined ? `${definition.summary}` : `After \`${variable.preprocessing.definition.name}\` the values may be any number.`,
        expected: definition.domains.map((d) => ({ real: 'real numbers', interval: 'values in [0, 1]', binary: 'binary values', category: 'a category' })[d]).join(' or '),
        found: showDomain(variable.domain),
        hint: variable.domain.kind === 'category' ? 'use `by categorical`' : 'use `by squared_error`, or declare the domain that the data have',
        related: [{ place: variable.source.place, message: 'declared here' }],
      });
      continue;
    }
    const layer = term.output.kind === 'layer' ? findLayer(model, term.output.id) : undefined;
    const activation = layer === undefined ? undefined : activationOf(layer);
    if (activation === undefined || layer === undefined || activation.definition.category !== 'activation' || activation.definition.name === 'linear' || term.linked) continue;
    const [low, high] = activation.definition.range;
    const [wantLow, wantHigh] = variable.preprocessing !== undefined ? [-Infinity, Infinity] : variable.domain.kind === 'interval' ? [variable.domain.low, variable.domain.high] : variable.domain.kind === 'binary' ? [0, 1] : [-Infinity, Infinity];
    const logits = definition.link !== 'linear';
    if (!logits && low <= wantLow! && high >= wantHigh!) continue;
    report('AE4005', layer.source, {
      title: logits ? `\`${activation.definition.name}\` in front of \`${definition.name}\` cannot give every probability` : `\`${activation.definition.name}\` cannot reach all values of \`${variable.name}\``,
      cause: logits ? `\`${definition.name}\` takes the output as logits, unless it ends with ${definition.accepts.map((a) => `\`${a}\``).join(' or ')}.` : `Its values lie in [${low}, ${high}].`,
      expected: logits ? `\`${definition.link}\` or no activation` : `an activation that covers ${showDomain(variable.domain)}`,
      found: `\`${activation.definition.name}\``,
      hint: logits ? `end with \`${definition.link}\`` : 'leave the activation out, or use `sigmoid` for data in [0, 1]',
    });
  }
};

const showDomain = (domain: Model['variables'][number]['domain']): string =>
  domain.kind === 'interval' ? `values in [${domain.low}, ${domain.high}]` : domain.kind === 'category' ? `${domain.classes} classes` : domain.kind === 'binary' ? 'binary values' : 'real numbers';

/** Penalties whose formula needs activations in an open range. */
const penaltyRanges: Check = (model, report) => {
  for (const penalty of penaltyCalls(model)) {
    const range = penalty.call.definition.needsRange;
    if (range === undefined) continue;
    const target = ref(penalty.call.args, 'of');
    const layer = target.kind === 'layer' ? findLayer(model, target.id) : undefined;
    const activation = layer === undefined ? undefined : activationOf(layer);
    const [low, high] = activation?.definition.category === 'activation' ? activation.definition.range : [-Infinity, Infinity];
    if (low >= range[0] && high <= range[1]) continue;
    report('AE4006', penalty.source, {
      title: `\`${penalty.call.definition.name}\` needs activations in (${range.join(', ')})`,
      cause: 'It compares mean activations with a probability.',
      expected: 'a layer that ends with `sigmoid`',
      found: activation === undefined ? 'a tensor without an activation' : `\`${activation.definition.name}\`, with values in [${low}, ${high}]`,
      hint: 'give the layer `sigmoid`, or use `squared_sparsity`',
      ...(layer === undefined ? {} : { related: [{ place: layer.source.place, message: 'this layer' }] }),
    });
  }
};

/** A posterior without a KL term is free to shrink its noise to nothing. */
const posteriors: Check = (model, report) => {
  const calls = penaltyCalls(model).filter((p) => p.call.definition.name === 'kl');
  for (const latent of model.latents) {
    if (latent.by === 'point' || calls.some((p) => ref(p.call.args, 'of').kind === 'latent' && (ref(p.call.args, 'of') as { readonly name: string }).name === latent.name)) continue;
    report('AE4007', latent.source, {
      title: `nothing keeps \`${latent.name}\` near its prior`,
      cause: 'Without a KL term the posterior shrinks to a point, and samples from the prior decode to nothing that was trained.',
      expected: `\`penalty kl(${latent.name})\``,
      found: 'no KL term',
      hint: `add \`penalty kl(${latent.name})\`, or write \`by point\``,
    });
  }
};

/** The constant factor of a penalty, where it has one. */
export function constantFactor(expr: ScalarExpr): number | undefined {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'penalty':
      return 1;
    case 'schedule':
      return undefined;
    case 'negate': {
      const value = constantFactor(expr.operand);
      return value === undefined ? undefined : -value;
    }
    case 'binary': {
      const [left, right] = [constantFactor(expr.left), constantFactor(expr.right)];
      if (left === undefined || right === undefined) return undefined;
      return expr.op === '*' ? left * right : expr.op === '/' ? left / right : undefined;
    }
  }
}

/** A network that trains nothing: no term depends on it. */
const unused: Check = (model, report) => {
  const reached = new Set<string>();
  const visit = (id: string): void => {
    const layer = findLayer(model, id);
    if (layer === undefined || reached.has(id)) return;
    reached.add(id);
    const inputs = [layer.input, ...Object.values(layer.args).flatMap((a) => (typeof a === 'object' && 'kind' in a ? (a.kind === 'tensors' ? a.items : a.kind === 'layer' || a.kind === 'latent' ? [a] : []) : []))];
    for (const input of inputs) {
      if (input.kind === 'layer') visit(input.id);
      if (input.kind === 'latent') visitLatent(input.name);
    }
  };
  const visitLatent = (name: string): void => {
    const latent = model.latents.find((z) => z.name === name)!;
    for (const head of Object.values(latent.posterior.heads)) if (head.kind === 'layer') visit(head.id);
    if (latent.prior.kind === 'network') for (const head of Object.values(latent.prior.heads)) if (head.kind === 'layer') visit(head.id);
  };
  for (const term of model.terms) {
    if (term.kind === 'reconstruction' && term.output.kind === 'layer') visit(term.output.id);
  }
  for (const { call } of penaltyCalls(model)) {
    for (const value of Object.values(call.args)) {
      if (typeof value !== 'object' || !('kind' in value)) continue;
      if (value.kind === 'layer') visit(value.id);
      if (value.kind === 'latent') visitLatent(value.name);
    }
  }
  for (const network of model.networks) {
    const last = network.layers.at(-1);
    if (network.role === 'posterior' || last === undefined || reached.has(last.id)) continue;
    report('AE4009', network.source, {
      title: `no term of the loss depends on \`${network.name}\``,
      cause: 'Its weights would never move.',
      hint: `reconstruct from it, or penalise it, or remove it`,
    });
  }
};

const checks: readonly Check[] = [overcomplete, narrowest, checkerboard, likelihoods, penaltyRanges, posteriors, unused];
