/** report.html: what came of a training run, in one file that needs nothing else. */
import { elements, type Dataset } from '../../dataset.js';
import type { Inference, ProgramSpec, Tensors } from '../../program.js';
import { lossOf, phaseOf, type EpochRecord } from '../../progress.js';
import { success, type Result } from '../../result.js';
import { writeAside } from '../files.js';
import { lossCurves, series, type Chart } from './charts.js';
import { corruptedValues, evaluateProgram, sampledValues, type Evaluated } from './evaluate.js';
import { codeCharts, pointCharts, reconstructionRows, sampleRows } from './figures.js';
import { figure, figures, legend, renderPage, strip, table, type Card, type Section } from './page.js';
import { dataUri, pictureGrid, type PictureRow } from './pictures.js';

export interface ReportOptions {
  readonly program: Inference;
  readonly weights: Tensors;
  readonly data: Dataset;
  readonly history: readonly EpochRecord[];
  /** The HTML file. */
  readonly path: string;
  /** Also write the reconstruction rows as a PNG file, where a variable is an image. */
  readonly picture?: string;
  /** Further rows of the table of settings: hyperparameters, the data's specification, the time taken. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The figures a command line repeats. */
export interface ReportSummary {
  readonly baselines: readonly {
    readonly variable: string;
    /** Mean squared error an element. */
    readonly error: number;
    /** The same for PCA with as many components as the code has numbers. */
    readonly pcaError?: number;
  }[];
  readonly examples: number;
  readonly heldOut: boolean;
}

const columns = 10;
const samples = 40;

/** Writes the report, and the picture where one is asked for, beside the path and renames. Errors: a file cannot be written. */
export async function writeReport(options: ReportOptions): Promise<Result<ReportSummary>> {
  const { program, weights, data, path } = options;
  const { spec } = program;
  const seen = await evaluateProgram(program, weights, data, columns);
  const shownRows = Int32Array.from(seen.shown, (position) => seen.rows[position]!);
  const corrupted = await corruptedValues(program, weights, data, shownRows);
  const drawn = await sampledValues(
    program,
    weights,
    data,
    Int32Array.from({ length: samples }, (_, i) => seen.rows[i % seen.rows.length]!),
  );
  const sections: Section[] = [];
  if (options.history.length > 0) {
    const curves = await lossCurves(spec.phases, options.history);
    const shownSeries = options.history.some(({ validation }) => validation !== undefined)
      ? series
      : series.slice(0, 1);
    sections.push({ title: 'Loss', note: lossNote(spec), body: legend(shownSeries) + charts(curves) });
  }
  const variables = spec.variables.filter(({ tree }) => tree === undefined);
  const pictures = reconstructionRows(variables, seen, corrupted);
  if (pictures.length > 0) {
    sections.push({
      title: 'Reconstructions',
      note: baselineNote(seen),
      body: pictures.map((row) => pictureStrip(row, 84)).join(''),
    });
  }
  const points = await pointCharts(variables, seen, drawn);
  if (points.length > 0)
    sections.push({ title: 'Data and reconstructions', note: baselineNote(seen), body: charts(points) });
  const codes = await codeCharts(
    variables,
    spec.code.map(({ name }) => name),
    seen,
  );
  if (codes.length > 0) sections.push({ title: 'Code', note: codeNote(seen), body: charts(codes) });
  const samplePictures = drawn === undefined ? [] : sampleRows(variables, drawn);
  if (samplePictures.length > 0) {
    sections.push({
      title: 'Samples',
      note: 'Drawn from the prior and decoded; none is in the data.',
      body: samplePictures.map((row) => pictureStrip(row, 84)).join(''),
    });
  }
  sections.push({ title: 'Settings', body: table(settingsRows(spec, data, options.settings ?? {})) });
  const html = renderPage({
    title: spec.name,
    doc: spec.doc,
    cards: cardsOf(spec, seen, options.history),
    sections,
    footer: `${spec.compiler}; source ${spec.sourceHash}`,
  });
  const written = await writeAside(path, html);
  if (!written.ok) return written;
  if (options.picture !== undefined && pictures.length > 0) {
    const png = pictureGrid(pictures, { columns: seen.shown.length, zoom: zoomOf(pictures), gap: 4, background: 255 });
    const drawnFile = await writeAside(options.picture, png);
    if (!drawnFile.ok) return drawnFile;
  }
  return success(summary(seen));
}

const charts = (list: readonly Chart[]): string => figures(list.map(({ title, svg }) => figure(title, svg)));

/** Whole pixels, about 84 for an image. */
const zoomOf = (rows: readonly PictureRow[]): number =>
  Math.max(1, Math.round(84 / Math.max(...rows.map(({ image }) => image.width))));

function pictureStrip(row: PictureRow, side: number): string {
  const count = row.values.length / (row.image.height * row.image.width * row.image.channels);
  const across = Math.min(columns, count);
  const gap = Math.max(1, Math.round(row.image.width / 14));
  const png = pictureGrid([row], { columns: across, zoom: 1, gap, background: undefined });
  return strip(row.title, dataUri(png), across * side);
}

const lossNote = (spec: ProgramSpec): string =>
  `Terms as trained, their weights included. ${spec.phases
    .flatMap(({ terms }) => terms.map(({ name, formula }) => `${name}: ${formula}`))
    .filter((text, i, all) => all.indexOf(text) === i)
    .join(' · ')}`;

function baselineNote(seen: Evaluated): string {
  const which = seen.heldOut ? 'held-out' : 'training';
  const parts = seen.baselines.map(
    ({ variable, error, pca }) =>
      `${variable.name}: mean squared error ${short(error)} an element${pca === undefined ? '' : `, PCA with ${pca.components} components ${short(pca.error)} (fitted to ${pca.fittedTo} training examples)`}`,
  );
  return `${parts.join('; ')}. Measured on ${seen.rows.length} ${which} examples.`;
}

const codeNote = (seen: Evaluated): string =>
  `${seen.rows.length} ${seen.heldOut ? 'held-out' : 'training'} examples${seen.labels === undefined ? '' : `, coloured by ${seen.labels.name}`}.`;

function cardsOf(spec: ProgramSpec, seen: Evaluated, history: readonly EpochRecord[]): readonly Card[] {
  const cards: Card[] = [];
  const last = history.at(-1);
  if (last !== undefined) {
    const held = last.validation;
    cards.push({
      title: held === undefined ? 'Loss' : 'Held-out loss',
      value: short(lossOf(phaseOf(spec, last), held ?? last.train)),
      note: `after ${history.length} epoch${history.length === 1 ? '' : 's'}`,
    });
  }
  for (const { variable, error, pca } of seen.baselines) {
    const against = pca === undefined ? 'mean squared error' : `PCA of equal size: ${short(pca.error)}`;
    cards.push({ title: `Error of ${variable.name}`, value: short(error), note: against });
  }
  const ofTrees = spec.variables.some(({ tree }) => tree !== undefined);
  const inputs = spec.variables
    .filter(({ role }) => role === 'input')
    .reduce((sum, { shape }) => sum + elements(shape), 0);
  cards.push({
    title: 'Code',
    value: String(seen.codes.d),
    note: `number${seen.codes.d === 1 ? '' : 's'} for ${ofTrees ? 'each tree' : `${inputs} of input`}`,
  });
  cards.push({ title: 'Weights', value: parameters(spec).toLocaleString('en'), note: 'trained numbers' });
  return cards;
}

const parameters = (spec: ProgramSpec): number =>
  spec.weights.filter(({ trainable }) => trainable).reduce((sum, { shape }) => sum + elements(shape), 0);

function settingsRows(
  spec: ProgramSpec,
  data: Dataset,
  more: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  const shapes = (list: readonly { readonly name: string; readonly shape: readonly number[] }[]): string =>
    list.map(({ name, shape }) => `${name}: [${shape.join(', ')}]`).join('\n');
  const sources = [
    ...new Set([...Object.values(data.columns), ...Object.values(data.trees ?? {})].map(({ source }) => source)),
  ].join(', ');
  return [
    ['variables', shapes(spec.variables)],
    ['code', shapes(spec.code)],
    ...(spec.corruption === '' ? [] : [['corruption', spec.corruption] as const]),
    ...spec.phases.map(
      (phase) =>
        [
          spec.phases.length > 1 ? `phase ${phase.name}` : 'training',
          [
            phase.optimizer,
            `${phase.epochs} epochs, ${phase.batch === 'full' ? 'all examples at once' : `batches of ${phase.batch}`}`,
            ...(phase.earlyStopping === undefined
              ? []
              : [`stops after ${phase.earlyStopping.patience} epochs without progress`]),
            ...phase.terms.map(({ name, formula, origin }) => `${name} = ${formula} (${origin})`),
          ].join('\n'),
        ] as const,
    ),
    ['data', `${data.size} examples of ${sources}; ${(100 * spec.validation).toFixed(0)} % held out`],
    ['seed', String(spec.seed)],
    ...Object.entries(more),
  ];
}

function summary(seen: Evaluated): ReportSummary {
  return {
    baselines: seen.baselines.map(({ variable, error, pca }) => ({
      variable: variable.name,
      error,
      ...(pca === undefined ? {} : { pcaError: pca.error }),
    })),
    examples: seen.rows.length,
    heldOut: seen.heldOut,
  };
}

const short = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : Number(value.toPrecision(4)).toString();
