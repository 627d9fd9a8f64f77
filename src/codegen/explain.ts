/** `aec explain`: the full loss with every reduction, the effective β, and what a step costs. */
import { showPlace } from '../diagnostics/written.js';
import { effectiveBeta } from '../ir/checks/index.js';
import type { Compiled } from '../compiler.js';
import type { CompiledModel, CompiledTerm } from '../ir/lower/compiled.js';
import { firstStep } from '../ir/lower/program.js';
import { endingsOf } from '../ir/model/endings.js';
import { codeOf, layersOf, parameterCount, type Model } from '../ir/model/model.js';
import { everyExpression, summandsOf } from '../ir/model/expressions.js';
import type { Backend } from '../ir/graph/ops/index.js';
import type { Term } from '../ir/model/terms.js';
import { product } from '../ir/graph/shape.js';
import { costOf, costText, type Cost } from './cost.js';
import { explainedPhase, isPlain, phaseText, stepText, type ExplainedPhase } from './explain-phases.js';
import { showCall, showRef, showTerm } from './show-values.js';

export interface ExplainedTerm {
  readonly name: string;
  readonly formula: string;
  readonly reduction: string;
  readonly origin: string;
  /** What the compiler merged, inferred or read in one of several ways. */
  readonly notes: readonly string[];
  readonly weight: {
    /** The constant in front of the term; absent where a schedule sets it. */
    readonly value?: number;
    readonly written: string;
    /** In a loss that averages over the elements of the first reconstructed variable, this would be the weight. */
    readonly perElement?: number;
    /** The weight divided by that of the first reconstruction. */
    readonly beside?: number;
  };
}

export interface Explanation {
  readonly name: string;
  readonly parameters: number;
  readonly inputSize: number;
  readonly codeSize: number;
  /** Absent where what is read has no fixed size: trees. */
  readonly taxonomy?: 'undercomplete' | 'complete' | 'overcomplete';
  readonly layers: readonly {
    readonly id: string;
    readonly input: readonly number[];
    readonly output: readonly number[];
    readonly parameters: number;
  }[];
  readonly terms: readonly ExplainedTerm[];
  readonly beta?: { readonly value: number; readonly meaning: string };
  readonly optimizer: string;
  readonly batch: number | 'full';
  readonly step: Cost;
  /** Where training is more than one phase that minimises the loss by moving everything. */
  readonly phases?: readonly ExplainedPhase[];
  /** Of reconstructing, or of decoding where nothing encodes. */
  readonly forward: Cost;
  readonly reconstructs: boolean;
}

export function explain({ model, graphs, phases, written }: Compiled, backends: readonly Backend[]): Explanation {
  const { size } = model.training.batch;
  const batch = size === 'full' ? 1 : size;
  const inputSize = model.variables.filter((v) => v.role === 'input').reduce((sum, v) => sum + product(v.corrupted), 0);
  const codeSize = codeOf(model).reduce((sum, c) => sum + product(c.shape), 0);
  const beta = effectiveBeta(model);
  return {
    name: model.name,
    parameters: parameterCount(model),
    inputSize,
    codeSize,
    ...(model.variables.some(({ structure }) => structure.kind === 'tree')
      ? {}
      : { taxonomy: codeSize < inputSize ? 'undercomplete' : codeSize === inputSize ? 'complete' : 'overcomplete' }),
    layers: model.networks
      .flatMap((n) => n.layers)
      .map((layer) => ({
        id: layer.id,
        input: layer.inputShape,
        output: layer.outputs[0]!,
        parameters: layer.weights
          .filter((w) => w.trainable && !model.ties.some((t) => t.weight === `${layer.id}.${w.name}`))
          .reduce((sum, w) => sum + product(w.shape), 0),
      })),
    terms: model.terms.map((term) => ({
      name: term.name,
      formula: showTerm(term),
      reduction: reductionOf(term),
      origin: showPlace(written(term.source)),
      notes: [...notesOf(model, term), ...whereNotes(model, term)],
      weight: weightOf(model, term),
    })),
    ...(beta === undefined
      ? {}
      : {
          beta: {
            value: beta.value,
            meaning: `${beta.factor} · KL against ${beta.weight === 1 ? '' : `${beta.weight} · `}${showCall(beta.likelihood.call)}`,
          },
        }),
    optimizer: stepText(model.training),
    batch: size,
    step: costOf(firstStep({ phases }).trainStep, backends, batch),
    ...(isPlain(model) ? {} : { phases: phases.map((phase) => explainedPhase(model, phase, backends)) }),
    reconstructs: graphs.reconstruct !== undefined,
    forward: costOf(graphs.reconstruct ?? graphs.decode, backends, batch),
  };
}

