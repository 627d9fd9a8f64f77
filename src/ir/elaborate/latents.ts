/** Latents: the heads of their posteriors, and their priors. */
import type { Args, LayerDefinition, TensorRef } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import { isMissing, type Arg, type LatentItem, type PriorItem } from '../../parser/ast.js';
import type { Latent, Network, Source } from '../model.js';
import { bindCall, defaultArgs } from './bind.js';
import { constantInteger, quote } from './constants.js';
import { notCompiled, sourceAt, suggestion, type Reporter, type Scope } from './context.js';
import { calleeOf } from './describe.js';
import type { Draft } from './drafts.js';
import { resolver, type Names } from './names.js';
import { register, reportFailure, shapeOf, surroundings } from './networks.js';
import { isPlanned } from './planned.js';
import { propagate } from './propagate.js';

/** Ways of taking the expectation that docs/language.md has beside those of the registry. */
const plannedWays: readonly string[] = ['enumerated', 'relaxed', 'straight_through', 'quantised'];

/** `latent z ~ normal(20)`: dense heads on the encoder's output, one for each parameter of the posterior. */
export function elaborateLatent(scope: Scope, reporter: Reporter, names: Names, item: LatentItem): void {
  if (isMissing(item.name)) return;
  const name = item.name.text;
  if (names.has(name)) {
    // A target that may be missing and a latent of its name are one variable; that is not compiled.
    if (!names.isBroken(name, '')) reporter.report(scope, 'AE2007', item.name.span, { title: `\`${name}\` is declared twice`, cause: 'Networks, variables and latents share one set of names.', hint: 'choose another name', related: names.firstOf(scope, name) });
    return;
  }
  const latent = latentOf(scope, reporter, names, item, name);
  if (latent === undefined) {
    names.spoil(name);
    return;
  }
  names.latents.set(name, latent);
  names.declare(name, { kind: 'latent', name });
}

function latentOf(scope: Scope, reporter: Reporter, names: Names, item: LatentItem, name: string): Latent | undefined {
  const call = item.distribution;
  const callee = calleeOf(call);
  if (isMissing(call) || callee === undefined) {
    if (!isMissing(call)) reporter.report(scope, 'AE2005', call.span, { title: 'a distribution is needed here', cause: `\`${quote(scope, call)}\` is none.`, expected: 'a distribution', found: `\`${quote(scope, call)}\``, hint: `for example \`latent ${name} ~ normal(20)\`` });
    return undefined;
  }
  const definition = find('distribution', callee.text);
  if (definition === undefined) {
    if (isPlanned('distribution', callee.text)) notCompiled(scope, reporter, item.span, `latents with the distribution \`${callee.text}\` are`);
    else {
      const guess = suggestion(scope, callee.text, callee.span, builtins.distribution.map((d) => d.name));
      reporter.report(scope, 'AE2002', callee.span, { title: `there is no distribution called \`${callee.text}\``, cause: 'It says how the posterior of a latent is distributed.', expected: 'a distribution', found: `\`${callee.text}\``, ...guess });
    }
    return undefined;
  }
  const by = wayOf(scope, reporter, item, definition.by);
  const args = call.kind === 'call' ? call.args : [];
  const units = sizeOf(scope, reporter, args, callee.span, name, definition.name);
  const from = args.find((arg) => arg.name?.text === 'from');
  const encoder = from === undefined ? lastEncoder(names) : from.value.kind === 'path' ? (resolver(scope, reporter, names, '').tensor(from.value) as TensorRef | undefined) : undefined;
  if (encoder === undefined) {
    if (from === undefined) missingEncoder(scope, reporter, names, item, name);
    return undefined;
  }
  if (units === undefined || by === undefined) return undefined;
  const source = sourceAt(scope, item.span);
  const heads = denseHeads(scope, reporter, names, name, encoder, definition.heads, units, source, 'posterior');
  if (heads === undefined) return undefined;
  const standard: Args = Object.fromEntries(definition.params.map((p) => [p.name, p.default as number]));
  return { name, shape: [units], posterior: { definition, heads }, prior: { kind: 'fixed', definition, args: standard }, by, doc: item.doc, source };
}

function wayOf(scope: Scope, reporter: Reporter, item: LatentItem, known: readonly string[]): string | undefined {
  if (item.by === undefined) return known[0];
  const callee = calleeOf(item.by);
  if (isMissing(item.by)) return undefined;
  const text = callee?.text ?? quote(scope, item.by);
  if (known.includes(text)) return text;
  if (plannedWays.includes(text)) notCompiled(scope, reporter, item.by.span, `\`by ${text}\` is`);
  else {
    reporter.report(scope, 'AE2002', item.by.span, {
      title: `\`${text}\` is no way of taking an expectation`, cause: 'It says how a value of the latent is had from its posterior.',
      expected: known.join(' or '), found: `\`${text}\``, ...suggestion(scope, text, item.by.span, [...known, ...plannedWays]),
    });
  }
  return undefined;
}

