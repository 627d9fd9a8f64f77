/**
 * A program as a TypeScript module: one function for each graph, typed with the model's names. It
 * calls TensorFlow.js kernels alone: no tape, no optimiser, no layer of tfjs.
 */
import {
  Project,
  StructureKind,
  VariableDeclarationKind,
  type FunctionDeclarationStructure,
  type OptionalKind,
} from 'ts-morph';
import { optimise } from '../../ir/graph/passes/index.js';
import { header, types } from '../declarations.js';
import { laidOut } from '../layout.js';
import type { Target } from '../targets.js';
import { commentText, identifiersIn, literalOf, propertyName } from '../text.js';
import { printBody, type PrintedBody } from './body.js';
import { functionPlans, type FunctionPlan, type Printed } from './plans.js';

/** The module's text, formatted: the same bytes for the same model and target. */
export async function printModule(compiled: Printed, target: Target): Promise<string> {
  const { spec, written } = compiled;
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { strict: true } });
  const file = project.createSourceFile('program.ts');
  const plans = functionPlans(compiled);
  const printed = plans.map((plan) => ({ plan, body: printBody(optimise(plan.graph, target.backends), written) }));
  file.addStatements(header(spec, target));
  file.addImportDeclaration({ moduleSpecifier: target.tf, namespaceImport: 'tf' });
  file.addImportDeclaration({
    moduleSpecifier: 'aec/runtime',
    namedImports: [
      ...(printed.some(({ body }) => body.reads.has('kernels')) ? [{ name: 'kernels' }] : []),
      { name: 'Moment', isTypeOnly: true },
      { name: 'Program', isTypeOnly: true },
      { name: 'ProgramSpec', isTypeOnly: true },
      { name: 'Random', isTypeOnly: true },
      { name: 'StepResult', isTypeOnly: true },
    ],
  });
  file.addTypeAliases(types(spec));
  file.addVariableStatement({
    isExported: true,
    docs: ['What the program is: plain data.'],
    declarationKind: VariableDeclarationKind.Const,
    declarations: [{ name: 'spec', type: 'ProgramSpec', initializer: literalOf(spec) }],
  });
  for (const { plan, body } of printed) file.addFunction(printFunction(plan, body));
  file.addVariableStatement({
    isExported: true,
    docs: [commentText(`${spec.name}, as the aec runtime runs it.`)],
    declarationKind: VariableDeclarationKind.Const,
    declarations: [{ name: 'program', type: 'Program', initializer: programLiteral(plans) }],
  });
  return laidOut(file.getFullText());
}

function printFunction(plan: FunctionPlan, body: PrintedBody): OptionalKind<FunctionDeclarationStructure> {
  const around = identifiersIn([...plan.opening(body), plan.result(body)].join('\n'));
  const unused = (name: string): boolean => !body.reads.has(name) && !around.has(name);
  return {
    kind: StructureKind.Function,
    name: plan.name,
    isExported: true,
    docs: [commentText(plan.doc)],
    parameters: plan.params.map((p) => ({ ...p, name: unused(p.name!) ? `_${p.name!}` : p.name! })),
    returnType: plan.returns,
    // One string: ts-morph would set comment lines apart from what they comment.
    statements: [
      'return tf.tidy(() => {',
      ...plan.opening(body),
      ...body.statements,
      '',
      plan.result(body),
      '});',
    ].join('\n'),
  } as OptionalKind<FunctionDeclarationStructure>;
}

/** The program's functions by name; those of phases and steps in records of their own. */
function programLiteral(plans: readonly FunctionPlan[]): string {
  const entries = (of: FunctionPlan['of']): string =>
    plans
      .filter((plan) => plan.of === of)
      .map(({ key, name }) => (key === name ? name : `${propertyName(key)}: ${name}`))
      .join(', ');
  return `{ spec, trainStep: { ${entries('trainStep')} }, evaluate: { ${entries('evaluate')} }, ${entries('program')} } as Program`;
}
