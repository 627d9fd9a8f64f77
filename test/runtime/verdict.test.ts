/** The verdict on models whose state is known, each remark with a neighbour of which it is not made. */
import { describe, expect, test } from 'vitest';
import type { EpochRecord } from '../../src/runtime/progress.js';
import type { CodeSpec, PhaseSpec } from '../../src/runtime/program.js';
import type { Accuracy, Evaluated } from '../../src/runtime/node/report/evaluate.js';
import { renderVerdict, verdictOf, type RemarkKind } from '../../src/runtime/node/report/verdict.js';
import { tinyProgram, vector } from './tiny.js';

const { spec: tiny } = tinyProgram({ variable: vector(4), code: 2 });

interface State {
  readonly error?: number;
  readonly mean?: number;
  readonly pca?: number;
  readonly spread?: number;
  readonly accuracy?: Partial<Accuracy>;
  /** Standard deviations of the code's numbers over the examples. */
  readonly code?: readonly number[];
  readonly prior?: CodeSpec['prior'];
  readonly train?: readonly number[];
  readonly validation?: readonly number[];
  readonly phase?: Partial<PhaseSpec>;
}

const n = 40;

function verdict(state: State) {
  const { error = 0.01, mean = 0.1, pca = 0.02, spread = 1, code = [1, 1], train = [], accuracy } = state;
  const variable = vector(4);
  const seen: Evaluated = {
    rows: new Int32Array(n),
    heldOut: true,
    part: 'held-out',
    inputs: {},
    outputs: {},
    codes: {
      n,
      d: code.length,
      // Half of the examples a deviation above the mean, half below it.
      values: Float32Array.from({ length: n * code.length }, (_, i) => {
        const row = Math.floor(i / code.length);
        return 5 + (row % 2 === 0 ? 1 : -1) * code[i % code.length]!;
      }),
    },
    labels: undefined,
    baselines: [
      {
        variable,
        error,
        mean,
        spread,
        isScaled: false,
        byElement: [],
        pca: { error: pca, components: 2, fittedTo: n, values: new Float32Array() },
      },
    ],
    accuracies: accuracy === undefined ? [] : [{ variable: 'y', share: 0.9, majority: 0.2, counted: n, ...accuracy }],
    shown: [],
  };
  const phase: PhaseSpec = {
    ...tiny.phases[0]!,
    epochs: train.length,
    terms: [{ name: 'loss', formula: '', origin: '' }],
    ...state.phase,
  };
  const history = train.map((loss, i): EpochRecord => ({
    phase: phase.name,
    epoch: i + 1,
    train: [loss],
    ...(state.validation === undefined ? {} : { validation: [state.validation[i]!] }),
  }));
  const codes = [
    { ...tiny.code[0]!, shape: [code.length], ...(state.prior === undefined ? {} : { prior: state.prior }) },
  ];
  return verdictOf({ ...tiny, phases: [phase], code: codes }, seen, history);
}

const kinds = (state: State): readonly RemarkKind[] => verdict(state).remarks.map(({ kind }) => kind);

const normal = { kind: 'normal', mean: 0, sigma: 1 } as const;
/** From `from` towards `to`, an e-th part of the way in `tau` epochs. */
const decay = (length: number, tau: number): readonly number[] =>
  Array.from({ length }, (_, i) => 1 + 9 * Math.exp(-i / tau));

test('a model that works is told what it achieves, and nothing else', () => {
  const { works, text, remarks } = verdict({ train: decay(50, 8) });
  expect({ works, remarks }).toEqual({ works: true, remarks: [] });
  expect(text).toBe(
    "x: squared error 0.01 an element, 0.1 of the mean's, 0.5 of that of PCA with 2 components, on 40 held-out examples",
  );
});

describe('what fails', () => {
  test.each<[string, State, readonly RemarkKind[]]>([
    ['an error above the mean’s', { error: 0.11 }, ['worse_than_mean']],
    ['one as large', { error: 0.1 }, ['worse_than_mean']],
    ['outputs that do not move', { error: 0.1, spread: 1e-4 }, ['outputs_alike']],
    ['outputs that move a little', { error: 0.05, spread: 0.01, pca: 0.06 }, []],
    ['a code that stands still', { code: [0, 0] }, ['collapsed']],
    ['a latent that stays with its prior', { code: [0.05, 0.02], prior: normal }, ['collapsed']],
    ['classes no better than the commonest', { accuracy: { share: 0.2 } }, ['worse_than_guessing']],
    ['classes a little better', { accuracy: { share: 0.25 } }, []],
    ['data of one class', { accuracy: { share: 1, majority: 1 } }, []],
  ])('%s', (_, state, expected) => {
    expect(kinds(state)).toEqual(expected);
    expect(verdict(state).works).toBe(expected.length === 0);
  });
});

describe('what is worth knowing', () => {
  test.each<[string, State, readonly RemarkKind[]]>([
    ['PCA keeps more', { error: 0.03 }, ['worse_than_pca']],
    ['a dead unit of a plain code', { code: [1, 0, 1, 1] }, ['dead_units']],
    ['units that a KL term has switched off', { code: [1, 0.01, 1, 1], prior: normal }, []],
    ['most of them', { code: [1, 0.01, 0.01, 0.01], prior: normal }, ['dead_units']],
    ['a scale of its own', { code: [0.3, 0.3], prior: { ...normal, sigma: 10 } }, ['collapsed']],
    ['a loss that still falls', { train: decay(20, 20) }, ['still_falling']],
    ['one that has come down', { train: decay(60, 8) }, []],
    ['one that was stopped', { train: decay(20, 20), phase: { epochs: 90 } }, []],
    ['too few epochs to tell', { train: [10, 5, 2] }, []],
    [
      'a held-out loss that rises',
      { train: decay(12, 4), validation: [9, 6, 4, 3, 2.5, 2.4, 2.6, 3, 3.3, 3.5, 3.8, 4] },
      ['overfitting'],
    ],
    [
      'one that is watched already',
      {
        train: decay(12, 4),
        validation: [9, 6, 4, 3, 2.5, 2.4, 2.6, 3, 3.3, 3.5, 3.8, 4],
        phase: { earlyStopping: { patience: 9, minDelta: 0 } },
      },
      [],
    ],
    [
      'losses of players',
      { train: decay(20, 20), phase: { terms: [{ name: 'judge', formula: '', origin: '', player: 'judge' }] } },
      [],
    ],
  ])('%s', (_, state, expected) => {
    expect(kinds(state)).toEqual(expected);
    if (!expected.includes('collapsed')) expect(verdict(state).works).toBe(true);
  });
});

test('each remark says what to do', () => {
  const lines = renderVerdict(verdict({ error: 0.11, code: [0, 0], train: decay(20, 20) }));
  expect(lines.filter((line) => line.startsWith('warning: '))).toHaveLength(2);
  expect(lines.filter((line) => line.startsWith('note: '))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('  '))).toHaveLength(3);
  expect(lines.join('\n')).toContain('--resume --epochs 40');
});
