/** The clauses of a model that this version does not lower, place by place: what AE5001 says. */
import type { Expression, TensorRef } from '../../builtins/arguments.js';
import { hasLowering } from '../../builtins/define.js';
import { isDependent } from '../model/dependence.js';
import { rangeInFront } from '../model/endings.js';
import { everyExpression, operandsOf, tensorsOf } from '../model/expressions.js';
import { layersOf, measuredIn, type Model } from '../model/model.js';
import type { Source } from '../model/source.js';
import type { Term } from '../model/terms.js';
import { phasesOf } from '../model/training.js';
import { hearCalls, unloweredIn } from './calls.js';
import type { CompiledModel } from './compiled.js';
import { uncompiledFigure } from './figures.js';
import { isOfEach, isSeveral, severalOf, type Several } from './several.js';
import { built, hasTrees, network, onTrees } from './uncompiled-trees.js';
import { chosen, extremes, variable } from './uncompiled-variables.js';

/** A clause beyond the compiled part; `what` is a subject with its verb: `phases are`. */
export interface Uncompiled {
  readonly what: string;
  readonly source: Source;
}

/** What several rules ask of a model. */
interface Asked {
  /** What it measures, with all expressions in each. */
  readonly measured: readonly {
    readonly value: Expression;
    readonly source: Source;
    readonly all: readonly Expression[];
  }[];
  readonly several: Several | undefined;
}

type Rule = (model: Model, asked: Asked) => readonly Uncompiled[];

