/** The loss: reconstructions and penalties, with their weights. */
import type { TensorRef } from '../../builtins/arguments.js';
import type { DefinitionOf } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import { isMissing, type PenaltyItem, type ReconstructItem } from '../../parser/ast.js';
import { endingsOf, readingOf } from '../model/endings.js';
import type { Network, Term, Variable } from '../model/model.js';
import { leavesOf } from '../model/scalar.js';
import { bindCall } from './bind.js';
import { quote } from './constants.js';
import { oneOf, sourceAt, type Reporter, type Scope } from './context.js';
import type { Wanted } from './mirrors.js';
import type { Names } from './names.js';
import { resolver } from './resolver.js';
import { one, scalar } from './scalars.js';
import { ownerOf, siteOf } from './shapes.js';
import { rowsOf, whereOf } from './where.js';

/** The variable that a `reconstruct` names; reported where there is none. */
export function reconstructed(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem): Variable | undefined {
  if (isMissing(item.target)) return undefined;
  const name = item.target.parts.map((p) => p.text).join('.');
  const variable = names.variables.get(name);
  if (variable === undefined && !names.isBroken(name, '') && !reporter.wounded && !(names.variables.size === 0 && reporter.failed)) {
    reporter.report(scope, 'AE2001', item.target.span, {
      title: `there is no input or target \`${name}\``,
      cause: '`reconstruct` names an observed variable.',
      expected: 'an input or a target',
      found: `\`${name}\``,
      ...reporter.guess(scope, name, item.target.span, () => [...names.variables.keys(), ...(unfoldsIn(names).length === 0 ? [] : partsOfTrees)]),
    });
  }
  return variable;
}

/** What the network behind a `reconstruct` is to produce. Reports nothing: the term itself will. */
export function wantedBy(names: Names, item: ReconstructItem): Wanted | undefined {
  const variable = isMissing(item.target) ? undefined : names.variables.get(item.target.parts.map((p) => p.text).join('.'));
  const callee = item.by.kind === 'path' ? item.by.parts[0]!.text : item.by.kind === 'call' ? item.by.callee.text : '';
  const likelihood = find('likelihood', callee);
  if (variable === undefined || likelihood === undefined) return undefined;
  return { shape: outputShape(variable, likelihood), link: likelihood.link };
}

export const outputShape = (variable: Variable, likelihood: DefinitionOf<'likelihood'>): readonly number[] =>
  likelihood.outputShape(variable.shape, variable.domain.kind === 'category' ? variable.domain.classes : undefined);

/** What `reconstruct` compares of a tree, unless a variable has the name. */
const partsOfTrees = ['children', 'leaves'] as const;

const unfoldsIn = (names: Names): readonly Network[] => [...names.networks.values()].filter((n) => n.form.kind === 'unfold');

/** @param before the terms above, whose labels are taken */
export function elaborateReconstruct(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem, before: readonly Term[]): Term | undefined {
  const target = isMissing(item.target) ? '' : item.target.parts.map((p) => p.text).join('.');
  const part = names.variables.has(target) ? undefined : partsOfTrees.find((known) => known === target);
  return part === undefined ? reconstruction(scope, reporter, names, item, before) : treeTerm(scope, reporter, names, item, part);
}

/** `reconstruct children by gaussian`: the decoder of a tree against its encoder. */
function treeTerm(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem, compared: 'children' | 'leaves'): Term | undefined {
  const likelihood = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'likelihood', item.by, 'a likelihood');
  const rows = rowsOf(scope, reporter, names, item.where);
  const weight = item.weight === undefined ? one : scalar(scope, reporter, names, item.weight);
  const decoder = unfoldOf(scope, reporter, names, item);
  if (likelihood === undefined || rows === undefined || weight === undefined || decoder?.form.kind !== 'unfold') return undefined;
  const { tree } = decoder.form;
  const [input] = decoder.inputs;
  const folds = [...names.networks.values()].filter((n) => n.form.kind === 'fold' && n.form.tree === tree);
  const encoder = folds.find((n) => input?.kind === 'layer' && n.layers.some((layer) => layer.id === input.id)) ?? folds.at(-1);
  if (encoder === undefined) return undefined;
  if (!likelihood.definition.domains.includes('real')) {
    reporter.report(scope, 'AE4004', item.by.span, {
      title: `\`${likelihood.definition.name}\` is no distribution of the vectors of a tree`, cause: 'Decoded vectors are compared with encoded ones, which are real numbers.',
      expected: oneOf(builtins.likelihood.filter((l) => l.domains.includes('real')).map((l) => `\`${l.name}\``)), found: `\`${likelihood.definition.name}\``, hint: 'use `gaussian`',
    });
    return undefined;
  }
  return { kind: 'tree', name: `reconstruct ${compared}`, compared, encoder: encoder.name, decoder: decoder.name, likelihood, rows, weight, source: sourceAt(scope, item.span) };
}

/** The decoder that a term over a tree means. */
function unfoldOf(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem): Network | undefined {
  if (item.from !== undefined && !isMissing(item.from)) {
    const network = resolver(scope, reporter, names, '').network(item.from);
    if (network === undefined || network.form.kind === 'unfold') return network;
    reporter.report(scope, 'AE3008', item.from.span, { title: `\`${network.name}\` decodes no tree`, cause: 'The vectors of a tree are decoded by `decompose`.', expected: 'a decoder with `decompose`', found: `\`${network.name}\``, hint: 'name the decoder of the tree' });
    return undefined;
  }
  const [decoder, ...others] = unfoldsIn(names);
  if (item.from !== undefined || (decoder === undefined && reporter.failed)) return undefined;
  if (decoder !== undefined && others.length === 0) return decoder;
  reporter.report(scope, decoder === undefined ? 'AE2013' : 'AE2008', item.span, {
    title: decoder === undefined ? 'there is no decoder of a tree' : `this could be decoded by ${oneOf([decoder, ...others].map((n) => `\`${n.name}\``))}`,
    cause: 'Decoded vectors are compared with encoded ones.',
    hint: decoder === undefined ? 'declare `decoder { decompose(parent) { … } }`' : `add \`from ${decoder.name}\``,
  });
  return undefined;
}

