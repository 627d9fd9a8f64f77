/** From concrete syntax to networks and their bodies. */
import type { CstNode } from 'chevrotain';
import type {
  Arg,
  Body,
  BodyStatement,
  Expr,
  Ident,
  Missing,
  NetworkItem,
  PathExpr,
  RecursiveClause,
  Span,
} from './ast.js';
import * as C from './build-context.js';
import type { BuildContext } from './build-context.js';
import { buildArgs, buildReference, requireExpr, requirePath } from './build-expressions.js';
import { quote } from './messages.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

const networkRoles = ['encoder', 'decoder', 'head', 'network'] as const;
const clauseRoles = ['leaf', 'compose', 'decompose'] as const;

// ─────────────────────────────────────────────────────────────────────── networks

/** `encoder style(x) { … }`, `decoder mirror(encoder)`, `head y at nodes { … }`. */
export function buildNetwork(b: BuildContext, cst: CstNode): NetworkItem {
  const span = C.spanOf(cst);
  const role = networkRoles.find((word) => C.token(cst, K[word])) ?? 'network';
  const bodyNode = C.node(cst, 'body');
  const atToken = C.token(cst, K.at);
  const atName = C.token(cst, T.Name);
  const skipped = C.node(cst, 'skippedInHeader');
  const unnamed = C.node(cst, 'args');
  const references = C.nodes(cst, 'reference').map((reference) => buildReference(b, reference));
  // Without a body, the last call is the derivation; what stands before it is the header.
  const last = references.at(-1);
  const derived = !bodyNode && last?.kind === 'call' ? last : undefined;
  const [header, ...superfluous] = derived ? references.slice(0, -1) : references;
  const name = header?.kind === 'call' ? header.callee : header?.parts[0];
  const inputs = [
    ...inputPaths(b, unnamed ? buildArgs(b, unnamed) : []),
    ...inputPaths(b, header?.kind === 'call' ? header.args : []),
  ];
  const extra = superfluous[0];
  if (extra) unexpectedInHeader(b, extra.span, role);
  if (header?.kind === 'path' && header.parts.length > 1) unexpectedInHeader(b, header.span, role);
  const headerEnd = bodyNode ? C.startOf(bodyNode) : span.end;
  if (atToken && !atName) {
    b.missing(C.endOf(atToken), { what: 'what it is applied at', because: '`at` must be followed by `nodes`.' });
  }
  if (skipped && C.isToken(C.firstToken(skipped) ?? skipped, T.Colon)) colonForBraces(b, skipped, role);
  b.skipped(skipped, { start: span.start, end: headerEnd }, `the header of this ${role}`);
  const definition = derived
    ? ({ kind: 'derived', call: derived } as const)
    : bodyNode
      ? buildDefinition(b, bodyNode)
      : missingBody(b, cst, role, skipped);
  return {
    kind: 'network',
    role,
    ...(name ? { name } : {}),
    inputs,
    ...(atName ? { at: C.identOf(atName) } : {}),
    definition,
    doc: b.docBefore(span.start),
    span,
  };
}

/** `encoder: dense(64)` for `encoder { dense(64) }`. */
function colonForBraces(b: BuildContext, skipped: CstNode, role: string): void {
  const span = C.spanOf(skipped);
  const layers = b.text.slice(span.start + 1, span.end).trim();
  b.report('AE1001', span, {
    title: `the body of ${role === 'encoder' ? 'an' : 'a'} ${role} stands in braces`,
    cause: 'No colon stands before a body.',
    expected: quote(`${role} { ${layers === '' ? '…' : layers} }`),
    found: quote(b.text.slice(span.start, span.end)),
    fixes: [{ title: 'Use braces', edits: [[span, layers === '' ? ' { }' : ` { ${layers} }`]] }],
  });
}

