/** What can be written between the parentheses of a call: arguments by name, and values that fit. */
import type { Param } from '../../builtins/arguments.js';
import type { Category, Definition } from '../../builtins/define.js';
import { find } from '../../builtins/index.js';
import { describe } from '../../ir/elaborate/signatures.js';
import type { Block } from '../../ir/resolve/sources.js';
import type { LayerStatement } from '../../parser/ast.js';
import { syntheticSets } from '../../runtime/synthetic/index.js';
import type { SyntheticSet } from '../../runtime/synthetic/set.js';
import type { OpenCall } from '../position.js';
import { blockSignature, shapeBefore } from '../scope.js';
import { every } from '../syntax.js';
import { fallbackOf } from '../words.js';
import { argument, entries, nameItem, value, type Item } from './items.js';
import { expression, names, numbers, owners, tensors } from './names.js';
import { isInTerm, type Site } from './site.js';

/** A call of a name. */
export type NamedCall = OpenCall & { readonly callee: string };

export function inCall(site: Site, call: NamedCall): readonly Item[] {
  const block = site.around?.blocks.get(call.callee);
  if (block !== undefined) return inUse(site, call, block);
  const set = site.position.words[0] === 'data' ? syntheticSets.find(({ name }) => name === call.callee) : undefined;
  if (set !== undefined) return call.begun || call.name !== undefined ? [] : parametersOf(set, call);
  const definition = entryOf(site, call);
  if (definition === undefined) return inUnknown(site, call);
  const params = paramsOf(site, definition);
  if (call.name !== undefined) {
    const param = params.find(({ name }) => name === call.name);
    const isDone = call.begun && param?.type.kind !== 'expression';
    return param === undefined || isDone ? [] : valuesOf(site, param);
  }
  if (call.begun && !params.some(({ type }) => type.kind === 'expression')) return [];
  const left = params.filter(({ name }) => !call.named.includes(name));
  const positional = left
    .filter((param) => param.optional !== true || param.type.kind === 'tensors')
    .flatMap((param) => valuesOf(site, param));
  return [...positional, ...(call.begun ? [] : left.map(argumentOf))];
}

/** Those of a procedural data set that are not given yet. */
const parametersOf = ({ parameters }: SyntheticSet, { named }: NamedCall): readonly Item[] =>
  parameters
    .filter(({ name }) => !named.includes(name))
    .map((one) => argument(one.name, `${one.summary} (${one.default})`));

function argumentOf(param: Param): Item {
  const fallback = fallbackOf(param);
  return argument(param.name, `${describe(param)}${fallback === undefined ? '' : `, ${fallback}`}. ${param.summary}`);
}

/** The use of a block. */
function inUse(site: Site, call: NamedCall, block: Block): readonly Item[] {
  const left = block.declaration.params.filter(({ name }) => !call.named.includes(name.text));
  const isNamed = call.begun || call.name !== undefined;
  const arguments_ = isNamed ? [] : left.map(({ name }) => argument(name.text, blockSignature(call.callee, block)));
  return [...arguments_, ...numbers(site), ...entries('activation', 3), ...tensors(site, 4)];
}

/** A network that is applied, its parameters, or a function of numbers. */
function inUnknown(site: Site, { callee }: NamedCall): readonly Item[] {
  const isNetwork = site.visible.some(({ symbol }) => symbol.name === callee && symbol.kind !== 'variable');
  if (isNetwork || /^(?:encoder|decoder|head|network)$/.test(site.position.words[0] ?? '')) return tensors(site);
  return isInTerm(site) && find('function', callee) !== undefined ? expression(site) : [];
}

/** The entry that a call is of, by where it stands. */
function entryOf(site: Site, call: OpenCall): Definition | undefined {
  const { calls } = site.position;
  const name = call.callee!;
  const outer = calls[calls.indexOf(call) - 1];
  if (outer?.callee !== undefined && !isInTerm(site)) {
    const around = entryOf(site, outer);
    const param = around?.params.find((one) => one.name === outer.name);
    const inside = (param === undefined ? (around?.params ?? []) : [param]).flatMap(({ type }) =>
      type.kind === 'builtin' ? [type.category] : [],
    );
    const found = firstOf(inside, name);
    if (found !== undefined) return found;
    if (around?.category === 'type') return find('type', name);
  }
  return firstOf(categoriesAt(site), name);
}

