/** Several trained models on the same examples, with the same noise in front of them: lecture 0's rows of noisy, dense, convolutional, truth. */
import { elements } from '../../dataset.js';
import { isUnavailable, short, type Figure, type PictureRow, type Unavailable } from '../../figures/drawing.js';
import { isPicture, outputsOf, variableRow } from '../../figures/pictures.js';
import { error } from '../../figures/reconstructions.js';
import { Run, type Trained } from '../../figures/run.js';
import { symmetricEigen } from '../../eigen.js';
import type { Section } from './page.js';
import { drawingsHtml, picturesPng } from './render.js';

export interface NamedModel {
  readonly name: string;
  readonly trained: Trained;
}

/** Examples that are shown, and that errors are measured on. */
const shown = 10;
const measured = 200;

/** Rows of one variable that all models reconstruct: examples and noise are those of the first that has noise, else of the first. */
export async function sideBySide(models: readonly NamedModel[]): Promise<Figure | Unavailable> {
  const runs = models.map(({ name, trained }) => ({ name, run: new Run(trained, { eigen: symmetricEigen }) }));
  const [leading] = [...runs].sort(
    (a, b) => Number(b.run.spec.corruption !== '') - Number(a.run.spec.corruption !== ''),
  );
  if (leading === undefined) return { unavailable: 'there is no run' };
  const { run: first } = leading;
  const variable = first.spec.variables.find(
    (one) =>
      one.role === 'input' &&
      one.degraded === undefined &&
      isPicture(one) &&
      one.domain.kind !== 'category' &&
      runs.every(({ run }) => {
        const own = run.spec.variables.find(({ name }) => name === one.name);
        const same = own !== undefined && elements(own.shape) === elements(one.shape) && own.degraded === undefined;
        return same && run.trained.data.size === first.trained.data.size && outputsOf(run.spec, one.name).length > 0;
      }),
  );
  if (variable === undefined)
    return { unavailable: 'no variable of pictures is read and reconstructed by all runs, of as many examples' };
  const rows = first.first(measured);
  const clean = await first.data(variable.name, rows);
  const noisy = first.spec.corruption === '' ? clean : (await first.corrupted(rows)).read[variable.name]!;
  const outputs: { readonly name: string; readonly values: Float32Array }[] = [];
  for (const { name, run } of runs) {
    const made = await run.reconstructionsOf({ [variable.name]: noisy }, rows);
    outputs.push({ name, values: made[outputsOf(run.spec, variable.name)[0]!.name]! });
  }
  const size = elements(variable.shape);
  const row = (title: string, values: Float32Array): PictureRow =>
    variableRow(title, variable, values.subarray(0, shown * size), clean);
  const noise =
    first.spec.corruption === '' ? '' : ` with ${first.spec.corruption} in front of all, drawn as for ${leading.name}`;
  return {
    title: `${variable.name}, by each`,
    note: `The first ${Math.min(shown, rows.length)} ${first.which} examples of ${leading.name}${noise}. Mean squared error an element on ${rows.length} of them: ${outputs.map(({ name, values }) => `${name} ${short(error(values, clean))}`).join(', ')}.`,
    drawings: [
      {
        kind: 'pictures',
        columns: shown,
        rows: [
          ...(noise === '' ? [] : [row('noisy', noisy)]),
          ...outputs.map(({ name, values }) => row(name, values)),
          row('truth', clean),
        ],
      },
    ],
  };
}

/** The figure as a section of a page; why there is none where there is none. */
export async function sideBySideSection(models: readonly NamedModel[]): Promise<Section> {
  const made = await sideBySide(models);
  return isUnavailable(made)
    ? { title: 'Reconstructions', note: `Not drawn: ${made.unavailable}.`, body: '' }
    : { title: made.title, note: made.note, body: await drawingsHtml(made.drawings) };
}

/** The rows as a file by themselves. */
export async function sideBySidePicture(models: readonly NamedModel[]): Promise<Uint8Array | Unavailable> {
  const made = await sideBySide(models);
  if (isUnavailable(made)) return made;
  const [rows] = made.drawings.filter((drawing) => drawing.kind === 'pictures');
  return picturesPng(rows!);
}
