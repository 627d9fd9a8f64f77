/** A fingerprint of the examples that a run sees. */
import { createHash } from 'node:crypto';
import { allRows, partsOf, type Dataset } from '../dataset.js';
import type { DataIdentity } from '../identity.js';
import type { VariableSpec } from '../program.js';

/** Of the variables' columns as they are fed; which other columns a data set has does not matter. */
export function dataIdentity(data: Dataset, variables: readonly VariableSpec[]): DataIdentity {
  const columns = variables.flatMap(({ name }): readonly (readonly [string, string])[] => {
    const trees = data.trees?.[name];
    if (trees !== undefined) {
      const all = createHash('sha256');
      for (const part of [trees.leafAt, trees.left, trees.right, trees.values, trees.labels?.values])
        if (part !== undefined) all.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      return [[name, all.digest('hex')]];
    }
    const column = data.columns[name] ?? data.stored?.[name];
    if (column === undefined) return [];
    const { scale, shape } = column;
    const hash = createHash('sha256');
    let isFirst = true;
    for (const { data: values } of partsOf(column, allRows(data.size))) {
      if (isFirst) hash.update(JSON.stringify({ type: values.constructor.name, scale, shape }));
      isFirst = false;
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    return [[name, hash.digest('hex')]];
  });
  return { examples: data.size, columns: Object.fromEntries(columns) };
}
