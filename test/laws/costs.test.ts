/**
 * What it costs to compute each program: its kernels by their kind, and what they compute. Values do not change where the
 * passes share, fold or prune less than they did, or where a derivative is taken of what nothing reads; this does.
 * `npx vitest run test/laws/costs.test.ts -u` writes it anew, for a reader to judge.
 */
import { describe, expect, it } from 'vitest';
import { compile, type Checked } from '../../src/compiler.js';
import type { Graph } from '../../src/ir/graph/graph.js';
import { onHost } from '../../src/ir/graph/passes/fold.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { elementsAt } from '../../src/ir/graph/shape.js';
import { isCompiled } from '../../src/ir/lower/uncompiled.js';
import { parameterCount, type Model } from '../../src/ir/model/model.js';
import { checkFile, filesIn } from '../corpus/reading.js';
import { applied } from '../interpreter/laws/applied.js';
import { textOf } from '../interpreter/laws/pair.js';
import { written } from '../interpreter/laws/written.js';
import { checkText } from '../support/emitted.js';

/** A batch that is divided by no size of a model. */
const batch = 11;

function line(name: string, graph: Graph): string {
  const counts = new Map<string, number>();
  let elements = 0;
  const count = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const node of optimise(graph, ['wasm']).nodes) {
    if (node.op === 'Input') continue;
    const kind = onHost(node) ? 'host' : node.op;
    count(kind);
    if (kind !== 'host') elements += elementsAt(node.shape, batch);
    // What is computed in each round of a loop, and what is read there.
    for (const inside of node.body?.nodes ?? []) count(`${kind} ${onHost(inside) ? 'host' : inside.op}`);
  }
  const kinds = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, n]) => `${n} ${kind}`);
  return `${name}: ${elements} numbers; ${kinds.join(', ')}`;
}

/** What is computed once for all draws, and what is decided already. */
const drawn: Readonly<Record<string, string>> = {
  'contractive beside several draws': `input x: [3] in real
    encoder { h: dense(4, tanh); dense(2) }
    latent z ~ normal(2) by reparameterized(samples: 3)
    decoder { dense(3) }
    reconstruct x by squared_error
    penalty kl(z) + 0.1 * contractive(h)`,
  bits: `input x: [3] in real
    encoder { dense(4) }
    latent z ~ bernoulli(4)
    decoder { dense(3) }
    reconstruct x by squared_error
    penalty kl(z)`,
};

/** What initialisation, reconstruction, samples, steps and measurements of a model cost. */
function costsOf(model: Model, checked: Checked): readonly string[] {
  const { graphs, phases } = compile(model, checked);
  const { initialize, reconstruct, sample } = graphs;
  return [
    ...Object.entries({ initialize, reconstruct, sample }).flatMap(([name, graph]) =>
      graph === undefined ? [] : [line(name, graph)],
    ),
    ...phases.flatMap(({ phase, steps, evaluate }) => [
      ...steps.map(({ name, trainStep }) => line(`step ${name}`, trainStep)),
      line(`evaluate ${phase.name}`, evaluate),
    ]),
  ];
}

describe.each(Object.entries({ ...written, ...applied, ...drawn }))('%s', (_name, items) => {
  it('costs what it did', () => {
    const checked = checkText(textOf(items));
    expect(costsOf(checked.models[0]!, checked).join('\n')).toMatchSnapshot();
  });
});

/** So many numbers are enough to show what a model does; larger ones cost time and show no more. */
const largest = 200_000;

describe.each(filesIn('good'))('$name', (file) => {
  it('costs what it did', () => {
    const checked = checkFile(file);
    const models = checked.models.filter((model) => isCompiled(model) && parameterCount(model) < largest);
    const lines = models.map((model) => [model.name, ...costsOf(model, checked)].join('\n  '));
    expect(lines.join('\n')).toMatchSnapshot();
  });
});
