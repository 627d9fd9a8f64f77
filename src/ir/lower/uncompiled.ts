/** The clauses of a model that this version does not lower, place by place: what AE5001 says. */
import type { ArgValue, BuiltinCall, ExampleShape, Expression, TensorRef } from '../../builtins/arguments.js';
import { isTensor, keyOf, tensorsIn } from '../../builtins/arguments.js';
import { hasLowering, isMisfit } from '../../builtins/define.js';
import { everyExpression, operandsOf, tensorsOf } from '../model/expressions.js';
import { layersOf, type Model } from '../model/model.js';
import type { Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import type { Term } from '../model/terms.js';
import { partsOf, phasesOf } from '../model/training.js';
import { missingOf, type Variable } from '../model/variables.js';
import type { CompiledModel } from './compiled.js';
import { uncompiledFigure } from './figures.js';
import { isOfEach, isSeveral, severalOf } from './several.js';
import { lastingBound } from './weights.js';

/** A clause beyond the compiled part; `what` is a subject with its verb: `phases are`. */
export interface Uncompiled {
  readonly what: string;
  readonly source: Source;
}

type Rule = (model: Model) => readonly Uncompiled[];

/** Each finds the clauses of one kind; together they find whatever `CompiledModel` excludes. */
const rules: readonly Rule[] = [
  ({ variables }) => variables.flatMap(variable),
  (model) => model.networks.flatMap(network),
  onTrees,
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
  (model) => {
    const several = severalOf(model);
    return model.terms
      .filter(({ value }) =>
        everyExpression(value).some(
          (one) =>
            one.kind === 'function' &&
            one.type.rate === 'whole' &&
            one.operands.some((operand) => operand.type.rate === 'each' && isOfEach(model, several, operand)),
        ),
      )
      .map(({ source }) => ({ what: 'means over the batch of what has several values an example are', source }));
  },
  // Inputs that are learned are numbers, and rows of their own that no batch statistics are of.
  (model) =>
    model.latents
      .filter(
        ({ prior, experts }) =>
          prior.definition.ofInputs === true &&
          (experts.length > 1 ||
            layersOf(model).some(({ definition }) => definition.ofBatch === true) ||
            model.variables.some(
              ({ role, domain, structure: { kind } }) =>
                role === 'input' && (domain.kind === 'category' || kind === 'sequence' || kind === 'tree'),
            )),
      )
      .map(({ prior: { definition, source } }) => ({
        what: `the prior \`${definition.name}\` beside inputs that are no numbers, or statistics of the batch, is`,
        source,
      })),
  // A pass without noise has one value of each latent.
  (model) => {
    if (severalOf(model) === undefined) return [];
    return model.terms
      .filter(({ value }) =>
        everyExpression(value).some((one) => one.kind === 'function' && one.definition.noiseless === true),
      )
      .map(({ source }) => ({ what: 'passes without noise beside several values of a latent are', source }));
  },
  // The terms of one bound hold on the same rows.
  (model) => {
    const several = severalOf(model);
    if (several?.bounds !== true) return [];
    const bound = model.terms.filter(({ value }) => isOfEach(model, several, value));
    return bound
      .filter(({ where }) => where.some((one) => one.kind !== 'hidden'))
      .map(({ source }) => ({ what: 'conditions in a bound of importance weighting are', source }));
  },
  // The rows of nodes are no multiple of the batch.
  ({ latents, variables }) =>
    variables.some(({ structure }) => structure.kind === 'tree')
      ? latents.filter(isSeveral).map(({ source }) => ({ what: 'several values of a latent beside trees are', source }))
      : [],
  // There is no row for a label that is missing.
  (model) =>
    layersOf(model)
      .filter(
        ({ definition, input }) =>
          definition.readLabels !== undefined &&
          input.kind === 'variable' &&
          missingOf(model.variables.find(({ name }) => name === input.name)!) === 'rows',
      )
      .map(({ definition: { name }, source }) => ({ what: `\`${name}\` of a label that may be missing is`, source })),
  // Statistics of the batch would count padding.
  (model) =>
    layersOf(model)
      .filter(({ definition, site }) => definition.ofBatch === true && site === 'positions')
      .map(({ definition: { name }, source }) => ({ what: `\`${name}\` at the positions of a sequence is`, source })),
  (model) =>
    model.terms.flatMap(({ value, source }) =>
      everyExpression(value).flatMap((one) =>
        one.kind === 'penalty' &&
        ((one.call.definition.rate === 'whole' && operandsOf(one).some(({ type }) => type.site === 'positions')) ||
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
  (model) =>
    callsIn(model).flatMap(({ call, source }) =>
      unloweredIn(call).map(({ category, name }) => ({ what: `the ${category} \`${name}\` is`, source })),
    ),
  ({ variables }) => variables.flatMap(extremes),
  // No statistics of layers are measured.
  (model) =>
    layersOf(model).flatMap(({ corruption }) =>
      corruption
        .filter(({ definition }) => hasLowering(definition) && definition.statistics.length > 0)
        .map(({ definition: { name }, source }) => ({ what: `\`${name}\` behind a layer is`, source })),
    ),
  ({ terms, variables }) => terms.flatMap((one) => [...term(one), ...chosen(one, variables)]),
  ({ training }) => [
    ...phasesOf(training).flatMap(({ corruptions }) =>
      corruptions
        .filter(({ corruption }) =>
          corruption.some(({ definition }) => hasLowering(definition) && definition.statistics.length > 0),
        )
        .filter(({ of }) => of.kind !== 'variable')
        .map(({ source }) => ({ what: 'noise of that kind behind a layer is', source })),
    ),
  ],
  // Whoever searches a line holds all weights still in the meantime.
  ({ training }) =>
    phasesOf(training)
      .flatMap(({ players }) => players)
      .filter(({ optimizer }) => optimizer.definition.deterministic === true)
      .map(({ optimizer: { definition, source } }) => ({ what: `\`${definition.name}\` of a player is`, source })),
  (model) => model.figures.flatMap((figure) => uncompiledFigure(model, figure)),
];

function variable(one: Variable): readonly Uncompiled[] {
  const { structure, shape, observed, preprocessing, corruption, corrupted, source } = one;
  const { kind } = structure;
  if (kind === 'label') {
    const { of } = structure;
    return (of.kind === 'category' || of.kind === 'distribution') && of.shape.length === 0
      ? []
      : [{ what: `labels of trees that are no category and no distribution are`, source }];
  }
  if (kind === 'tree') {
    const words = structure.leaf.kind === 'token' && structure.leaf.shape.length === 0;
    return [
      ...(words ? [] : [{ what: 'trees of anything but tokens are', source }]),
      ...(corruption.length === 0 ? [] : [{ what: 'corrupted trees are', source }]),
      ...(preprocessing.length === 0 ? [] : [{ what: 'transforms of trees are', source }]),
      ...(observed === 'always' ? [] : [{ what: 'trees that may be missing are', source }]),
    ];
  }
  if (kind === 'token') return [{ what: 'words by themselves are', source }];
  if (kind === 'sequence') {
    const { of } = structure;
    const ofArrays = (of.kind === 'token' || of.kind === 'category') && of.shape.length > 0;
    if (ofArrays) return [{ what: 'sequences of arrays of labels are', source }];
    if (observed !== 'always') return [{ what: 'sequences that may be missing are', source }];
  }
  if (observed !== 'always' && kind === 'category' && shape.length > 0 && observed !== 'elements')
    return [{ what: 'arrays of labels that may be missing are', source }];
  // What is missing has no place in another shape.
  if (missingOf(one) !== undefined && corrupted.join() !== shape.join())
    return [{ what: 'degradations of what may be missing are', source: corruption[0]!.source }];
  // Statistics are measured of the data as they are, and go through what is increasing in front.
  const measured = preprocessing.findLastIndex(({ definition }) => definition.statistics.length > 0);
  const behind = preprocessing[measured];
  const mixed =
    preprocessing.slice(0, measured).some(({ definition }) => definition.increasing !== true) ||
    preprocessing.slice(1).some(({ definition }) => definition.ofWhole === true);
  // Covariances are of rows that are there, element by element.
  const whole = preprocessing.filter(
    ({ definition }) => definition.ofWhole === true && (missingOf(one) !== undefined || kind === 'sequence'),
  );
  return [
    ...(mixed && behind !== undefined
      ? [{ what: 'transforms that are measured behind others are', source: behind.source }]
      : []),
    ...whole.map(({ definition: { name }, source }) => ({ what: `\`${name}\` of what may be missing is`, source })),
  ];
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

/** Recursive networks whose clauses need more than what they are given. */
function network({ name, form, layers, inputs, source }: Network): readonly Uncompiled[] {
  if (form.kind === 'chain') return [];
  const bySequence = form.kind === 'fold' && form.by !== undefined;
  const ids = new Set(layers.map(({ id }) => id));
  const given = new Set(inputs.map(keyOf));
  const own = (ref: TensorRef): boolean => {
    if (ref.kind === 'given' || (ref.kind === 'layer' && ids.has(ref.id))) return true;
    if (ref.kind === 'applied')
      return ref.application.of.kind === 'layer' && ref.application.inputs.every((x) => tensorsOf(x).every(own));
    return form.kind === 'nodes' && given.has(keyOf(ref));
  };
  const foreign = layers.find(({ input, args }) => ![input, ...tensorsIn(args)].every(own));
  return [
    ...(bySequence ? [{ what: 'trees that are built of sequences are', source }] : []),
    ...layers
      .filter(({ definition }) => definition.ofBatch === true)
      .map((one) => ({ what: `\`${one.definition.name}\` at the nodes of a tree is`, source: one.source })),
    ...(foreign === undefined
      ? []
      : [{ what: `\`${name}\`, which reads more than the nodes, is`, source: foreign.source }]),
  ];
}

/** What is asked of trees that only examples have yet. */
function onTrees(model: Model): readonly Uncompiled[] {
  if (!model.variables.some(({ structure }) => structure.kind === 'tree')) return [];
  const folds = model.networks.filter(({ form }) => form.kind === 'fold');
  return model.terms.flatMap(({ value, source }) =>
    everyExpression(value).flatMap((one): readonly Uncompiled[] => {
      if (one.kind === 'penalty' && one.call.definition.differentiates === true)
        return [{ what: `\`${one.call.definition.name}\` of a tree is`, source }];
      if (one.kind === 'likelihood' && value.type.site === 'nodes')
        return [{ what: `\`reconstruct\` of what stands at nodes is`, source }];
      if (one.kind !== 'tree') return [];
      const encoder = folds.find(({ name }) => name === one.encoder);
      const decoder = model.networks.find(({ name }) => name === one.decoder);
      const reads = decoder?.inputs[0];
      const direct = encoder !== undefined && reads !== undefined && keyOf(reads) === keyOf(encoder.output);
      return [
        ...(direct || one.fromRoot
          ? []
          : [{ what: 'the decoder of every node behind anything but its vector is', source }]),
        ...(one.call.args['learned'] === true || one.call.args['log_variance'] !== undefined
          ? [{ what: 'a likelihood of vectors of a tree that learns is', source }]
          : []),
      ];
    }),
  );
}

/** The shapes of a variable in front of each of its corruptions. */
function shapesOf({ shape, corruption }: Variable): readonly ExampleShape[] {
  const shapes: ExampleShape[] = [shape];
  for (const { definition, args } of corruption) {
    const next = definition.shape(shapes.at(-1)!, args);
    shapes.push(isMisfit(next) ? shapes.at(-1)! : next);
  }
  return shapes;
}

/** Corruptions that need the extremes of features which a degradation, or a transform of them all, in front of them has changed. */
function extremes(variable: Variable): readonly Uncompiled[] {
  const shapes = shapesOf(variable);
  const mixing = variable.preprocessing.find(({ definition }) => definition.ofWhole === true);
  return variable.corruption.flatMap(({ definition: { name, statistics }, source }, i) => {
    if (statistics.every((kind) => lastingBound(variable, kind) !== undefined)) return [];
    const behind =
      mixing !== undefined
        ? `\`${mixing.definition.name}\``
        : shapes[i]!.join() !== variable.shape.join()
          ? 'a change of shape'
          : undefined;
    return behind === undefined ? [] : [{ what: `\`${name}\` behind ${behind} is`, source }];
  });
}

/** Conditions that choose elements which what is compared does not have. */
function chosen({ value, where }: Term, variables: readonly Variable[]): readonly Uncompiled[] {
  const ofVectors = everyExpression(value).some(
    (one) => one.kind === 'likelihood' && one.call.definition.ofVectors === true,
  );
  return where.flatMap((one) => {
    if (one.kind !== 'hidden') return [];
    const variable = variables.find(({ name }) => name === one.variable)!;
    const hidden = shapesOf(variable)[one.index]!;
    // Channels that stand for all channels do so here too.
    const apart = hidden.some((n, axis) => n !== 1 && n !== variable.shape[axis]);
    const what = `\`where ${one.by.definition.name}\``;
    return [
      ...(ofVectors && variable.domain.kind !== 'category'
        ? [{ what: `${what} of a distribution of vectors is`, source: one.source }]
        : []),
      ...(apart ? [{ what: `${what} behind a change of shape is`, source: one.source }] : []),
    ];
  });
}

export const uncompiled: Rule = (model) => rules.flatMap((rule) => rule(model));

export const isCompiled = (model: Model): model is Model & CompiledModel => uncompiled(model).length === 0;

interface CallAt {
  readonly call: BuiltinCall;
  readonly source: Source;
}

/** Every call of the registry that the model makes. */
function callsIn(model: Model): readonly CallAt[] {
  const { training } = model;
  return [
    ...model.variables.flatMap((v) => v.corruption.map((call) => ({ call, source: call.source }))),
    ...layersOf(model).flatMap((layer) => [
      { call: { kind: 'call', definition: layer.definition, args: layer.args } as const, source: layer.source },
      ...layer.corruption.map((call) => ({ call, source: call.source })),
    ]),
    // A distribution answers for the ways that go with it, since one of them is its default.
    ...model.latents.flatMap(({ definition, by, through, source }): readonly CallAt[] => [
      { call: hasLowering(definition) ? by : { kind: 'call', definition, args: {} }, source },
      ...through.map((call) => ({ call, source })),
    ]),
    ...model.draws.map(({ definition, args, source }): CallAt => ({
      call: { kind: 'call', definition, args },
      source,
    })),
    ...model.terms.flatMap(({ value, source }) =>
      everyExpression(value)
        .flatMap(callOf)
        .map((call) => ({ call, source })),
    ),
    ...partsOf(training).flatMap(({ optimizer, objective }): readonly CallAt[] => [
      { call: optimizer, source: optimizer.source },
      ...(objective.kind === 'loss'
        ? []
        : everyExpression(objective.value)
            .flatMap(callOf)
            .map((call) => ({ call, source: objective.source }))),
    ]),
    ...phasesOf(training).flatMap(({ corruptions }) =>
      corruptions.flatMap(({ corruption }) => corruption.map((call) => ({ call, source: call.source }))),
    ),
    ...model.figures,
  ];
}

/** What an expression calls of the registry. */
function callOf(expr: Expression): readonly BuiltinCall[] {
  switch (expr.kind) {
    case 'penalty':
    case 'schedule':
    case 'likelihood':
      return [expr.call];
    case 'function':
      return [{ kind: 'call', definition: expr.definition, args: {} }];
    case 'tensor':
      return applicationsIn(expr.ref);
    default:
      return [];
  }
}

/** What the inputs of applications call. */
const applicationsIn = (ref: TensorRef): readonly BuiltinCall[] =>
  ref.kind === 'applied'
    ? [...ref.application.inputs.flatMap((input) => everyExpression(input).flatMap(callOf)), ...applicationsIn(ref.of)]
    : [];

/** The entries without a lowering among a call and its arguments. */
function unloweredIn({ definition, args }: BuiltinCall): readonly BuiltinCall['definition'][] {
  const inside = Object.values(args).flatMap((value) => (isCall(value) ? unloweredIn(value) : []));
  return hasLowering(definition) ? inside : [definition, ...inside];
}

const isCall = (value: ArgValue | undefined): value is BuiltinCall =>
  typeof value === 'object' && !isTensor(value) && 'kind' in value && value.kind === 'call';