/** The one positional argument of `normal(20)`. */
function sizeOf(scope: Scope, reporter: Reporter, args: readonly Arg[], at: LatentItem['span'], name: string, distribution: string): number | undefined {
  const [size, ...more] = args.filter((arg) => arg.name === undefined);
  for (const arg of more) {
    reporter.report(scope, 'AE2003', arg.span, {
      title: `\`${distribution}\` has no parameter for \`${quote(scope, arg)}\``,
      cause: 'A latent\'s mean and deviation are computed by the encoder; only its size is written.',
      expected: 'no further argument', found: `\`${quote(scope, arg)}\``, hint: `a fixed distribution is a prior: \`prior ${name} ~ ${distribution}(0, 1)\``,
    });
  }
  for (const arg of args) {
    if (arg.name === undefined || arg.name.text === 'from') continue;
    reporter.report(scope, 'AE2004', arg.name.span, { title: `a latent has no argument \`${arg.name.text}\``, cause: 'It has a size, and after `from:` the network that computes its posterior.', expected: '`from`', found: `\`${arg.name.text}\``, ...suggestion(scope, arg.name.text, arg.name.span, ['from']) });
  }
  if (size !== undefined) return constantInteger(scope, reporter, size.value, 1, 'the size of a latent');
  reporter.report(scope, 'AE2006', at, { title: `\`${name}\` needs a size`, cause: 'The number of dimensions of the latent.', expected: 'a whole number ≥ 1', found: 'nothing', hint: `for example \`latent ${name} ~ ${distribution}(20)\`` });
  return undefined;
}

const lastEncoder = (names: Names): TensorRef | undefined => [...names.networks.values()].filter((n) => n.role === 'encoder').at(-1)?.output;

function missingEncoder(scope: Scope, reporter: Reporter, names: Names, item: LatentItem, name: string): void {
  const below = names.encoderBelow(item.span.start);
  if (names.isOnlyPrior(name)) {
    notCompiled(scope, reporter, item.span, 'latents that no encoder computes are');
    return;
  }
  if (below === undefined && reporter.failed) return;
  reporter.report(scope, 'AE2013', item.span, {
    title: `\`${name}\` has no encoder above it`,
    cause: 'A network above the latent computes its posterior.',
    hint: below === undefined ? 'declare `encoder { … }` above it' : 'move the latent below the encoder',
    ...(below === undefined ? {} : { related: [{ place: { file: scope.file.file, span: below }, message: 'the encoder stands here' }] }),
  });
}

/** One dense layer for each parameter of a distribution, all reading the same tensor. */
export function denseHeads(
  scope: Scope, reporter: Reporter, names: Names, prefix: string, from: TensorRef, params: readonly string[], units: number, source: Source, role: Network['role'],
): Readonly<Record<string, TensorRef>> | undefined {
  const definition: LayerDefinition = find('layer', 'dense')!;
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
    register(names, { name: draft.id, role, inputs: [from], layers: shaped.layers, output, outputShape: shaped.output, derived: true, doc: '', source });
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
      const guess = suggestion(scope, name, item.name.span, [...names.latents.keys()]);
      reporter.report(scope, 'AE2001', item.name.span, { title: `there is no latent \`${name}\``, cause: 'A prior belongs to a latent.', expected: 'a latent', found: `\`${name}\``, ...guess, hint: guess.hint ?? `declare \`latent ${name} ~ normal(20)\`` });
    }
    return;
  }
  const { distribution } = item;
  const from = distribution.kind === 'call' ? distribution.args.find((arg) => arg.name?.text === 'from') : undefined;
  if (from === undefined) {
    const call = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'distribution', distribution, 'a distribution');
    if (call !== undefined) names.latents.set(name, { ...latent, prior: { kind: 'fixed', definition: call.definition, args: call.args } });
    return;
  }
  const source = from.value.kind === 'path' ? (resolver(scope, reporter, names, '').tensor(from.value) as TensorRef | undefined) : undefined;
  if (source === undefined) return;
  const { definition } = latent.posterior;
  const heads = denseHeads(scope, reporter, names, `${name}.prior`, source, definition.heads, latent.shape[0]!, sourceAt(scope, item.span), 'network');
  if (heads !== undefined) names.latents.set(name, { ...latent, prior: { kind: 'network', definition, heads } });
}
