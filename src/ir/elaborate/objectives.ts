/** What a phase or a player moves, copies and minimises. */
import type { CallOf, TensorRef } from '../../builtins/arguments.js';
import { showExample } from '../../builtins/layers/shapes.js';
import { isMissing, type PathExpr, type TrainStatement } from '../../parser/ast.js';
import { activationOf } from '../model/model.js';
import type { Copy, Movement, Objective } from '../model/training.js';
import { bindCall, defaultCall } from './bind.js';
import { listed, oneOf, sourceAt, type Reporter, type Scope } from './context.js';
import type { Names } from './names.js';
import { resolver } from './resolver.js';
import { scalar } from './scalars.js';
import { ownerOf, shapeOf } from './shapes.js';

type Statement<K extends TrainStatement['kind']> = Extract<TrainStatement, { readonly kind: K }>;

const textOf = (path: PathExpr): string => path.parts.map((p) => p.text).join('.');

/** Full names of the weights below a path: of a layer, a block, a network or a latent; `all` means every one. Trained ones, unless state is asked for too. */
function weightsUnder(names: Names, path: string, state = false): readonly string[] {
  if (path === 'all') return names.trainedBelow(undefined, state);
  const full = names.pathOf(path);
  const found = names.lookup(path, '');
  const owner = found !== undefined && 'kind' in found && found.kind === 'layer' ? found.id : undefined;
  const heads = [...new Set([path, full, owner])].filter((head) => head !== undefined);
  // The layer that a network ends in lies below it.
  const tops = heads.filter((head) => !heads.some((other) => head.startsWith(`${other}.`)));
  const below = tops.map((head) => names.trainedBelow(head, state)).filter((list) => list.length > 0);
  return below.length === 1 ? below[0]! : [...new Set(below.flat())];
}

/** Weights below a written path; undefined and reported where there are none. */
function weightsAt(scope: Scope, reporter: Reporter, names: Names, path: PathExpr, state = false): readonly string[] | undefined {
  const text = textOf(path);
  const found = weightsUnder(names, text, state);
  if (found.length > 0) return reporter.room(scope, path.span, found.length) ? found : undefined;
  if (path.parts.some((part) => part.text === '') || names.isBroken(text, '')) return undefined;
  const meant = names.lookup(text, '');
  if (meant !== undefined && !('kind' in meant)) resolver(scope, reporter, names, '').tensor(path);
  else if (meant === undefined && !names.networks.has(text)) {
    if (reporter.wounded) return undefined;
    reporter.report(scope, 'AE2001', path.span, {
      title: `nothing here is called \`${text}\``, cause: 'Training moves the weights of layers and networks of this autoencoder.', expected: 'a layer, a network, a latent or `all`', found: `\`${text}\``,
      ...reporter.guess(scope, text, path.span, () => [...names.given(), ...names.paths, 'all']),
    });
  } else {
    reporter.report(scope, 'AE2005', path.span, { title: `\`${text}\` has no weights`, cause: 'Nothing in it is learned.', expected: 'a layer, a network, a latent or `all`', found: `\`${text}\``, hint: 'name one that has weights' });
  }
  return undefined;
}

/**
 * `train a, b` or `freeze a`; a tied weight is the one that is stored.
 *
 * @param storedOf the weight that is stored for one that may be tied
 */
export function movementOf(scope: Scope, reporter: Reporter, names: Names, storedOf: (weight: string) => string, statement: Statement<'move' | 'freeze'>): Movement | undefined {
  const found = statement.targets.map((target) => weightsAt(scope, reporter, names, target));
  if (found.some((weights) => weights === undefined)) return undefined;
  return { kind: statement.kind === 'move' ? 'train' : 'freeze', weights: [...new Set(found.flatMap((weights) => weights!).map(storedOf))], source: sourceAt(scope, statement.span) };
}

/** `copy encoder.h1 to classifier.h1`: weights of one name below both, of the same shapes, moving averages too. */
export function copyOf(scope: Scope, reporter: Reporter, names: Names, { from, to, span }: Statement<'copy'>): Copy | undefined {
  if (isMissing(from) || isMissing(to)) return undefined;
  const [own, other] = [weightsAt(scope, reporter, names, from, true), weightsAt(scope, reporter, names, to, true)];
  if (own === undefined || other === undefined) return undefined;
  const [ownHead, otherHead] = [commonHead(own), commonHead(other)];
  const partners = new Map(other.map((name) => [name.slice(otherHead.length), name]));
  const weights = own.flatMap((name) => {
    const partner = partners.get(name.slice(ownHead.length));
    return partner === undefined ? [] : [{ from: name, to: partner }];
  });
  const shape = (name: string): string => names.weights.get(name)!.declaration.shape.join('×');
  const odd = weights.find((pair) => shape(pair.from) !== shape(pair.to));
  if (odd === undefined && weights.length === own.length && own.length === other.length) return { weights, source: sourceAt(scope, span) };
  const list = (all: readonly string[], head: string): string => listed(all.map((name) => `${name.slice(head.length).replace(/^\./, '')} ${shape(name)}`));
  reporter.report(scope, 'AE3003', span, {
    title: `\`${textOf(from)}\` cannot be copied to \`${textOf(to)}\``, cause: 'A copy gives each weight of one the value of the weight of the same name and shape of the other.',
    expected: list(own, ownHead), found: list(other, otherHead), hint: 'copy between layers of the same kind and sizes',
  });
  return undefined;
}

/** The path that all names begin with, up to a dot. */
function commonHead(names: readonly string[]): string {
  const [first = '', ...rest] = names.map((name) => name.split('.').slice(0, -1));
  const parts = first === '' ? [] : first;
  const length = parts.findIndex((part, i) => rest.some((other) => other[i] !== part));
  return parts.slice(0, length < 0 ? parts.length : length).join('.');
}

