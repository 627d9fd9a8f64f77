/** Latents: the heads of their posteriors, and their priors. */
import type { CallOf, TensorRef } from '../../builtins/arguments.js';
import type { DistributionDefinition } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import { isMissing, type Arg, type Expr, type LatentItem, type PriorItem } from '../../parser/ast.js';
import type { Latent, Source, Variable } from '../model/model.js';
import { showExample } from '../../builtins/layers/shapes.js';
import { bindCall, defaultArgs, defaultCall } from './bind.js';
import { constantInteger, quote } from './constants.js';
import { oneOf, sourceAt, suggestion, type Reporter, type Scope } from './context.js';
import { calleeOf } from './describe.js';
import type { Draft } from './drafts.js';
import { reportFailure } from './failures.js';
import type { Names } from './names.js';
import { resolver } from './resolver.js';
import { propagate } from './propagate.js';
import { shapeOf, surroundings } from './shapes.js';

/** `latent z ~ normal(20)`: dense heads on the encoder's output, one for each parameter of the posterior. */
export function elaborateLatent(scope: Scope, reporter: Reporter, names: Names, item: LatentItem): void {
  if (isMissing(item.name)) return;
  const name = item.name.text;
  // Where it may be missing, a variable and the latent of its name are one.
  const variable = names.variables.get(name);
  const shared = variable?.observed === 'sometimes' && variable.structure.kind !== 'label' ? variable : undefined;
  if (names.has(name) && (shared === undefined || names.latents.has(name))) {
    if (names.isBroken(name, '')) return;
    reporter.report(scope, 'AE2007', item.name.span, {
      title: `\`${name}\` is declared twice`, cause: 'Networks, variables and latents share one set of names.',
      hint: variable === undefined ? 'choose another name' : 'choose another name, or write `?` behind the type of the variable if it may be missing', related: names.firstOf(scope, name),
    });
    return;
  }
  const latent = latentOf(scope, reporter, names, item, name, shared);
  if (latent === undefined) {
    names.spoil(name);
    return;
  }
  names.latents.set(name, latent);
  names.declare(name, { kind: 'latent', name });
}

function latentOf(scope: Scope, reporter: Reporter, names: Names, item: LatentItem, name: string, shared: Variable | undefined): Latent | undefined {
  const call = item.distribution;
  const callee = calleeOf(call);
  if (isMissing(call) || callee === undefined) {
    if (!isMissing(call)) reporter.report(scope, 'AE2005', call.span, { title: 'a distribution is needed here', cause: `\`${quote(scope, call)}\` is none.`, expected: 'a distribution', found: `\`${quote(scope, call)}\``, hint: `for example \`latent ${name} ~ normal(20)\`` });
    return undefined;
  }
  const definition = find('distribution', callee.text);
  if (definition === undefined) {
    const guess = suggestion(scope, callee.text, callee.span, builtins.distribution.map((d) => d.name));
    reporter.report(scope, 'AE2002', callee.span, { title: `there is no distribution called \`${callee.text}\``, cause: 'It says how the posterior of a latent is distributed.', expected: 'a distribution', found: `\`${callee.text}\``, ...guess });
    return undefined;
  }
  const by = wayOf(scope, reporter, names, item, definition);
  const args = call.kind === 'call' ? call.args : [];
  const size = sizeOf(scope, reporter, args, callee.span, name, definition);
  const written = args.find((arg) => arg.name?.text === 'from')?.value;
  const from = written === undefined ? names.outputOfLast('encoder') : tensorAfterFrom(scope, reporter, names, written);
  const drawn = from === undefined && written === undefined && definition.heads.length > 0 && names.isOnlyPrior(name, item.span.start);
  if (from === undefined && !drawn) {
    if (written === undefined) missingEncoder(scope, reporter, names, item, name);
    return undefined;
  }
  if (size === undefined || by === undefined) return undefined;
  const source = sourceAt(scope, item.span);
  const encoded = from === undefined ? [] : shapeOf(names, from);
  if (encoded === undefined) return undefined;
  const shape = definition.shape(size, encoded);
  if (shared !== undefined && !sameValues(scope, reporter, names, item, shared, shape)) return undefined;
  // A network named outright may give the one parameter of a distribution itself.
  const [only, ...others] = definition.heads;
  const direct = written !== undefined && from !== undefined && only !== undefined && others.length === 0 && encoded.join() === shape.join();
  const heads = from === undefined ? {} : direct ? { [only]: from } : denseHeads(scope, reporter, names, name, from, definition.heads, shape[0] ?? 1, source, 'posterior');
  if (heads === undefined) return undefined;
  for (const declaration of definition.weights?.(size, shape) ?? []) names.addWeight({ name: `${name}.prior.${declaration.name}`, declaration, source });
  return {
    name, shape, size, definition, by,
    posterior: from === undefined ? { kind: 'none' } : { kind: 'computed', from, heads },
    prior: { kind: 'fixed', definition, args: defaultArgs(definition), source },
    observed: shared === undefined ? 'never' : 'sometimes',
    doc: item.doc, source,
  };
}

