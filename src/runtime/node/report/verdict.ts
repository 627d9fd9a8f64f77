/** What is to be said of a trained model at first sight: whether it does anything, and what would most likely help. */
import { elements } from '../../dataset.js';
import { short } from '../../figures/drawing.js';
import type { CodeSpec, PhaseSpec, ProgramSpec } from '../../program.js';
import { epochLoss, phaseOf, type EpochRecord } from '../../progress.js';
import type { Drawn } from './clauses.js';
import type { Evaluated } from './evaluate.js';

export type RemarkKind =
  | 'worse_than_mean'
  | 'worse_than_pca'
  | 'worse_than_guessing'
  | 'outputs_alike'
  | 'collapsed'
  | 'dead_units'
  | 'still_falling'
  | 'overfitting'
  | 'not_drawn';

export interface Remark {
  readonly kind: RemarkKind;
  /** A model of which this is true does not do what it is for. */
  readonly fails: boolean;
  readonly text: string;
  /** What to do about it. */
  readonly hint: string;
}

export interface Verdict {
  /** Nothing of it fails. */
  readonly works: boolean;
  /** What the model achieves, in one line. */
  readonly text: string;
  readonly remarks: readonly Remark[];
}

/** Of what a report has looked at, the losses of the run, and the figures that were asked for. */
export function verdictOf(
  spec: ProgramSpec,
  seen: Evaluated,
  history: readonly EpochRecord[],
  asked: readonly Drawn[] = [],
): Verdict {
  const remarks = [
    ...seen.baselines.flatMap(ofBaseline),
    ...seen.accuracies.flatMap(ofAccuracy),
    ...ofCodes(spec, seen),
    ...ofHistory(spec, history),
    ...asked.flatMap(ofFigure),
  ];
  return { works: remarks.every(({ fails }) => !fails), text: achieved(seen), remarks };
}

const ofFigure = ({ spec: { text }, missing }: Drawn): readonly Remark[] =>
  missing === undefined
    ? []
    : [
        {
          kind: 'not_drawn',
          fails: false,
          text: `figure ${text} is not drawn: ${missing}`,
          hint: 'ask for one that fits the model',
        },
      ];

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** `x: error 0.021 an element, 0.38 of the mean's, 0.79 of PCA's with 20 components; y: 93.1 % right` */
function achieved({ baselines, accuracies, rows, part }: Evaluated): string {
  const parts = [
    ...baselines.map(({ variable, error, mean, pca }) => {
      const of = (other: number): string => short(error / other);
      const against = [
        ...(mean > 0 ? [`${of(mean)} of the mean's`] : []),
        ...(pca === undefined || pca.error === 0
          ? []
          : [`${of(pca.error)} of that of PCA with ${pca.components} component${pca.components === 1 ? '' : 's'}`]),
      ];
      return [`${variable.name}: squared error ${short(error)} an element`, ...against].join(', ');
    }),
    ...accuracies.map(
      ({ variable, share, majority }) => `${variable}: ${percent(share)} right (guessing: ${percent(majority)})`,
    ),
  ];
  if (parts.length === 0) return '';
  return `${parts.join('; ')}, on ${rows.length} ${part} examples`;
}

/** Of the variance of the data; below it, what comes out is the same for all. */
const alike = 1e-3;

function ofBaseline({
  variable: { name, role },
  error,
  mean,
  pca,
  spread,
}: Evaluated['baselines'][number]): readonly Remark[] {
  if (mean === 0) return [];
  if (spread < alike)
    return [
      {
        kind: 'outputs_alike',
        fails: true,
        text: `what comes out for ${name} is the same whatever goes in`,
        hint: 'the code does not reach the output, or the learning rate is too large or too small: try `adam(lr: 1e-3)`, and less of the penalties',
      },
    ];
  if (error >= mean)
    return [
      {
        kind: 'worse_than_mean',
        fails: true,
        text: `the error of ${name}, ${short(error)} an element, is not below that of its mean, ${short(mean)}`,
        hint: 'train longer, lower the learning rate, or look at the terms of the loss: aec explain',
      },
    ];
  if (pca === undefined || error <= pca.error || role === 'target') return [];
  return [
    {
      kind: 'worse_than_pca',
      fails: false,
      text: `PCA with as many numbers as the code has keeps more of ${name}: ${short(pca.error)} an element against ${short(error)}`,
      hint: 'train longer; noise and penalties cost accuracy, and may be worth it',
    },
  ];
}

function ofAccuracy({ variable, share, majority }: Evaluated['accuracies'][number]): readonly Remark[] {
  if (share > majority || majority === 1) return [];
  return [
    {
      kind: 'worse_than_guessing',
      fails: true,
      text: `${percent(share)} of ${variable} are right; always guessing the commonest class gives ${percent(majority)}`,
      hint: 'train longer, or give its term more weight',
    },
  ];
}

