/** The items of an autoencoder and the statements of training as documents. */
import { builders } from 'prettier/doc';
import type { AutoencoderItem, Expr, TrainItem, TrainStatement } from '../parser/ast.js';
import type { Source } from './comments.js';
import { printExpr, printName, printPath, printType } from './print-expressions.js';
import { braces, printNetwork } from './print-networks.js';

type Doc = builders.Doc;

/** ` by bernoulli`, or nothing. */
function part(source: Source, word: string, value: Expr | undefined): Doc {
  return value ? [` ${word} `, printExpr(source, value)] : '';
}

export function printItem(source: Source, item: AutoencoderItem): Doc {
  const expr = (value: Expr): Doc => printExpr(source, value);
  switch (item.kind) {
    case 'variable':
      return [`${item.role} ${printName(item.name)}: `, printType(source, item.type), part(source, 'in', item.domain)];
    case 'let':
      return [`let ${printName(item.name)} = `, expr(item.value)];
    case 'preprocess':
      return [`preprocess ${printPath(item.target)} with `, expr(item.transform)];
    case 'corrupt':
      return [`corrupt ${printPath(item.target)} with `, builders.join(' then ', item.corruptions.map(expr))];
    case 'network':
      return printNetwork(source, item);
    case 'latent':
      return [`latent ${printName(item.name)} ~ `, expr(item.distribution), part(source, 'by', item.by)];
    case 'prior':
      return [`prior ${printName(item.name)} ~ `, expr(item.distribution)];
    case 'reconstruct':
      return [
        `reconstruct ${printPath(item.target)}`,
        item.from ? ` from ${printPath(item.from)}` : '',
        ' by ',
        expr(item.by),
        part(source, 'where', item.where),
        part(source, 'weight', item.weight),
      ];
    case 'penalty':
      return ['penalty ', expr(item.value), part(source, 'where', item.where)];
    case 'constrain':
      return [`constrain ${printPath(item.target)} by `, expr(item.constraint)];
    case 'tie':
      return [`tie ${printPath(item.target)} = `, expr(item.source)];
    case 'sweep':
      return [`sweep ${printName(item.param)} in `, expr(item.values)];
    case 'figure':
      return ['figure ', expr(item.value)];
    case 'train':
      return printTrain(source, item);
    case 'error':
      return '';
  }
}

function printTrain(source: Source, item: TrainItem): Doc {
  return ['train ', statements(source, item.statements, 'train'.length, item)];
}

/** The braces begin behind the header, and end the statement. */
function statements(
  source: Source,
  nodes: readonly TrainStatement[],
  headerLength: number,
  { span }: { readonly span: { readonly start: number; readonly end: number } },
): Doc {
  const start = source.find('{', span.start + headerLength);
  return braces(source, { start, end: span.end }, nodes, (node) => printTrainStatement(source, node));
}

function printTrainStatement(source: Source, statement: TrainStatement): Doc {
  switch (statement.kind) {
    case 'setting':
      return [`${statement.name.text} `, printExpr(source, statement.value)];
    case 'phase':
    case 'player': {
      const name = printName(statement.name);
      return [`${statement.kind} ${name} `, statements(source, statement.statements, statement.kind.length, statement)];
    }
    case 'move':
    case 'freeze':
      return `${statement.kind === 'move' ? 'train' : 'freeze'} ${statement.targets.map(printPath).join(', ')}`;
    case 'match':
      return [`match ${printPath(statement.value)} to ${printPath(statement.to)}`, part(source, 'by', statement.by)];
    case 'copy':
      return `copy ${printPath(statement.from)} to ${printPath(statement.to)}`;
    case 'objective':
      return [`${statement.direction} `, printExpr(source, statement.value)];
    case 'update':
      return ['update ', printExpr(source, statement.value)];
    case 'error':
      return '';
  }
}
