/** The functions of a program as text, with what TypeScript alone reads marked (`type-text.ts`). */
import { optimise } from '../../ir/graph/passes/index.js';
import { typesLeftOut, typeText } from '../../ir/graph/ops/type-text.js';
import type { Target } from '../targets.js';
import { identifiersIn, propertyName } from '../text.js';
import type { Kind } from './blocks.js';
import { printBody, type Statement } from './body.js';
import type { Helper } from './helpers.js';
import { outlined } from './outline.js';
import { replaced } from './tokens.js';
import type { FunctionPlan, Printed } from './plan.js';
import { functionPlans } from './plans.js';

export interface PrintedFunction {
  readonly plan: FunctionPlan;
  readonly params: FunctionPlan['params'];
  readonly body: string;
}

export interface PrintedFunctions {
  /** In the order in which they stand in the module. */
  readonly functions: readonly PrintedFunction[];
  /** What they call, behind them. */
  readonly helpers: readonly Helper[];
  /** The identifiers in them. */
  readonly reads: ReadonlySet<string>;
}

/** Examples of a batch, where it is all of them. */
const usualBatch = 128;

/** Names that the module has besides those of its functions. */
const ofModule = ['tf', 'kernels', 'around', 'spec', 'program'];

/** What functions have that others can be given; the weights and the batch themselves are asked for what they hold. */
const given = new Map<string, Kind | undefined>([
  ['batchSize', 'number'],
  ['random', 'Random'],
  ['moment', 'Moment'],
  ...[
    'weights',
    'slots',
    'state',
    'batch',
    'examples',
    'trees',
    'joins',
    'pair',
    'code',
    'statistics',
    'count',
    'sums',
  ].map((name) => [name, undefined] as const),
]);

const isFirst = ({ key, of }: FunctionPlan): boolean => key === 'initialize' && of === 'program';

/** Each function of a program, legal for the target's backends. */
export function printFunctions(compiled: Printed, target: Target): PrintedFunctions {
  const batch = compiled.spec.phases[0]?.batch;
  const plans = functionPlans(compiled).map((plan) => {
    const graph = optimise(plan.graph, target.backends);
    const body = printBody(graph, compiled.written, plan.calls, typeof batch === 'number' ? batch : usualBatch);
    return { plan, body, opening: plan.opening(body), result: plan.result(body) };
  });
  const { bodies, helpers } = outlined(
    plans.map(({ plan, body, opening, result }) => ({
      statements: body.statements.map(shortened),
      given,
      around: typesLeftOut([...opening, result].join('\n')),
      outputs: body.outputs,
      update: /^\w+/.exec(plan.update)?.[0] ?? 'update',
      isTold: plan.of === 'trainStep' || plan.of === 'gradients',
      isFirst: isFirst(plan),
      isTraining: isFirst(plan) || (plan.of !== 'program' && plan.of !== 'growing'),
    })),
    [...ofModule, ...plans.map(({ plan }) => plan.name)],
  );
  const functions = plans.map(({ plan, body }, i): PrintedFunction => {
    const { lines, moved, inResult } = bodies[i]!;
    const result = replaced(replaced(plan.result(body, moved), inResult), inResult);
    const reads = identifiersIn(typesLeftOut([...lines, result].join('\n')));
    const above = [...plan.opening({ ...body, reads }), ...lines];
    const inside = [...above, ...(above.length > 2 ? [''] : []), result].join('\n');
    const used = identifiersIn(typesLeftOut(inside));
    return {
      plan,
      params: plan.params.map(({ name, type }) => ({ name: used.has(name) ? name : `_${name}`, type })),
      body: ['return tf.tidy(() => {', inside, '});'].join('\n'),
    };
  });
  const reads = identifiersIn(
    typesLeftOut([...functions.map(({ body }) => body), ...helpers.map(({ body }) => body)].join('\n')),
  );
  return { functions, helpers: reads.has('around') ? [...helpers, around] : helpers, reads };
}

/** Paddings of images are too long for a line. */
const padding = /\[\[0, ?0\], ?(\[\d+, ?\d+\]), ?(\[\d+, ?\d+\]), ?\[0, ?0\]\]/g;

const shortened = (statement: Statement): Statement =>
  statement.kind === 'value'
    ? { ...statement, expression: statement.expression.replace(padding, 'around($1, $2)') }
    : statement;

const around: Helper = {
  name: 'around',
  about: 'Padding of the rows and columns of images.',
  params: [
    { name: 'rows', type: '[number, number]' },
    { name: 'columns', type: '[number, number]' },
  ],
  returns: '[[number, number], [number, number], [number, number], [number, number]]',
  body: 'return [[0, 0], rows, columns, [0, 0]];',
};

/** The program's functions by name; those of phases and steps in records of their own. */
export function programLiteral(functions: readonly PrintedFunction[]): string {
  const entries = (of: FunctionPlan['of']): string =>
    functions
      .filter(({ plan }) => plan.of === of)
      .map(({ plan: { key, name } }) => (key === name ? name : `${propertyName(key)}: ${name}`))
      .join(', ');
  const gradients = entries('gradients');
  return `{ spec, trainStep: { ${entries('trainStep')} }, ${gradients === '' ? '' : `gradients: { ${gradients} }, `}evaluate: { ${entries('evaluate')} }, ${entries('program')} }${typeText(' as Program')}`;
}
