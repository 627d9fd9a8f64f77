/** Semantic tokens: all of a file once, and after that what changed. */
import { SemanticTokensBuilder, type Connection, type ServerCapabilities } from 'vscode-languageserver';
import { lineTable, positionAt } from '../src/diagnostics/lines.js';
import { tokenModifiers, tokensOf, tokenTypes, type UnitTokens } from '../src/service/tokens.js';
import type { Session } from './session.js';
import { pathOf } from './uris.js';

export const tokenCapabilities: ServerCapabilities = {
  semanticTokensProvider: {
    legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
    full: { delta: true },
    range: true,
  },
};

export function colour(connection: Connection, session: Session): void {
  const { service, lines } = session;
  /** Each holds what its document was answered last. */
  const builders = new Map<string, SemanticTokensBuilder>();
  session.onClose((path) => builders.delete(path));

  const builderOf = (path: string): SemanticTokensBuilder => {
    const known = builders.get(path) ?? new SemanticTokensBuilder();
    builders.set(path, known);
    return known;
  };
  const fill = (builder: SemanticTokensBuilder, path: string, units: ReturnType<typeof tokensOf>): void => {
    for (const { at, of } of units) {
      const begin = lines.position(path, at);
      for (const [line, character, ...rest] of service.memory.once(of, placed))
        builder.push(begin.line + line, line === 0 ? begin.character + character : character, ...rest);
    }
  };

  const { semanticTokens } = connection.languages;
  semanticTokens.on(
    session.answering('semanticTokens', ({ textDocument: { uri } }) => {
      const path = pathOf(uri);
      const builder = builderOf(path);
      // Begins anew.
      builder.previousResult('');
      fill(builder, path, tokensOf(service, path));
      return builder.build();
    }),
  );
  semanticTokens.onDelta(
    session.answering('semanticTokens', ({ textDocument: { uri }, previousResultId }) => {
      const path = pathOf(uri);
      const builder = builderOf(path);
      builder.previousResult(previousResultId);
      fill(builder, path, tokensOf(service, path));
      return builder.buildEdits();
    }),
  );
  semanticTokens.onRange(
    session.answering('semanticTokens', ({ textDocument: { uri }, range }) => {
      const path = pathOf(uri);
      const builder = new SemanticTokensBuilder();
      fill(builder, path, tokensOf(service, path, lines.span(path, range)));
      return builder.build();
    }),
  );
}

/** Line and column in the unit, length, type and modifiers. */
type Placed = readonly [number, number, number, number, number];

/** The tokens of a unit; those of several lines are left out, which not every client draws. */
function placed({ unit, tokens }: UnitTokens): readonly Placed[] {
  const table = lineTable(unit.text);
  return tokens.flatMap(({ span: { start, end }, type, modifiers }): readonly Placed[] => {
    const [from, to] = [positionAt(table, start), positionAt(table, end)];
    if (from.line !== to.line) return [];
    const bits = modifiers.reduce((all, one) => all | (1 << tokenModifiers.indexOf(one)), 0);
    return [[from.line - 1, from.column - 1, end - start, tokenTypes.indexOf(type), bits]];
  });
}
