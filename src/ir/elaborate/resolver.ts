/** What a path means where it is written: tensors, weights, networks and variables, or why it is none. */
import type { Application, ArgValue, ExampleShape, TensorRef } from '../../builtins/arguments.js';
import type { CallExpr, PathExpr } from '../../parser/ast.js';
import type { Network } from '../model.js';
import { oneOf, type Message, type Reporter, type Scope } from './context.js';
import { showExample } from '../../builtins/layers/shapes.js';
import type { NameResolver } from './bind.js';
import { shapeOf } from './shapes.js';
import { lastPart, type Names } from './names.js';

const textOf = (path: PathExpr): string => path.parts.map((p) => p.text).join('.');

/** What a name stands for, in words. */
function nounOf(names: Names, ref: TensorRef): string {
  if (ref.kind === 'latent') return 'a latent';
  if (ref.kind === 'parameter') return 'a vector of a tree';
  if (ref.kind === 'layer') return names.networks.has(ref.id) ? 'a network' : 'a layer';
  return names.variables.get(ref.name)?.role === 'target' ? 'a target' : 'an input';
}

/** Names as seen from inside a prefix; beside what arguments mean, the networks. */
export interface Resolver extends NameResolver {
  network(path: PathExpr): Network | undefined;
}

/** Resolves paths as seen from inside `prefix`. */
export function resolver(scope: Scope, reporter: Reporter, names: Names, prefix: string): Resolver {
  const complain = (path: PathExpr, message: Message): undefined => {
    reporter.report(scope, 'AE2001', path.span, message);
    return undefined;
  };
  const unknown = (path: PathExpr, what: string, known: () => readonly string[]): undefined => {
    const name = textOf(path);
    // Half a path is still being typed; and what a broken declaration declares, nobody knows.
    if (path.parts.some((part) => part.text === '') || names.isBroken(name, prefix)) return undefined;
    const later = names.declarationOf(name);
    if (later !== undefined && later.start > path.span.start) {
      return complain(path, {
        title: `\`${name}\` is used before it is declared`,
        cause: 'A network, a latent or a layer stands above what reads it.',
        hint: `move the declaration of \`${name}\` up, or this statement down`,
        related: [{ place: { file: scope.file.file, span: later }, message: 'declared here' }],
      });
    }
    const near = reporter.guess(scope, name, path.span, known);
    const guess = near.fixes !== undefined ? near : reporter.guess(scope, name, path.span, () => names.given());
    // A declaration of this name may be what the syntax errors swallowed, unless it is a misspelling.
    if (reporter.wounded && guess.fixes === undefined) return undefined;
    const hint = guess.fixes === undefined && what === 'a latent' && names.latents.size === 0 ? `declare it: \`latent ${name} ~ normal(20)\`` : guess.hint;
    return complain(path, { title: `nothing here is called \`${name}\``, cause: 'No statement above declares this name.', expected: what, found: `\`${name}\``, ...guess, ...(hint === undefined ? {} : { hint }) });
  };
  const other = (path: PathExpr, found: TensorRef, what: string, message: Pick<Message, 'cause' | 'hint'>): undefined =>
    complain(path, { title: `\`${textOf(path)}\` is ${nounOf(names, found)}, not ${what}`, expected: what, found: nounOf(names, found), ...message });
  const ambiguous = (path: PathExpr, choices: readonly string[]): undefined => {
    reporter.report(scope, 'AE2008', path.span, {
      title: `\`${textOf(path)}\` could be ${oneOf(choices.slice(0, 4).map((c) => `\`${c}\``))}`,
      cause: 'Several things end in this name.',
      hint: 'write the path in full',
      fixes: choices.slice(0, 4).map((choice) => ({ title: `write \`${choice}\``, edits: [{ place: { file: scope.file.file, span: path.span }, newText: choice }] })),
    });
    return undefined;
  };
  const shortNames = (): readonly string[] => [...new Set([...names.paths, ...names.paths.map(lastPart)])];
  const tensor = (path: PathExpr): TensorRef | undefined => {
    const found = names.lookup(textOf(path), prefix);
    if (found === undefined) return unknown(path, 'an input, a latent or a named layer', shortNames);
    return 'kind' in found ? found : ambiguous(path, found);
  };
  return {
    tensor,
    layer: (path) => {
      const found = tensor(path);
      if (found === undefined || found.kind === 'layer') return found;
      return other(path, found, 'a layer', { cause: 'Only a layer of a network can be meant.', hint: 'name a layer, as in `h: dense(64)`' });
    },
    variable: (path) => {
      const found = tensor(path);
      if (found === undefined || found.kind === 'variable') return found;
      return other(path, found, 'an input or a target', { cause: 'Only what is observed can be meant.', hint: 'name an input or a target' });
    },
    application: (call) => application(scope, reporter, names, call, (path) => tensor(path)),
    latent: (path) => {
      const name = textOf(path);
      if (names.latents.has(name)) return { kind: 'latent', name };
      const found = names.lookup(name, prefix);
      if (found === undefined || !('kind' in found)) return unknown(path, 'a latent', () => [...names.latents.keys()]);
      return names.isBroken(name, prefix) ? undefined : other(path, found, 'a latent', { cause: 'Only a latent has a posterior and a prior.', hint: 'declare one between encoder and decoder: `latent z ~ normal(20)`' });
    },
    network: (path) => {
      const name = textOf(path);
      const network = names.networks.get(name);
      if (network !== undefined || names.isBroken(name, prefix)) return network;
      const found = names.lookup(name, prefix);
      if (found === undefined || !('kind' in found)) return unknown(path, 'the name of a network', () => [...names.networks.keys()]);
      return other(path, found, 'a network', { cause: 'Only a network has layers to mirror.', hint: 'name an encoder' });
    },
    weights: (path, quiet) => {
      // Where a tensor will do as well, the name of one means it: `l1(code)` is about activations.
      if (quiet && names.lookup(textOf(path), prefix) !== undefined) return undefined;
      const found = weightsBehind(names, textOf(path), prefix);
      if (found.length > 0) return reporter.room(scope, path.span, found.length) ? ({ kind: 'weights', names: found } as ArgValue) : undefined;
      if (quiet) return undefined;
      const tensorThere = names.lookup(textOf(path), prefix);
      if (tensorThere === undefined || !('kind' in tensorThere) || names.isBroken(textOf(path), prefix)) {
        return unknown(path, 'a weight, a layer, a network or `all`', () => [...names.weights.keys(), ...names.networks.keys(), 'all']);
      }
      return complain(path, {
        title: `\`${textOf(path)}\` has no weights`, cause: `It is ${nounOf(names, tensorThere)} without a kernel.`,
        expected: 'a weight, a layer, a network or `all`', found: nounOf(names, tensorThere), hint: 'name a layer that has a kernel, or write `all`',
      });
    },
  };
}