/** How the numbers of a term become one. */
export function reductionOf({
  reconstruction,
  value,
  where,
}: Pick<Term, 'reconstruction' | 'value' | 'where'>): string {
  const hidden = where.flatMap((one) => (one.kind === 'hidden' ? [one.by.definition.name] : []));
  if (reconstruction !== undefined)
    return `sum over the features${hidden.length === 0 ? '' : ` that ${hidden.join(' and ')} hides`} of ${reconstruction.variable}, mean over the batch`;
  return everyExpression(value)
    .flatMap((one) =>
      one.kind === 'penalty' || one.kind === 'likelihood' || one.kind === 'tree' ? [one.call.definition.formula] : [],
    )
    .join('; ');
}

/** The weight as it is written, and on the scales on which people compare it. */
export function weightOf(model: Pick<Model, 'terms' | 'variables'>, term: Term): ExplainedTerm['weight'] {
  const summands = summandsOf(term.value).filter(({ of }) => of.type.rate !== 'constant');
  const constant = ({ factor, schedules }: (typeof summands)[number]): number | undefined =>
    schedules.length === 0 ? factor : undefined;
  const value = summands.length === 1 ? constant(summands[0]!) : undefined;
  const first = model.terms.find(({ reconstruction }) => reconstruction !== undefined);
  const elements =
    first === undefined ? 0 : product(model.variables.find((v) => v.name === first.reconstruction!.variable)!.shape);
  const unit = first === undefined ? undefined : constant(summandsOf(first.value)[0]!);
  const written = ({ factor, schedules }: (typeof summands)[number]): string =>
    [
      ...(factor === undefined || (factor === 1 && schedules.length > 0) ? [] : [String(factor)]),
      ...schedules.map(showCall),
    ].join(' · ') || 'what it is multiplied by';
  return {
    written: summands.map(written).join(' and '),
    ...(value === undefined ? {} : { value }),
    ...(value === undefined || elements < 2 ? {} : { perElement: value / elements }),
    ...(value === undefined || unit === undefined || unit === 0 || term === first ? {} : { beside: value / unit }),
  };
}

