/** What is true of the graphs of every program, whatever they compute. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler.js';
import type { Graph } from '../../src/ir/graph/graph.js';
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
