/** What makes a run the run that it is: what may not change when it goes on, and what may. */
import type { ProgramSpec } from './program.js';

/** The examples that a run sees, without the examples. */
export interface DataIdentity {
  readonly examples: number;
  /** A hash of each variable's values. */
  readonly columns: Readonly<Record<string, string>>;
}

/** What cannot change within a run. */
interface RunIdentity {
  readonly seed: number;
  readonly validation: number;
  readonly batches: readonly (number | 'full')[];
  readonly optimizers: readonly string[];
  readonly data?: DataIdentity;
}

const identityOf = (spec: ProgramSpec, data: DataIdentity | undefined): RunIdentity => ({
  seed: spec.seed,
  validation: spec.validation,
  batches: spec.phases.map(({ batch }) => batch),
  optimizers: spec.phases.map(({ optimizer }) => optimizer),
  ...(data === undefined ? {} : { data }),
});

/** As metadata of a checkpoint. */
export const runIdentity = (spec: ProgramSpec, data: DataIdentity | undefined): Readonly<Record<string, string>> => ({
  run: JSON.stringify(identityOf(spec, data)),
});

export interface Change {
  readonly expected: string;
  readonly found: string;
  /** How to have it as it was. */
  readonly hint: string;
}

/** What differs from the run of a checkpoint so that it would be another; undefined where nothing does, as far as the file tells. */
export function changeOf(
  metadata: Readonly<Record<string, string>>,
  spec: ProgramSpec,
  data: DataIdentity | undefined,
): Change | undefined {
  const then = parsed<RunIdentity>(metadata['run']);
  const now = identityOf(spec, data);
  if (then === undefined) return undefined;
  if (then.seed !== undefined && then.seed !== now.seed) {
    return {
      expected: `seed ${then.seed}, which the run began with`,
      found: `seed ${now.seed}: other draws, and other examples held out`,
      hint: `give the seed ${then.seed}`,
    };
  }
  if (then.validation !== undefined && then.validation !== now.validation) {
    return {
      expected: `validation ${then.validation}, which the run began with`,
      found: `validation ${now.validation}: examples would be held out that were trained on`,
      hint: `write \`validation ${then.validation}\``,
    };
  }
  const sizes = Array.isArray(then.batches) ? (then.batches as RunIdentity['batches']) : [];
  const batch = now.batches.findIndex((size, i) => sizes[i] !== undefined && sizes[i] !== size);
  if (batch >= 0) {
    return {
      expected: `batches of ${String(sizes[batch])}, which the run began with`,
      found: `batches of ${String(now.batches[batch])}: an epoch would have other steps`,
      hint: `give the batch size ${String(sizes[batch])}`,
    };
  }
  return typeof then.data !== 'object' || then.data === null || data === undefined
    ? undefined
    : changeOfData(then.data, data);
}

function changeOfData(then: Partial<DataIdentity>, now: DataIdentity): Change | undefined {
  const hint = 'name the same data';
  if (then.examples !== now.examples)
    return {
      expected: `the data that the run began with: ${String(then.examples)} examples`,
      found: `${now.examples} examples`,
      hint,
    };
  const other = Object.keys(now.columns).find((name) => then.columns?.[name] !== now.columns[name]);
  return other === undefined
    ? undefined
    : { expected: 'the data that the run began with', found: `other values in ${other}`, hint };
}

/** Hyperparameters of a file that have another value now. */
export function changedParameters(
  metadata: Readonly<Record<string, string>>,
  spec: ProgramSpec,
): readonly { readonly name: string; readonly then: string; readonly now: string }[] {
  const then = parsed<ProgramSpec['parameters']>(metadata['parameters']);
  if (!Array.isArray(then)) return [];
  const before = new Map((then as ProgramSpec['parameters']).map((one) => [one?.name, one?.value]));
  return spec.parameters.flatMap(({ name, value }) => {
    const was = before.get(name);
    return was === undefined || was === value ? [] : [{ name, then: String(was), now: String(value) }];
  });
}

/** Optimisers of a checkpoint that are others now, or the same with other settings. */
export function changedOptimizers(
  metadata: Readonly<Record<string, string>>,
  spec: ProgramSpec,
): readonly { readonly phase: string; readonly then: string; readonly now: string }[] {
  const then = parsed<RunIdentity>(metadata['run'])?.optimizers;
  if (!Array.isArray(then)) return [];
  return spec.phases.flatMap(({ name, optimizer }, i) =>
    typeof then[i] !== 'string' || then[i] === optimizer ? [] : [{ phase: name, then: then[i], now: optimizer }],
  );
}

/** JSON of somebody else: of the right form as far as it was written here. */
function parsed<T extends object>(text: string | undefined): Partial<T> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Partial<T>) : undefined;
  } catch {
    return undefined;
  }
}
