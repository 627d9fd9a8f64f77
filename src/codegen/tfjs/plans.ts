/** The functions of a module: what each takes, gives and is called. */
import type { Growing } from '../../ir/lower/growing.js';
import { grownIn, type ProgramGraphs } from '../../ir/lower/program.js';
import type { ProgramSpec } from '../../runtime/program.js';
import { typeText } from '../../ir/graph/ops/type-text.js';
import { propertyName } from '../text.js';
import { cutPlans } from './cut-plans.js';
import { Identifiers } from './identifiers.js';
import {
  countedBy,
  list,
  moment,
  ofInputs,
  ofState,
  random,
  record,
  size,
  stepResult,
  weights,
  type FunctionPlan,
  type Printed,
  type Signature,
} from './plan.js';

/** In the order in which they stand in the module. */
export function functionPlans(printed: Printed): readonly FunctionPlan[] {
  const { spec, graphs, growing, phases } = printed;
  const [initialize, ...others] = inferencePlans(spec, graphs);
  const grow = growing === undefined ? [] : growingPlans(spec, growing);
  return [
    ...(initialize === undefined ? [] : [initialize]),
    ...grow,
    ...[...trainingPlans(spec, phases), ...others].map((plan) => growingFirst(plan, grow)),
    ...cutPlans(printed),
  ];
}

/** What trees are built with. */
function growingPlans(spec: ProgramSpec, { positions, joins }: Growing): readonly FunctionPlan[] {
  const names = new Identifiers();
  const returns = 'Record<string, tf.Tensor>';
  return [
    {
      name: names.fresh('positions'),
      of: 'growing',
      key: positions.name,
      graph: positions,
      doc: 'What trees are built of: where positions are there, and the vectors of those that are chosen between.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns,
      opening: ofInputs(spec),
      result: record(),
      update: '',
    },
    ...[...joins].map(([tree, graph]): FunctionPlan => ({
      name: names.fresh(joins.size === 1 ? 'join' : `join.${tree}`),
      of: 'growing',
      key: tree,
      graph,
      doc: 'Joins pairs of neighbours: their parents, and how far from them the decoder comes back.',
      params: [weights, { name: 'pair', type: 'kernels.Pair' }],
      returns,
      opening: size('left', 'pair'),
      result: record(),
      update: '',
    })),
  ];
}

/** A function that lays the trees that it reads beside the examples, before it does anything else. */
function growingFirst(plan: FunctionPlan, [positions, ...joins]: readonly FunctionPlan[]): FunctionPlan {
  if (positions === undefined || grownIn(plan.graph).length === 0) return plan;
  const own = plan.of === 'trainStep' ? 'state.weights' : 'weights';
  const joined = joins.map(
    ({ key, name }) => `${propertyName(key)}: (pair${typeText(': kernels.Pair')}) => ${name}(${own}, pair),`,
  );
  const grown = `kernels.grow(spec.grown, ${positions.name}(${own}, examples), joins)${typeText(' as Grown')}`;
  return {
    ...plan,
    calls: [positions, ...joins].map(({ name }) => name),
    params: plan.params.map((param) => (param.name === 'batch' ? { ...param, name: 'examples' } : param)),
    opening: (body) => [
      `const joins = {\n${joined.join('\n')}\n};`,
      `const trees = ${grown};`,
      'const batch = { ...examples, ...trees };',
      ...plan.opening(body),
    ],
  };
}

