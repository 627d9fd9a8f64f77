/**
 * A program as a TypeScript module: one function for each graph, typed with the model's names. It
 * calls TensorFlow.js kernels alone: no tape, no optimiser, no layer of tfjs.
 */
import { Project, StructureKind, type FunctionDeclarationStructure, type StatementStructures } from 'ts-morph';
import { typesWritten, typeText } from '../../ir/graph/ops/type-text.js';
import { constant, header, types } from '../declarations.js';
import { laidOut } from '../layout.js';
import { runtimeModule, type RuntimePlace } from '../runtime-names.js';
import type { Target } from '../targets.js';
import { commentText, literalOf } from '../text.js';
import { printFunctions, programLiteral, type PrintedFunction } from './functions.js';
import type { Helper } from './helpers.js';
import type { Printed } from './plan.js';

/** Where what the program is stands: in its module, or in one beside it. */
export type SpecPlace = 'inside' | 'beside';

/** The module's text, formatted: the same bytes for the same model and target. */
export async function printModule(
  compiled: Printed,
  target: Target,
  runtime: RuntimePlace = 'package',
  place: SpecPlace = 'inside',
): Promise<string> {
  const { spec } = compiled;
  const { functions, helpers, reads } = printFunctions(compiled, target);
  // In one piece: ts-morph reads the whole file again after each insertion.
  const statements: readonly (string | StatementStructures)[] = [
    header(spec, target),
    { kind: StructureKind.ImportDeclaration, moduleSpecifier: target.tf, namespaceImport: 'tf' },
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: runtimeModule(runtime, 'core'),
      namedImports: [
        ...(reads.has('kernels') ? [{ name: 'kernels' }] : []),
        { name: 'Moment', isTypeOnly: true },
        { name: 'Program', isTypeOnly: true },
        ...(place === 'inside' ? [{ name: 'ProgramSpec', isTypeOnly: true }] : []),
        { name: 'Random', isTypeOnly: true },
        ...(functions.some(({ plan }) => plan.of === 'trainStep') ? [{ name: 'StepResult', isTypeOnly: true }] : []),
      ],
    },
    ...(place === 'inside' ? [] : ["import { spec } from './spec.js';"]),
    ...types(spec),
    place === 'inside' ? specConstant(spec) : 'export { spec };',
    ...([...functions, ...helpers].some(({ body }) => body.includes(ofImages)) ? ['type T4 = tf.Tensor4D;'] : []),
    ...functions.map(functionStructure),
    ...helpers.map(helperStructure),
    constant('program', 'Program', commentText(`${spec.name}, as the aec runtime runs it.`), programLiteral(functions)),
  ];
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { strict: true } });
  const file = project.createSourceFile('program.ts', { statements: [...statements] });
  return laidOut(file.getFullText());
}

/** What the program is, as a module beside it. */
export const printSpec = ({ spec }: Printed, runtime: RuntimePlace): Promise<string> =>
  laidOut(
    `/** ${commentText(`What ${spec.name} is: plain data.`)} */
import type { ProgramSpec } from '${runtimeModule(runtime, 'core')}';

export const spec: ProgramSpec = ${literalOf(spec)};
`,
  );

const specConstant = (spec: Printed['spec']): StatementStructures =>
  constant('spec', 'ProgramSpec', 'What the program is: plain data.', literalOf(spec));

/** What ops of images say of the tensors that they take. */
const ofImages = typeText(' as T4');

const helperStructure = ({ name, about, params, returns, body }: Helper): FunctionDeclarationStructure => ({
  kind: StructureKind.Function,
  name,
  docs: [commentText(about)],
  parameters: params.map((param) => ({ ...param })),
  returnType: returns,
  statements: typesWritten(body),
});

const functionStructure = ({ plan, params, body }: PrintedFunction): FunctionDeclarationStructure => ({
  kind: StructureKind.Function,
  name: plan.name,
  isExported: true,
  docs: [commentText(plan.doc)],
  parameters: params.map((param) => ({ ...param })),
  returnType: plan.returns,
  // One string: ts-morph would set comment lines apart from what they comment.
  statements: typesWritten(body),
});
