/** report.html: what came of a training run, in one file that needs nothing else. */
import { dirname, join } from 'node:path';
import { elements, type Dataset } from '../../dataset.js';
import type { Inference, ProgramSpec, Tensors } from '../../program.js';
import { lossOf, phaseOf, type EpochRecord } from '../../progress.js';
import { success, type Result } from '../../result.js';
import { writeAside } from '../files.js';
import type { RunOrigin } from '../record.js';
import { architecture } from '../../figures/architecture.js';
import { isUnavailable, short, type Drawing, type Figure, type PictureRow } from '../../figures/drawing.js';
import { whole } from '../../figures/entry.js';
import { losses } from '../../figures/losses.js';
import { reconstructions } from '../../figures/reconstructions.js';
import { Run } from '../../figures/run.js';
import { type Values } from '../../figures/values.js';
import { chosenFigures } from './chosen.js';
import { drawFigures } from './clauses.js';
import { jpegCodec } from './jpeg.js';
import { symmetricEigen } from '../../eigen.js';
import { corruptedValues, evaluateProgram, sampledValues, type Accuracy, type Evaluated } from './evaluate.js';
import { verdictOf, type Verdict } from './verdict.js';
import { codeCharts, pointCharts, reconstructionRows, sampleRows } from './figures.js';
import { listing, renderPage, table, type Card, type Section } from './page.js';
import { pictureGrid } from './pictures.js';
import { drawingsHtml } from './render.js';

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
  /** What was trained, and how to train it again: the command as it was typed, and the sources, the file first. */
  readonly origin?: Pick<RunOrigin, 'command' | 'sources'>;
}

export interface EvaluateOptions extends Pick<ReportOptions, 'program' | 'weights' | 'data' | 'history'> {
  /** All examples, of data that the model was not trained on; what was held out unless given. */
  readonly which?: 'all';
}

/** The figures a command line repeats. */
export interface ReportSummary {
  readonly baselines: readonly {
    readonly variable: string;
    /** Mean squared error an element. */
    readonly error: number;
    /** The same for the mean of the training part. */
    readonly meanError: number;
    /** The same for PCA with as many components as the code has numbers. */
    readonly pcaError?: number;
  }[];
  readonly accuracies: readonly Accuracy[];
  readonly examples: number;
  readonly heldOut: boolean;
  readonly verdict: Verdict;
  /** What figures came to, by which runs are compared. */
  readonly numbers?: Readonly<Record<string, number>>;
}

/** Beside the report. */
export const figuresFolder = 'figures';

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
  const pictures = reconstructionRows(
    spec.variables.filter(({ tree }) => tree === undefined),
    seen,
    corrupted,
  );
  const run = new Run(options, { eigen: symmetricEigen, jpeg: await jpegCodec() });
  // What a file asks for itself stands where it puts it.
  const usual = (await usualFigures(run, seen, pictures, drawn)).filter(
    ({ instead }) => !spec.figures.some(({ name }) => name === instead),
  );
  const sections: Section[] = [...(await opening(run, options.origin))];
  for (const { figure } of usual)
    sections.push({ title: figure.title, note: figure.note, body: await drawingsHtml(figure.drawings) });
  const chosen = chosenFigures(program, data);
  const specs = [...spec.figures, ...chosen.map((one) => one.spec)];
  const asked = await drawFigures(run, specs, join(dirname(path), figuresFolder));
  if (!asked.ok) return asked;
  const because = new Map(chosen.map((one) => [one.spec, one.because]));
  sections.push(
    ...asked.value.map(({ spec: one, section }) => {
      const reason = because.get(one);
      return reason === undefined
        ? section
        : { ...section, note: `${section.note ?? ''} Shown because ${reason}.`.trim() };
    }),
  );
  sections.push({ title: 'Settings', body: table(settingsRows(spec, data, options.settings ?? {})) });
  const verdict = verdictOf(spec, seen, options.history, asked.value);
  const html = renderPage({
    title: spec.name,
    doc: spec.doc,
    verdict,
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
  const numbers = Object.assign({}, ...asked.value.map((one) => one.numbers)) as Readonly<Record<string, number>>;
  return success({
    ...summaryOf(seen, verdict),
    ...(Object.keys(numbers).length === 0 ? {} : { numbers }),
  });
}

/** What a report opens with, below its verdict: the networks, unless the file puts them elsewhere, the source, and how to make it again. */
async function opening(run: Run, origin: ReportOptions['origin']): Promise<readonly Section[]> {
  const drawn = await whole(architecture).make(run, {});
  return [
    ...(isUnavailable(drawn) || run.spec.figures.some(({ name }) => name === architecture.name)
      ? []
      : [{ title: drawn.title, note: drawn.note, body: await drawingsHtml(drawn.drawings) }]),
    ...(origin === undefined
      ? []
      : [
          {
            title: 'Source',
            note: `Trained by: ${origin.command}`,
            body: origin.sources.map(({ name, text }) => listing(name, text)).join(''),
          },
        ]),
  ];
}

/** What a report shows of itself, and the figure of the language that takes its place. */
async function usualFigures(
  run: Run,
  seen: Evaluated,
  pictures: readonly PictureRow[],
  drawn: Values | undefined,
): Promise<readonly { readonly instead: string; readonly figure: Figure }[]> {
  const { variables, code } = run.spec;
  const curves = await whole(losses).make(run, {});
  const rows = (list: readonly PictureRow[]): readonly Drawing[] =>
    list.length === 0 ? [] : [{ kind: 'pictures', rows: list, columns }];
  const names = code.map(({ name }) => name);
  const fields = fieldsOf(run.trained.data);
  const figures: readonly { readonly instead: string; readonly figure: Figure }[] = [
    ...(isUnavailable(curves) ? [] : [{ instead: losses.name, figure: curves }]),
    {
      instead: reconstructions.name,
      figure: { title: 'Reconstructions', note: baselineNote(seen), drawings: rows(pictures) },
    },
    {
      instead: reconstructions.name,
      figure: {
        title: 'Data and reconstructions',
        note: baselineNote(seen),
        drawings: [...pointCharts(variables, seen, drawn, fields), ...byColumn(seen, fields)],
      },
    },
    {
      instead: 'scatter',
      figure: { title: 'Code', note: codeNote(seen), drawings: await codeCharts(variables, names, seen) },
    },
    {
      instead: 'samples',
      figure: {
        title: 'Samples',
        note: 'Drawn from the prior and decoded; none is in the data.',
        drawings: rows(drawn === undefined ? [] : sampleRows(variables, drawn)),
      },
    },
  ];
  return figures.filter(({ figure }) => figure.drawings.length > 0);
}

/** What the fields of a table are headed, by variable. */
const fieldsOf = ({ columns: all }: Dataset): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(all).flatMap(([name, { fields }]) => (fields === undefined ? [] : [[name, fields]])),
  );

