/** What a declaration reads of the blocks in sight: where none of it changed, what was made of it holds. */
import { isMissing, type BlockDecl, type AutoencoderDecl, type BodyStatement, type Unit } from '../../parser/ast.js';
import type { Block, Sight } from './sources.js';

/** The unit behind each word that stands where a block could, here and in the blocks that are used. */
export type Reads = ReadonlyMap<string, Unit | undefined>;

export function readsOf({ declaration, blocks }: { readonly declaration: AutoencoderDecl | BlockDecl; readonly blocks: Sight }): Reads {
  const reads = new Map<string, Unit | undefined>();
  const seen = new Set<Block>();
  const visit = (statements: readonly BodyStatement[], sight: Sight, within: string): void => {
    for (const statement of statements) {
      if (statement.kind === 'repeat' && !isMissing(statement.body)) visit(statement.body.statements, sight, within);
      if (statement.kind !== 'layer' || isMissing(statement.callee)) continue;
      const { text } = statement.callee;
      const block = sight.get(text);
      reads.set(`${within} ${text}`, block?.unit);
      if (block === undefined || seen.has(block)) continue;
      seen.add(block);
      if (!isMissing(block.declaration.body)) visit(block.declaration.body.statements, block.blocks, `${within} ${text}`);
    }
  };
  for (const body of bodiesOf(declaration)) visit(body, blocks, '');
  return reads;
}

function bodiesOf(declaration: AutoencoderDecl | BlockDecl): readonly (readonly BodyStatement[])[] {
  if (declaration.kind === 'block') return isMissing(declaration.body) ? [] : [declaration.body.statements];
  return declaration.items.flatMap((item) => {
    if (item.kind !== 'network') return [];
    const { definition } = item;
    if (definition.kind === 'body') return [definition.body.statements];
    return definition.kind === 'recursive' ? definition.clauses.flatMap(({ body }) => (isMissing(body) ? [] : [body.statements])) : [];
  });
}

export const sameReads = (a: Reads, b: Reads): boolean => a.size === b.size && [...a].every(([word, unit]) => b.has(word) && b.get(word) === unit);
