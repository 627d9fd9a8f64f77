/** What generated modules have in common: where they come from, the model's tensors as types, constants. */
import {
  StructureKind,
  VariableDeclarationKind,
  type StatementStructures,
  type TypeAliasDeclarationStructure,
} from 'ts-morph';
import { typesWritten } from '../ir/graph/ops/type-text.js';
import { structure } from '../ir/graph/ops/tree-loops.js';
import type { ProgramSpec } from '../runtime/program.js';
import type { Target } from './targets.js';
import { commentText, doc, docLines, literalOf } from './text.js';

/** The comment at the top of a module. */
export function header(spec: ProgramSpec, target: Target): string {
  const lines = docLines(spec.doc).map((line) => ` * ${line}`.trimEnd());
  const about = [
    ` * ${commentText(spec.name)}, compiled by ${spec.compiler} for ${target.name}. Generated: change the .ae file instead.`,
    ` * Source SHA-256 ${spec.sourceHash}`,
  ];
  return ['/**', ...lines, ...(lines.length === 0 ? [] : [' *']), ...about, ' */'].join('\n');
}

const rank = (n: number): string => (n === 0 ? 'tf.Scalar' : n <= 6 ? `tf.Tensor${n}D` : 'tf.Tensor');

const member = (name: string, type: string, about: string): string =>
  `  ${doc(about)} readonly ${literalOf(name)}: ${type};`;
const alias = (name: string, about: string, members: readonly string[]): TypeAliasDeclarationStructure => ({
  kind: StructureKind.TypeAlias,
  name,
  isExported: true,
  docs: [about],
  // Prettier leaves a type open that is open.
  type: members.length === 1 ? `{ ${members[0]!.trim()} }` : `{\n${members.join('\n')}\n}`,
});

/** State of all phases; what several of them have is one. */
const slotsOf = ({ phases }: ProgramSpec): ProgramSpec['phases'][number]['slots'] => {
  const all = phases.flatMap(({ slots }) => slots);
  return all.filter(({ name }, i) => all.findIndex((other) => other.name === name) === i);
};

/** Slots that all weights have, or all but a few, are said once. */
function slotsType(spec: ProgramSpec): TypeAliasDeclarationStructure {
  const about = 'State of the optimiser.';
  const slots = slotsOf(spec);
  const ofSuffix = new Map<string, Set<string>>();
  for (const { name } of slots) {
    const weight = name.slice(0, name.lastIndexOf('/'));
    const suffix = name.slice(weight.length);
    ofSuffix.set(suffix, (ofSuffix.get(suffix) ?? new Set()).add(weight));
  }
  const [first, ...others] = ofSuffix.values();
  const names = new Set(spec.weights.map(({ name }) => name));
  const isAlike =
    first !== undefined &&
    [...first].every((name) => names.has(name)) &&
    others.every((other) => other.size === first.size && [...other].every((name) => first.has(name)));
  const without = [...names].filter((name) => first?.has(name) !== true);
  if (!isAlike || without.length > 3)
    return alias(
      'Slots',
      about,
      slots.map((s) => member(s.name, rank(s.shape.length), `[${s.shape.join(', ')}]`)),
    );
  const keys = without.length === 0 ? 'keyof Weights' : `Exclude<keyof Weights, ${without.map(literalOf).join(' | ')}>`;
  const as = [...ofSuffix.keys()].map((suffix) => `\`\${K}${suffix}\``).join(' | ');
  return {
    kind: StructureKind.TypeAlias,
    name: 'Slots',
    isExported: true,
    docs: [about],
    type: `{ readonly [K in ${keys} as ${as}]: Weights[K] }`,
  };
}

/** How the trees of a batch hang together, as src/runtime/trees.ts says. */
function treeArrays(name: string, below: boolean, others: readonly string[] = []): readonly string[] {
  const ofSubtrees = [...structure, 'leaf', 'copies'].map((array) => `below.${array}`);
  return [...structure, ...(below ? ofSubtrees : []), ...others].map((array) =>
    member(
      `${name}.${array}`,
      rank(array.endsWith('levels') || array.endsWith('copies') ? 2 : 1),
      'int32: how the trees hang together',
    ),
  );
}

const ofVariable = ({ name, tree }: ProgramSpec['variables'][number]): readonly string[] =>
  tree?.at === 'leaves' ? treeArrays(name, tree.below) : [];

/** What data sets give, and what of it the networks read. */
function batchTypes(
  { variables }: ProgramSpec,
  dims: (shape: readonly number[], rows?: string) => string,
): readonly TypeAliasDeclarationStructure[] {
  const batch = variables.flatMap((v) => [
    ...ofVariable(v),
    member(
      v.name,
      rank(v.shape.length + 1),
      `[${dims(v.shape, v.tree?.at)}]${v.domain.kind === 'category' ? `, int32 labels below ${v.domain.classes}` : ''}`,
    ),
  ]);
  const inputs = variables
    .filter((v) => v.role === 'input')
    .flatMap((v) => [
      ...ofVariable(v),
      member(v.name, rank(v.shape.length + 1), `[${dims(v.degraded ?? v.shape, v.tree?.at)}]`),
    ]);
  const about = 'What the networks read.';
  return [
    alias('Batch', 'Examples, as a data set gives them.', batch),
    batch.join() === inputs.join()
      ? { kind: StructureKind.TypeAlias, name: 'Inputs', isExported: true, docs: [about], type: 'Batch' }
      : alias('Inputs', about, inputs),
  ];
}

/** Types of the model's tensors: weights, slots, batches, codes, reconstructions. */
export function types(spec: ProgramSpec): readonly TypeAliasDeclarationStructure[] {
  const dims = (shape: readonly number[], rows = 'batch'): string => [rows, ...shape].join(', ');
  return [
    alias(
      'Weights',
      'Every tensor that belongs to the model.',
      spec.weights.map((w) =>
        member(w.name, rank(w.shape.length), `[${w.shape.join(', ')}]${w.trainable ? '' : ', not trained'}`),
      ),
    ),
    slotsType(spec),
    {
      kind: StructureKind.TypeAlias,
      name: 'State',
      isExported: true,
      docs: ['Everything that training changes.'],
      type: '{ readonly weights: Weights; readonly slots: Slots }',
    },
    ...batchTypes(spec, dims),
    ...(spec.grown === undefined
      ? []
      : [
          alias(
            'Grown',
            'Trees that are built of examples.',
            spec.grown.flatMap(({ name, below }) => treeArrays(name, below, ['positions', 'positioned'])),
          ),
        ]),
    alias(
      'Code',
      'The code, or the latents.',
      spec.code.map((c) => member(c.name, rank(c.shape.length + 1), `[${dims(c.shape)}]`)),
    ),
    alias(
      'Reconstruction',
      'What the decoder gives.',
      spec.outputs.map((output) => member(output.name, rank(output.shape.length + 1), `[${dims(output.shape)}]`)),
    ),
  ];
}

/** A constant that the module exports. */
export const constant = (name: string, type: string, about: string, initializer: string): StatementStructures => ({
  kind: StructureKind.VariableStatement,
  isExported: true,
  docs: [about],
  declarationKind: VariableDeclarationKind.Const,
  declarations: [{ name, type, initializer: typesWritten(initializer) }],
});
