/** What a declaration reads of the blocks in sight: where none of it changed, what was made of it holds. */
import { find } from '../../builtins/index.js';
import { isMissing, type BlockDecl, type AutoencoderDecl, type BodyStatement, type Unit } from '../../parser/ast.js';
import { deepestBlocks } from '../limits.js';
import type { Block, Sight } from './sources.js';

/** The unit behind each word that stands where a block could, here and in the blocks that are used. */
export type Reads = ReadonlyMap<string, Unit | undefined>;

export function readsOf({
  declaration,
  blocks,
}: {
  readonly declaration: AutoencoderDecl | BlockDecl;
  readonly blocks: Sight;
}): Reads {
  const reads = new Map<string, Unit | undefined>();
  /** Blocks in the order in which they are met, which is the same where all reads are. */
  const numbers = new Map<Block, number>();
  const waiting = bodiesOf(declaration).map((statements) => ({ statements, sight: blocks, within: 0, depth: 0 }));
  // Nearest first, so that a block is looked into if it is written out anywhere.
  for (const { statements, sight, within, depth } of waiting) {
    for (const statement of statements) {
      if (statement.kind === 'repeat' && !isMissing(statement.body))
        waiting.push({ statements: statement.body.statements, sight, within, depth });
      if (statement.kind !== 'layer' || isMissing(statement.callee)) continue;
      const { text } = statement.callee;
      const block = sight.get(text);
      reads.set(`${within} ${text}`, block?.unit);
      // What an unknown word may have been meant as depends on all blocks in sight.
      if (block === undefined && !isEntry(text)) reads.set(`${within} sees ${[...sight.keys()].join(' ')}`, undefined);
      if (block === undefined || numbers.has(block) || depth === deepestBlocks) continue;
      numbers.set(block, numbers.size + 1);
      const { body } = block.declaration;
      if (!isMissing(body))
        waiting.push({
          statements: body.statements,
          sight: block.blocks,
          within: numbers.size,
          depth: depth + 1,
        });
    }
  }
  return reads;
}

const isEntry = (word: string): boolean => find('layer', word) !== undefined || find('activation', word) !== undefined;

function bodiesOf(declaration: AutoencoderDecl | BlockDecl): readonly (readonly BodyStatement[])[] {
  if (declaration.kind === 'block') return isMissing(declaration.body) ? [] : [declaration.body.statements];
  return declaration.items.flatMap((item) => {
    if (item.kind !== 'network') return [];
    const { definition } = item;
    if (definition.kind === 'body') return [definition.body.statements];
    return definition.kind === 'recursive'
      ? definition.clauses.flatMap(({ body }) => (isMissing(body) ? [] : [body.statements]))
      : [];
  });
}

export const sameReads = (a: Reads, b: Reads): boolean =>
  a.size === b.size && [...a].every(([word, unit]) => b.has(word) && b.get(word) === unit);
