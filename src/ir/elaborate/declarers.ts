/** Which networks declare a layer of a name, themselves or in the blocks that they use. */
import { isMissing, type Body, type BodyStatement, type NetworkItem } from '../../parser/ast.js';
import { networkName } from '../resolve/declare.js';
import type { Autoencoder, Block, Sight } from '../resolve/sources.js';

/** Names of networks by the names of layers. */
export function declarers({ declaration, blocks }: Autoencoder): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  const known = new Map<Body, Declared>();
  for (const item of declaration.items) {
    if (item.kind !== 'network') continue;
    for (const name of namesIn(bodiesOf(item), blocks, known)) {
      const list = index.get(name);
      if (list === undefined) index.set(name, [networkName(item)]);
      else list.push(networkName(item));
    }
  }
  return index;
}

const bodiesOf = ({ definition }: NetworkItem): readonly Body[] => {
  if (definition.kind === 'body') return [definition.body];
  return definition.kind === 'recursive'
    ? definition.clauses.flatMap(({ body }) => (isMissing(body) ? [] : [body]))
    : [];
};

/** What a body declares itself, and the words that blocks could stand behind. */
interface Declared {
  readonly names: readonly string[];
  readonly callees: readonly string[];
}

/** The names that bodies and the blocks in them declare, each block looked at once. */
function namesIn(bodies: readonly Body[], sight: Sight, known: Map<Body, Declared>): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<Block>();
  const waiting = bodies.map((body) => ({ body, sight }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { names: own, callees } = declaredIn(next.body, known);
    for (const name of own) names.add(name);
    for (const callee of callees) {
      const block = next.sight.get(callee);
      if (block === undefined || seen.has(block)) continue;
      seen.add(block);
      const { body } = block.declaration;
      if (!isMissing(body)) waiting.push({ body, sight: block.blocks });
    }
  }
  return names;
}

function declaredIn(body: Body, known: Map<Body, Declared>): Declared {
  const before = known.get(body);
  if (before !== undefined) return before;
  const [names, callees] = [new Set<string>(), new Set<string>()];
  const visit = (statements: readonly BodyStatement[]): void => {
    for (const statement of statements) {
      if (statement.kind === 'repeat' && !isMissing(statement.body)) visit(statement.body.statements);
      if (statement.kind !== 'layer') continue;
      for (const { text } of statement.names) names.add(text);
      if (!isMissing(statement.callee)) callees.add(statement.callee.text);
    }
  };
  visit(body.statements);
  const declared: Declared = { names: [...names], callees: [...callees] };
  known.set(body, declared);
  return declared;
}
