/** Training and validation loss, split by term. */
import type { PhaseSpec } from '../program.js';
import { lossOf, type EpochRecord } from '../progress.js';
import { lineChart } from './charts.js';
import { rounded, type Chart } from './drawing.js';
import type { FigureEntry } from './entry.js';

interface Needs {
  readonly phases: readonly PhaseSpec[];
  readonly history: readonly EpochRecord[];
}

export const losses: FigureEntry<Needs> = {
  name: 'losses',
  needs: ({ spec, trained: { history } }) =>
    Promise.resolve(history.length === 0 ? { unavailable: 'no epoch was trained' } : { phases: spec.phases, history }),
  draw: ({ phases, history }) => ({
    title: 'Loss',
    note: `Terms as trained, their weights included. ${formulas(phases)}`,
    drawings: lossCurves(phases, history),
  }),
};

const formulas = (phases: readonly PhaseSpec[]): string =>
  phases
    .flatMap(({ terms }) => terms.map(({ name, formula }) => `${name}: ${formula}`))
    .filter((text, i, all) => all.indexOf(text) === i)
    .join(' · ');

/** A chart of the loss and one of each of its terms, for each phase that ran. */
function lossCurves(phases: readonly PhaseSpec[], history: readonly EpochRecord[]): readonly Chart[] {
  const ran = phases.filter(({ name }) => history.some(({ phase }) => phase === name));
  return ran.flatMap((phase) => {
    const records = history.filter((record) => record.phase === phase.name);
    const panels = [
      // Losses of players are no sum.
      ...(phase.terms.length > 1 && phase.terms.every(({ player }) => player === undefined)
        ? [{ title: 'loss', of: (terms: readonly number[]) => lossOf(phase, terms) }]
        : []),
      ...phase.terms.map(({ name, player }, i) => ({
        title: player === undefined ? name : `${player}: ${name}`,
        of: (terms: readonly number[]) => terms[i] ?? NaN,
      })),
    ];
    return panels.map(({ title, of }) =>
      lineChart(
        ran.length > 1 ? `${phase.name}: ${title}` : title,
        records.flatMap(({ epoch, train, validation }) => [
          { x: epoch, y: rounded(of(train)), series: 'training' },
          ...(validation === undefined ? [] : [{ x: epoch, y: rounded(of(validation)), series: 'held out' }]),
        ]),
        { x: 'epoch', whole: true },
      ),
    );
  });
}
