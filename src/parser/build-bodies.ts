/** From concrete syntax to the bodies of networks: layers, `repeat`, `take`. */
import type { CstNode } from 'chevrotain';
import type { Body, BodyStatement, Expr, Ident, Missing, Span } from './ast.js';
import * as C from './build-context.js';
import type { BuildContext } from './build-context.js';
import { buildReference, requireExpr, requirePath } from './build-expressions.js';
import { quote } from './messages.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

/** The braces of a block, a clause or a `repeat`. */
export function requireBody(b: BuildContext, cst: CstNode, keyword: string): Body | Missing {
  const bodyNode = C.node(cst, 'body');
  if (bodyNode) return buildBody(b, bodyNode);
  const skipped = C.node(cst, 'skippedInHeader');
  const end = C.endOfLast(C.startOf(cst), ...C.inOrder(cst).filter((child) => child !== skipped));
  const because = `\`${keyword}\` is followed by layers in braces.`;
  return b.missing(end, { what: 'a body', because, insert: ' { }', keyword }, C.spanOf(cst));
}

/** The statements in braces. */
export function buildBody(b: BuildContext, cst: CstNode): Body {
  const statements = C.nodes(cst, 'layer', 'repeat', 'take', 'clause', 'stray').map((statement): BodyStatement => {
    switch (statement.name) {
      case 'layer':
        return buildLayer(b, statement);
      case 'repeat':
        return buildRepeat(b, statement);
      case 'take':
        return buildTake(b, statement);
      default:
        return misplaced(b, statement);
    }
  });
  return { statements, span: C.spanOf(cst) };
}

function misplaced(b: BuildContext, cst: CstNode): BodyStatement {
  const span = C.spanOf(cst);
  const first = C.firstToken(cst);
  b.report('AE1005', span, {
    title: `${quote(first?.image ?? '')} does not begin a layer`,
    cause:
      cst.name === 'clause'
        ? 'leaf, compose and decompose stand directly in the braces of an encoder or a decoder.'
        : 'The body of a network holds layers, `repeat` and `take`.',
    expected: 'a layer, such as `code: dense(64, relu)`',
    found: quote(b.text.slice(span.start, span.end)),
  });
  return { kind: 'error', span };
}

function buildLayer(b: BuildContext, cst: CstNode): BodyStatement {
  const span = C.spanOf(cst);
  const reference = C.node(cst, 'reference');
  const labels = C.node(cst, 'labels');
  const skipped = C.node(cst, 'skipped');
  const first = C.firstToken(cst);
  const word = T.keywordOf(first);
  if (!labels && word !== undefined && skipped && T.itemKeywords.some((item) => item === word)) {
    return misplacedItem(b, span, word);
  }
  const names = labels ? buildLabels(b, labels, reference !== undefined) : [];
  if (!reference) {
    const because =
      names.length > 0 ? 'The name of a tensor is followed by the layer that computes it.' : 'A layer has a name.';
    const callee = b.missing(C.endOfLast(span.start, labels), { what: 'a layer', because }, span);
    b.skipped(skipped, span, 'this layer');
    return { kind: 'layer', names, callee, args: [], span };
  }
  const built = buildReference(b, reference);
  if (built.kind === 'path' && skipped && isOperand(skipped) && !b.earlierIn(span))
    bareArguments(b, built.span, skipped);
  b.skipped(skipped, span, 'a layer');
  if (built.kind === 'call') return { kind: 'layer', names, callee: built.callee, args: built.args, span };
  if (built.parts.length > 1) {
    b.report('AE1001', built.span, {
      title: `${quote(b.text.slice(built.span.start, built.span.end))} is not a layer`,
      cause: 'A layer has a plain name; to read a tensor, write `take`.',
      expected: 'the name of a layer or a block',
      found: quote(b.text.slice(built.span.start, built.span.end)),
      fixes: [{ title: 'Insert `take`', edits: [[{ start: built.span.start, end: built.span.start }, 'take ']] }],
    });
  }
  const [callee = { text: '', span: built.span }] = built.parts;
  return { kind: 'layer', names, callee, args: [], span };
}

const isOperand = (skipped: CstNode): boolean => {
  const first = C.firstToken(skipped);
  return first !== undefined && T.isOperand(first);
};

/** `dense 64` for `dense(64)`. */
function bareArguments(b: BuildContext, layer: Span, skipped: CstNode): void {
  const span = C.spanOf(skipped);
  const args = b.text.slice(span.start, span.end);
  const name = b.text.slice(layer.start, layer.end);
  b.report('AE1001', span, {
    title: 'arguments stand in parentheses',
    cause: `\`${name}\` is followed directly by ${quote(args)}.`,
    expected: quote(`${name}(${args})`),
    found: quote(`${name} ${args}`),
    fixes: [
      {
        title: 'Insert the parentheses',
        edits: [[{ start: layer.end, end: span.end }, `(${args})`]],
      },
    ],
  });
}

function misplacedItem(b: BuildContext, span: Span, word: string): BodyStatement {
  b.report('AE1005', span, {
    title: `\`${word}\` does not belong in the body of a network`,
    cause: 'The body of a network holds layers, `repeat` and `take`.',
    expected: 'a layer, such as `code: dense(64, relu)`',
    found: quote(b.text.slice(span.start, span.end)),
    hint: `Move it out of the braces, beside the encoder and the decoder.`,
  });
  return { kind: 'error', span };
}

function buildLabels(b: BuildContext, cst: CstNode, hasLayer: boolean): Ident[] {
  const names = C.tokens(cst, T.Name);
  const equals = C.token(cst, T.Equals);
  if (equals) b.wrongSign(equals, ':', 'A tensor is named `name: layer`.');
  else if (!C.token(cst, T.Colon)) {
    b.missing(C.endOf(cst), {
      what: '`:`',
      because: 'A colon stands between the names of tensors and the layer that computes them.',
      ...(hasLayer ? { insert: ':' } : {}),
    });
  }
  if (C.tokens(cst, T.Comma).length >= names.length) {
    b.missing(C.endOfLast(C.startOf(cst), ...C.tokens(cst, T.Comma)), {
      what: 'a name',
      because: 'A comma between names must be followed by a name.',
    });
  }
  return names.map(C.identOf);
}

function buildRepeat(b: BuildContext, cst: CstNode): BodyStatement {
  const span = C.spanOf(cst);
  const repeat = C.token(cst, K.repeat);
  const asToken = C.token(cst, K.as);
  const indexToken = C.token(cst, T.Name);
  const count: Expr = requireExpr(b, C.node(cst, 'expr'), C.endOfLast(span.start, repeat), {
    what: 'a number of times',
    because: '`repeat` says how often its layers are repeated.',
    keyword: 'repeat',
  });
  if (asToken && !indexToken) {
    b.missing(C.endOf(asToken), { what: 'a name', because: '`as` names the index of the repetition.' });
  }
  b.skipped(C.node(cst, 'skippedInHeader'), span, 'the number of times');
  const index = indexToken ? { index: C.identOf(indexToken) } : {};
  return { kind: 'repeat', count, ...index, body: requireBody(b, cst, 'repeat'), span };
}

function buildTake(b: BuildContext, cst: CstNode): BodyStatement {
  const span = C.spanOf(cst);
  const source = requirePath(b, C.node(cst, 'path'), C.endOfLast(span.start, C.token(cst, K.take)), {
    what: 'the name of a tensor',
    because: '`take` names the tensor that the next layer reads.',
    keyword: 'take',
  });
  b.skipped(C.node(cst, 'skipped'), span, 'the tensor');
  return { kind: 'take', source, span };
}
