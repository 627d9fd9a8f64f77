/**
 * A training step in place: loss terms and gradients, then the optimiser's kernels on the variables.
 * The kernels run where terms and gradients are finite and nowhere else, so that the state that the
 * variables hold is always one to go on from.
 */
import type { Graph } from '../../ir/graph/graph.js';
import type { StepInPlace } from '../../ir/lower/step.js';
import { writeGraph, type Surroundings } from './body.js';
import { lowering, type Library } from './functions.js';
import type { Edge, NodeWriter } from './writer.js';

export interface StepEdges {
  /** Shape [terms]. */
  readonly terms: Edge;
  /** Whether the step was taken. */
  readonly moved: Edge;
  /** The sum of each trained weight's gradient: which one is not finite. */
  readonly gradients: Edge;
}

/** Handles of variables, by `weights/…` and `slots/…`, and the nodes that have read them so far. */
export interface Resources {
  handle(name: string): Edge;
  readonly reads: readonly string[];
}

/** `graph` is the step's graph, optimised for the target. */
export function writeStep(
  writer: NodeWriter,
  library: Library,
  step: StepInPlace,
  graph: Graph,
  around: Surroundings,
  resources: Resources,
): StepEdges {
  const outputs = writeGraph(writer, graph, around);
  const terms = outputs.get('terms')!;
  const total = (x: Edge, rank: number): Edge =>
    writer.call('Sum', [x, writer.ints(Array.from({ length: rank }, (_, i) => i))], {
      attr: { keep_dims: { kind: 'bool', value: false } },
    });
  const ranks = new Map(graph.outputs.map(({ name, node }) => [name, node.shape.length]));
  const sums = [...outputs]
    .filter(([name]) => name.startsWith('gradients/'))
    .map(([name, gradient]) => total(gradient, ranks.get(name)!));
  const gradients = writer.pack(sums, 'gradients');
  const finite = writer.call('IsFinite', [writer.call('AddV2', [total(terms, 1), total(gradients, 1)])], {
    dtype: 'bool',
    name: 'finite',
  });

  const variables = [...new Set(step.updates.flat().flatMap((update) => update.variables))];
  const operands = [...new Set(step.updates.flat().flatMap((update) => update.operands))];
  const args = [
    ...variables.map((name) => ({ name, dtype: 'resource' as const })),
    ...operands.map((name, i) => ({ name: `operand_${i}`, dtype: outputs.get(name)!.dtype })),
  ];
  const update = library.define('update', args, (branch, edges) => {
    const edge = new Map([...variables, ...operands].map((name, i) => [name, edges[i]!]));
    const last = step.updates.map((chain) =>
      chain.reduce<readonly string[]>(
        (after, { op, variables: moved, operands: read, attributes }) => [
          branch.effect(
            op,
            [...moved, ...read].map((name) => edge.get(name)!),
            {
              name: `update/${moved[0]!}`,
              after,
              attr: Object.fromEntries(
                Object.entries(attributes).map(([key, value]) => [key, { kind: 'bool', value }]),
              ),
            },
          ),
        ],
        [],
      ),
    );
    return [branch.call('Identity', [branch.constant('bool', [1])], { after: last.flat(), name: 'done' })];
  });
  const keep = library.define('keep', args, (branch) => [branch.constant('bool', [0])]);
  const inputs = [
    finite,
    ...variables.map((name) => resources.handle(name)),
    ...operands.map((name) => outputs.get(name)!),
  ];
  const moved = writer.results('If', inputs, ['bool'], {
    name: 'moved',
    after: resources.reads,
    attr: {
      Tin: { kind: 'types', value: inputs.slice(1).map((edge) => edge.dtype) },
      Tout: { kind: 'types', value: ['bool'] },
      then_branch: { kind: 'function', value: update },
      else_branch: { kind: 'function', value: keep },
      output_shapes: { kind: 'shapes', value: [[]] },
      ...lowering,
    },
  })[0]!;
  return { terms, moved, gradients };
}
