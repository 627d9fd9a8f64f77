/** Blocks written out where they are used: how deep, and with which values of their parameters. */
import * as limits from '../../diagnostics/messages/limits.js';
import { blockContainsItself } from '../../diagnostics/messages/names.js';
import { isMissing, type BlockDecl, type Ident, type LayerStatement } from '../../parser/ast.js';
import { deepestBlocks } from '../limits.js';
import type { Block } from '../resolve/sources.js';
import type { NameSymbol } from '../resolve/symbols.js';
import { bindParameters } from './parameters.js';
import type { Reporter } from './reporter.js';
import { constantsOf, placeIn, type Scope } from './scope.js';
import type { Tensors } from './tensors.js';

export class BlockUses {
  /** Outermost first. */
  readonly #inside: BlockDecl[] = [];

  constructor(private readonly reporter: Reporter) {}

  /** Whether a block may be written out here; complains where it may not. */
  mayEnter(scope: Scope, callee: Ident, declaration: BlockDecl): boolean {
    const { reporter } = this;
    const at = this.#inside.indexOf(declaration);
    if (at >= 0) {
      const round = [...this.#inside.slice(at), declaration].map((b) => (isMissing(b.name) ? '' : b.name.text));
      // Each block is looked at by itself: a round is reported where its first one is.
      if (round.every((name) => name >= round[0]!)) reporter.report(scope, blockContainsItself, callee.span, { round });
      else reporter.fail();
      return false;
    }
    if (this.#inside.length === deepestBlocks) {
      reporter.report(scope, limits.blocksTooDeep, callee.span, { most: deepestBlocks });
      return false;
    }
    return reporter.room(scope, callee.span, declaration.params.length);
  }

  /** What stands in a block where it is used. */
  scopeOf(
    scope: Scope,
    tensors: Tensors,
    { args, span }: LayerStatement,
    callee: Ident,
    { unit, declaration, symbols, blocks }: Block,
  ): Scope {
    const symbolOf = (one: string): NameSymbol | undefined => symbols.byName.get(one);
    const inside: Scope = {
      unit,
      blocks,
      constants: constantsOf(new Map(), symbolOf),
      through: [...scope.through, placeIn(scope, span)],
    };
    const use = { scope, args, at: callee.span, tensors };
    const values = bindParameters(this.reporter, callee.text, declaration.params, use, inside);
    for (const [name, value] of values) this.reporter.know(symbolOf(name), value);
    return { ...inside, constants: constantsOf(values, symbolOf) };
  }

  /** Reads what stands in a block. */
  inside(declaration: BlockDecl, read: () => void): void {
    this.#inside.push(declaration);
    read();
    this.#inside.pop();
  }
}
