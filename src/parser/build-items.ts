/** From concrete syntax to the items of an autoencoder. */
import type { CstNode } from 'chevrotain';
import type { AutoencoderItem, Expr, Ident, Missing, TypeNode } from './ast.js';
import * as C from './build-context.js';
import type { BuildContext } from './build-context.js';
import { buildType, requireExpr, requirePath } from './build-expressions.js';
import { buildNetwork } from './build-networks.js';
import { once, partExpr, requireName, requireSign, requireTarget } from './build-parts.js';
import { buildTrain } from './build-training.js';
import { quote } from './messages.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

type Builder = (b: BuildContext, cst: CstNode) => AutoencoderItem;

const builders: Readonly<Record<string, Builder>> = {
  variable: buildVariable,
  let: buildLet,
  preprocess: buildPreprocess,
  corrupt: buildCorrupt,
  network: buildNetwork,
  latent: buildLatent,
  prior: buildPrior,
  reconstruct: buildReconstruct,
  penalty: buildPenalty,
  constrain: buildConstrain,
  tie: buildTie,
  sweep: buildSweep,
  figure: buildFigure,
  train: buildTrain,
  stray: buildStray,
};

/** The items between the braces of an autoencoder, in source order. */
export function buildItems(b: BuildContext, cst: CstNode): AutoencoderItem[] {
  return C.nodes(cst, ...Object.keys(builders)).map((item) => (builders[item.name] ?? buildStray)(b, item));
}

function finish(b: BuildContext, cst: CstNode): void {
  b.skipped(C.node(cst, 'skipped'), C.spanOf(cst), 'this statement');
}

function buildVariable(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const role = C.token(cst, K.input) ? 'input' : 'target';
  const nameToken = C.token(cst, T.Name);
  const name = requireName(b, cst, `The ${role} needs a name, which other statements use.`, role);
  const nameEnd = C.endOfLast(span.start, C.firstToken(cst), nameToken);
  const colon = requireSign(b, cst, nameEnd, ':', {
    because: `A colon stands between the name of the ${role} and its type.`,
    keyword: role,
    ...(nameToken && C.node(cst, 'type') ? { insert: ':' } : {}),
  });
  const typeNode = C.node(cst, 'type');
  const type: TypeNode | Missing = typeNode
    ? buildType(b, typeNode)
    : b.missing(
        C.endOfLast(nameEnd, colon),
        {
          what: 'a type',
          because: `The ${role} has a type: its sizes, or a form such as category(10).`,
          keyword: role,
        },
        span,
      );
  const inToken = C.token(cst, K.in);
  const domain = inToken
    ? requireExpr(b, C.node(cst, 'expr'), C.endOf(inToken), {
        what: 'a domain',
        because: '`in` must be followed by `[low, high]`, `real` or `binary`.',
        keyword: role,
      })
    : undefined;
  finish(b, cst);
  const doc = b.docBefore(span.start);
  return { kind: 'variable', role, name, type, ...(domain ? { domain } : {}), doc, span };
}

function buildLet(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const name = requireName(b, cst, '`let` gives a value a name.', 'let');
  const nameEnd = C.endOfLast(span.start, C.firstToken(cst), C.token(cst, T.Name));
  const sign = requireSign(b, cst, nameEnd, '=', {
    because: '`=` stands between a name and its value.',
    keyword: 'let',
  });
  const value = requireExpr(b, C.node(cst, 'expr'), C.endOfLast(nameEnd, sign), {
    what: 'a value',
    because: '`let` gives a name to a value.',
    keyword: 'let',
  });
  finish(b, cst);
  return { kind: 'let', name, value, span };
}

function buildPreprocess(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const target = requireTarget(b, cst, 'the name of an input', 'preprocess');
  const targetEnd = C.endOfLast(span.start, C.firstToken(cst), C.node(cst, 'path'));
  const withToken = requireSign(b, cst, targetEnd, 'with', {
    because: '`with` stands before the transform.',
    keyword: 'preprocess',
  });
  const transform = requireExpr(b, C.node(cst, 'expr'), C.endOfLast(targetEnd, withToken), {
    what: 'a transform',
    because: '`with` must be followed by a transform.',
    keyword: 'preprocess',
  });
  finish(b, cst);
  return { kind: 'preprocess', target, transform, span };
}

