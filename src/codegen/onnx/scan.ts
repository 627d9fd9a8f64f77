/** A scan as ONNX's own: its body reads the state and a slice of each row tensor, and weights where they stand. */
import type { Node } from '../../ir/graph/graph.js';
import { flag, number } from '../../ir/graph/ops/define.js';
import { bodyInput, loopOf } from '../../ir/graph/ops/loops.js';
import { fixed, type Shape } from '../../ir/graph/shape.js';
import { writeGraph } from './body.js';
import { valueInfo, type GraphWriter, type Value } from './writer.js';

/** `values` are those of the node's inputs. */
export function writeScan(writer: GraphWriter, node: Node, values: readonly Value[]): Value {
  const { start, rows, whole } = loopOf(node);
  const length = number(node.attrs, 'length');
  const size = fixed(node.shape[1]);
  const rest = ({ shape }: Node): readonly number[] => shape.slice(1).map(fixed);
  // Positions are the outer part of the rows.
  const sequences = rows.map((row, i) =>
    writer.call('Reshape', [values[1 + i]!, writer.ints([length, -1, ...rest(row)])]),
  );
  const [state, ...slices] = [start, ...rows].map((_, i) =>
    writer.fresh(i === 0 ? 'scan/state' : `scan/row_${i - 1}`),
  ) as [Value, ...Value[]];
  const body = writer.within(state);
  const given = new Map<string, Value>([
    [bodyInput.start, state],
    ...slices.map((slice, i): readonly [string, Value] => [bodyInput.row(i), slice]),
    ...whole.map((_, i): readonly [string, Value] => [bodyInput.whole(i), values[1 + rows.length + i]!]),
  ]);
  const made = writeGraph(body, node.body!, (_kind, name) => given.get(name)!).get('result')!;
  const results = [body.alias(made, 'scan/next'), body.alias(made, 'scan/kept')];
  const ofRows = (of: readonly number[]): Shape => [start.shape[0]!, ...of];
  const direction = flag(node.attrs, 'reverse') ? 1 : 0;
  const [, states] = writer.results(
    'Scan',
    [values[0]!, ...sequences],
    {
      num_scan_inputs: rows.length,
      scan_input_directions: rows.map(() => direction),
      scan_output_directions: [direction],
      body: {
        g: {
          name: node.body!.name,
          node: body.nodes,
          initializer: [],
          input: [
            valueInfo(state, start.dtype, ofRows([size])),
            ...rows.map((row, i) => valueInfo(slices[i]!, row.dtype, ofRows(rest(row)))),
          ],
          output: results.map((result) => valueInfo(result, node.dtype, ofRows([size]))),
        },
      },
    },
    2,
  );
  return writer.call('Reshape', [states!, writer.ints([-1, size])]);
}
