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
  /** That of the symbol; of an earlier turn of a repetition, with its number: `h_1`. */
  readonly name: string;
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
    ...visible(checked, unit, symbol, of),
    ...(symbol.kind === 'network' ? symbol.members.flatMap((member) => visible(checked, unit, member, of)) : []),
  ]);

/** A symbol by its name, and by those that it has in earlier turns of repetitions. */
function visible(checked: CheckedFile, unit: Unit, symbol: NameSymbol, of: Elaborated | undefined): readonly Visible[] {
  const { name } = symbol;
  const shape = shapeOf(checked, unit, symbol, of);
  const own: Visible = shape === undefined ? { name, symbol } : { name, symbol, shape };
  // Further outputs have no names in earlier turns.
  if (!isMadeBy(symbol) || symbol.node.names[0]?.text !== name) return [own];
  const turns = new Map(
    madeBy(checked, unit, symbol.node).flatMap((made) =>
      made.name === name ? [] : [[made.name, made.layers.at(-1)!.outputs[0]!] as const],
    ),
  );
  return [own, ...[...turns].slice(0, mostTurns).map(([turn, shape]) => ({ name: turn, symbol, shape }))];
}

/** Of very many turns the first are offered. */
const mostTurns = 100;

/** Whether a statement of a network makes what a symbol stands for. */
const isMadeBy = (symbol: NameSymbol): symbol is NameSymbol & { readonly node: LayerStatement } =>
  (symbol.kind === 'layer' || symbol.kind === 'use') && isKind(symbol.node, 'layer');

function shapeOf(
  checked: CheckedFile,
  unit: Unit,
  symbol: NameSymbol,
  of: Elaborated | undefined,
): ExampleShape | undefined {
  const { kind, name } = symbol;
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
      if (!isMadeBy(symbol)) return undefined;
      const output = Math.max(
        0,
        symbol.node.names.findIndex(({ text }) => text === name),
      );
      // Behind a repetition a name stands for the last turn.
      return madeBy(checked, unit, symbol.node).at(-1)?.layers.at(-1)?.outputs[output];
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
  const below = (one: Visible): readonly Visible[] => membersOf(checked, unit, around, one.symbol);
  let found = visibleIn(checked, unit, around).find(({ name }) => name === first);
  for (const part of rest) found = found && below(found).find(({ name }) => name === part);
  if (found === undefined) return [];
  const { name: last, symbol: at } = found;
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
  const members = below(found).map(({ name, symbol, shape }) => ({
    name,
    detail: `${headOf(symbol)}${shape === undefined ? '' : `  ${shapeText(shape)}`}`,
  }));
  // What a use of a block makes has its weights below its own names.
  const layers = isMadeBy(at) ? madeBy(checked, unit, at.node).find(({ name }) => name === last)?.layers : undefined;
  const weights = layers?.length === 1 && at.kind === 'layer' ? layers[0]!.weights : [];
  return [...members, ...weights.map(({ name, shape }) => ({ name, detail: `a weight, ${shapeText(shape)}` }))];
}

/** Names below a symbol: of a use, those of its block. */
function membersOf(
  checked: CheckedFile,
  unit: Unit,
  { blocks, of }: Around,
  { kind, node, members }: NameSymbol,
): readonly Visible[] {
  const block =
    kind === 'use' && isKind(node, 'layer') && !isMissing(node.callee) ? blocks.get(node.callee.text) : undefined;
  const symbols = block?.symbols.owner.members.filter((one) => one.kind !== 'parameter') ?? members;
  return symbols.flatMap((member) => visible(checked, unit, member, of));
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
