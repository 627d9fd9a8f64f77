/** What is true of the graphs of every program, whatever they compute. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler.js';
import type { Graph } from '../../src/ir/graph/graph.js';
import { loopOf } from '../../src/ir/graph/ops/loops.js';
import { applied } from '../interpreter/laws/applied.js';
import { textOf } from '../interpreter/laws/pair.js';
import { written } from '../interpreter/laws/written.js';
import { checkText } from '../support/emitted.js';

describe.each(Object.entries({ ...written, ...applied }))('%s', (_name, items) => {
  // Compiled in the first case: while tests are gathered, nothing of the compiler runs.
  let known: ReturnType<typeof compile> | undefined;
  const compiled = (): ReturnType<typeof compile> => {
    if (known === undefined) {
      const checked = checkText(textOf(items));
      known = compile(checked.models[0]!, checked);
    }
    return known;
  };
  const stepsOf = ({ phases }: ReturnType<typeof compile>) => phases.flatMap((phase) => phase.steps);

  it('computes no tensor without an element', () => {
    known = undefined;
    const { graphs } = compiled();
    const steps = stepsOf(compiled());
    const all: readonly (Graph | undefined)[] = [
      ...(Object.values(graphs) as readonly Graph[]),
      ...steps.map(({ trainStep }) => trainStep),
    ];
    const empty = all.flatMap((graph) => graph?.nodes.filter(({ shape }) => shape.includes(0)) ?? []);
    expect(empty).toEqual([]);
  });

  it('reads no constant into a loop from outside', () => {
    const all: readonly (Graph | undefined)[] = [
      ...(Object.values(compiled().graphs) as readonly Graph[]),
      ...stepsOf(compiled()).map(({ trainStep }) => trainStep),
    ];
    const loops = all.flatMap((graph) => graph?.nodes.filter(({ body }) => body !== undefined) ?? []);
    expect(loops.flatMap((node) => loopOf(node).whole.filter(({ op }) => op === 'Const'))).toEqual([]);
  });

  it('calls the tensor of a layer by the name of the layer', () => {
    const { model, graphs } = compiled();
    const several = new Set(
      model.networks.flatMap(({ layers }) => layers.flatMap(({ id, outputs }) => (outputs.length > 1 ? [id] : []))),
    );
    const outputs = graphs.activations.outputs.map(({ name, node }) => [name, node.name]);
    expect(outputs).toEqual(outputs.map(([name]) => [name, several.has(name!) ? `${name}.0` : name]));
  });

  it('updates in place what a step gives as a function of the state, from what it computes', () => {
    for (const { trainStep, inPlace } of stepsOf(compiled())) {
      if (inPlace === undefined) continue;
      const updates = inPlace.updates.flat();
      const outputs = inPlace.graph.outputs.map(({ name }) => name);
      for (const { operands } of updates) expect(outputs).toEqual(expect.arrayContaining([...operands]));
      const moved = new Set(updates.flatMap(({ variables }) => variables));
      const given = trainStep.outputs.map(({ name }) => name).filter((name) => name !== 'terms');
      expect([...moved].sort()).toEqual([...given].sort());
    }
  });
});