/** Whether a latent takes the values of the variable of its name. */
function sameValues(scope: Scope, reporter: Reporter, names: Names, item: LatentItem, variable: Variable, shape: readonly number[]): boolean {
  const wanted = shapeOf(names, { kind: 'variable', name: variable.name });
  if (wanted === undefined || wanted.join() === shape.join()) return true;
  reporter.report(scope, 'AE3007', item.distribution.span, {
    title: `\`${variable.name}\` is ${showExample(wanted)} where it is known, and ${showExample(shape)} here`, cause: 'A latent of the name of a variable is that variable where it is missing.',
    expected: showExample(wanted), found: showExample(shape), hint: 'give both the same size', related: [{ place: variable.source.place, message: 'declared here' }],
  });
  return false;
}

function wayOf(scope: Scope, reporter: Reporter, names: Names, item: LatentItem, { name, by }: DistributionDefinition): CallOf<'expectation'> | undefined {
  if (item.by === undefined) return defaultCall('expectation', by[0]!);
  if (isMissing(item.by)) return undefined;
  const call = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'expectation', item.by, 'a way of taking an expectation');
  if (call === undefined || by.includes(call.definition.name)) return call;
  reporter.report(scope, 'AE2005', item.by.span, {
    title: `the expectation over a \`${name}\` is not taken by \`${call.definition.name}\``, cause: call.definition.summary,
    expected: oneOf(by.map((way) => `\`by ${way}\``)), found: `\`by ${call.definition.name}\``, hint: `write \`by ${by[0]!}\`, or leave it out`,
  });
  return undefined;
}

/** The one positional argument of `normal(20)`. */
function sizeOf(scope: Scope, reporter: Reporter, args: readonly Arg[], at: LatentItem['span'], name: string, definition: DistributionDefinition): number | undefined {
  const { size: param, name: distribution } = definition;
  const [size, ...more] = args.filter((arg) => arg.name === undefined || arg.name.text === param.name);
  for (const arg of more) {
    reporter.report(scope, 'AE2003', arg.span, {
      title: `\`${distribution}\` has no parameter for \`${quote(scope, arg)}\``,
      cause: 'The parameters of a latent are computed by the encoder; only its size is written.',
      expected: 'no further argument', found: `\`${quote(scope, arg)}\``, hint: `a fixed distribution is a prior: \`prior ${name} ~ ${distribution}(…)\``,
    });
  }
  for (const arg of args) {
    if (arg.name === undefined || arg.name.text === 'from' || arg.name.text === param.name) continue;
    reporter.report(scope, 'AE2004', arg.name.span, { title: `a latent has no argument \`${arg.name.text}\``, cause: 'It has a size, and after `from:` the network that computes its posterior.', expected: '`from`', found: `\`${arg.name.text}\``, ...suggestion(scope, arg.name.text, arg.name.span, ['from']) });
  }
  if (size !== undefined) return constantInteger(scope, reporter, size.value, param.type.min, 'the size of a latent');
  reporter.report(scope, 'AE2006', at, { title: `\`${name}\` needs a size`, cause: `It is the ${param.summary}.`, expected: `a whole number ≥ ${param.type.min}`, found: 'nothing', hint: `for example \`${definition.examples[0]!}\`` });
  return undefined;
}

/** The tensor that `from:` names; reported where it is something else. */
function tensorAfterFrom(scope: Scope, reporter: Reporter, names: Names, value: Expr): TensorRef | undefined {
  if (value.kind === 'path') return resolver(scope, reporter, names, '').tensor(value) as TensorRef | undefined;
  if (value.kind !== 'missing') {
    reporter.report(scope, 'AE2005', value.span, {
      title: '`from` needs a named tensor', cause: `\`${quote(scope, value)}\` is none.`, expected: 'a network or a named layer', found: `\`${quote(scope, value)}\``,
      hint: 'compute it in a network of its own, and name that',
    });
  }
  return undefined;
}