/** `critic(generator)`: a network computed on other tensors than its own. */
function application(scope: Scope, reporter: Reporter, names: Names, call: CallExpr, tensor: (path: PathExpr) => TensorRef | undefined): Application | undefined {
  const { text, span } = call.callee;
  const network = names.networks.get(text);
  if (network === undefined) {
    if (!names.isBroken(text, '')) {
      reporter.report(scope, 'AE2001', span, {
        title: `no network is called \`${text}\``, cause: 'What stands in front of parentheses here is a network, applied to tensors.',
        expected: 'the name of a network', found: `\`${text}\``, ...reporter.guess(scope, text, span, () => [...names.networks.keys()]),
      });
    }
    return undefined;
  }
  const paths = call.args.flatMap(({ value }) => (value.kind === 'path' ? [value] : []));
  const inputs = paths.map(tensor);
  if (inputs.some((ref) => ref === undefined)) return undefined;
  const [wanted, found] = [network.inputs, inputs as readonly TensorRef[]].map((refs) => refs.map((ref) => shapeOf(names, ref)));
  const fits = paths.length === call.args.length && wanted!.length === found!.length && wanted!.every((shape, i) => shape?.join() === found![i]?.join());
  if (fits && network.form.kind === 'chain') return { kind: 'application', network: text, inputs: inputs as readonly TensorRef[] };
  const inWords = (shapes: readonly (ExampleShape | undefined)[]): string => shapes.map((shape) => (shape === undefined ? '?' : showExample(shape))).join(' and ') || 'nothing';
  reporter.report(scope, 'AE3002', call.span, {
    title: `\`${text}\` cannot be applied to this`,
    cause: network.form.kind === 'chain' ? 'A network computes with the same weights on other tensors of its inputs\' shapes.' : 'Only a network that reads one example at a time can be applied.',
    expected: inWords(wanted!), found: paths.length === call.args.length ? inWords(found!) : 'something else than tensors',
    hint: 'name tensors of these shapes',
    related: [{ place: network.source.place, message: `\`${text}\` is declared here` }],
  });
  return undefined;
}

/** A weight by its path; else the kernels of the layer or network of that path; `all` means every kernel. */
export function weightsBehind(names: Names, path: string, prefix: string): readonly string[] {
  if (path === 'all') return names.kernelsBelow();
  if (names.weights.has(path)) return [path];
  const inside = names.weights.has(`${prefix}.${path}`) ? [`${prefix}.${path}`] : names.weightsEnding(path);
  if (inside.length === 1) return inside;
  if (names.networks.has(path)) return names.kernelsBelow(path);
  const owner = names.lookup(path, prefix);
  if (owner === undefined || !('kind' in owner) || owner.kind !== 'layer') return [];
  const layer = names.layers.get(owner.id);
  return (layer?.weights ?? []).filter((w) => w.role === 'kernel').map((w) => `${owner.id}.${w.name}`);
}