function buildCorrupt(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const target = requireTarget(b, cst, 'the name of an input or a layer', 'corrupt');
  const targetEnd = C.endOfLast(span.start, C.firstToken(cst), C.node(cst, 'path'));
  const withToken = requireSign(b, cst, targetEnd, 'with', {
    because: '`with` stands before the corruption.',
    keyword: 'corrupt',
    ...(C.node(cst, 'expr') ? { insert: ' with' } : {}),
  });
  const first = requireExpr(b, C.node(cst, 'expr'), C.endOfLast(targetEnd, withToken), {
    what: 'a corruption',
    because: '`with` must be followed by a corruption.',
    keyword: 'corrupt',
  });
  const others = C.nodes(cst, 'thenPart').flatMap((part) => partExpr(b, part, 'a corruption', 'corrupt') ?? []);
  finish(b, cst);
  return { kind: 'corrupt', target, corruptions: [first, ...others], span };
}

interface Distributed {
  readonly name: Ident | Missing;
  readonly distribution: Expr;
}

/** `z ~ normal(20)`, which latents and priors share. */
function buildDistributed(b: BuildContext, cst: CstNode, keyword: 'latent' | 'prior'): Distributed {
  const part = C.node(cst, 'distributed');
  const keywordEnd = C.endOfLast(C.startOf(cst), C.token(cst, K[keyword]));
  const nameToken = part && C.token(part, T.Name);
  const name: Ident | Missing = nameToken
    ? C.identOf(nameToken)
    : b.missing(
        keywordEnd,
        { what: 'a name', because: `The ${keyword} is of a named variable.`, keyword },
        C.spanOf(cst),
      );
  const nameEnd = C.endOfLast(keywordEnd, nameToken);
  const tilde = requireSign(b, part ?? cst, nameEnd, '~', {
    because: '`~` stands between a variable and its distribution.',
    keyword,
  });
  const distribution = requireExpr(b, part && C.node(part, 'expr'), C.endOfLast(nameEnd, tilde), {
    what: 'a distribution',
    because: `The ${keyword} has a distribution, such as normal(20).`,
    keyword,
  });
  return { name, distribution };
}

function buildLatent(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const parts = buildDistributed(b, cst, 'latent');
  const by = partExpr(b, C.node(cst, 'byPart'), 'how its expectation is taken', 'latent');
  finish(b, cst);
  return { kind: 'latent', ...parts, ...(by ? { by } : {}), doc: b.docBefore(span.start), span };
}

function buildPrior(b: BuildContext, cst: CstNode): AutoencoderItem {
  const parts = buildDistributed(b, cst, 'prior');
  finish(b, cst);
  return { kind: 'prior', ...parts, span: C.spanOf(cst) };
}

function buildReconstruct(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const target = requireTarget(b, cst, 'the name of a variable', 'reconstruct');
  const fromNode = C.node(cst, 'fromPart');
  const from = fromNode
    ? requirePath(b, C.node(fromNode, 'path'), C.endOf(fromNode), {
        what: 'the name of a tensor',
        because: '`from` names the tensor that is compared with the target.',
        keyword: 'reconstruct',
      })
    : undefined;
  const targetEnd = C.endOfLast(span.start, C.firstToken(cst), C.node(cst, 'path'), fromNode);
  const by =
    partExpr(b, C.node(cst, 'byPart'), 'a likelihood', 'reconstruct') ??
    b.missing(
      targetEnd,
      {
        what: '`by` and a likelihood',
        because: 'A reconstruction is measured by a likelihood.',
        keyword: 'reconstruct',
      },
      span,
    );
  const where = partExpr(b, once(b, cst, 'wherePart'), 'a condition', 'reconstruct');
  const weight = partExpr(b, once(b, cst, 'weightPart'), 'a weight', 'reconstruct');
  finish(b, cst);
  return {
    kind: 'reconstruct',
    target,
    ...(from ? { from } : {}),
    by,
    ...(where ? { where } : {}),
    ...(weight ? { weight } : {}),
    span,
  };
}

