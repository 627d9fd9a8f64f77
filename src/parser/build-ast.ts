/** From the concrete syntax of a file to its Ast. */
import type { CstNode } from 'chevrotain';
import type { AutoencoderDecl, BlockDecl, Declaration, Ident, ImportDecl, Missing, ParamDecl } from './ast.js';
import * as C from './build-context.js';
import type { BuildContext } from './build-context.js';
import { requireExpr, separated, stringValue } from './build-expressions.js';
import { buildItems } from './build-items.js';
import { requireBody } from './build-bodies.js';
import { requireName } from './build-parts.js';
import { quote } from './messages.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

/** The declarations of a file, in source order. */
export function buildDeclarations(b: BuildContext, cst: CstNode): Declaration[] {
  return C.nodes(cst, 'importDecl', 'block', 'autoencoder', 'stray').map((declaration): Declaration => {
    switch (declaration.name) {
      case 'importDecl':
        return buildImport(b, declaration);
      case 'block':
        return buildBlock(b, declaration);
      case 'autoencoder':
        return buildAutoencoder(b, declaration);
      default:
        return buildStray(b, declaration);
    }
  });
}

function buildImport(b: BuildContext, cst: CstNode): ImportDecl {
  const span = C.spanOf(cst);
  const namesNode = C.node(cst, 'importNames');
  const fromToken = C.token(cst, K.from);
  const pathToken = C.token(cst, T.StringLiteral);
  const names = namesNode && importedNames(b, namesNode);
  const end = C.endOfLast(span.start, C.token(cst, K.import), namesNode, fromToken);
  if (namesNode && !fromToken) {
    const insert = pathToken ? { insert: ' from' } : {};
    b.missing(end, { what: '`from`', because: '`from` stands between the names and the file.', ...insert }, span);
  }
  const path =
    pathToken === undefined
      ? b.missing(
          end,
          { what: 'the path of a file', because: 'An import names a file in quotes.', keyword: 'import' },
          span,
        )
      : { text: stringValue(pathToken.image), span: C.spanOf(pathToken) };
  b.skipped(C.node(cst, 'skipped'), span, 'an import');
  return { kind: 'import', ...(names ? { names } : {}), path, span };
}

/** The names between the braces; commas are checked as in any list. */
function importedNames(b: BuildContext, cst: CstNode): Ident[] {
  const names = C.tokens(cst, T.Name);
  const commas = C.tokens(cst, T.Comma);
  let next = 0;
  names.slice(1).forEach((name, index) => {
    const before = names[index];
    while ((commas[next]?.startOffset ?? Infinity) < (before?.startOffset ?? 0)) next++;
    if (!before || (commas[next]?.startOffset ?? Infinity) < name.startOffset) return;
    b.missing(
      C.endOf(before),
      { what: '`,`', because: 'A comma separates imported names.', insert: ',' },
      C.spanOf(cst),
    );
  });
  b.skipped(C.node(cst, 'inner'), C.spanOf(cst), 'an imported name');
  return names.map(C.identOf);
}

function buildParams(b: BuildContext, cst: CstNode | undefined): ParamDecl[] {
  if (!cst) return [];
  return separated(b, cst, 'param', 'parameters').flatMap((param): ParamDecl[] => {
    const nameToken = C.token(param, T.Name);
    if (!nameToken) return [];
    const name = C.identOf(nameToken);
    const colon = C.token(param, T.Colon);
    const typeToken = C.token(param, 'type');
    const typeEnd = C.endOfLast(name.span.end, colon);
    const type: Ident | Missing = typeToken
      ? C.identOf(typeToken)
      : b.missing(typeEnd, {
          what: 'a type',
          because: `The parameter \`${name.text}\` is declared \`${name.text}: int\`, or with float, bool or activation.`,
        });
    const equals = C.token(param, T.Equals);
    const value = equals
      ? requireExpr(b, C.node(param, 'expr'), C.endOf(equals), {
          what: 'a default value',
          because: '`=` must be followed by the default value of the parameter.',
        })
      : undefined;
    return [{ name, type, ...(value ? { default: value } : {}), span: C.spanOf(param) }];
  });
}

function buildBlock(b: BuildContext, cst: CstNode): BlockDecl {
  const span = C.spanOf(cst);
  const name = requireName(b, cst, 'A block is used by its name.', 'block');
  const params = buildParams(b, C.node(cst, 'params'));
  b.skipped(C.node(cst, 'skippedInHeader'), span, 'the header of a block');
  const body = requireBody(b, cst, 'block');
  return { kind: 'block', name, params, body, doc: b.docBefore(span.start), span };
}

function buildAutoencoder(b: BuildContext, cst: CstNode): AutoencoderDecl {
  const span = C.spanOf(cst);
  const name = requireName(b, cst, 'An autoencoder has a name, and so has the code made from it.', 'autoencoder');
  const params = buildParams(b, C.node(cst, 'params'));
  const skipped = C.node(cst, 'skippedInHeader');
  b.skipped(skipped, span, 'the header of an autoencoder');
  const itemsNode = C.node(cst, 'items');
  if (!itemsNode) {
    const end = C.endOfLast(span.start, ...C.inOrder(cst).filter((child) => child !== skipped));
    const because = 'An autoencoder is defined by its items in braces.';
    b.missing(end, { what: 'a body', because, insert: ' { }', keyword: 'autoencoder' }, span);
  }
  const items = itemsNode ? buildItems(b, itemsNode) : [];
  return { kind: 'autoencoder', name, params, items, doc: b.docBefore(span.start), span };
}

function buildStray(b: BuildContext, cst: CstNode): Declaration {
  const span = C.spanOf(cst);
  const word = C.firstToken(cst)?.image ?? '';
  const isItem = T.itemKeywords.some((keyword) => keyword === word);
  b.report('AE1005', span, {
    title: `${quote(word)} does not begin a declaration`,
    cause: isItem
      ? `\`${word}\` stands between the braces of an autoencoder.`
      : 'A file holds imports, blocks and autoencoders.',
    expected: '`import`, `block` or `autoencoder`',
    found: quote(b.text.slice(span.start, span.end)),
    ...(isItem
      ? { hint: 'Put it in `autoencoder Name { … }`, or remove the `}` that ends the autoencoder too early.' }
      : {}),
  });
  return { kind: 'error', span };
}
