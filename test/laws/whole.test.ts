/** What is true of the graphs of every program, whatever they compute. */
import { expect, it } from 'vitest';
import { compile } from '../../src/compiler.js';
import type { Graph } from '../../src/ir/graph/graph.js';
import { applied } from '../interpreter/laws/applied.js';
import { textOf } from '../interpreter/laws/pair.js';
import { written } from '../interpreter/laws/written.js';
import { checkText } from '../support/emitted.js';

/** One case for a model: what it compiles is computed once. */
it.each(Object.entries({ ...written, ...applied }))('%s: laws of its graphs', (_name, items) => {
  const checked = checkText(textOf(items));
  const { model, graphs, phases } = compile(checked.models[0]!, checked);
  const steps = phases.flatMap((phase) => phase.steps);
  const all = [...Object.values(graphs), ...steps.map(({ trainStep }) => trainStep)] as readonly (Graph | undefined)[];
  const nodes = all.flatMap((graph) => graph?.nodes ?? []);
  expect(
    nodes.filter(({ shape }) => shape.includes(0)),
    'no tensor is without an element',
  ).toEqual([]);

  const several = new Set(
    model.networks.flatMap(({ layers }) => layers.flatMap(({ id, outputs }) => (outputs.length > 1 ? [id] : []))),
  );
  const outputs = graphs.activations.outputs.map(({ name, node }) => [name, node.name]);
  expect(outputs, 'the tensor of a layer has its name').toEqual(
    outputs.map(([name]) => [name, several.has(name!) ? `${name}.0` : name]),
  );

  for (const { trainStep, inPlace } of steps) {
    if (inPlace === undefined) continue;
    // What a step gives as a function of the state is updated in place, from what it computes.
    const updates = inPlace.updates.flat();
    const computed = inPlace.graph.outputs.map(({ name }) => name);
    for (const { operands } of updates) expect(computed).toEqual(expect.arrayContaining([...operands]));
    const moved = new Set(updates.flatMap(({ variables }) => variables));
    const given = trainStep.outputs.map(({ name }) => name).filter((name) => name !== 'terms');
    expect([...moved].sort()).toEqual([...given].sort());
  }
});