/** Errors of the fields of a table, each beside those of the mean and of PCA. */
function byColumn(seen: Evaluated, fields: ReturnType<typeof fieldsOf>): readonly Drawing[] {
  return seen.baselines.flatMap(({ variable, byElement }): readonly Drawing[] => {
    const named = fields[variable.name];
    if (named === undefined || named.length < 2 || named.length !== byElement.length) return [];
    const pca = byElement.some((one) => one.pca !== undefined);
    return [
      {
        kind: 'table',
        title: `Mean squared error of ${variable.name} by field`,
        columns: ['field', 'model', 'mean', ...(pca ? ['PCA'] : [])],
        rows: byElement.map((one, j) => [named[j]!, one.error, one.mean, ...(pca ? [one.pca ?? NaN] : [])]),
      },
    ];
  });
}

/** Whole pixels, about 84 for an image. */
const zoomOf = (rows: readonly PictureRow[]): number =>
  Math.max(1, Math.round(84 / Math.max(...rows.map(({ image }) => image.width))));

function baselineNote(seen: Evaluated): string {
  const which = seen.heldOut ? 'held-out' : 'training';
  const parts = seen.baselines.map(
    ({ variable, error, pca, isScaled }) =>
      `${variable.name}: mean squared error ${short(error)} an element${isScaled ? ', in the units that the networks read' : ''}${pca === undefined ? '' : `, PCA with ${pca.components} components ${short(pca.error)} (fitted to ${pca.fittedTo} training examples)`}`,
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
  for (const { variable, share, majority } of seen.accuracies)
    cards.push({
      title: `${variable} right`,
      value: `${(100 * share).toFixed(1)} %`,
      note: `guessing: ${(100 * majority).toFixed(1)} %`,
    });
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
    ...new Set(
      [...Object.values(data.columns), ...Object.values(data.stored ?? {}), ...Object.values(data.trees ?? {})].map(
        ({ source }) => source,
      ),
    ),
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

/** The numbers of a report without its pictures: what a model achieves on what was held out, or on the data that are given. */
export async function evaluate({ program, weights, data, history, which }: EvaluateOptions): Promise<ReportSummary> {
  const seen = await evaluateProgram(program, weights, data, 0, which);
  return summaryOf(seen, verdictOf(program.spec, seen, history));
}

function summaryOf(seen: Evaluated, verdict: Verdict): ReportSummary {
  return {
    baselines: seen.baselines.map(({ variable, error, mean, pca }) => ({
      variable: variable.name,
      error,
      meanError: mean,
      ...(pca === undefined ? {} : { pcaError: pca.error }),
    })),
    accuracies: seen.accuracies,
    examples: seen.rows.length,
    heldOut: seen.heldOut,
    verdict,
  };
}
