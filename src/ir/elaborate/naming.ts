/** Names of layers: those that users give, and those of our making for the others. No two are the same. */
import { isMissing, type BodyStatement, type LayerStatement } from '../../parser/ast.js';
import type { Named, Names } from './names.js';

export class Naming {
  readonly #counts = new Map<string, number>();
  /** Names that the user gives somewhere in the bodies read so far, behind the path that they stand below. */
  #given?: Set<string>;

  constructor(private readonly names: Names) {}

  /** Keeps the names that these statements give from names of our making. */
  reserve(statements: readonly BodyStatement[], within: Named): void {
    for (const statement of statements) {
      if (statement.kind === 'layer')
        for (const name of statement.names) (this.#given ??= new Set()).add(`${within.path} ${name.text}`);
      if (statement.kind === 'repeat' && !isMissing(statement.body)) this.reserve(statement.body.statements, within);
    }
  }

  /**
   * The name of a statement, or one made of `base`. In a repetition all but the last have their numbers appended, so
   * that `h` is the last of them, with its weights.
   *
   * @param turns numbers of the repetitions around the statement; 0 for the last turn of each
   */
  nameOf(
    { names: [first] }: LayerStatement,
    turns: readonly number[],
    within: Named,
    base: string,
    kind: Named['kind'] = 'layer',
  ): Named {
    if (first === undefined) return this.fresh(within, base, kind);
    const last = turns.every((turn) => turn === 0);
    const taken = within.children.get(first.text);
    if (last && (taken === undefined || isFree(taken))) return this.names.enter(within, first.text, kind);
    const suffix = last ? ['again'] : turns.map((turn) => (turn === 0 ? 'last' : String(turn)));
    return this.fresh(within, [first.text, ...suffix].join('_'), kind);
  }

  fresh(within: Named, base: string, kind: Named['kind'] = 'layer'): Named {
    const key = `${within.path} ${base}`;
    for (;;) {
      const count = (this.#counts.get(key) ?? 0) + 1;
      this.#counts.set(key, count);
      const name = count === 1 ? base : `${base}${count}`;
      if (!within.children.has(name) && this.#given?.has(`${within.path} ${name}`) !== true)
        return this.names.enter(within, name, kind);
    }
  }
}

/** A name that stands for an earlier turn's tensor, and for nothing of its own. */
const isFree = (named: Named): boolean => named.layer === undefined && named.children.size === 0;
