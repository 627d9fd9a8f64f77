/** From concrete syntax to encoders, decoders, heads and networks. */
import type { CstNode } from 'chevrotain';
import type { Arg, Ident, Missing, NetworkItem, PathExpr, RecursiveClause, Span } from './ast.js';
import { buildBody, requireBody } from './build-bodies.js';
import * as C from './build-context.js';
import type { BuildContext } from './build-context.js';
import { buildArgs, buildReference } from './build-expressions.js';
import { quote } from './messages.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

const networkRoles = ['encoder', 'decoder', 'head', 'network'] as const;
const clauseRoles = ['leaf', 'compose', 'decompose'] as const;

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
