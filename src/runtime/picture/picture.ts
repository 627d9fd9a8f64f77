/** The graph of a model as SVG, laid out by dagre; light or dark, or as the reader has it. */
import dagre from '@dagrejs/dagre';
import type { BoxSpec, EdgeSpec } from '../spec.js';

export type Theme = 'light' | 'dark' | 'auto';

/** What is known of a model, with what is wrong in it. */
interface Box extends Omit<BoxSpec, 'kind'> {
  readonly kind: string;
  /** Where it was written. */
  readonly span?: { readonly start: number; readonly end: number };
  readonly wrong?: string;
}

interface Edge extends EdgeSpec {
  readonly wrong?: string;
}

export interface Picture {
  readonly name: string;
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** `784 → 64 · 50,240` */
const detailOf = ({ shape, parameters }: Box): string =>
  parameters === undefined ? shape : `${shape} · ${parameters.toLocaleString('en')}`;

/** Widths of text at 13 and 11 pixels, in a font that may not be the reader's: a little too wide. */
const widthOf = (box: Box): number => Math.max(box.label.length * 7.6, lengthOf(detailOf(box))) + 24;
const lengthOf = (text: string): number => text.length * 6.4;
const height = 44;
const margin = 20;
/** From line to line beside the boxes. */
const apart = 26;

const light =
  '--paper:#ffffff;--ink:#1f2328;--soft:#59636e;--line:#8c959f;--box:#f6f8fa;--group:#fbfcfd;--rim:#d1d9e0;--input:#ddf4ff;--latent:#fbefff;--wrong:#cf222e;--lit:#bf8700';
const dark =
  '--paper:#0d1117;--ink:#e6edf3;--soft:#9198a1;--line:#6e7681;--box:#161b22;--group:#10151c;--rim:#3d444d;--input:#0c2d4a;--latent:#2b1a3d;--wrong:#f85149;--lit:#d29922';

/** Selectors below the picture, so that nothing else is meant on a page that it is a part of. */
const rules: readonly (readonly [selectors: readonly string[], declarations: string])[] = [
  [['.paper'], 'fill:var(--paper)'],
  [['.box rect'], 'fill:var(--box);stroke:var(--rim)'],
  [['.input rect', '.target rect'], 'fill:var(--input)'],
  [['.latent rect', '.draw rect', '.noise rect'], 'fill:var(--latent)'],
  [['.application rect', '.unknown rect'], 'stroke-dasharray:4 3'],
  [['text'], 'font:13px ui-sans-serif,system-ui,sans-serif;fill:var(--ink)'],
  [['.detail', '.edge text'], 'font-size:11px;fill:var(--soft)'],
  [['.edge text'], 'paint-order:stroke;stroke:var(--paper);stroke-width:3px'],
  [['.group rect'], 'fill:var(--group);stroke:var(--rim)'],
  [['.group text'], 'font-size:11px;fill:var(--soft)'],
  [['.edge path'], 'fill:none;stroke:var(--line);stroke-width:1.3'],
  [['.term path'], 'stroke-dasharray:5 4'],
  [['.wrong rect', '.edge.wrong path'], 'stroke:var(--wrong);stroke-width:2.2'],
  [['.edge.wrong text'], 'fill:var(--wrong)'],
  [['.box.lit rect'], 'stroke:var(--lit);stroke-width:2.5'],
  [['.head'], 'fill:var(--line)'],
  [['.wrong .head'], 'fill:var(--wrong)'],
  [['.box[data-start]'], 'cursor:pointer'],
];
const rest = rules.map(([all, what]) => `${all.map((one) => `.net ${one}`).join()}{${what}}`).join('');

const styleOf = (theme: Theme): string =>
  theme === 'auto'
    ? `.net{${light}}@media (prefers-color-scheme:dark){.net{${dark}}}${rest}`
    : `.net{${theme === 'dark' ? dark : light}}${rest}`;

export function pictureOf(graph: Picture, theme: Theme = 'auto'): string {
  const layout = new dagre.graphlib.Graph({ compound: true, multigraph: true });
  layout.setGraph({ rankdir: 'TB', nodesep: 26, ranksep: 34, marginx: margin, marginy: margin });
  layout.setDefaultEdgeLabel(() => ({}));
  const groups = [...new Set(graph.boxes.flatMap(({ group }) => group ?? []))];
  for (const group of groups) layout.setNode(`group ${group}`, {});
  for (const box of graph.boxes) {
    layout.setNode(box.id, { width: widthOf(box), height });
    if (box.group !== undefined) layout.setParent(box.id, `group ${box.group}`);
  }
  // What is compared goes back up: it asks for no rank of its own.
  for (const [i, { from, to, kind, label }] of graph.edges.entries()) {
    const size = { width: lengthOf(label), height: 14, labelpos: 'r' as const };
    if (kind === 'flow') layout.setEdge(from, to, size, String(i));
  }
  dagre.layout(layout);
  const at = (id: string): Placed => layout.node(id) as unknown as Placed;
  const { width = 0, height: tall = 0 } = layout.graph() as { readonly width?: number; readonly height?: number };
  const right = Math.max(width, ...graph.boxes.map(({ id }) => at(id).x + at(id).width / 2 + margin));
  const terms = graph.edges.filter(({ kind }) => kind === 'term').length;
  const labels = graph.edges.map(({ kind, label }) => (kind === 'term' ? lengthOf(label) + 2 * margin : 0));
  const [w, h] = [Math.ceil(right + (terms > 0 ? apart * terms + margin : 0)), Math.ceil(Math.max(tall, ...labels))];
  let aside = 0;
  const edges = graph.edges.map((edge, i) =>
    edge.kind === 'flow'
      ? flow(edge, (layout.edge(edge.from, edge.to, String(i)) as { readonly points: readonly Point[] }).points)
      : beside(edge, at(edge.from), at(edge.to), right + apart * aside++, h),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="net" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="${escape(graph.name)}">`,
    `<style>${styleOf(theme)}</style><rect class="paper" width="${w}" height="${h}"/>`,
    ...groups.map((group) => groupText(group, at(`group ${group}`))),
    // Lines that run further out cross what is said of those further in, which comes on top of them.
    ...edges.reverse(),
    ...graph.boxes.map((box) => boxText(box, at(box.id))),
    '</svg>',
    '',
  ].join('\n');
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Placed extends Point {
  readonly width: number;
  readonly height: number;
}

const r = (value: number): string => String(Math.round(value * 10) / 10);

const groupText = (name: string, { x, y, width, height: tall }: Placed): string =>
  `<g class="group"><rect x="${r(x - width / 2)}" y="${r(y - tall / 2)}" width="${r(width)}" height="${r(tall)}" rx="8"/><text x="${r(x - width / 2 + 8)}" y="${r(y - tall / 2 + 14)}">${escape(name)}</text></g>`;

function boxText(box: Box, { x, y, width }: Placed): string {
  const { label, kind, span, wrong } = box;
  const place = span === undefined ? '' : ` data-start="${span.start}" data-end="${span.end}"`;
  return [
    `<g class="box ${kind}${wrong === undefined ? '' : ' wrong'}"${place}>`,
    wrong === undefined ? '' : `<title>${escape(wrong)}</title>`,
    `<rect x="${r(x - width / 2)}" y="${r(y - height / 2)}" width="${r(width)}" height="${height}" rx="6"/>`,
    `<text x="${r(x)}" y="${r(y - 4)}" text-anchor="middle">${escape(label)}</text>`,
    `<text class="detail" x="${r(x)}" y="${r(y + 13)}" text-anchor="middle">${escape(detailOf(box))}</text></g>`,
  ].join('');
}

const classOf = ({ kind, wrong }: Edge): string =>
  `edge${kind === 'term' ? ' term' : ''}${wrong === undefined ? '' : ' wrong'}`;

const head = ({ x, y }: Point, dx: number, dy: number): string => {
  const long = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / long, dy / long];
  const [bx, by] = [x - 7 * ux, y - 7 * uy];
  return `<polygon class="head" points="${r(x)},${r(y)} ${r(bx - 3.5 * uy)},${r(by + 3.5 * ux)} ${r(bx + 3.5 * uy)},${r(by - 3.5 * ux)}"/>`;
};

function flow(edge: Edge, points: readonly Point[]): string {
  const [end, before] = [points.at(-1)!, points.at(-2)!];
  const middle = points[points.length >> 1]!;
  const text = edge.wrong === undefined ? '' : `<text x="${r(middle.x + 8)}" y="${r(middle.y + 4)}">✗</text>`;
  return `<g class="${classOf(edge)}">${edge.wrong === undefined ? '' : `<title>${escape(edge.wrong)}</title>`}<path d="M${points.map(({ x, y }) => `${r(x)},${r(y)}`).join('L')}"/>${head(end, end.x - before.x, end.y - before.y)}${text}</g>`;
}

/** From a box around the right of all others to another box; what is said of it runs along it, where no box can hide it. */
function beside(edge: Edge, from: Placed, to: Placed, x: number, tall: number): string {
  const [x1, x2] = [from.x + from.width / 2, to.x + to.width / 2];
  const label = edge.wrong === undefined ? edge.label : `✗ ${edge.label}`;
  const half = lengthOf(label) / 2 + margin;
  const [left, middle] = [x + 12, Math.min(tall - half, Math.max(half, (from.y + to.y) / 2))];
  return `<g class="${classOf(edge)}">${edge.wrong === undefined ? '' : `<title>${escape(edge.wrong)}</title>`}<path d="M${r(x1)},${r(from.y)}H${r(x)}V${r(to.y)}H${r(x2)}"/>${head({ x: x2, y: to.y }, -1, 0)}<text transform="translate(${r(left)},${r(middle)}) rotate(-90)" text-anchor="middle">${escape(label)}</text></g>`;
}
