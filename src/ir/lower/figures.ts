/** Figures as a program carries them: each with the names under which its functions give what is shown. */
import { isTensor, sameRef, showRef, type TensorRef } from '../../builtins/arguments.js';
import { hasLowering, type FigureDefinition } from '../../builtins/define.js';
import type { FigureArgs, KernelSpec, SubjectSpec } from '../../runtime/program.js';
import { codeOf, encodes, layersOf, storedName, type Figure, type Model } from '../model/model.js';
import { hasClosedDivergence } from '../model/latents.js';
import type { Source } from '../model/source.js';
import { wayTo } from './weights.js';

/** A function that programs have for the sake of figures alone. */
export type Asked = NonNullable<ReturnType<NonNullable<FigureDefinition['asks']>>>;

/** The function of a program that gives a tensor; undefined where none does. */
export function subjectOf(model: Model, ref: TensorRef): SubjectSpec | undefined {
  if (ref.kind === 'variable') {
    const { shape } = model.variables.find(({ name }) => name === ref.name)!;
    return { kind: 'variable', name: ref.name, shape };
  }
  const layer = ref.kind === 'layer' && ref.output === 0 ? layersOf(model).find(({ id }) => id === ref.id) : undefined;
  const kernel = layer && kernelOf(model, layer);
  const weighed = kernel === undefined ? {} : { kernel };
  const code = codeOf(model).find((one) => sameRef(one.ref, ref));
  if (code !== undefined) return { kind: 'code', name: code.name, shape: code.shape, ...weighed };
  return layer && { kind: 'activation', name: layer.id, shape: layer.outputs[0]!, ...weighed };
}

/** The first of a layer's kernels, tied or its own. */
function kernelOf(model: Model, { id, weights, inputShape }: Layer): KernelSpec | undefined {
  const kernel = weights.find(({ role }) => role === 'kernel');
  if (kernel === undefined) return undefined;
  const name = `${id}.${kernel.name}`;
  const { order, sign } = wayTo(
    model,
    name,
    kernel.shape.map((_, axis) => axis),
  );
  return { weight: storedName(model, name), order, sign, axes: kernel.axes, reads: inputShape };
}

type Layer = ReturnType<typeof layersOf<Model>>[number];

/** The arguments of a figure, tensors as its program gives them. */
export const figureArgs = (model: Model, { call: { args } }: Figure): FigureArgs =>
  Object.fromEntries(
    Object.entries(args).flatMap(([name, value]): readonly [string, FigureArgs[string]][] => {
      if (isTensor(value)) {
        const subject = subjectOf(model, value);
        return subject === undefined ? [] : [[name, subject]];
      }
      return value === undefined || typeof value === 'object' ? [] : [[name, value]];
    }),
  );

/** What a figure asks for that programs do not give. */
export function uncompiledFigure(
  model: Model,
  { call: { definition, args }, source }: Figure,
): readonly { readonly what: string; readonly source: Source }[] {
  if (!hasLowering(definition)) return [];
  const asked = definition.asks?.(args);
  if (asked !== undefined && !gives(model, asked))
    return [{ what: `\`${definition.name}\` of latents whose divergence has no closed form is`, source }];
  return Object.entries(args).flatMap(([name, ref]) => {
    if (!isTensor(ref)) return [];
    if (definition.ofDraws === true && model.draws.some((one) => ref.kind === 'latent' && ref.name === one.name))
      return [];
    const subject = subjectOf(model, ref);
    if (subject === undefined) return [{ what: `figures of \`${showRef(ref)}\` are`, source }];
    // What is decoded comes first; arguments stand in any order.
    const decoded = definition.decodes === true && name === definition.params[0]!.name;
    if (subject.kind === 'code' && !decoded && !encodes(model))
      return [{ what: `figures of \`${showRef(ref)}\`, which nothing encodes, are`, source }];
    return decoded && subject.kind !== 'code'
      ? [{ what: `figures that decode \`${showRef(ref)}\`, which is no code, are`, source }]
      : [];
  });
}

/** Whether a function that figures ask for can be had: a divergence that is estimated is one number for each draw, and none for each example. */
export function gives({ latents }: Pick<Model, 'latents'>, what: Asked): boolean {
  switch (what) {
    case 'score':
      return latents.every(hasClosedDivergence);
    case 'rate':
      return latents.every((one) => hasClosedDivergence(one) || isPoint(one));
    case 'pullback':
      return true;
  }
}

/** Whether the posterior is the value itself, rounded or an entry: nothing but ln p is asked of it. */
const isPoint = ({ experts }: Model['latents'][number]): boolean =>
  experts.every(({ heads }) => Object.keys(heads).length === 0);