/** Steps and terms, by phase. */
function trainingPlans(spec: ProgramSpec, phases: Printed['phases']): readonly FunctionPlan[] {
  const names = new Identifiers();
  const ofBatch = size(countedBy(spec.variables[0]!), 'batch');
  const alone = phases.length === 1;
  const ofPhase = (
    { phase, steps, terms, evaluate }: Printed['phases'][number],
    i: number,
  ): readonly Omit<FunctionPlan, 'update'>[] => [
    ...steps.map((step): Omit<FunctionPlan, 'update'> =>
      step.method === undefined
        ? {
            name: names.fresh(alone && steps.length === 1 ? 'trainStep' : `train.${step.name}`),
            of: 'trainStep',
            key: step.name,
            graph: step.trainStep,
            doc: `One step of ${spec.phases[i]!.optimizer}. Terms: ${step.terms.map((t) => terms[t]!.term.name).join(', ')}.`,
            params: [{ name: 'state', type: 'State' }, { name: 'batch', type: 'Batch' }, moment],
            returns: 'StepResult<State>',
            opening: (body) => [...ofState(body), ...random(body), ...ofBatch(body)],
            result: stepResult,
          }
        : {
            name: names.fresh(alone ? 'gradients' : `gradients.${step.name}`),
            of: 'gradients',
            key: step.name,
            graph: step.trainStep,
            doc: `What ${spec.phases[i]!.optimizer} steps by: the terms, and the gradient of their sum. Terms: ${step.terms.map((t) => terms[t]!.term.name).join(', ')}.`,
            params: [weights, { name: 'batch', type: 'Batch' }, moment],
            returns: '{ readonly gradients: Record<string, tf.Tensor>; readonly terms: tf.Tensor }',
            opening: (body) => [...random(body), ...ofBatch(body)],
            result: (body) =>
              `return { gradients: { ${list(body.outputs, 'gradients/')} }, terms: ${body.outputs.get('terms')!} };`,
          },
    ),
    {
      name: names.fresh(alone ? 'evaluate' : `evaluate.${phase.name}`),
      of: 'evaluate',
      key: phase.name,
      graph: evaluate,
      doc: `The terms without training-time noise, of shape [terms]: ${terms.map(({ term }) => term.name).join(', ')}.`,
      params: [weights, { name: 'batch', type: 'Batch' }, moment],
      returns: 'tf.Tensor',
      opening: (body) => [...random(body), ...ofBatch(body)],
      result: (body) => `return ${body.outputs.get('terms')!};`,
    },
  ];
  return phases.flatMap((phase, i) =>
    ofPhase(phase, i).map((plan) => ({ ...plan, update: spec.phases[i]!.optimizer })),
  );
}

/** Those functions of the program that it has. */
function inferencePlans(spec: ProgramSpec, graphs: ProgramGraphs): readonly FunctionPlan[] {
  const ofBatch = ofInputs(spec);
  const signatures: readonly (Signature & { readonly name: keyof ProgramGraphs })[] = [
    {
      name: 'initialize',
      doc: 'Draws the first weights. `statistics` are those of the training set, by weight name.',
      params: [
        { name: 'random', type: 'Random' },
        { name: 'statistics', type: 'Partial<Weights>' },
      ],
      returns: 'Weights',
      opening: () => [],
      result: (body) => `return { ...statistics, ${list(body.outputs, '')} }${typeText(' as Weights')};`,
    },
    {
      name: 'project',
      doc: 'Weights that are constrained, brought to where their constraints want them.',
      params: [weights],
      returns: 'Partial<Weights>',
      opening: () => [],
      result: record('Partial<Weights>'),
    },
    {
      name: 'corrupt',
      doc: `Corrupts a batch as in training: ${spec.corruption}.`,
      params: [weights, { name: 'batch', type: 'Inputs' }, moment],
      returns: 'Inputs',
      opening: (body) => [...random(body), ...ofBatch(body)],
      result: record('Inputs'),
    },
    {
      name: 'degrade',
      doc: 'What the networks read of clean data: degraded, without noise.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns: 'Inputs',
      opening: ofBatch,
      result: record('Inputs'),
    },
    {
      name: 'encode',
      doc: 'The code of a batch; the mean of a stochastic latent.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns: 'Code',
      opening: ofBatch,
      result: record('Code'),
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
      result: record('Reconstruction'),
    },
    {
      name: 'reconstruct',
      doc: 'Encodes and decodes a batch.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns: 'Reconstruction',
      opening: ofBatch,
      result: record('Reconstruction'),
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
      result: record('Reconstruction'),
    },
    {
      name: 'score',
      doc: '−log p of each example, by reconstruction; with latents a bound.',
      params: [weights, { name: 'batch', type: 'Batch' }],
      returns: 'Record<string, tf.Tensor>',
      opening: size(spec.variables[0]!.name, 'batch'),
      result: record(),
    },
    {
      name: 'rate',
      doc: 'What each latent costs of each example, in nats.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns: 'Record<string, tf.Tensor>',
      opening: ofBatch,
      result: record(),
    },
    {
      name: 'pullback',
      doc: 'Cotangents of the inputs for cotangents of what figures differentiate.',
      params: [weights, { name: 'batch', type: 'Inputs' }, { name: 'code', type: 'Record<string, tf.Tensor>' }],
      returns: 'Record<string, tf.Tensor>',
      opening: ofBatch,
      result: record(),
    },
    {
      name: 'activations',
      doc: 'Every layer, by name, without noise.',
      params: [weights, { name: 'batch', type: 'Inputs' }],
      returns: 'Record<string, tf.Tensor>',
      opening: ofBatch,
      result: record(),
    },
  ];
  return signatures.flatMap((signature) => {
    const graph = graphs[signature.name];
    return graph === undefined
      ? []
      : [{ ...signature, of: 'program', key: signature.name, graph, update: '' } as const];
  });
}
