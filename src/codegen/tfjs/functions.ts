/** The functions of a program as text, with what TypeScript alone reads marked (`type-text.ts`). */
import { optimise } from '../../ir/graph/passes/index.js';
import { typesLeftOut, typeText } from '../../ir/graph/ops/type-text.js';
import type { Target } from '../targets.js';
import { identifiersIn, propertyName } from '../text.js';
import { printBody } from './body.js';
import { functionPlans, type FunctionPlan, type Printed } from './plans.js';

export interface PrintedFunction {
  readonly plan: FunctionPlan;
  readonly params: FunctionPlan['params'];
  readonly body: string;
  readonly reads: ReadonlySet<string>;
}

/** Each function of a program, legal for the target's backends, in the order in which they stand in the module. */
export const printFunctions = (compiled: Printed, target: Target): readonly PrintedFunction[] =>
  functionPlans(compiled).map((plan) => {
    const printed = printBody(optimise(plan.graph, target.backends), compiled.written, plan.calls);
    const around = [...plan.opening(printed), plan.result(printed)];
    const used = identifiersIn(typesLeftOut(around.join('\n')));
    const unused = (name: string): boolean => !printed.reads.has(name) && !used.has(name);
    return {
      plan,
      params: plan.params.map(({ name, type }) => ({ name: unused(name) ? `_${name}` : name, type })),
      body: [
        'return tf.tidy(() => {',
        ...plan.opening(printed),
        ...printed.statements,
        '',
        plan.result(printed),
        '});',
      ].join('\n'),
      reads: printed.reads,
    };
  });

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
