/**
 * How trees are built of sequences, as functions of the program: what stands at the positions, and what comes of joining
 * two neighbours. Which are joined, src/runtime/bracketings.ts decides; a step takes the trees as they are.
 */
import { Builder } from '../graph/build.js';
import type { Graph, Output } from '../graph/graph.js';
import { B, product } from '../graph/shape.js';
import { decodersOf, foldsBuilt } from '../model/networks.js';
import type { CompiledModel, CompiledNetwork } from './compiled.js';
import { passOf } from './expressions.js';
import type { Mode } from './mode.js';

export interface Growing {
  /** Of each tree `encoder.there`, and where neighbours are joined by what comes of it, `encoder.vectors`. */
  readonly positions: Graph;
  /** Of the trees that are built so: from `left` and `right` to `parents` and `errors`. */
  readonly joins: ReadonlyMap<string, Graph>;
}

/** As the networks read examples, without noise: a tree follows from weights and data alone. */
const reading: Mode = { training: false, corrupt: false, latents: 'mean', readsCorrupted: true };

/** Undefined where no tree is built. */
export function lowerGrowing(model: CompiledModel): Growing | undefined {
  const folds = foldsBuilt(model.networks);
  if (folds.length === 0) return undefined;
  const b = new Builder();
  const pass = passOf(b, model, reading);
  const outputs = folds.flatMap((fold): readonly Output[] =>
    b.at(fold.source, () => {
      const { vectors, there } = pass.trees.positions(fold);
      return [
        { name: `${fold.name}.there`, node: there },
        ...(fold.form.by.definition.reconstructs === true ? [{ name: `${fold.name}.vectors`, node: vectors }] : []),
      ];
    }),
  );
  const joins = folds.flatMap((fold): readonly (readonly [string, Graph])[] => {
    if (fold.form.by.definition.reconstructs !== true) return [];
    const [decoder] = decodersOf(fold, model.networks).direct;
    const own = new Builder();
    const [left, right] = (['left', 'right'] as const).map((side) =>
      own.input('pair', side, [B, product(fold.outputShape)]),
    );
    const [parents, errors] = passOf(own, model, reading).trees.joined(fold, decoder as CompiledNetwork, left!, right!);
    const results = [
      { name: 'parents', node: parents },
      { name: 'errors', node: errors },
    ];
    return [[fold.name, own.finish(`join ${fold.name}`, results)]];
  });
  return { positions: b.finish('positions', outputs), joins: new Map(joins) };
}