function missingEncoder(scope: Scope, reporter: Reporter, names: Names, item: LatentItem, name: string): void {
  const below = names.encoderBelow(item.span.start);
  if (below === undefined && reporter.failed) return;
  reporter.report(scope, 'AE2013', item.span, {
    title: `\`${name}\` has no encoder above it`,
    cause: 'A network above the latent computes its posterior.',
    hint: below === undefined ? `declare \`encoder { … }\` above it, or the \`prior\` that \`${name}\` is drawn from` : 'move the latent below the encoder',
    ...(below === undefined ? {} : { related: [{ place: { file: scope.file.file, span: below }, message: 'the encoder stands here' }] }),
  });
}

/** One dense layer for each parameter of a distribution, all reading the same tensor. */
function denseHeads(
  scope: Scope, reporter: Reporter, names: Names, prefix: string, from: TensorRef, params: readonly string[], units: number, source: Source, role: 'posterior' | 'network',
): Readonly<Record<string, TensorRef>> | undefined {
  const definition = find('layer', 'dense')!;
  const input = shapeOf(names, from);
  if (input === undefined) return undefined;
  const heads: Record<string, TensorRef> = {};
  for (const param of params) {
    const draft: Draft = { id: `${prefix}.${param}`, named: true, definition, args: { ...defaultArgs(definition), units }, input: 'chain', source, scope };
    const shaped = propagate([draft], from, input, undefined, surroundings(names));
    if (shaped.failure !== undefined) {
      reportFailure(reporter, shaped.failure, `the heads of \`${prefix.split('.')[0]!}\``);
      return undefined;
    }
    const output: TensorRef = { kind: 'layer', id: draft.id, output: 0 };
    names.register({ name: draft.id, role, form: { kind: 'chain' }, inputs: [from], layers: shaped.layers, output, outputShape: shaped.output, derived: true, doc: '', source });
    heads[param] = output;
  }
  return heads;
}

/** `prior z ~ normal(0, 1)`, or `prior z ~ normal(from: network)`: a prior that a network computes. */
export function elaboratePrior(scope: Scope, reporter: Reporter, names: Names, item: PriorItem): void {
  if (isMissing(item.name) || isMissing(item.distribution)) return;
  const name = item.name.text;
  const latent = names.latents.get(name);
  if (latent === undefined) {
    if (!names.isBroken(name, '')) {
      const guess = reporter.guess(scope, name, item.name.span, () => [...names.latents.keys()]);
      reporter.report(scope, 'AE2001', item.name.span, { title: `there is no latent \`${name}\``, cause: 'A prior belongs to a latent.', expected: 'a latent', found: `\`${name}\``, ...guess, hint: guess.hint ?? `declare \`latent ${name} ~ normal(20)\`` });
    }
    return;
  }
  const { distribution } = item;
  const { definition } = latent;
  const from = distribution.kind === 'call' ? distribution.args.find((arg) => arg.name?.text === 'from') : undefined;
  const source = sourceAt(scope, item.span);
  if (from === undefined) {
    const call = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'distribution', distribution, 'a distribution');
    if (call === undefined || !ofLatent(scope, reporter, item, latent, call)) return;
    names.latents.set(name, { ...latent, prior: { kind: 'fixed', definition, args: call.args, source } });
    return;
  }
  const network = tensorAfterFrom(scope, reporter, names, from.value);
  if (network === undefined) return;
  const heads = denseHeads(scope, reporter, names, `${name}.prior`, network, definition.heads, latent.shape[0] ?? 1, source, 'network');
  if (heads !== undefined) names.latents.set(name, { ...latent, prior: { kind: 'network', definition, heads, source } });
}

/** Whether a fixed prior is of the latent's own kind and size. */
function ofLatent(scope: Scope, reporter: Reporter, item: PriorItem, latent: Latent, { definition, args }: CallOf<'distribution'>): boolean {
  const size = args[latent.definition.size.name];
  const [wanted, found] = definition === latent.definition ? [String(latent.size), typeof size === 'number' ? String(size) : String(latent.size)] : [latent.definition.name, definition.name];
  if (wanted === found) return true;
  reporter.report(scope, 'AE2005', item.distribution.span, {
    title: `the prior of \`${latent.name}\` is of another ${definition === latent.definition ? 'size' : 'kind'}`, cause: 'Posterior and prior are distributions of the same values.',
    expected: `\`${wanted}\``, found: `\`${found}\``, hint: `write a \`${latent.definition.name}\``, related: [{ place: latent.source.place, message: 'the latent' }],
  });
  return false;
}
