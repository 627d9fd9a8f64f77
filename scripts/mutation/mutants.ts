/**
 * Small changes of the source that should change what it means: operators, constants and comparisons swapped,
 * conditions negated, statements and arguments dropped.
 */
import { Node, Project, SyntaxKind, type BinaryExpression, type CallExpression, type SourceFile } from 'ts-morph';

export interface Mutant {
  /** Stable for one state of the source: file, place and kind. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

type Change = Pick<Mutant, 'kind' | 'after'>;

const swaps: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<': ['<=', '>'],
  '<=': ['<', '>='],
  '>': ['>=', '<'],
  '>=': ['>', '<='],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
};

/** Functions of the language and its library that stand where another could. */
const others: Readonly<Record<string, string>> = {
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
  some: 'every',
  every: 'some',
  first: 'last',
  add: 'sub',
  sub: 'add',
  mul: 'div',
  div: 'mul',
  slice: 'concat',
  filter: 'flatMap',
  reverse: 'slice',
};

/** What does not ask for an order of its arguments. */
const commutative = new Set(['add', 'mul', 'min', 'max', 'hypot', 'imul']);

/** Words for readers: no test has to know them letter by letter. */
const prose = new Set([
  'summary',
  'formula',
  'source',
  'examples',
  'cause',
  'hint',
  'title',
  'doc',
  'label',
  'message',
]);

/** Whether a number is the name of a property. */
const isName = (node: Node): boolean => {
  const parent = node.getParent();
  return Node.isPropertyAssignment(parent) && parent.getNameNode() === node;
};

/** The changes that a node allows, as text in its place. */
function changesOf(node: Node): readonly Change[] {
  if (Node.isBinaryExpression(node)) return binary(node);
  if (Node.isNumericLiteral(node)) return isName(node) ? [] : numbers(node.getText());
  if (Node.isTrueLiteral(node)) return [{ kind: 'constant', after: 'false' }];
  if (Node.isFalseLiteral(node)) return [{ kind: 'constant', after: 'true' }];
  if (Node.isPrefixUnaryExpression(node)) {
    const operand = node.getOperand().getText();
    if (node.getOperatorToken() === SyntaxKind.ExclamationToken) return [{ kind: 'negation', after: operand }];
    return node.getOperatorToken() === SyntaxKind.MinusToken && !Node.isNumericLiteral(node.getOperand())
      ? [{ kind: 'sign', after: operand }]
      : [];
  }
  if (Node.isConditionalExpression(node)) {
    const [condition, yes, no] = [node.getCondition(), node.getWhenTrue(), node.getWhenFalse()].map((part) =>
      part.getText(),
    );
    return [
      { kind: 'branches', after: `${condition!} ? ${no!} : ${yes!}` },
      { kind: 'always', after: yes! },
      { kind: 'never', after: no! },
    ];
  }
  if (Node.isIfStatement(node)) {
    const condition = node.getExpression().getText();
    const rest = node.getText().slice(node.getExpression().getEnd() - node.getStart());
    return [
      { kind: 'condition', after: `if (!(${condition})${rest}` },
      { kind: 'never', after: `if (false && (${condition})${rest}` },
    ];
  }
  if (Node.isCallExpression(node)) return calls(node);
  if (Node.isExpressionStatement(node) || Node.isContinueStatement(node)) return [{ kind: 'statement', after: ';' }];
  if (Node.isSpreadElement(node) && Node.isArrayLiteralExpression(node.getParent()))
    return [{ kind: 'element', after: '...[]' }];
  return [];
}

const logical = new Set(['&&', '||', '??']);

/** An operand as it is written beside an operator, which may bind its parts where another one did not. */
const beside = (operator: string, operand: Node): string =>
  Node.isBinaryExpression(operand) && logical.has(operator) && logical.has(operand.getOperatorToken().getText())
    ? `(${operand.getText()})`
    : operand.getText();

function binary(node: BinaryExpression): readonly Change[] {
  const operator = node.getOperatorToken().getText();
  const [left, right] = [node.getLeft(), node.getRight()];
  const parent = node.getParent();
  const inLogical = Node.isBinaryExpression(parent) && logical.has(parent.getOperatorToken().getText());
  const within = (text: string): string => (inLogical && logical.has(operator) ? `(${text})` : text);
  const swapped = (swaps[operator] ?? []).map((other): Change => ({
    kind: `${operator} to ${other}`,
    after: within(`${beside(other, left)} ${other} ${beside(other, right)}`),
  }));
  return operator === '&&' || operator === '||'
    ? [...swapped, { kind: 'operand', after: left.getText() }, { kind: 'operand', after: right.getText() }]
    : swapped;
}

const numbers = (text: string): readonly Change[] =>
  text === '0'
    ? [{ kind: 'constant', after: '1' }]
    : [
        { kind: 'constant', after: `(${text} + 1)` },
        { kind: 'constant', after: '0' },
      ];

function calls(node: CallExpression): readonly Change[] {
  const [callee, args] = [node.getExpression(), node.getArguments()];
  const own = callee.getText();
  const rest = (kept: readonly Node[]): string => `${own}(${kept.map((arg) => arg.getText()).join(', ')})`;
  const name = Node.isPropertyAccessExpression(callee) ? callee.getName() : own;
  const dropped: readonly Change[] =
    args.length < 2
      ? []
      : [
          { kind: 'argument', after: rest(args.slice(0, -1)) },
          ...(commutative.has(name)
            ? []
            : [{ kind: 'arguments', after: rest([args[1]!, args[0]!, ...args.slice(2)]) }]),
        ];
  if (!Node.isPropertyAccessExpression(callee)) return dropped;
  const other = others[name];
  const of = callee.getExpression().getText();
  return [
    ...dropped,
    ...(other === undefined
      ? []
      : [{ kind: `${name} to ${other}`, after: `${of}.${other}(${args.map((arg) => arg.getText()).join(', ')})` }]),
  ];
}

/** Places where a change is no change of meaning: types, words for readers, and what is said of the compiler's own bugs. */
function isIdle(node: Node): boolean {
  return node
    .getAncestors()
    .concat(node)
    .some(
      (above) =>
        Node.isTypeNode(above) ||
        Node.isImportDeclaration(above) ||
        Node.isThrowStatement(above) ||
        Node.isInterfaceDeclaration(above) ||
        Node.isTypeAliasDeclaration(above) ||
        (Node.isPropertyAssignment(above) && prose.has(above.getName())),
    );
}

function mutantsOf(file: SourceFile, root: string): readonly Mutant[] {
  const path = file.getFilePath().slice(root.length + 1);
  const found: Mutant[] = [];
  file.forEachDescendant((node) => {
    const changes = changesOf(node);
    if (changes.length === 0 || isIdle(node)) return;
    changes.forEach(({ kind, after }, i) => {
      const [start, end, before] = [node.getStart(), node.getEnd(), node.getText()];
      if (after === before) return;
      found.push({
        id: `${path}:${start}:${kind}:${i}`,
        file: path,
        line: node.getStartLineNumber(),
        kind,
        start,
        end,
        before,
        after,
      });
    });
  });
  return found;
}

/** Every mutant below some paths of a tree. */
export function allMutants(root: string, paths: readonly string[]): readonly Mutant[] {
  const project = new Project({ tsConfigFilePath: `${root}/tsconfig.json`, skipAddingFilesFromTsConfig: true });
  for (const path of paths)
    project.addSourceFilesAtPaths(path.endsWith('.ts') ? `${root}/${path}` : `${root}/${path}/**/*.ts`);
  return project.getSourceFiles().flatMap((file) => mutantsOf(file, root));
}

/** The file's text with the change. */
export const applied = (text: string, { start, end, after }: Pick<Mutant, 'start' | 'end' | 'after'>): string =>
  text.slice(0, start) + after + text.slice(end);

/** A sample in an order of its own, the same for the same seed. */
export function sampled(mutants: readonly Mutant[], count: number, next: () => number): readonly Mutant[] {
  const left = [...mutants];
  const out: Mutant[] = [];
  while (out.length < count && left.length > 0) out.push(...left.splice(Math.floor(next() * left.length), 1));
  return out;
}
