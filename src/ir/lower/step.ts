/** The training step: the loss, its gradient, and what the optimiser makes of it. */
import type { KernelCall } from '../../builtins/define.js';
import { gradients } from '../graph/autodiff.js';
import { Builder } from '../graph/build.js';
import type { CompiledModel as Model, CompiledTraining as Training } from './compiled.js';
import type { Graph, Node, Output } from '../graph/graph.js';
import { prune } from '../graph/passes/prune.js';
import { lowerTerms, passOf, stack } from './expressions.js';
import { constraintsOf, project, trainableWeights } from './weights.js';

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

/** The step as a function of the state, and as updates in place: two readings of one graph. */
export function lowerTrainStep(model: Model): { readonly trainStep: Graph; readonly stepInPlace: StepInPlace } {
  const b = new Builder();
  const pass = passOf(b, model, { training: true, corrupt: true, latents: 'drawn', readsCorrupted: false });
  const terms = lowerTerms(pass);
  const loss = b.named(
    terms.reduce((sum, term) => b.add(sum, term)),
    'loss',
  );
  const names = trainableWeights(model);
  const weights = names.map((name) => pass.weight(name));
  const raw = gradients(b, loss, weights).map((g, i) => b.named(g, `d.${names[i]!}`));
  const { training } = model;
  const clipped = training.clip === undefined ? raw : training.clip.definition.clip(b, raw, training.clip.args);
  const rate = learningRate(b, training);
  const step = b.shift(b.step(), 1);
  const { definition, args } = training.optimizer;
  const outputs: Output[] = [];
  const inPlace = new Updates();
  names.forEach((name, i) => {
    const slotNames = definition.slots(args).map((slot) => slot.name);
    const slots = Object.fromEntries(
      slotNames.map((slot) => [slot, b.input('slot', `${name}/${slot}`, weights[i]!.shape)]),
    );
    const source = model.weights.find((w) => w.name === name)?.source;
    b.at(source, () => {
      const moved = definition.update(b, weights[i]!, clipped[i]!, slots, rate, step, args);
      const values: readonly Output[] = [
        { name: `weights/${name}`, node: b.named(project(b, model, name, moved.weight), `new.${name}`) },
        ...slotNames.map((slot) => ({ name: `slots/${name}/${slot}`, node: moved.slots[slot]! })),
      ];
      outputs.push(...values);
      // What a constraint moves once more has no kernel.
      const constrained = constraintsOf(model, name).length > 0;
      const calls = constrained ? undefined : definition.kernels(b, weights[i]!, clipped[i]!, rate, step, args);
      if (calls === undefined) inPlace.assign(values);
      else inPlace.call(name, calls);
    });
  });
  for (const [name, value] of pass.updates) {
    const output = { name: `weights/${name}`, node: value };
    outputs.push(output);
    inPlace.assign([output]);
  }
  const stacked: Output = { name: 'terms', node: stack(b, terms) };
  const gradientOutputs = names.map((name, i): Output => ({ name: `gradients/${name}`, node: raw[i]! }));
  return {
    trainStep: b.finish('trainStep', [...outputs, stacked]),
    stepInPlace: {
      graph: prune(b.finish('stepInPlace', [...inPlace.outputs, ...gradientOutputs, stacked])),
      updates: inPlace.updates,
    },
  };
}

/** Collects the updates in place of a step, and the outputs that they read. */
class Updates {
  readonly outputs: Output[] = [];
  readonly updates: (readonly Update[])[] = [];

  assign(values: readonly Output[]): void {
    this.updates.push(values.map(({ name, node }) => this.#update('AssignVariableOp', [name], [node], {})));
  }

  call(weight: string, calls: readonly KernelCall[]): void {
    const variable = (name: string): string => (name === 'weight' ? `weights/${weight}` : `slots/${weight}/${name}`);
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
    const names = operands.map((node, i) => {
      const name = `operands/${this.outputs.length}/${variables[0]!}/${i}`;
      this.outputs.push({ name, node });
      return name;
    });
    return { op, variables, operands: names, attributes };
  }
}

function learningRate(b: Builder, training: Training): Node {
  const base = b.scalar(training.optimizer.args['lr'] as number);
  return training.schedule === undefined
    ? base
    : b.mul(base, training.schedule.definition.lower(b, training.schedule.args, training));
}