/** Variance of a posterior's mean from which on a unit says something of the example (Burda et al. 2016, section 5.2). */
const active = 1e-2;

function ofCodes({ code }: ProgramSpec, { codes: { values, n, d } }: Evaluated): readonly Remark[] {
  let left = 0;
  return code.flatMap((one): readonly Remark[] => {
    const width = elements(one.shape);
    if (left + width > d || n < 2) return [];
    const variances = Array.from({ length: width }, (_, j) => variance(values, n, d, left + j));
    left += width;
    return ofCode(one, variances);
  });
}

function ofCode({ name, prior }: CodeSpec, variances: readonly number[]): readonly Remark[] {
  const least =
    prior === undefined
      ? 1e-6 * Math.max(...variances, 1e-6)
      : active * (prior.kind === 'normal' ? prior.sigma ** 2 : 1);
  const dead = variances.filter((one) => one <= least).length;
  if (dead === variances.length)
    return [
      {
        kind: 'collapsed',
        fails: true,
        text: `${name} says nothing of the example: all of its ${dead} number${dead === 1 ? ' stands' : 's stand'} still`,
        hint:
          prior === undefined
            ? 'lower the learning rate, or another activation in front of the code'
            : 'the KL term outweighs the reconstruction: give it less weight, or one that grows: `penalty warmup(epochs: 10) * kl(z)`',
      },
    ];
  // Units that a KL term has switched off cost nothing and are how such a model chooses its size.
  if (dead === 0 || (prior !== undefined && dead <= variances.length / 2)) return [];
  return [
    {
      kind: 'dead_units',
      fails: false,
      text: `${dead} of the ${variances.length} numbers of ${name} are the same for every example`,
      hint:
        prior === undefined
          ? 'a smaller learning rate, or `leaky_relu` in front of it'
          : 'a smaller latent would do, or a smaller weight of `kl`',
    },
  ];
}

function variance(values: Float32Array, n: number, d: number, column: number): number {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i * d + column]! / n;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (values[i * d + column]! - mean) ** 2;
  return sum / n;
}

/** Epochs from which on a course can be told from noise. */
const fewest = 5;

/** How the losses of the last phase went. Players' losses follow each other and tell nothing of this kind. */
function ofHistory(spec: ProgramSpec, history: readonly EpochRecord[]): readonly Remark[] {
  const last = history.at(-1);
  if (last === undefined) return [];
  const phase = phaseOf(spec, last);
  const records = history.filter((one) => one.phase === last.phase);
  if (records.length < fewest || phase.terms.some(({ player }) => player !== undefined)) return [];
  return [...rising(phase, records), ...falling(phase, records)].slice(0, 1);
}

function rising(phase: PhaseSpec, records: readonly EpochRecord[]): readonly Remark[] {
  if (records.every(({ validation }) => validation === undefined) || phase.earlyStopping !== undefined) return [];
  const losses = records.map((one) => epochLoss(phase, one));
  const least = Math.min(...losses);
  const at = losses.indexOf(least);
  const behind = losses.length - 1 - at;
  const fall = losses[0]! - least;
  if (behind < 3 || losses.at(-1)! - least < 0.05 * fall) return [];
  return [
    {
      kind: 'overfitting',
      fails: false,
      text: `the held-out loss was lowest in epoch ${records[at]!.epoch}, ${short(least)}, and rises since, to ${short(losses.at(-1)!)}`,
      hint: 'stop there (`stop early(patience: 5)` in `train`), or add noise, a penalty, or data',
    },
  ];
}

function falling(phase: PhaseSpec, records: readonly EpochRecord[]): readonly Remark[] {
  const losses = records.map((one) => epochLoss(phase, one));
  const { length } = losses;
  const window = Math.max(1, Math.round(length / 10));
  const mean = (from: number): number => losses.slice(from, from + window).reduce((a, b) => a + b, 0) / window;
  const fall = losses[0]! - losses.at(-1)!;
  const pace = (mean(length - 2 * window) - mean(length - window)) / window;
  // As many epochs again at this pace would add a tenth to what the run has gained.
  if (fall <= 0 || pace * length < 0.1 * fall || records.length < phase.epochs) return [];
  return [
    {
      kind: 'still_falling',
      fails: false,
      text: `the loss still falls, by ${short(pace)} an epoch`,
      hint: `train on: --resume --epochs ${2 * phase.epochs}`,
    },
  ];
}

/** `verdict  …`, and a line for each remark with its hint. */
export function renderVerdict({ text, remarks }: Verdict): readonly string[] {
  return [
    ...(text === '' ? [] : [text]),
    ...remarks.flatMap(({ fails, text: said, hint }) => [`${fails ? 'warning' : 'note'}: ${said}`, `  ${hint}`]),
  ];
}
