/** One style in each row, one class in each column. */
import { elements } from '../dataset.js';
import type { SubjectSpec } from '../program.js';
import { decodedWith, drawingsOf, type Outputs } from './decoded.js';
import { number, subject, type FigureEntry } from './entry.js';
import { drawsOf } from './priors.js';
import type { Run } from './run.js';

interface Needs {
  readonly outputs: Outputs;
  readonly classes: number;
  readonly styles: number;
  readonly drawn: boolean;
}

/** What the columns run through: every value of a latent, or the labels of a variable that the decoder reads. */
function choicesOf(run: Run, by: SubjectSpec): readonly (readonly number[])[] | undefined {
  if (by.kind === 'code') return run.code(by.name).values;
  const { domain } = by.kind === 'variable' ? run.variable(by.name) : { domain: undefined };
  return domain?.kind === 'category' && elements(by.shape) === 1 && run.spec.decodeReads.includes(by.name)
    ? Array.from({ length: domain.classes }, (_, label) => [label])
    : undefined;
}

export const grid: FigureEntry<Needs> = {
  name: 'grid',
  async needs(run, args) {
    const { name } = subject(args);
    const by = subject(args, 'by');
    const choices = choicesOf(run, by);
    if (choices === undefined)
      return { unavailable: `${by.name} is no category with one class an example that a decoder reads` };
    const classes = choices.length;
    const { shape, prior } = run.code(name);
    const d = elements(shape);
    const styles = Math.min(number(args, 'count'), prior === undefined ? run.shown.length : Infinity);
    // Draws of the training's seed; where the prior is another for each example, styles are those of examples.
    const style = prior === undefined ? (await run.codes(run.first(styles)))[name]! : drawsOf(run, prior, styles * d);
    const values = new Float32Array(styles * classes * d);
    for (let i = 0; i < styles * classes; i++) {
      const from = Math.floor(i / classes) * d;
      values.set(style.subarray(from, from + d), i * d);
    }
    const chosen = Float32Array.from(Array.from({ length: styles }, () => choices.flat()).flat());
    const outputs = await decodedWith(run, name, values, undefined, { [by.name]: chosen });
    return { outputs, classes, styles, drawn: prior !== undefined };
  },
  draw: ({ outputs, classes, styles, drawn }, args) => ({
    title: `${subject(args).name} × ${subject(args, 'by').name}`,
    note: `Each row has one value of ${subject(args).name}, ${drawn ? 'drawn from the prior' : 'of an example'}; the columns run through the ${classes} classes of ${subject(args, 'by').name}.`,
    drawings: drawingsOf(outputs, {
      columns: classes,
      titles: Array.from({ length: styles }, (_, i) => `style ${i + 1}`),
    }),
  }),
};
