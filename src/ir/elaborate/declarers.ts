/** Which networks declare a layer of a name, themselves or in the blocks that they use. */
import { isMissing, type Body, type BodyStatement, type NetworkItem } from '../../parser/ast.js';
import { networkName } from '../resolve/declare.js';
import type { Autoencoder, Block, Sight } from '../resolve/sources.js';

/** Names of networks by the names of layers. */
export function declarers({ declaration, blocks }: Autoencoder): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  const inBlocks = new Map<Block, ReadonlySet<string>>();
  for (const item of declaration.items) {
    if (item.kind !== 'network') continue;
    for (const name of namesIn(bodiesOf(item), blocks, inBlocks)) {
      const list = index.get(name);
      if (list === undefined) index.set(name, [networkName(item)]);
      else list.push(networkName(item));
    }
  }
  return index;
}

const bodiesOf = ({ definition }: NetworkItem): readonly Body[] => {
  if (definition.kind === 'body') return [definition.body];
  return definition.kind === 'recursive' ? definition.clauses.flatMap(({ body }) => (isMissing(body) ? [] : [body])) : [];
};

/** The names that bodies and the blocks in them declare. */
function namesIn(bodies: readonly Body[], blocks: Sight, known: Map<Block, ReadonlySet<string>>): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (statements: readonly BodyStatement[]): void => {
    for (const statement of statements) {
      if (statement.kind === 'repeat' && !isMissing(statement.body)) visit(statement.body.statements);
      if (statement.kind !== 'layer') continue;
      for (const { text } of statement.names) names.add(text);
      const block = isMissing(statement.callee) ? undefined : blocks.get(statement.callee.text);
      if (block !== undefined) for (const name of namesOf(block, known)) names.add(name);
    }
  };
  for (const { statements } of bodies) visit(statements);
  return names;
}

function namesOf(block: Block, known: Map<Block, ReadonlySet<string>>): ReadonlySet<string> {
  const before = known.get(block);
  if (before !== undefined) return before;
  // A block that contains itself has a message of its own.
  known.set(block, new Set());
  const { body } = block.declaration;
  const names = isMissing(body) ? new Set<string>() : namesIn([body], block.blocks, known);
  known.set(block, names);
  return names;
}