function buildPenalty(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const value = requireExpr(b, C.node(cst, 'expr'), C.endOfLast(span.start, C.token(cst, K.penalty)), {
    what: 'a penalty',
    because: '`penalty` must say what is added to the loss.',
    keyword: 'penalty',
  });
  const where = partExpr(b, C.node(cst, 'wherePart'), 'a condition', 'penalty');
  finish(b, cst);
  return { kind: 'penalty', value, ...(where ? { where } : {}), span };
}

function buildConstrain(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const target = requireTarget(b, cst, 'the name of a weight', 'constrain');
  const targetEnd = C.endOfLast(span.start, C.firstToken(cst), C.node(cst, 'path'));
  const constraint =
    partExpr(b, C.node(cst, 'byPart'), 'a constraint', 'constrain') ??
    b.missing(
      targetEnd,
      { what: '`by` and a constraint', because: 'A weight is constrained by something.', keyword: 'constrain' },
      span,
    );
  finish(b, cst);
  return { kind: 'constrain', target, constraint, span };
}

function buildTie(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const target = requireTarget(b, cst, 'the name of a weight', 'tie');
  const targetEnd = C.endOfLast(span.start, C.firstToken(cst), C.node(cst, 'path'));
  const sign = requireSign(b, cst, targetEnd, '=', { because: '`=` stands between the two weights.', keyword: 'tie' });
  const source = requireExpr(b, C.node(cst, 'expr'), C.endOfLast(targetEnd, sign), {
    what: 'a weight',
    because: 'A weight is tied to another.',
    keyword: 'tie',
  });
  finish(b, cst);
  return { kind: 'tie', target, source, span };
}

function buildSweep(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const param = requireName(b, cst, '`sweep` names a parameter of the autoencoder.', 'sweep');
  const nameEnd = C.endOfLast(span.start, C.firstToken(cst), C.token(cst, T.Name));
  const inToken = requireSign(b, cst, nameEnd, 'in', { because: '`in` stands before the values.', keyword: 'sweep' });
  const values = requireExpr(b, C.node(cst, 'expr'), C.endOfLast(nameEnd, inToken), {
    what: 'a list of values',
    because: 'A sweep goes over a list of values.',
    keyword: 'sweep',
  });
  finish(b, cst);
  return { kind: 'sweep', param, values, span };
}

function buildFigure(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const value = requireExpr(b, C.node(cst, 'expr'), C.endOfLast(span.start, C.token(cst, K.figure)), {
    what: 'a figure',
    because: '`figure` must say what to draw.',
    keyword: 'figure',
  });
  finish(b, cst);
  return { kind: 'figure', value, span };
}

/** What begins no item: most often a statement of another place. */
function buildStray(b: BuildContext, cst: CstNode): AutoencoderItem {
  const span = C.spanOf(cst);
  const first = C.firstToken(cst);
  const word = first?.image ?? '';
  const inTraining = ['optimizer', 'batch', 'epochs', 'seed', 'validation', 'clip', 'stop', 'schedule'];
  const setting = inTraining.includes(word) || T.trainKeywords.some((keyword) => keyword === word);
  b.report('AE1005', span, {
    title: `${quote(word)} does not begin an item of an autoencoder`,
    cause: setting
      ? `\`${word}\` belongs in the braces of \`train\`.`
      : 'Between the braces of an autoencoder stand its variables, networks, terms and its training.',
    expected: setting ? `\`train { ${word} … }\`` : 'input, encoder, decoder, latent, reconstruct, penalty, train …',
    found: quote(b.text.slice(span.start, span.end)),
    ...(setting ? {} : { hint: 'Layers stand in the braces of an encoder, a decoder, a head or a network.' }),
  });
  return { kind: 'error', span };
}
