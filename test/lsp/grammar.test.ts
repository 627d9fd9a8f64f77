/** The TextMate grammar is that of the language's words, and VS Code's own reader of grammars takes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';
import { textmateGrammar } from '../../lsp/textmate.js';
import { settingWords } from '../../src/parser/keywords.js';
import { Service } from '../../src/service/service.js';

const at = new URL('../../lsp/vscode/syntaxes/ae.tmLanguage.json', import.meta.url);

async function grammar(): Promise<IGrammar> {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm).buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: () => Promise.resolve(textmate.parseRawGrammar(readFileSync(at, 'utf8'), 'ae.json')),
  });
  return (await registry.loadGrammar('source.ae'))!;
}

describe('the grammar for highlighting', () => {
  it('is what the registry makes of it: npm run grammar', () => {
    expect(JSON.parse(readFileSync(at, 'utf8'))).toEqual(JSON.parse(JSON.stringify(textmateGrammar())));
  });

  it('takes for keywords and comments what the parser does, in nearly all models', async () => {
    const read = await grammar();
    const root = new URL('../../docs/models/', import.meta.url);
    let [right, wrong] = [0, 0];
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.ae'))) {
      const text = readFileSync(new URL(name, root), 'utf8');
      const service = new Service({ read: () => text });
      const roles = service.checked('/a.ae')!.root.units.flatMap(({ at: start, unit }) =>
        unit.tokens.map((token) => ({
          role: token.role,
          at: token.start + start,
          word: unit.text.slice(token.start, token.end),
        })),
      );
      let [stack, offset] = [textmate.INITIAL, 0];
      const scopes = new Map<number, string>();
      for (const line of text.split('\n')) {
        const result = read.tokenizeLine(line, stack);
        stack = result.ruleStack;
        for (const token of result.tokens)
          for (let i = token.startIndex; i < token.endIndex; i++) scopes.set(offset + i, token.scopes.join(' '));
        offset += line.length + 1;
      }
      for (const { role, at: start, word } of roles) {
        // Settings are names to the parser.
        if ((settingWords as readonly string[]).includes(word)) continue;
        const scope = scopes.get(start) ?? '';
        const seen = /comment/.test(scope)
          ? 'comment'
          : /keyword\.(?:control|declaration|other)/.test(scope)
            ? 'keyword'
            : /constant\.numeric/.test(scope)
              ? 'number'
              : 'else';
        const is =
          role === 'comment' || role === 'documentation'
            ? 'comment'
            : role === 'keyword' || role === 'connective'
              ? 'keyword'
              : role === 'number'
                ? 'number'
                : 'else';
        if (seen === is) right += 1;
        else wrong += 1;
      }
    }
    expect(right).toBeGreaterThan(10_000);
    expect(wrong / right).toBeLessThan(0.01);
  });
});
