/** The items of an autoencoder and the statements of training as documents. */
import { builders } from 'prettier/doc';
import type { AutoencoderItem, Expr, Ident, TrainItem, TrainStatement } from '../parser/ast.js';
import type { Source } from './comments.js';
import { printCondition, printExpr, printName, printPath, printType, printWhere } from './print-expressions.js';
import { braces, printNetwork, printSite } from './print-networks.js';

type Doc = builders.Doc;

/** ` by bernoulli`, or nothing. */
function part(source: Source, word: string, value: Expr | undefined): Doc {
  return value ? [` ${word} `, printExpr(source, value)] : '';
}

/** `sparse: ` in front of a term. */
const label = (name: Ident | undefined): string => (name ? `${name.text}: ` : '');

/** ` with mask(0.2) then dropout(0.1)`. */
const chain = (source: Source, steps: readonly Expr[]): Doc => [
  ' with ',
  builders.join(
    ' then ',
    steps.map((step) => printExpr(source, step)),
  ),
];

export function printItem(source: Source, item: AutoencoderItem): Doc {
  const expr = (value: Expr): Doc => printExpr(source, value);
  switch (item.kind) {
    case 'variable':
      return [`${item.role} ${printName(item.name)}: `, printType(source, item.type), part(source, 'in', item.domain)];
    case 'let':
      return [`let ${printName(item.name)} = `, expr(item.value)];
    case 'preprocess':
      return [`preprocess ${printPath(item.target)}`, chain(source, item.transforms)];
    case 'corrupt':
      return printCorrupt(source, item);
    case 'network':
      return printNetwork(source, item);
    case 'latent':
      return [
        `latent ${printName(item.name)} ~ `,
        expr(item.distribution),
        part(source, 'through', item.through),
        part(source, 'by', item.by),
      ];
    case 'prior':
    case 'draw':
      return [`${item.kind} ${printName(item.name)} ~ `, expr(item.distribution)];
    case 'reconstruct':
      return [
        `${label(item.name)}reconstruct ${printPath(item.target)}`,
        item.from ? ` from ${printPath(item.from)}` : '',
        ' by ',
        expr(item.by),
        printWhere(source, item.where),
        printSite(item.at),
        part(source, 'weight', item.weight),
      ];
    case 'penalty':
      return [`${label(item.name)}penalty `, expr(item.value), printWhere(source, item.where), printSite(item.at)];
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

const printCorrupt = (source: Source, item: Extract<AutoencoderItem, { kind: 'corrupt' }>): Doc => [
  `corrupt ${printPath(item.target)}`,
  chain(source, item.corruptions),
];

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
      return [
        `${printName(statement.name)} `,
        printExpr(source, statement.value),
        ...(statement.composition
          ? [
              part(source, 'with', statement.composition.count),
              ' of ',
              printCondition(source, statement.composition.of),
            ]
          : []),
        statement.mode ? ` ${statement.mode.text}` : '',
      ];
    case 'phase':
    case 'player': {
      const name = printName(statement.name);
      return [`${statement.kind} ${name} `, statements(source, statement.statements, statement.kind.length, statement)];
    }
    case 'move':
    case 'freeze':
    case 'clean':
      return `${statement.kind === 'move' ? 'train' : statement.kind} ${statement.targets.map(printPath).join(', ')}`;
    case 'rate':
      return [`rate ${statement.targets.map(printPath).join(', ')}`, part(source, 'by', statement.by)];
    case 'corrupt':
      return printCorrupt(source, statement);
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
