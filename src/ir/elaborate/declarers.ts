/** Which networks declare a layer of a name, themselves or in the blocks that they use. */
import { builtins } from '../../builtins/index.js';
import { isMissing, type Body, type BodyStatement, type NetworkItem } from '../../parser/ast.js';
import { networkName } from '../resolve/declare.js';
import type { Autoencoder, Block, Sight } from '../resolve/sources.js';

/** Names of our making, without their numbers: of layers, of weights and of heads. */
const made = new Set([
  ...builtins.layer.map(({ name }) => name),
  ...builtins.distribution.flatMap(({ posterior }) => posterior?.heads ?? []),
  'kernel',
  'bias',
]);

export class Declarers {
  readonly #networks = new Map<string, string[]>();
  /** Uses of blocks without a name are named after them. What is in sight and not used declares nothing. */
  readonly #uses = new Set<string>();

  constructor({ declaration, blocks }: Autoencoder) {
    const known = new Map<Body, Declared>();
    for (const item of declaration.items) {
      if (item.kind !== 'network') continue;
      for (const name of namesIn(bodiesOf(item), blocks, known, this.#uses)) {
        const list = this.#networks.get(name);
        if (list === undefined) this.#networks.set(name, [networkName(item)]);
        else list.push(networkName(item));
      }
    }
  }

  /** Networks by the name of a layer. */
  of(layer: string): readonly string[] {
    return this.#networks.get(layer) ?? [];
  }

  /** Whether something may stand below a network, or come to stand there, whose name this is. */
  mayDeclare(name: string): boolean {
    // `h_2` is an earlier turn of `h`, `conv2` the second layer without a name.
    const turn = /^(.+?)_(?:\d+|last|again)/.exec(name)?.[1] ?? name;
    const base = name.replace(/\d+$/, '');
    return this.#networks.has(name) || this.#networks.has(turn) || made.has(base) || this.#uses.has(base);
  }
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

/** The names that bodies and the blocks in them declare, each block looked at once; its name is added to those that are used. */
function namesIn(
  bodies: readonly Body[],
  sight: Sight,
  known: Map<Body, Declared>,
  uses: Set<string>,
): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<Block>();
  const waiting = bodies.map((body) => ({ body, sight }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { names: own, callees } = declaredIn(next.body, known);
    for (const name of own) names.add(name);
    for (const callee of callees) {
      const block = next.sight.get(callee);
      if (block === undefined) continue;
      uses.add(callee.toLowerCase());
      if (seen.has(block)) continue;
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
