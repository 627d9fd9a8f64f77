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
  type ParameterDeclarationStructure,
} from 'ts-morph';
import type { Written } from '../../diagnostics/written.js';
import type { Graph } from '../../ir/graph/graph.js';
import type { ProgramGraphs } from '../../ir/lower/program.js';
import { optimise } from '../../ir/graph/passes/index.js';
import type { ProgramSpec } from '../../runtime/program.js';
import { header, types } from '../declarations.js';
import { laidOut } from '../layout.js';
import type { Target } from '../targets.js';
import { commentText, identifiersIn, literalOf, propertyName } from '../text.js';
import { printBody, type PrintedBody } from './body.js';

interface FunctionPlan {
  readonly name: keyof ProgramGraphs;
  readonly doc: string;
  readonly params: readonly OptionalKind<ParameterDeclarationStructure>[];
  readonly returns: string;
  /** Statements before the body proper, for what it reads. */
  readonly opening: (body: PrintedBody) => readonly string[];
  readonly result: (body: PrintedBody) => string;
}

/** The module's text, formatted: the same bytes for the same model and target. */
export async function printModule(
  spec: ProgramSpec,
  graphs: ProgramGraphs,
  target: Target,
  written: Written,
): Promise<string> {
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { strict: true } });
  const file = project.createSourceFile('program.ts');
  const plans = functionPlans(spec).filter((plan) => graphs[plan.name] !== undefined);
  const printed = plans.map((plan) => ({
    plan,
    body: printBody(optimise(graphs[plan.name] as Graph, target.backends), written),
  }));
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

const list = (outputs: ReadonlyMap<string, string>, prefix: string): string =>
  [...outputs]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, text]) => `${propertyName(name.slice(prefix.length))}: ${text}`)
    .join(', ');

const record = (body: PrintedBody): string => `return { ${list(body.outputs, '')} } as never;`;

function functionPlans(spec: ProgramSpec): readonly FunctionPlan[] {
  const weights = { name: 'weights', type: 'Weights' };
  const moment = { name: 'moment', type: 'Moment' };
  const size =
    (name: string, from: string): ((body: PrintedBody) => readonly string[]) =>
    (body) =>
      body.reads.has('batchSize') ? [`const batchSize = ${from}[${literalOf(name)}].shape[0];`] : [];
  const random = ({ reads }: PrintedBody): readonly string[] =>
    reads.has('random') ? ['const { random } = moment;'] : [];
  const first = spec.variables[0]!.name;
  const input = spec.variables.find((v) => v.role === 'input')!.name;
  const terms = spec.phases[0]!.terms.map((t) => t.name).join(', ');
  const ofInputs = size(input, 'batch');
  return [
    {
      name: 'initialize',
      doc: 'Draws the first weights. `statistics` are those of the training set, by weight name.',
      params: [
        { name: 'random', type: 'Random' },
        { name: 'statistics', type: 'Partial<Weights>' },
      ],
      returns: 'Weights',
      opening: () => [],
      result: (body) => `return { ...statistics, ${list(body.outputs, '')} } as Weights;`,
    },
    {
      name: 'trainStep',
      doc: `One step of ${spec.phases[0]!.optimizer}. Terms: ${terms}.`,
      params: [{ name: 'state', type: 'State' }, { name: 'batch', type: 'Batch' }, moment],
      returns: 'StepResult',
      opening: (body) => ['const { weights, slots } = state;', ...random(body), ...size(first, 'batch')(body)],
      result: (body) =>
        `return { state: { weights: { ...weights, ${list(body.outputs, 'weights/')} }, slots: { ...slots, ${list(body.outputs, 'slots/')} } }, terms: ${body.outputs.get('terms')!} } as never;`,
    },
    {
      name: 'evaluate',
      doc: `The terms without training-time noise, of shape [terms]: ${terms}.`,
      params: [weights, { name: 'batch', type: 'Batch' }, moment],
      returns: 'tf.Tensor',
      opening: (body) => [...random(body), ...size(first, 'batch')(body)],
      result: (body) => `return ${body.outputs.get('terms')!};`,
    },
    {
      name: 'corrupt',
      doc: `Corrupts a batch as in training: ${spec.corruption}.`,
      params: [weights, { name: 'batch', type: 'Inputs' }, moment],
      returns: 'Inputs',
      opening: (body) => [...random(body), ...ofInputs(body)],
      result: record,
    },
    {
      name: 'degrade',
      doc: 'What the networks read of clean data: degraded, without noise.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns: 'Inputs',
      opening: ofInputs,
      result: record,
    },
    {
      name: 'encode',
      doc: 'The code of a batch; the mean of a stochastic latent.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns: 'Code',
      opening: ofInputs,
      result: record,
    },
    {
      name: 'decode',
      doc: 'From code to data.',
      params: [
        weights,
        { name: 'code', type: 'Code' },
        ...(spec.decodeReads.length > 0 ? [{ name: 'batch', type: 'Inputs' }] : []),
      ],
      returns: 'Reconstruction',
      opening: size(spec.code[0]?.name ?? '', 'code'),
      result: record,
    },
    {
      name: 'reconstruct',
      doc: 'Encodes and decodes a batch.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns: 'Reconstruction',
      opening: ofInputs,
      result: record,
    },
    {
      name: 'sample',
      doc:
        spec.sampleReads.length === 0
          ? 'Draws codes from the prior and decodes them.'
          : `Draws codes from the prior and decodes them, given ${spec.sampleReads.join(', ')}.`,
      params: [
        weights,
        { name: 'count', type: 'number' },
        { name: 'random', type: 'Random' },
        ...(spec.sampleReads.length > 0 ? [{ name: 'batch', type: 'Inputs' }] : []),
      ],
      returns: 'Reconstruction',
      opening: (body) => (body.reads.has('batchSize') ? ['const batchSize = count;'] : []),
      result: record,
    },
    {
      name: 'score',
      doc: '−log p of each example, by reconstruction; with latents a bound.',
      params: [weights, { name: 'batch', type: 'Batch' }],
      returns: 'Record<string, tf.Tensor>',
      opening: size(first, 'batch'),
      result: record,
    },
    {
      name: 'pullback',
      doc: 'Cotangents of the inputs for cotangents of what figures differentiate.',
      params: [weights, { name: 'batch', type: 'Inputs' }, { name: 'code', type: 'Record<string, tf.Tensor>' }],
      returns: 'Record<string, tf.Tensor>',
      opening: ofInputs,
      result: record,
    },
    {
      name: 'activations',
      doc: 'Every layer, by name, without noise.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns: 'Record<string, tf.Tensor>',
      opening: ofInputs,
      result: record,
    },
  ];
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

function programLiteral(plans: readonly FunctionPlan[]): string {
  const entries = plans.map(({ name }) =>
    name === 'trainStep' || name === 'evaluate' ? `${name}: { train: ${name} }` : name,
  );
  return `{ spec, ${entries.join(', ')} } as Program`;
}