function firstOf(categories: readonly Category[], name: string): Definition | undefined {
  for (const category of categories) {
    const found = find(category, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of which categories the calls in a statement are. */
function categoriesAt(site: Site): readonly Category[] {
  const { surrounding, words } = site.position;
  if (surrounding === 'train' || surrounding === 'phase' || surrounding === 'player') {
    const setting = find('setting', words[0] ?? '')?.value;
    if (setting?.kind === 'builtin') return [setting.category];
  }
  if (surrounding === 'body' || surrounding === 'network') return ['layer', 'activation'];
  if (isInTerm(site)) return ['penalty', 'likelihood', 'schedule'];
  return categoriesOf[words.find((word) => word in categoriesOf) ?? ''] ?? [];
}

const categoriesOf: Readonly<Record<string, readonly Category[]>> = {
  input: ['type'],
  target: ['type'],
  preprocess: ['preprocessing'],
  corrupt: ['corruption'],
  latent: ['distribution', 'flow', 'expectation'],
  draw: ['distribution'],
  prior: ['prior'],
  reconstruct: ['likelihood', 'schedule'],
  constrain: ['constraint'],
  tie: ['transform'],
  figure: ['figure'],
  update: ['update'],
  encoder: ['bracketing'],
};

/** A likelihood in a term compares two tensors first; a latent's distribution has its size. */
function paramsOf(site: Site, definition: Definition): readonly Param[] {
  if (definition.category === 'likelihood' && isInTerm(site))
    return [
      { name: 'output', type: { kind: 'expression' }, summary: 'what the network gives' },
      { name: 'target', type: { kind: 'expression' }, summary: 'what it is compared with' },
      ...definition.params,
    ];
  if (definition.category !== 'distribution') return definition.params;
  return site.position.words.includes('latent')
    ? [
        definition.size,
        { name: 'from', type: { kind: 'tensor' }, summary: 'what the posterior is computed from', optional: true },
      ]
    : [definition.size, ...definition.params];
}

/** Only what fits. */
function valuesOf(site: Site, { name, type }: Param): readonly Item[] {
  switch (type.kind) {
    case 'builtin':
      return entries(type.category, 0);
    case 'word':
      return type.words.map((word) => value(word, `\`${name}\``));
    case 'padding':
      return [value('same', '⌈n / stride⌉, with zeros around'), value('valid', 'no zeros around')];
    case 'bool':
      return [value('true', `\`${name}\``), value('false', `\`${name}\``), ...names(site, ['parameter'], 2)];
    case 'int':
    case 'float':
    case 'dims':
    case 'pair':
      return [
        ...numbers(site),
        ...(type.kind === 'float' && type.orSchedule === true ? entries('schedule', 3) : []),
        ...(type.kind === 'float' && type.orTensor === true ? names(site, ['variable', 'draw'], 3) : []),
      ];
    case 'tensor':
    case 'tensors':
      return tensors(site);
    case 'expression':
      return expression(site, type.orWeights === true);
    case 'layer':
      return name === 'tied' ? layersToTie(site) : names(site, ['layer']);
    case 'network':
      return names(site, ['network']);
    case 'latent':
      return names(site, type.orDraw === true ? ['latent', 'draw'] : ['latent']);
    case 'variable':
      return names(site, ['variable']);
    case 'weights':
      return owners(site);
    case 'texts':
      return [];
  }
}

/** Layers whose kernel the layer at hand can use: transposed, it takes what is read here. */
function layersToTie({ around, checked, unit, position, visible }: Site): readonly Item[] {
  const statements = unit.declarations.flatMap((one): readonly LayerStatement[] => [...every(one, 'layer')]);
  const open = statements.find(({ span }) => span.start <= position.span.start && position.span.end <= span.end);
  const others = statements.filter((one) => one !== open);
  const input = shapeBefore(checked, unit, others, open?.span.start ?? position.start);
  return visible
    .filter(({ name, symbol }) => {
      const layer = around?.of?.layers.find(
        ({ id, syntax }) => symbol.kind === 'layer' && syntax === symbol.node && id.endsWith(`.${name}`),
      );
      if (layer?.definition.tie === undefined || !layer.weights.some(({ role }) => role === 'kernel')) return false;
      return input === undefined || layer.outputs[0]!.at(-1) === input.at(-1);
    })
    .map((one) => nameItem(one, 0));
}
