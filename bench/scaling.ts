/** How the time of a step grows with batch and parameters. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { close, open, source, type Opened } from './opened.js';
import { median, type Row } from './rows.js';

/** Time against size, as a line: what a size costs, beside what every step costs, and how straight it is. */
export async function scaling(rounds: number, progress: (text: string) => void): Promise<readonly Row[]> {
  const model = (hidden: number, batch: number): string =>
    source('a')
      .replace(/batch \d+/, `batch ${batch}`)
      .replaceAll(/\b128\b(?=, relu)/g, String(hidden))
      .replaceAll(/dense\(64/g, `dense(${hidden / 2}`);
  const series = [
    { what: 'batch', sizes: [256, 512, 1024, 2048], make: (n: number) => model(128, n), of: (n: number) => n },
    {
      what: 'parameters',
      sizes: [512, 1024, 2048, 4096],
      make: (n: number) => model(n, 128),
      of: (n: number) => 2 * 784 * n + n * n,
    },
  ] as const;
  const rows: Row[] = [];
  const points: Point[] = [];
  for (const { what, sizes, make, of } of series) {
    progress(`step time by ${what}: ${sizes.join(', ')}`);
    const all: { readonly size: number; readonly opened: Opened; readonly times: number[] }[] = [];
    for (const size of sizes) {
      const opened = await open(make(size));
      await opened.run(10);
      all.push({ size, opened, times: [] });
    }
    // Round by round, so that a machine that slows down slows every size.
    for (let round = 0; round < rounds; round++) for (const { opened, times } of all) times.push(await opened.run(10));
    all.forEach(({ opened }) => close(opened));
    const measured = all.map(({ size, times }) => ({ size: of(size), ms: median(times) }));
    const { slope, straight } = line(measured.map(({ size, ms }) => [size, ms]));
    const each = 10 ** Math.floor(Math.log10(measured.at(-1)!.size));
    points.push(
      ...measured.map((point) => ({
        ...point,
        series: `${what}: ${(slope * each).toPrecision(3)} ms for each ${each.toLocaleString('en')}, R² ${straight.toFixed(4)}`,
      })),
    );
    rows.push({
      what: `step time by ${what}: 1000 × R² of a line (beside: ms at the largest)`,
      ours: 1000 * straight,
      theirs: measured.at(-1)!.ms,
      ratio: measured.at(-1)!.ms / measured[0]!.ms,
      goal: 'about 1000',
    });
  }
  const figure = fileURLToPath(new URL('../docs/scaling.svg', import.meta.url));
  writeFileSync(figure, await draw(points));
  progress(`figure: ${figure}`);
  return rows;
}

interface Point {
  readonly series: string;
  readonly size: number;
  readonly ms: number;
}

/** Least squares: the slope, and the share of the variance that the line explains. */
function line(points: readonly (readonly [number, number])[]): { readonly slope: number; readonly straight: number } {
  const mean = (of: (p: readonly [number, number]) => number): number =>
    points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const [x, y] = [mean(([a]) => a), mean(([, b]) => b)];
  const [xx, xy, yy] = [
    mean(([a]) => (a - x) ** 2),
    mean(([a, b]) => (a - x) * (b - y)),
    mean(([, b]) => (b - y) ** 2),
  ];
  return { slope: xy / xx, straight: xy ** 2 / (xx * yy) };
}

async function draw(points: readonly Point[]): Promise<string> {
  const [{ compile: toVega }, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  const spec = toVega({
    background: 'white',
    data: { values: points.map((p) => ({ ...p })) },
    facet: { field: 'series', title: null },
    spec: {
      width: 260,
      height: 200,
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'size', type: 'quantitative', title: 'size', axis: { tickCount: 4 } },
        y: { field: 'ms', type: 'quantitative', title: 'milliseconds a step' },
      },
    },
    resolve: { scale: { x: 'independent', y: 'independent' } },
  }).spec;
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
}
