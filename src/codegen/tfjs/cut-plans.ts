/** Functions of steps that are computed in parts of their batches. */
import { literalOf, propertyName } from '../text.js';
import { Identifiers } from './identifiers.js';
import {
  countedBy,
  moment,
  ofState,
  random,
  record,
  size,
  stepResult,
  weights,
  type FunctionPlan,
  type Printed,
} from './plan.js';

/** What is computed of a part of a batch, and what follows from the sums over all parts. */
export function cutPlans({ spec, phases, cuts = new Map() }: Printed): readonly FunctionPlan[] {
  const names = new Identifiers();
  const ofBatch = size(countedBy(spec.variables[0]!), 'batch');
  const phaseOf = (step: string): number => phases.findIndex(({ steps }) => steps.some(({ name }) => name === step));
  return [...cuts].flatMap(([key, { part, joined }]): readonly FunctionPlan[] => [
    {
      name: names.fresh(`part.${key}`),
      of: 'part',
      key,
      graph: part,
      doc: 'Summands of some rows of a batch.',
      params: [weights, { name: 'batch', type: 'Batch' }, moment],
      returns: 'Record<string, tf.Tensor>',
      opening: (body) => [...random(body), ...ofBatch(body)],
      result: record(),
      update: '',
    },
    {
      name: names.fresh(`joined.${key}`),
      of: 'joined',
      key,
      graph: joined,
      doc: 'One step by the sums over the batch.',
      params: [{ name: 'state', type: 'State' }, { name: 'sums', type: 'Record<string, tf.Tensor>' }, moment],
      returns: 'StepResult<State>',
      opening: (body) => [...ofState(body), ...random(body)],
      result: stepResult,
      update: spec.phases[phaseOf(key)]!.optimizer,
    },
  ]);
}

/** What is computed of parts, by step; with what a part reads and gives. */
export function cutsLiteral(
  { cuts }: Printed,
  functions: readonly { readonly plan: Pick<FunctionPlan, 'of' | 'key' | 'name'> }[],
): string {
  const named = (of: FunctionPlan['of'], key: string): string =>
    functions.find(({ plan }) => plan.of === of && plan.key === key)!.plan.name;
  const steps = [...(cuts ?? [])].map(([key, { part }]) => {
    const read = (kind: string): readonly string[] => [
      ...new Set(
        part.nodes
          .filter(({ op, attrs }) => op === 'Input' && attrs['kind'] === kind)
          .map(({ attrs }) => String(attrs['name'])),
      ),
    ];
    const sums = Object.fromEntries(part.outputs.map(({ name, node }) => [name, node.shape as readonly number[]]));
    const about = literalOf({ weights: read('weight'), batch: read('data'), sums }).slice(0, -1);
    return `${propertyName(key)}: ${about}, part: ${named('part', key)}, joined: ${named('joined', key)} }`;
  });
  return `{ ${steps.join(', ')} }`;
}