/** Each finds the clauses of one kind; together they find whatever `CompiledModel` excludes. */
const rules: readonly Rule[] = [
  ({ variables }) => variables.flatMap(variable),
  (model) => model.networks.flatMap(network),
  onTrees,
  built,
  ({ latents }) =>
    latents.flatMap(({ experts, prior, definition, source }) => [
      ...(experts.length > 1 && prior.definition.computed !== true
        ? [{ what: `products of posteriors with the prior \`${prior.definition.name}\` are`, source }]
        : []),
      ...(hasLowering(definition) && !hasLowering(prior.definition)
        ? [{ what: `the prior \`${prior.definition.name}\` is`, source: prior.source }]
        : []),
    ]),
  // Of several values an example, the mean over the batch is none over the rows.
  (model, { measured, several }) =>
    measured
      .filter(({ all }) =>
        all.some(
          (one) =>
            one.kind === 'function' &&
            one.type.rate === 'whole' &&
            one.operands.some((operand) => operand.type.rate === 'each' && isOfEach(model, several, operand)),
        ),
      )
      .map(({ source }) => ({ what: 'means over the batch of what has several values an example are', source })),
  // Statistics of the batch would take each of them for an example, and forget their probabilities; a derivative has one point.
  (_, { measured, several }) => {
    if (several === undefined) return [];
    return measured.flatMap(({ all, source }) =>
      all.flatMap((one) => {
        const name = nameOfRowsTogether(one);
        return name !== undefined && tensorsOf(one).some((ref) => isDependent(several.dependents, ref))
          ? [{ what: `\`${name}\` of what has several values an example is`, source }]
          : [];
      }),
    );
  },
  // Inputs that are learned are numbers, and rows of their own, of which there is no batch to choose from.
  (model) =>
    model.latents
      .filter(
        ({ prior, experts }) =>
          prior.definition.ofInputs === true &&
          (experts.length > 1 ||
            layersOf(model).some(({ definition }) => definition.choosesRows === true) ||
            model.variables.some(
              ({ role, domain, structure: { kind } }) =>
                role === 'input' && (domain.kind === 'category' || kind === 'sequence' || kind === 'tree'),
            )),
      )
      .map(({ prior: { definition, source } }) => ({
        what: `the prior \`${definition.name}\` beside inputs that are no numbers, or what is chosen of the batch, is`,
        source,
      })),
  // A pass without noise has one value of each latent.
  (_, { measured, several }) =>
    several === undefined
      ? []
      : measured
          .filter(({ all }) => all.some((one) => one.kind === 'function' && one.definition.noiseless === true))
          .map(({ source }) => ({ what: 'passes without noise beside several values of a latent are', source })),
  // The rows of nodes are no multiple of the batch.
  (model) =>
    hasTrees(model)
      ? model.latents
          .filter(isSeveral)
          .map(({ source }) => ({ what: 'several values of a latent beside trees are', source }))
      : [],
  (model, { measured }) =>
    measured.flatMap(({ all, source }) =>
      all.flatMap((one) =>
        one.kind === 'penalty' &&
        ((one.call.definition.rate === 'whole' &&
          one.call.definition.leavesOut !== true &&
          operandsOf(one).some(({ type }) => type.site === 'positions')) ||
          (one.call.definition.perUnit === true &&
            model.variables.some(({ structure: { kind } }) => kind === 'sequence')))
          ? [{ what: `\`${one.call.definition.name}\` of a sequence is`, source }]
          : [],
      ),
    ),
  // Draws of several latents share the rows of one pass.
  ({ latents }) => {
    const several = latents.filter(({ by }) => typeof by.args['samples'] === 'number' && by.args['samples'] > 1);
    return several
      .filter(({ by }) => by.args['samples'] !== several[0]!.by.args['samples'])
      .map(({ source }) => ({ what: 'different numbers of samples are', source }));
  },
  (model, { measured }) => {
    const found: Uncompiled[] = [];
    hearCalls(model, measured, (call, source) => {
      for (const { category, name } of unloweredIn(call))
        found.push({ what: `the ${category} \`${name}\` is`, source });
    });
    return found;
  },
  ({ variables }) => variables.flatMap(extremes),
  // No statistics of layers are measured.
  (model) => {
    const corrupted = [
      ...layersOf(model)
        .filter(({ corruption }) => corruption.length > 0)
        .flatMap(({ id, corruption }) =>
          corruption.map(({ output, definition, source }) => ({
            of: { kind: 'layer', id, output } as TensorRef,
            definition,
            source,
          })),
        ),
      ...phasesOf(model.training).flatMap(({ corruptions }) =>
        corruptions.flatMap(({ of, corruption, source }) =>
          corruption.map(({ definition }) => ({ of, definition, source })),
        ),
      ),
    ];
    if (corrupted.length === 0) return [];
    const layers = new Map(layersOf(model).map((layer) => [layer.id, layer]));
    return corrupted
      .filter(
        ({ of, definition }) =>
          hasLowering(definition) &&
          definition.statistics.length > 0 &&
          of.kind === 'layer' &&
          !rangeInFront((id) => layers.get(id), of).every(Number.isFinite),
      )
      .map(({ definition: { name }, source }) => ({ what: `\`${name}\` behind a layer without bounds is`, source }));
  },
  ({ terms, variables }) =>
    terms.filter(({ where }) => where.length > 0).flatMap((one) => [...term(one), ...chosen(one, variables)]),
  // Whoever searches a line holds all weights still in the meantime.
  ({ training }) =>
    phasesOf(training)
      .flatMap(({ players }) => players)
      .filter(({ optimizer }) => optimizer.definition.deterministic === true)
      .map(({ optimizer: { definition, source } }) => ({ what: `\`${definition.name}\` of a player is`, source })),
  (model) => model.figures.flatMap((figure) => uncompiledFigure(model, figure)),
];

/** What is of all rows together, or of a derivative at each: a penalty or a function of that kind, by name. */
function nameOfRowsTogether(one: Expression): string | undefined {
  if (one.kind === 'penalty') {
    const { name, rate, differentiates } = one.call.definition;
    return rate === 'whole' || differentiates === true ? name : undefined;
  }
  return one.kind === 'function' && one.definition.mixesRows === true ? one.definition.name : undefined;
}

function term({ value, where }: Term): readonly Uncompiled[] {
  const ofNodes = value.type.site === 'nodes';
  return where.flatMap((one) =>
    ofNodes && one.kind !== 'known'
      ? [
          {
            what: `\`where ${one.kind === 'hidden' ? one.by.definition.name : `${one.variable}.${one.kind}`}\` is`,
            source: one.source,
          },
        ]
      : [],
  );
}

export function uncompiled(model: Model): readonly Uncompiled[] {
  const measured = measuredIn(model).map(({ value, source }) => ({ value, source, all: everyExpression(value) }));
  const asked: Asked = { measured, several: severalOf(model) };
  return rules.flatMap((rule) => rule(model, asked));
}

export const isCompiled = (model: Model): model is Model & CompiledModel => uncompiled(model).length === 0;