function notesOf(model: CompiledModel, { value }: CompiledTerm): readonly string[] {
  const layers = new Map(layersOf(model).map((layer) => [layer.id, layer]));
  return everyExpression(value).flatMap((one): readonly string[] => {
    if (one.kind !== 'likelihood') return [];
    const { definition } = one.call;
    const variable =
      one.target.kind === 'tensor' && one.target.ref.kind === 'variable'
        ? model.variables.find((v) => one.target.kind === 'tensor' && v.name === showRef(one.target.ref))
        : undefined;
    const endings = one.output.kind === 'tensor' ? endingsOf((id) => layers.get(id), one.output.ref) : [];
    const ends = [
      ...new Set(
        endings.flatMap(({ layer, activation }) =>
          layer === undefined
            ? []
            : [`${activation === undefined ? '' : `\`${activation.definition.name}\` of `}${layer.id}`],
        ),
      ),
    ].join(' and ');
    const grey = definition.ofProbabilities === true && variable?.domain.kind === 'interval';
    return [
      ...(definition.accepts.length === 0
        ? []
        : one.linked
          ? [`the last ${ends} is the likelihood's own: merged, computed from what it is applied to`]
          : [
              `${ends === '' ? 'the output' : `what ${ends} gives`} is taken as logits: reconstructions are its \`${definition.link}\``,
            ]),
      ...(grey
        ? [
            `values of ${variable!.name} between 0 and 1 are taken as probabilities: a cross-entropy, which is no likelihood of grey values`,
          ]
        : []),
    ];
  });
}

/** What the weight of a term means that holds on some rows or elements alone. */
function whereNotes(model: CompiledModel, term: CompiledTerm): readonly string[] {
  const { size } = model.training.batch;
  const { value } = weightOf(model, term);
  const rows =
    term.value.type.site !== 'nodes' && term.where.some(({ kind }) => kind !== 'hidden')
      ? [
          `the mean is over all rows, those too where it does not hold${value === undefined || size === 'full' ? '' : `: a row that counts weighs ${short(value)} / ${size} = ${short(value / size)}`}`,
        ]
      : [];
  const variable = model.variables.find(({ name }) => name === term.reconstruction?.variable);
  const hidden = term.where.flatMap((one) => {
    const share = one.kind === 'hidden' ? one.by.definition.share?.(one.by.args, variable?.shape ?? []) : undefined;
    if (variable === undefined || share === undefined || share === 0) return [];
    const all = product(variable.shape);
    return [
      `of ${all} elements ${short(share * all)} are hidden on average: a weight of ${short(1 / (share * all))} makes the sum over them a mean`,
    ];
  });
  return [...rows, ...hidden];
}

const short = (x: number): string => String(Number(x.toPrecision(3)));

export function weightText(
  { weight: { written, value, perElement, beside } }: Pick<ExplainedTerm, 'weight'>,
  { terms }: { readonly terms: readonly Pick<ExplainedTerm, 'name' | 'weight'>[] },
): string {
  const first = terms.find(({ weight }) => weight.perElement !== undefined && weight.beside === undefined)?.name;
  return [
    `weight ${value === undefined ? written : short(value)}`,
    ...(perElement === undefined ? [] : [`${short(perElement)} in a loss that averages over elements`]),
    ...(beside === undefined || first === undefined ? [] : [`${short(beside)} times that of ${first}`]),
  ].join('; ');
}

export function renderExplanation(e: Explanation): string {
  const width = Math.max(...e.layers.map((l) => l.id.length), 8);
  const shape = (s: readonly number[]): string => s.join('×') || 'scalar';
  return [
    `${e.name}: ${e.parameters.toLocaleString('en')} parameters; ${e.taxonomy === undefined ? `code of ${e.codeSize}` : `${e.inputSize} inputs, code of ${e.codeSize}: ${e.taxonomy}`}`,
    '',
    ...e.layers.map(
      (l) =>
        `  ${l.id.padEnd(width)}  ${shape(l.input).padStart(10)} → ${shape(l.output).padEnd(10)} ${l.parameters.toLocaleString('en').padStart(12)}`,
    ),
    ...(e.terms.length === 0 ? [] : ['', 'loss, the sum of']),
    ...e.terms.flatMap((t) => [
      `  ${t.name}  (${t.origin})`,
      `    = ${t.formula}`,
      `    ${t.reduction}`,
      ...t.notes.map((note) => `    ${note}`),
      `    ${weightText(t, e)}`,
    ]),
    ...(e.beta === undefined
      ? []
      : [`effective β = ${Number(e.beta.value.toPrecision(4))}  (${e.beta.meaning}; 1 is the evidence lower bound)`]),
    '',
    ...(e.phases?.flatMap(phaseText) ?? [
      `optimiser ${e.optimizer}, batch ${e.batch}`,
      `one step      ${costText(e.step)}`,
    ]),
    `${e.reconstructs ? 'reconstruct' : 'decode     '}   ${costText(e.forward)}`,
  ].join('\n');
}
