/**
 * Decoders that read what stands before: outside of training they read what they themselves have written, position by
 * position. A scan carries all that is written so far; each round computes the decoder on it, and adds one position.
 */
import { keyOf, tensorsIn, type LayerId, type TensorRef } from '../../builtins/arguments.js';
import { loweringOf } from '../../builtins/define.js';
import type { Node } from '../graph/graph.js';
import { bodyInput } from '../graph/ops/loops.js';
import { lastOf, scan } from '../graph/ops/scan-loops.js';
import { repeated } from '../graph/repeat.js';
import { B, product, scaleDim } from '../graph/shape.js';
import { layersOf } from '../model/model.js';
import { outputsOf, type ModelOutput } from '../model/outputs.js';
import { BodyBuilder, bodyOf } from './bodies.js';
import type { CompiledModel, CompiledVariable } from './compiled.js';
import type { Pass } from './pass.js';

import { previousLabels, previousOf } from './variables.js';

type Written = ModelOutput & Required<Pick<ModelOutput, 'reconstruction'>>;

/** The reconstructions that are written position by position. */
const writtenOf = (model: CompiledModel): readonly Written[] =>
  outputsOf(model).filter((one): one is Written => {
    if (one.reconstruction === undefined || one.output.kind !== 'layer') return false;
    return behindPrevious(model, one.variable).has(one.output.id);
  });

/** The layers that read, at whatever distance, what stands before in a variable. */
function behindPrevious(model: CompiledModel, variable: string): ReadonlySet<LayerId> {
  const start = keyOf({ kind: 'previous', of: { kind: 'variable', name: variable } });
  const found = new Set<LayerId>();
  const layers = layersOf(model);
  // A network may stand above what it reads.
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { id, input, args } of layers)
      if (
        [input, ...tensorsIn(args)].some((ref) => keyOf(ref) === start || (ref.kind === 'layer' && found.has(ref.id)))
      )
        found.add(id);
  }
  return found;
}

/**
 * Lets decoders read what they have written.
 *
 * @param draws whether words are drawn; the likeliest are taken otherwise
 */
export function write(pass: Pass, draws: boolean): void {
  for (const one of writtenOf(pass.model as CompiledModel)) {
    const variable = pass.variable(one.variable);
    pass.write(
      variable.name,
      pass.b.at(variable.source, () => writing(pass, one, variable, draws)),
    );
  }
}

/** What is written: labels [rows, length], or numbers [rows, length, …]. */
function writing(pass: Pass, one: Written, variable: CompiledVariable, draws: boolean): Node {
  const { b, rows } = pass;
  const [length, ...rest] = variable.shape as readonly [number, ...number[]];
  const classes = variable.domain.kind === 'category' ? variable.domain.classes : undefined;
  const size = product(rest);
  const all = scaleDim(rows, length);
  const own = new BodyBuilder(b, all);
  const state = own.input('given', bodyInput.start, [B, length * size]);
  const eye = Array.from({ length: length * length }, (_, i) => (i % (length + 1) === 0 ? 1 : 0));
  const round = b.broadcastTo(b.constant(eye, [length, 1, length]), [length, rows, length]);
  const here = own.reshape(own.row(b.reshape(round, [all, length])), [B, length, 1]);

  const layers = behindPrevious(pass.model as CompiledModel, variable.name);
  const ref: TensorRef = { kind: 'previous', of: { kind: 'variable', name: variable.name } };
  const labels = classes === undefined ? undefined : previousLabels(own, own.cast(state, 'int32'));
  const before =
    labels === undefined
      ? previousOf(own, own.reshape(state, [B, length, ...rest]), B, length)
      : own.make('OneHot', [labels], { depth: classes! });
  const inputs = new Map([[keyOf(ref), before]]);
  // All else is the same in every round.
  for (const { id, input, args } of layersOf(pass.model as CompiledModel))
    for (const other of layers.has(id) ? [input, ...tensorsIn(args)] : [])
      if (!inputs.has(keyOf(other)) && !(other.kind === 'layer' && layers.has(other.id)))
        inputs.set(keyOf(other), own.row(repeated(b, pass.tensor(other), length)));
  const inBody = pass.inBody(own, {
    inputs,
    labels: new Map(labels === undefined ? [] : [[keyOf(ref), labels]]),
    masks: new Map([[keyOf(ref), own.fill(1, [B, length])]]),
    layers,
  });
  const { likelihood, linked } = one.reconstruction;
  const mean = loweringOf(likelihood.definition).mean(own, inBody.value(one.output), linked);
  const at = own.sum(own.mul(own.reshape(mean, [B, length, product(mean.shape.slice(2) as number[])]), here), [1]);
  const value = classes === undefined ? at : own.reshape(chosen(own, at, classes, draws), [B, 1]);
  const next = own.add(state, own.reshape(own.mul(here, own.reshape(value, [B, 1, size])), [B, length * size]));
  const states = scan(b, {
    length,
    reverse: false,
    start: b.fill(0, [rows, length * size]),
    ...bodyOf(own, 'writing', next, (name) => pass.weight(name)),
  });
  const last = lastOf(b, states, { length, reverse: false });
  return classes === undefined ? b.reshape(last, [rows, ...variable.shape]) : b.cast(last, 'int32');
}

/** A label for each row of probabilities [rows, classes], as a number: the likeliest, or one that is drawn. */
function chosen(own: BodyBuilder, probabilities: Node, classes: number, draws: boolean): Node {
  if (!draws) return own.cast(own.make('ArgMax', [probabilities], { axis: 1 }), 'float32');
  const below = own.indicator('Less', own.make('CumSum', [probabilities]), own.uniform([B, 1]));
  // Sums of probabilities may end a little below 1.
  return own.make('Minimum', [own.sum(below, [1]), own.scalar(classes - 1)]);
}
