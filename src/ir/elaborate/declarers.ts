/** Which networks declare a layer of a name, themselves or in the blocks that they use. */
import { builtins, find, joining } from '../../builtins/index.js';
import { isMissing, type Body, type BodyStatement, type NetworkItem } from '../../parser/ast.js';
import { networkName } from '../resolve/declare.js';
import type { Autoencoder, Block, Sight } from '../resolve/sources.js';

/** Names of our making that no statement tells, without their numbers: of joins, of weights and of heads. */
const made = [
  joining.name,
  'kernel',
  'bias',
  ...builtins.distribution.flatMap(({ posterior }) => posterior?.heads ?? []),
];
const always: ReadonlySet<string> = new Set(made);

export class Declarers {
  readonly #networks = new Map<string, string[]>();
  /** What has no name of its own is named after the layer or the block that it is. */
  readonly #callees = new Set<string>();
  readonly #uses = new Set<string>();
  /** Whether there may be layers of any kind: a mirror has some that no body shows, and a parameter may stand for any activation. */
  readonly #any: boolean;

  constructor({ declaration, blocks }: Autoencoder) {
    let network = '';
    const hearer: Hearer = {
      name: (name) => {
        const list = this.#networks.get(name);
        if (list === undefined) this.#networks.set(name, [network]);
        else if (list.at(-1) !== network) list.push(network);
      },
      callee: (callee) => this.#callees.add(callee),
      use: (block) => this.#uses.add(block.toLowerCase()),
    };
    for (const item of declaration.items) {
      if (item.kind !== 'network') continue;
      network = networkName(item);
      declaredBelow(bodiesOf(item), blocks, hearer);
    }
    this.#any =
      [...this.#callees].some((callee) => find('layer', callee) === undefined) ||
      declaration.items.some((item) => item.kind === 'network' && item.definition.kind === 'derived');
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
    return this.#networks.has(name) || this.#networks.has(turn) || this.#makes(base);
  }

  /** Whether this is a name of our making, without its number. */
  #makes(base: string): boolean {
    if (always.has(base) || this.#uses.has(base)) return true;
    return find('layer', base) !== undefined && (this.#any || this.#callees.has(base));
  }
}

const bodiesOf = ({ definition }: NetworkItem): readonly Body[] => {
  if (definition.kind === 'body') return [definition.body];
  return definition.kind === 'recursive'
    ? definition.clauses.flatMap(({ body }) => (isMissing(body) ? [] : [body]))
    : [];
};

interface Hearer {
  name(name: string): void;
  /** A word that is no block's. */
  callee(word: string): void;
  /** A block that is used, which its uses without a name are named after. What is in sight and not used declares nothing. */
  use(block: string): void;
}

/** Tells what bodies and the blocks in them declare, each block looked at once. */
function declaredBelow(bodies: readonly Body[], sight: Sight, hearer: Hearer): void {
  let seen: Set<Block> | undefined;
  const waiting: { readonly statements: readonly BodyStatement[]; readonly sight: Sight }[] = [];
  for (const { statements } of bodies) waiting.push({ statements, sight });
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const statement of next.statements) {
      if (statement.kind === 'repeat' && !isMissing(statement.body))
        waiting.push({ statements: statement.body.statements, sight: next.sight });
      if (statement.kind !== 'layer') continue;
      for (const { text } of statement.names) hearer.name(text);
      if (isMissing(statement.callee)) continue;
      const { text } = statement.callee;
      const block = next.sight.get(text);
      if (block === undefined) {
        hearer.callee(text);
        continue;
      }
      hearer.use(text);
      if ((seen ??= new Set()).has(block)) continue;
      seen.add(block);
      const { body } = block.declaration;
      if (!isMissing(body)) waiting.push({ statements: body.statements, sight: block.blocks });
    }
}
