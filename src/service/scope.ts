/** The names in sight of a place, with their shapes. */
import type { ExampleShape } from '../builtins/arguments.js';
import type { Elaborated } from '../ir/elaborate/index.js';
import type { Block } from '../ir/resolve/sources.js';
import type { NameSymbol } from '../ir/resolve/symbols.js';
import { isMissing, type LayerStatement, type Unit } from '../parser/ast.js';
import { madeBy } from './facts.js';
import type { CheckedFile } from './service.js';
import { isKind } from './syntax.js';
import { declared, headOf, shapeText } from './words.js';

/** A name that can be written. */
export interface Visible {
  readonly symbol: NameSymbol;
  readonly shape?: ExampleShape;
}

/** The declaration that a unit holds, where it is an autoencoder or a block. */
export interface Around {
  readonly symbols: readonly NameSymbol[];
  readonly of?: Elaborated;
  readonly blocks: ReadonlyMap<string, Block>;
}

export function aroundOf({ sources, autoencoders }: CheckedFile, unit: Unit): Around | undefined {
  const at = sources.autoencoders.findIndex((one) => one.unit === unit);
  const own = sources.autoencoders[at];
  if (own !== undefined) {
    const of = autoencoders[at];
    return { symbols: own.symbols.owner.members, blocks: own.blocks, ...(of === undefined ? {} : { of }) };
  }
  const block = sources.blocks.find((one) => one.unit === unit);
  return block && { symbols: block.symbols.owner.members, blocks: block.blocks };
}

/** All names of a declaration: those of its items, and of the layers of its networks. */
export const visibleIn = (checked: CheckedFile, unit: Unit, { symbols, of }: Around): readonly Visible[] =>
  symbols.flatMap((symbol) => [
    visible(checked, unit, symbol, of),
    ...(symbol.kind === 'network' ? symbol.members.map((member) => visible(checked, unit, member, of)) : []),
  ]);

function visible(checked: CheckedFile, unit: Unit, symbol: NameSymbol, of: Elaborated | undefined): Visible {
  const shape = shapeOf(checked, unit, symbol, of);
  return shape === undefined ? { symbol } : { symbol, shape };
}

export function shapeOf(
  checked: CheckedFile,
  unit: Unit,
  { kind, name, node }: NameSymbol,
  of: Elaborated | undefined,
): ExampleShape | undefined {
  switch (kind) {
    case 'variable':
      return of?.parts.variables.find((one) => one.name === name)?.shape;
    case 'latent':
      return of?.parts.latents.find((one) => one.name === name)?.shape;
    case 'draw':
      return of?.parts.draws.find((one) => one.name === name)?.shape;
    case 'network':
      return of?.parts.networks.find((one) => one.name === name)?.outputShape;
    case 'layer':
    case 'use': {
      if (!isKind(node, 'layer')) return undefined;
      const output = Math.max(
        0,
        node.names.findIndex(({ text }) => text === name),
      );
      // Behind a repetition a name stands for the last turn.
      return madeBy(checked, unit, node).at(-1)?.layers.at(-1)?.outputs[output];
    }
    default:
      return undefined;
  }
}

/** What stands below a path: layers of networks, names inside of uses, weights of layers, whether values are known. */
export function belowPath(
  checked: CheckedFile,
  unit: Unit,
  around: Around,
  path: readonly string[],
): readonly { readonly name: string; readonly detail: string }[] {
  const [first, ...rest] = path;
  const all = visibleIn(checked, unit, around).map(({ symbol }) => symbol);
  let at = all.find(({ name }) => name === first);
  for (const part of rest) at = at && membersOf(around, at).find(({ name }) => name === part);
  if (at === undefined) return [];
  if (at.kind === 'variable')
    return isKind(at.node, 'variable') &&
      !isMissing(at.node.type) &&
      /\?/.test(unit.text.slice(at.node.type.span.start, at.node.type.span.end))
      ? [
          { name: 'known', detail: 'the rows where it is there' },
          { name: 'missing', detail: 'the rows where it is not' },
          { name: 'mask', detail: '1 where it is known, else 0' },
        ]
      : [];
  const members = membersOf(around, at).map((member) => ({
    name: member.name,
    detail: `${headOf(member)}${((shape) => (shape === undefined ? '' : `  ${shapeText(shape)}`))(shapeOf(checked, unit, member, around.of))}`,
  }));
  // What a use of a block makes has its weights below its own names.
  const made = at.kind === 'layer' && isKind(at.node, 'layer') ? madeBy(checked, unit, at.node)[0]?.layers : undefined;
  const weights = made?.length === 1 ? made[0]!.weights : [];
  return [...members, ...weights.map(({ name, shape }) => ({ name, detail: `a weight, ${shapeText(shape)}` }))];
}

/** Names below a symbol: of a use, those of its block. */
function membersOf({ blocks }: Around, { kind, node, members }: NameSymbol): readonly NameSymbol[] {
  if (kind !== 'use' || !isKind(node, 'layer') || isMissing(node.callee)) return members;
  const block = blocks.get(node.callee.text);
  return block === undefined ? [] : block.symbols.owner.members.filter((one) => one.kind !== 'parameter');
}

/** `Stage(n: int, act: activation = relu)`. */
export const blockSignature = (name: string, { declaration, unit }: Block): string =>
  declaration.params.length === 0
    ? name
    : `${name}(${declaration.params.map((param) => declared(param, unit)).join(', ')})`;

/** The shape of what a layer would read at an offset of a unit: what the statement before it gives. */
export function shapeBefore(
  checked: CheckedFile,
  unit: Unit,
  statements: readonly LayerStatement[],
  offset: number,
): ExampleShape | undefined {
  const before = statements.filter(({ span }) => span.end <= offset).at(-1);
  return before && madeBy(checked, unit, before)[0]?.layers.at(-1)?.outputs[0];
}
