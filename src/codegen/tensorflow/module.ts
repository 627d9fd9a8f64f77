/** A program that is one TensorFlow graph, as a TypeScript module: what it is, its types, and how it is opened. */
import { Project, StructureKind, type StatementStructures } from 'ts-morph';
import type { Compiled } from '../../compiler.js';
import { constant, header, types } from '../declarations.js';
import { graphLiteral } from './script.js';
import { laidOut } from '../layout.js';
import { runtimeModule, type RuntimePlace } from '../runtime-names.js';
import type { Target } from '../targets.js';
import { commentText, doc, literalOf } from '../text.js';

/** The module's text, formatted; `savedModel` is the file that it opens. */
export async function printGraphModule(
  compiled: Compiled,
  savedModel: Uint8Array,
  target: Target,
  runtime: RuntimePlace = 'package',
): Promise<string> {
  const { spec } = compiled;
  const statements: readonly (string | StatementStructures)[] = [
    header(spec, target),
    { kind: StructureKind.ImportDeclaration, moduleSpecifier: 'node:url', namedImports: ['fileURLToPath'] },
    { kind: StructureKind.ImportDeclaration, moduleSpecifier: target.tf, namespaceImport: 'tf' },
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: runtimeModule(runtime, 'node'),
      namedImports: ['openGraph', { name: 'GraphFile', isTypeOnly: true }],
    },
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: runtimeModule(runtime, 'core'),
      isTypeOnly: true,
      namedImports: ['Moment', 'ProgramSpec', 'Random', 'ResidentProgram', 'Result'],
    },
    ...types(spec),
    ...functionTypes(compiled),
    constant('spec', 'ProgramSpec', 'What the program is: plain data.', literalOf(spec)),
    constant('graph', 'GraphFile', 'The SavedModel beside this module.', graphLiteral(compiled, savedModel)),
    `/** Opens a session on the graph. Its variables hold weights, optimiser state and data while it trains. */
export const open = async (): Promise<Result<Model>> => (await openGraph(tf, graph, spec)) as Result<Model>;`,
  ];
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { strict: true } });
  const file = project.createSourceFile('program.ts', { statements: [...statements] });
  return laidOut(file.getFullText());
}

/** What its functions take and give; the graph computes them. */
function functionTypes({ spec, graphs }: Compiled): readonly StatementStructures[] {
  const inputs = 'weights: Weights, batch: Inputs';
  const functions: readonly (readonly [doc: string, signature: string])[] = [
    [
      'Draws the first weights. `statistics` are those of the training set, by weight name.',
      'initialize(random: Random, statistics: Partial<Weights>): Weights',
    ],
    ...(graphs.corrupt === undefined
      ? []
      : [
          [
            `Corrupts a batch as in training: ${spec.corruption}.`,
            `corrupt(${inputs}, moment: Moment): Inputs`,
          ] as const,
        ]),
    ...(graphs.project === undefined
      ? []
      : [
          [
            'Weights that are constrained, brought to where their constraints want them.',
            'project(weights: Weights): Partial<Weights>',
          ] as const,
        ]),
    ...(graphs.degrade === undefined
      ? []
      : [['What the networks read of clean data: degraded, without noise.', `degrade(${inputs}): Inputs`] as const]),
    ['The code of a batch; the mean of a stochastic latent.', `encode(${inputs}): Code`],
    [
      'From code to data.',
      `decode(weights: Weights, code: Code${spec.decodeReads.length > 0 ? ', batch: Inputs' : ''}): Reconstruction`,
    ],
    ['Encodes and decodes a batch.', `reconstruct(${inputs}): Reconstruction`],
    ...(graphs.sample === undefined
      ? []
      : [
          [
            'Draws codes from the prior and decodes them.',
            `sample(weights: Weights, count: number, random: Random${spec.sampleReads.length > 0 ? ', batch: Inputs' : ''}): Reconstruction`,
          ] as const,
        ]),
    ...(graphs.score === undefined
      ? []
      : [
          [
            '−log p of each example, by reconstruction; with latents a bound.',
            'score(weights: Weights, batch: Batch): Record<string, tf.Tensor>',
          ] as const,
        ]),
    ...(graphs.rate === undefined
      ? []
      : [['What each latent costs of each example, in nats.', `rate(${inputs}): Record<string, tf.Tensor>`] as const]),
    ...(graphs.pullback === undefined
      ? []
      : [
          [
            'Cotangents of the inputs for cotangents of what figures differentiate.',
            `pullback(${inputs}, cotangents: Record<string, tf.Tensor>): Record<string, tf.Tensor>`,
          ] as const,
        ]),
    ['Every layer, by name, without noise.', `activations(${inputs}): Record<string, tf.Tensor>`],
  ];
  const names = functions.map(([, signature]) => `'${signature.slice(0, signature.indexOf('('))}'`);
  return [
    {
      kind: StructureKind.TypeAlias,
      name: 'Functions',
      isExported: true,
      docs: ['What the graph computes; the caller disposes what it gets.'],
      type: `{\n${functions.map(([about, signature]) => `  ${doc(about)}\n  ${signature};`).join('\n')}\n}`,
    },
    {
      kind: StructureKind.TypeAlias,
      name: 'Model',
      isExported: true,
      docs: [commentText(`${spec.name}, opened: the runtime trains it.`)],
      type: `Omit<ResidentProgram, ${names.join(' | ')}> & Functions`,
    },
  ];
}
