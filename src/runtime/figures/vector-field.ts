/** Where reconstruction moves each point of a grid over the range of the data, of a plane. */
import { elements } from '../dataset.js';
import { palette } from './charts.js';
import { rounded, short } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import { extent } from './images.js';
import { outputsOf } from './pictures.js';

interface Needs {
  readonly name: string;
  /** Points of the grid and what they become, n × 2. */
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly data: Float32Array;
  /** Between points of the grid. */
  readonly step: readonly [number, number];
}

export const vectorField: FigureEntry<Needs> = {
  name: 'vector_field',
  async needs(run, args) {
    const { name, shape } = subject(args);
    const steps = Math.max(2, number(args, 'steps'));
    const [output] = outputsOf(run.spec, name);
    if (elements(shape) !== 2) return { unavailable: `${name} is not a point of a plane` };
    if (output === undefined) return { unavailable: `nothing reconstructs ${name}` };
    const data = await run.data(name, run.many);
    const [across, along] = [0, 1].map((axis) =>
      extent(Float32Array.from({ length: data.length / 2 }, (_, i) => data[i * 2 + axis]!)),
    ) as [ReturnType<typeof extent>, ReturnType<typeof extent>];
    const step = [(across.high - across.low) / (steps - 1), (along.high - along.low) / (steps - 1)] as const;
    const from = Float32Array.from({ length: steps * steps * 2 }, (_, i) => {
      const point = Math.floor(i / 2);
      return i % 2 === 0 ? across.low + (point % steps) * step[0] : along.low + Math.floor(point / steps) * step[1];
    });
    const beside = new Int32Array(steps * steps).fill(run.shown[0]!);
    const to = (await run.reconstructionsOf({ [name]: from }, beside))[output.name]!;
    return { name, from, to, data, step };
  },
  draw({ name, from, to, data, step }) {
    const n = from.length / 2;
    const moves = Array.from(
      { length: n },
      (_, i) => [to[i * 2]! - from[i * 2]!, to[i * 2 + 1]! - from[i * 2 + 1]!] as const,
    );
    const longest = Math.max(...moves.map(([dx, dy]) => Math.hypot(dx / step[0], dy / step[1])));
    const scale = longest > 1.5 ? 1.5 / longest : 1;
    const arrows = moves.map(([dx, dy], i) => ({
      kind: 'arrow',
      x: rounded(from[i * 2]!),
      y: rounded(from[i * 2 + 1]!),
      dx: rounded(dx),
      dy: rounded(dy),
      tipX: rounded(from[i * 2]! + scale * dx),
      tipY: rounded(from[i * 2 + 1]! + scale * dy),
      // Degrees from upwards, clockwise, on axes of one length.
      angle: rounded((Math.atan2(dx / step[0], dy / step[1]) * 180) / Math.PI),
    }));
    const points = Array.from({ length: data.length / 2 }, (_, i) => ({
      kind: 'example',
      x: rounded(data[i * 2]!),
      y: rounded(data[i * 2 + 1]!),
    }));
    const axis = (field: string, title: string) => ({ field, type: 'quantitative', title, scale: { zero: false } });
    const three = (...fields: readonly string[]): string =>
      fields.map((field) => `format(datum.${field}, '.3~r')`).join(` + ', ' + `);
    const said = `${three('x', 'y')} + ' by ' + ${three('dx', 'dy')}`;
    const only = (kind: string) => [{ filter: `datum.kind === '${kind}'` }];
    return {
      title: `Vector field of ${name}`,
      note: `Arrows from points of a grid towards what they are reconstructed as${scale < 1 ? `, ${short(1 / scale)} times shortened` : ''}; dots are examples. Mean length ${short(moves.reduce((sum, [dx, dy]) => sum + Math.hypot(dx, dy), 0) / n)}.`,
      drawings: [
        {
          kind: 'chart',
          title: 'dec(enc(x)) − x',
          values: [...points, ...arrows],
          spec: {
            width: 440,
            height: 440,
            layer: [
              {
                transform: only('example'),
                mark: { type: 'point', filled: true, size: 14, opacity: 0.55, color: palette[1], aria: false },
                encoding: { x: axis('x', `${name} 1`), y: axis('y', `${name} 2`) },
              },
              {
                transform: only('arrow'),
                mark: { type: 'rule', color: palette[0], strokeWidth: 1.4, aria: false },
                encoding: {
                  x: axis('x', `${name} 1`),
                  y: axis('y', `${name} 2`),
                  x2: { field: 'tipX' },
                  y2: { field: 'tipY' },
                },
              },
              {
                transform: only('arrow'),
                mark: { type: 'point', shape: 'triangle', filled: true, size: 34, color: palette[0], opacity: 1 },
                encoding: {
                  x: axis('tipX', `${name} 1`),
                  y: axis('tipY', `${name} 2`),
                  angle: { field: 'angle', type: 'quantitative', scale: null },
                  description: { value: { expr: said } },
                },
              },
            ],
          },
        },
      ],
    };
  },
};