/** What a phase or a player minimises: the one statement that says so, else the loss. */
export function objectiveOf(scope: Scope, reporter: Reporter, names: Names, statements: readonly TrainStatement[]): Objective {
  const [written, again] = statements.filter((s) => s.kind === 'match' || s.kind === 'objective');
  if (written === undefined) return { kind: 'loss' };
  if (again !== undefined) {
    reporter.report(scope, 'AE2007', again.span, {
      title: 'there are two objectives', cause: '`match`, `minimize` and `maximize` replace the loss, each with its own.', hint: 'join them into one expression, or use two phases',
      related: [{ place: { file: scope.file.file, span: written.span }, message: 'the first stands here' }],
    });
  }
  const source = sourceAt(scope, written.span);
  if (written.kind === 'match') {
    const trained = statements.filter((s) => s.kind === 'move').flatMap((s) => s.targets.flatMap((target) => weightsUnder(names, textOf(target))));
    return matchOf(scope, reporter, names, written, trained) ?? { kind: 'loss' };
  }
  const value = scalar(scope, reporter, names, written.value);
  return value === undefined ? { kind: 'loss' } : { kind: written.direction, value, source };
}

/** `match out to x`, with the layers bypassed that lie between what this phase trains. */
function matchOf(scope: Scope, reporter: Reporter, names: Names, statement: Statement<'match'>, trained: readonly string[]): Objective | undefined {
  if (isMissing(statement.value) || isMissing(statement.to)) return undefined;
  const tensors = resolver(scope, reporter, names, '');
  const [value, to] = [tensors.tensor(statement.value), tensors.tensor(statement.to)] as readonly (TensorRef | undefined)[];
  const likelihood = statement.by === undefined ? defaultCall('likelihood', 'squared_error') : bindCall({ scope, reporter, names: tensors }, 'likelihood', statement.by, 'a likelihood');
  if (value === undefined || to === undefined || likelihood === undefined) return undefined;
  const [given, wanted] = [shapeOf(names, value), wantedShape(names, to, likelihood)];
  if (given === undefined || wanted === undefined) return undefined;
  const [left, right] = [textOf(statement.value), textOf(statement.to)];
  if (!likelihood.definition.domains.includes(domainKind(names, to))) {
    reporter.report(scope, 'AE4004', (statement.by ?? statement).span, {
      title: `\`${likelihood.definition.name}\` is no distribution of \`${right}\``, cause: likelihood.definition.summary, expected: oneOf(likelihood.definition.domains), found: domainKind(names, to), hint: 'use another likelihood',
    });
    return undefined;
  }
  if (given.join() !== wanted.join()) {
    reporter.report(scope, 'AE3007', statement.span, {
      title: `\`${left}\` is ${showExample(given)}, but \`${right}\` needs ${showExample(wanted)}`, cause: `\`${likelihood.definition.name}\` compares them element by element.`,
      expected: showExample(wanted), found: showExample(given), hint: 'match tensors of one shape',
    });
    return undefined;
  }
  const reads = inputInPhase(scope, reporter, names, statement, value, trained);
  return reads === undefined ? undefined : { kind: 'match', value, to, reads, likelihood, source: sourceAt(scope, statement.span) };
}

/** The values that a tensor may have, as likelihoods see them. */
function domainKind(names: Names, ref: TensorRef): 'real' | 'interval' | 'binary' | 'category' {
  if (ref.kind === 'variable') return names.variables.get(ref.name)?.domain.kind ?? 'real';
  const layer = ref.kind === 'layer' ? names.layers.get(ref.id) : undefined;
  const [low, high] = (layer === undefined ? undefined : activationOf(layer))?.definition.range ?? [-Infinity, Infinity];
  return low >= 0 && high <= 1 ? 'interval' : 'real';
}

function wantedShape(names: Names, to: TensorRef, { definition }: CallOf<'likelihood'>): readonly number[] | undefined {
  const variable = to.kind === 'variable' ? names.variables.get(to.name) : undefined;
  if (variable === undefined) return shapeOf(names, to);
  return definition.outputShape(variable.shape, variable.domain.kind === 'category' ? variable.domain.classes : undefined);
}

/**
 * What the layer that gives `value` reads: going back along the chain, layers that the phase does not
 * train are bypassed up to one that it does. Where it trains none of them, nothing is bypassed.
 */
function inputInPhase(scope: Scope, reporter: Reporter, names: Names, statement: Statement<'match'>, value: TensorRef, trained: readonly string[]): TensorRef | undefined {
  const layer = value.kind === 'layer' ? names.layers.get(value.id) : undefined;
  if (layer === undefined || ownerOf(names, layer.id)?.role !== 'decoder') return layer?.input ?? value;
  const moved = new Set(trained);
  for (let ref: TensorRef = layer.input; ref.kind === 'layer' && reporter.room(scope, statement.span); ) {
    const before = names.layers.get(ref.id);
    if (before === undefined) break;
    if (before.weights.some((weight) => moved.has(`${before.id}.${weight.name}`))) {
      const shape = before.outputs[ref.output]!;
      if (shape.join() === layer.inputShape.join()) return ref;
      reporter.report(scope, 'AE3002', statement.span, {
        title: `\`${layer.id}\` cannot read \`${before.id}\``, cause: 'A phase bypasses the layers that it does not train, between those that it does.',
        expected: showExample(layer.inputShape), found: showExample(shape), hint: 'train layers whose sizes meet', related: [{ place: before.source.place, message: `\`${before.id}\` gives ${showExample(shape)}` }],
      });
      return undefined;
    }
    ref = before.input;
  }
  return layer.input;
}
