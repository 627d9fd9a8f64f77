/** What is not lowered of variables, of their corruptions, and of conditions on them. */
import type { ExampleShape } from '../../builtins/arguments.js';
import { isMisfit } from '../../builtins/define.js';
import { everyExpression } from '../model/expressions.js';
import type { Term } from '../model/terms.js';
import { missingOf, type Variable } from '../model/variables.js';
import type { Uncompiled } from './uncompiled.js';
import { lastingBound } from './weights.js';

export function variable(one: Variable): readonly Uncompiled[] {
  const { structure, shape, observed, preprocessing, corruption, corrupted, source } = one;
  const { kind } = structure;
  if (kind === 'label') {
    const { of } = structure;
    return (of.kind === 'category' || of.kind === 'distribution') && of.shape.length === 0
      ? []
      : [{ what: `labels of trees that are no category and no distribution are`, source }];
  }
  if (kind === 'tree') {
    const { leaf } = structure;
    const ofWords = leaf.kind === 'token' && leaf.shape.length === 0;
    return [
      ...(ofWords || leaf.kind === 'numbers' ? [] : [{ what: 'trees of anything but tokens and numbers are', source }]),
      ...corruption
        .filter(
          ({ definition }) =>
            definition.degradation || definition.statistics.some((kind) => lastingBound(one, kind) === undefined),
        )
        .map(({ definition: { name }, source }) => ({ what: `\`${name}\` of trees is`, source })),
      ...(preprocessing.length === 0 ? [] : [{ what: 'transforms of trees are', source }]),
      ...(observed === 'always' ? [] : [{ what: 'trees that may be missing are', source }]),
    ];
  }
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
export function extremes(variable: Variable): readonly Uncompiled[] {
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
export function chosen({ value, where }: Term, variables: readonly Variable[]): readonly Uncompiled[] {
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
