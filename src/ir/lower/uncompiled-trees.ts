/** What is not lowered of trees, and of the networks that walk them. */
import { keyOf, tensorsIn, type TensorRef } from '../../builtins/arguments.js';
import { everyExpression, tensorsOf } from '../model/expressions.js';
import type { Model } from '../model/model.js';
import { decodersOf, foldsBuilt, type Network } from '../model/networks.js';
import type { Uncompiled } from './uncompiled.js';

/** Recursive networks whose clauses need more than what they are given. */
export function network({ name, form, layers, inputs }: Network): readonly Uncompiled[] {
  if (form.kind === 'chain') return [];
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
    ...layers
      .filter(({ definition }) => definition.ofBatch === true)
      .map((one) => ({ what: `\`${one.definition.name}\` at the nodes of a tree is`, source: one.source })),
    ...(foreign === undefined
      ? []
      : [{ what: `\`${name}\`, which reads more than the nodes, is`, source: foreign.source }]),
  ];
}

/** Whether examples have trees, or are made some. */
export const hasTrees = ({ variables, networks }: Model): boolean =>
  variables.some(({ structure }) => structure.kind === 'tree') || foldsBuilt(networks).length > 0;

/** What trees cannot be built of, and by. */
export function built({ variables, networks }: Model): readonly Uncompiled[] {
  return foldsBuilt(networks).flatMap((fold): readonly Uncompiled[] => {
    const { by } = fold.form;
    const { all, direct } = decodersOf(fold, networks);
    const degraded = variables.some(({ corruption }) => corruption.some(({ definition }) => definition.degradation));
    return [
      ...(degraded ? [{ what: 'trees that are built beside degradations are', source: by.source }] : []),
      ...(by.definition.reconstructs === true && all.length > 0 && direct.length !== 1
        ? [
            {
              what: `trees that ${direct.length === 0 ? 'decoders of anything but their vectors build' : 'several decoders build'} are`,
              source: by.source,
            },
          ]
        : []),
    ];
  });
}

/** What is asked of trees that only examples have yet. */
export function onTrees(model: Model): readonly Uncompiled[] {
  if (!hasTrees(model)) return [];
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
