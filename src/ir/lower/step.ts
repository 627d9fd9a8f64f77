/** The training step: the loss, its gradient, and what the optimiser makes of it. */
import type { LayerId } from '../../builtins/arguments.js';
import type { KernelCall } from '../../builtins/define.js';
import { gradients } from '../graph/autodiff.js';
import type { Builder } from '../graph/build.js';
import type { Graph, Node, Output } from '../graph/graph.js';
import { prune } from '../graph/passes/prune.js';
import type { CompiledPhase, CompiledPlayer } from './compiled.js';
import { stack } from './expressions.js';
import type { Pass } from './pass.js';
import type { Slot } from './phases.js';
import { constraintsOf, project } from './weights.js';

/** Variables that a kernel updates in place: `weights/encoder.code.kernel`, `slots/encoder.code.kernel/m`. */
export interface Update {
  readonly op: string;
  readonly variables: readonly string[];
  /** Names of the graph's outputs that it reads. */
  readonly operands: readonly string[];
  readonly attributes: Readonly<Record<string, boolean>>;
}

/**
 * The step for a target whose weights are variables: what the updates read is computed by the graph,
 * the updates are left to the optimiser's own kernels. Outputs `gradients/…` tell whether the step is finite.
 */
export interface StepInPlace {
  readonly graph: Graph;
  /** By weight; the updates of one weight run in their order. */
  readonly updates: readonly (readonly Update[])[];
}

/** Who moves what in a step, and for which end. */
export interface LoweredPart {
  readonly settings: CompiledPhase | CompiledPlayer;
  /** Stored weights. */
  readonly trains: readonly string[];
  /** What is reported, each one number. */
  readonly terms: readonly Node[];
  /** Those of them whose sum is minimised. */
  readonly summed: readonly Node[];
  readonly slots: readonly Slot[];
}

/**
 * A step as a function of the state, and as updates in place: two readings of one graph. All gradients are of the
 * weights before the step, whoever moves them.
 *
 * @param still layers that this step does not move, whose averages stay too
 */
export function lowerStep(
  pass: Pass,
  phase: CompiledPhase,
  parts: readonly LoweredPart[],
  still: ReadonlySet<LayerId>,
): { readonly trainStep: Graph; readonly inPlace: StepInPlace } {
  const { b } = pass;
  const outputs: Output[] = [];
  const inPlace = new Updates();
  const found = parts.map((part) => gradientsOf(pass, part));
  parts.forEach((part, i) => {
    move(pass, phase, part, found[i]!, outputs, inPlace);
  });
  for (const [name, { of, value }] of pass.updates) {
    if (still.has(of)) continue;
    const output = { name: `weights/${name}`, node: value };
    outputs.push(output);
    inPlace.assign([output]);
  }
  const stacked: Output = {
    name: 'terms',
    node: stack(
      b,
      parts.flatMap(({ terms }) => terms),
    ),
  };
  const gradientOutputs = parts.flatMap(({ trains }, i) =>
    trains.map((name, w): Output => ({ name: `gradients/${name}`, node: found[i]![w]! })),
  );
  return {
    trainStep: b.finish('trainStep', [...outputs, stacked]),
    inPlace: {
      graph: prune(b.finish('stepInPlace', [...inPlace.outputs, ...gradientOutputs, stacked])),
      updates: inPlace.updates,
    },
  };
}

/** Of the sum that a part minimises, in the weights that it moves. */
function gradientsOf(pass: Pass, { trains, summed }: LoweredPart): readonly Node[] {
  const { b } = pass;
  const loss = b.named(
    summed.reduce((sum, term) => b.add(sum, term), b.scalar(0)),
    'loss',
  );
  const weights = trains.map((name) => pass.weight(name));
  return gradients(b, loss, weights).map((g, i) => b.named(g, `d.${trains[i]!}`));
}

/**
 * What an optimiser that sees all weights at once measures wherever it looks: the terms, and the gradient of their sum.
 */
export function lowerGradients(pass: Pass, part: LoweredPart): Graph {
  const { b } = pass;
  const found = gradientsOf(pass, part);
  return b.finish('gradients', [
    ...part.trains.map((name, i): Output => ({ name: `gradients/${name}`, node: found[i]! })),
    { name: 'terms', node: stack(b, part.terms) },
  ]);
}

/** Moves the weights of a part. */
function move(
  pass: Pass,
  phase: CompiledPhase,
  { settings, trains, slots: state }: LoweredPart,
  raw: readonly Node[],
  outputs: Output[],
  inPlace: Updates,
): void {
  const { b, model } = pass;
  const { clip, optimizer } = settings;
  const { definition, args } = optimizer;
  if (definition.deterministic === true) throw new Error(`${definition.name} moves all weights at once`);
  const clipped = clip === undefined ? raw : clip.definition.clip(b, raw, clip.args);
  const common = learningRate(b, settings, phase);
  const step = b.shift(b.step(), 1);
  trains.forEach((name, i) => {
    const weight = pass.weight(name);
    const own = state.filter((slot) => slot.weight === name);
    const named = definition.slots(args).map((slot, s) => [slot.name, own[s]!.name] as const);
    const slots = Object.fromEntries(named.map(([slot, full]) => [slot, b.input('slot', full, weight.shape)]));
    const factor = settings.rates.reduce((all, one) => (one.weights.includes(name) ? all * one.factor : all), 1);
    const rate = b.scale(common, factor);
    const source = model.weights.find((w) => w.name === name)?.source;
    b.at(source, () => {
      const moved = definition.update(b, weight, clipped[i]!, slots, rate, step, args);
      const values: readonly Output[] = [
        { name: `weights/${name}`, node: b.named(project(b, model, name, moved.weight), `new.${name}`) },
        ...named.map(([slot, full]) => ({ name: `slots/${full}`, node: moved.slots[slot]! })),
      ];
      outputs.push(...values);
      // What a constraint moves once more has no kernel.
      const constrained = constraintsOf(model, name).length > 0;
      const calls = constrained ? undefined : definition.kernels(b, weight, clipped[i]!, rate, step, args);
      if (calls === undefined) inPlace.assign(values);
      else inPlace.call(name, new Map(named), calls);
    });
  });
}

/** Collects the updates in place of a step, and the outputs that they read. */
class Updates {
  readonly outputs: Output[] = [];
  readonly updates: (readonly Update[])[] = [];

  assign(values: readonly Output[]): void {
    this.updates.push(values.map(({ name, node }) => this.#update('AssignVariableOp', [name], [node], {})));
  }

  /** @param slots full names of the state beside the weight */
  call(weight: string, slots: ReadonlyMap<string, string>, calls: readonly KernelCall[]): void {
    const variable = (name: string): string => (name === 'weight' ? `weights/${weight}` : `slots/${slots.get(name)!}`);
    this.updates.push(
      calls.map((call) => this.#update(call.op, call.variables.map(variable), call.operands, call.attributes ?? {})),
    );
  }

  #update(
    op: string,
    variables: readonly string[],
    operands: readonly Node[],
    attributes: Update['attributes'],
  ): Update {
    const names = operands.map((node) => {
      const name = `operands/${this.outputs.length}`;
      this.outputs.push({ name, node });
      return name;
    });
    return { op, variables, operands: names, attributes };
  }
}

function learningRate(b: Builder, { optimizer, schedule }: LoweredPart['settings'], phase: CompiledPhase): Node {
  const base = b.scalar(optimizer.args['lr'] as number);
  return schedule === undefined ? base : b.mul(base, schedule.definition.lower(b, schedule.args, phase));
}
