/** Drawings as files and as parts of a page: pictures become PNG, charts and graphs SVG, tables HTML. */
import { parse, View } from 'vega';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';
import { pictureOf } from '../../picture/picture.js';
import { short, type Cell, type Chart, type Drawing, type Pictures, type Table } from '../../figures/drawing.js';
import { escape, figure, figures, strip, wide } from './page.js';
import { lighter } from './lighter.js';
import { dataUri, pictureGrid } from './pictures.js';

const ink = 'currentColor';

const config: Config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  axis: {
    labelColor: ink,
    titleColor: ink,
    tickColor: ink,
    domainColor: ink,
    gridColor: ink,
    gridOpacity: 0.1,
    domainOpacity: 0.4,
    tickOpacity: 0.4,
    titleFontWeight: 'normal',
    labelOpacity: 0.75,
    titleOpacity: 0.75,
  },
  header: { labelColor: ink, titleColor: ink, labelFontSize: 13, labelFontWeight: 600 },
  title: { color: ink, anchor: 'start', fontWeight: 'normal' },
  legend: { labelColor: ink, titleColor: ink, titleFontWeight: 'normal' },
  text: { color: ink },
  rule: { color: ink },
  view: { stroke: null },
};

/** A chart as SVG whose ink is that of the page around it; what Vega says of each mark is shown on hover. */
export async function chartSvg({ spec, values }: Pick<Chart, 'spec' | 'values'>): Promise<string> {
  const compiled = compile({ ...spec, data: { values }, config } as unknown as TopLevelSpec);
  const view = new View(parse(compiled.spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return lighter(withTitles(svg));
}

/** Vega describes marks for screen readers alone; a title is what browsers show. */
const withTitles = (svg: string): string =>
  svg.replace(
    /<(path|line) aria-label="([^"]*)"([^>]*?)\/?>(?:<\/\1>)?/g,
    (_, tag: string, said: string, more: string) => `<${tag}${more}><title>${brief(said)}</title></${tag}>`,
  );

const brief = (said: string): string => said.replace(/\d+\.\d{4,}/g, (digits) => short(Number(digits)));

/** The same as a file of its own, in the colours of whoever looks at it. */
const standalone = (svg: string): string =>
  svg.replace(
    /<svg [^>]*>/,
    (open) =>
      `${open}<style>:root{color:#1d2330;background:#fff}@media(prefers-color-scheme:dark){:root{color:#e6e9ef;background:#1a1e26}}</style>`,
  );

/** A chart as a file by itself, which says what it is of. */
export const standaloneSvg = async ({ spec, values, title }: Chart): Promise<string> =>
  standalone(await chartSvg({ spec: { ...spec, ...(title === '' ? {} : { title }) }, values }));

/** Pixels across, about, of an image on the page. */
const side = 84;

function picturesHtml({ rows, columns, seamless, title }: Pictures): string {
  const strips = rows.map((row) => {
    const { height, width, channels } = row.image;
    const across = Math.min(columns, row.values.length / (height * width * channels));
    const gap = seamless === true ? 0 : Math.max(1, Math.round(width / 14));
    const png = pictureGrid([row], { columns: across, zoom: 1, gap, background: undefined });
    const shown = seamless === true || columns > 10 ? Math.min(side, 840 / columns) : side;
    return strip(row.title, dataUri(png), Math.round(across * shown));
  });
  return `${title === undefined ? '' : `<h3>${escape(title)}</h3>`}${strips.join('')}`;
}

/** All rows as one PNG file, on white. */
export function picturesPng({ rows, columns, seamless }: Pictures): Uint8Array {
  const widest = Math.max(...rows.map(({ image }) => image.width));
  const across = Math.min(
    columns,
    Math.max(
      ...rows.map(({ image: { height, width, channels }, values }) => values.length / (height * width * channels)),
    ),
  );
  const zoom = Math.max(1, Math.round((columns > 10 ? side / 2 : side) / widest));
  return pictureGrid(rows, { columns: across, zoom, gap: seamless === true ? 0 : 4, background: 255 });
}

/** Rows that everybody wants to see. */
const mostRows = 24;

/** A long table is folded. */
function tableHtml(table: Table): string {
  if (table.rows.length <= mostRows) return `<figure>${caption(table)}${rowsHtml(table)}</figure>`;
  return `<figure><details><summary>${escape(table.title ?? 'Table')} (${table.rows.length} rows)</summary>${rowsHtml(table)}</details></figure>`;
}

const caption = ({ title }: Table): string => (title === undefined ? '' : `<figcaption>${escape(title)}</figcaption>`);

const rowsHtml = ({ columns, rows }: Table): string => {
  const head = columns.map((name) => `<th scope="col">${escape(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escape(shown(cell))}</td>`).join('')}</tr>`).join('');
  return `<table class="numbers"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
};

const shown = (cell: Cell): string => (typeof cell === 'string' ? cell : short(cell));

/** Drawings as a part of the page: charts and tables stand side by side, pictures under each other. */
export async function drawingsHtml(drawings: readonly Drawing[]): Promise<string> {
  const parts: string[] = [];
  for (let i = 0; i < drawings.length;) {
    const end = drawings.findIndex((one, j) => j > i && (one.kind === 'pictures' || drawings[i]!.kind === 'pictures'));
    const group = drawings.slice(i, end < 0 ? undefined : end);
    const html = await Promise.all(group.map(drawingHtml));
    parts.push(group[0]!.kind === 'pictures' ? html.join('') : figures(html));
    i += group.length;
  }
  return parts.join('');
}

async function drawingHtml(drawing: Drawing): Promise<string> {
  switch (drawing.kind) {
    case 'pictures':
      return picturesHtml(drawing);
    case 'chart':
      return figure(drawing.title, await chartSvg(drawing));
    case 'graph':
      return wide(pictureOf({ ...drawing.graph, name: drawing.title }));
    case 'table':
      return tableHtml(drawing);
  }
}

/** A drawing as a file by itself, and how its name ends; a table is its data alone. */
export async function drawingFile(
  drawing: Drawing,
): Promise<{ readonly ending: string; readonly content: string | Uint8Array } | undefined> {
  switch (drawing.kind) {
    case 'pictures':
      return { ending: 'png', content: picturesPng(drawing) };
    case 'chart':
      return { ending: 'svg', content: await standaloneSvg(drawing) };
    case 'graph':
      return { ending: 'svg', content: pictureOf({ ...drawing.graph, name: drawing.title }) };
    case 'table':
      return undefined;
  }
}