function unexpectedInHeader(b: BuildContext, span: Span, role: string): void {
  b.report('AE1001', span, {
    title: `${quote(b.text.slice(span.start, span.end))} is unexpected`,
    cause: 'A network has at most one name, then its inputs in parentheses, then its body.',
    expected: `\`${role} name(inputs) { … }\``,
    found: quote(b.text.slice(span.start, span.end)),
  });
}

function inputPaths(b: BuildContext, args: readonly Arg[]): PathExpr[] {
  return args.flatMap(({ name, value, span }) => {
    if (!name && value.kind === 'path') return [value];
    if (value.kind !== 'missing') {
      b.report('AE1001', span, {
        title: `${quote(b.text.slice(span.start, span.end))} is not the name of a tensor`,
        cause: 'The parentheses after the name of a network hold the tensors that it reads.',
        expected: 'a name, such as x or encoder.code',
        found: quote(b.text.slice(span.start, span.end)),
      });
    }
    return [];
  });
}

function missingBody(b: BuildContext, cst: CstNode, role: string, skipped: CstNode | undefined): Missing {
  const end = C.endOfLast(C.startOf(cst), ...C.inOrder(cst).filter((child) => child !== skipped));
  return b.missing(
    end,
    {
      what: 'a body',
      because: `${role === 'encoder' ? 'An' : 'A'} ${role} is defined by its layers in braces, or derived from another network.`,
      insert: ' { }',
      keyword: role,
    },
    C.spanOf(cst),
  );
}

/** A body with clauses is a fold or an unfold. */
function buildDefinition(b: BuildContext, cst: CstNode): NetworkItem['definition'] {
  const clauses = C.nodes(cst, 'clause');
  if (clauses.length === 0) return { kind: 'body', body: buildBody(b, cst) };
  for (const other of C.nodes(cst, 'layer', 'repeat', 'take', 'stray')) {
    b.report('AE1005', C.spanOf(other), {
      title: 'a layer stands outside of the clauses',
      cause: 'A recursive network holds only the clauses leaf, compose and decompose.',
      expected: '`leaf`, `compose` or `decompose`',
      found: quote(b.text.slice(C.startOf(other), C.endOf(other))),
    });
  }
  return { kind: 'recursive', clauses: clauses.map((clause) => buildClause(b, clause)), span: C.spanOf(cst) };
}

function buildClause(b: BuildContext, cst: CstNode): RecursiveClause {
  const role = clauseRoles.find((word) => C.token(cst, K[word])) ?? 'leaf';
  const args = C.node(cst, 'args');
  const paths = inputPaths(b, args ? buildArgs(b, args) : []);
  const params = paths.flatMap((path): Ident[] => path.parts.slice(0, 1));
  b.skipped(C.node(cst, 'skippedInHeader'), C.spanOf(cst), 'the header of this clause');
  return { role, params, body: requireBody(b, cst, role), span: C.spanOf(cst) };
}

// ───────────────────────────────────────────────────────────────────────── bodies

/** The braces of a block, a clause or a `repeat`. */
export function requireBody(b: BuildContext, cst: CstNode, keyword: string): Body | Missing {
  const bodyNode = C.node(cst, 'body');
  if (bodyNode) return buildBody(b, bodyNode);
  const skipped = C.node(cst, 'skippedInHeader');
  const end = C.endOfLast(C.startOf(cst), ...C.inOrder(cst).filter((child) => child !== skipped));
  const because = `\`${keyword}\` is followed by layers in braces.`;
  return b.missing(end, { what: 'a body', because, insert: ' { }', keyword }, C.spanOf(cst));
}

function buildBody(b: BuildContext, cst: CstNode): Body {
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
    const because = names.length > 0 ? 'The name of a tensor is followed by the layer that computes it.' : 'A layer has a name.';
    const callee = b.missing(C.endOfLast(span.start, labels), { what: 'a layer', because }, span);
    b.skipped(skipped, span, 'this layer');
    return { kind: 'layer', names, callee, args: [], span };
  }
  const built = buildReference(b, reference);
  if (built.kind === 'path' && skipped && isOperand(skipped)) bareArguments(b, built.span, skipped);
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