function reconstruction(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem, before: readonly Term[]): Term | undefined {
  const variable = reconstructed(scope, reporter, names, item);
  const likelihood = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'likelihood', item.by, 'a likelihood');
  const output = outputOf(scope, reporter, names, item);
  if (variable === undefined || likelihood === undefined || output === undefined || !atOnePlace(scope, reporter, names, item, variable, output)) return undefined;
  const where = whereOf(scope, reporter, names, variable, item.where);
  if (where === undefined) return undefined;
  const weight = item.weight === undefined ? one : scalar(scope, reporter, names, item.weight);
  if (weight === undefined) return undefined;
  const linked = readingOf(likelihood.definition, endingsOf((id) => names.layers.get(id), output)) === 'mean';
  const label = labelOf(names, variable.name, output, before);
  return { kind: 'reconstruction', name: label === variable.name ? `reconstruct ${label}` : `reconstruct ${variable.name} from ${label.slice(variable.name.length + 1)}`, label, variable: variable.name, output, likelihood, linked, ...where, weight, source: sourceAt(scope, item.span) };
}

/** `x`; `x.second` where x is reconstructed before; `x.second2` where it is from there. */
function labelOf(names: Names, variable: string, output: TensorRef, before: readonly Term[]): string {
  const taken = new Set(before.flatMap((term) => (term.kind === 'reconstruction' ? [term.label] : [])));
  const from = output.kind === 'layer' ? (ownerOf(names, output.id)?.name ?? output.id) : output.name;
  const labels = [variable, `${variable}.${from}`, ...Array.from({ length: taken.size }, (_, i) => `${variable}.${from}${i + 2}`)];
  return labels.find((label) => !taken.has(label))!;
}

/** Whether what is compared has its values at the same places: at the nodes of a tree, or once in an example. */
function atOnePlace(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem, variable: Variable, output: TensorRef): boolean {
  const whole = variable.structure.kind === 'tree';
  const [wanted, found] = [variable.structure.kind === 'label', siteOf(names, output) === 'nodes'];
  if (!whole && wanted === found) return true;
  const inWords = (nodes: boolean): string => (nodes ? 'values at the nodes of a tree' : 'one value for each example');
  reporter.report(scope, 'AE3008', item.target.span, {
    title: whole ? `\`${variable.name}\` is a tree, and is reconstructed vector by vector` : `\`${variable.name}\` and what it is compared with stand at different places`,
    cause: 'Terms over trees compare the vectors of nodes.',
    expected: whole ? '`children` or `leaves`' : inWords(wanted), found: whole ? `\`${variable.name}\`` : inWords(found),
    hint: whole ? 'write `reconstruct children` or `reconstruct leaves`' : `name a network ${wanted ? '`at nodes`' : 'that reads the code of the tree'}`,
  });
  return false;
}

/** Of very many decoders, these are offered. */
const mostOffered = 4;

function outputOf(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem): TensorRef | undefined {
  if (item.from !== undefined) return isMissing(item.from) ? undefined : (resolver(scope, reporter, names, '').tensor(item.from) as TensorRef | undefined);
  const decoders = names.ofRole('decoder');
  if (decoders.length === 1) return names.outputOfLast('decoder');
  if (decoders.length === 0 && reporter.failed) return undefined;
  if (decoders.length === 0) {
    reporter.report(scope, 'AE2013', item.span, {
      title: 'there is no decoder to reconstruct from',
      cause: 'A reconstruction compares a variable with the output of a network.',
      hint: 'declare one, for example `decoder mirror(encoder)`',
    });
    return undefined;
  }
  const at = isMissing(item.target) ? item.span.end : item.target.span.end;
  reporter.report(scope, 'AE2008', item.span, {
    title: `this could be reconstructed from ${oneOf(decoders.map((name) => `\`${name}\``))}`,
    cause: 'Where there is more than one decoder, a reconstruction says which it means.',
    hint: `add \`from ${decoders[0]!}\``,
    related: decoders.slice(0, mostOffered).map((name) => ({ place: names.networks.get(name)!.source.place, message: `\`${name}\`` })),
    fixes: decoders.slice(0, mostOffered).map((name) => ({ title: `add \`from ${name}\``, edits: [{ place: { file: scope.file.file, span: { start: at, end: at } }, newText: ` from ${name}` }] })),
  });
  return undefined;
}

export function elaboratePenalty(scope: Scope, reporter: Reporter, names: Names, item: PenaltyItem): Term | undefined {
  const rows = rowsOf(scope, reporter, names, item.where);
  const value = scalar(scope, reporter, names, item.value);
  if (value === undefined || rows === undefined) return undefined;
  const parts = leavesOf(value).flatMap((leaf) => ('text' in leaf ? [leaf.text] : []));
  if (parts.length > 0) return { kind: 'penalty', name: parts.join(' + '), value, rows, source: sourceAt(scope, item.span) };
  reporter.report(scope, 'AE2002', item.value.span, {
    title: 'this penalty depends on nothing',
    cause: 'A number alone does not change with the weights.',
    expected: oneOf(builtins.penalty.map((p) => p.name)),
    found: `\`${quote(scope, item.value)}\``,
    hint: 'for example `penalty 1e-4 * l1(code)`',
  });
  return undefined;
}
