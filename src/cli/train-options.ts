/** What `aec train` is told. */
import type { Form } from '../codegen/targets.js';
import type { DataOptions } from './data.js';
import type { SourceOptions } from './io.js';
import type { BackendChoice } from './load.js';
import type { Flag } from './overrides.js';

export interface TrainOptions extends SourceOptions, DataOptions {
  readonly out?: string;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly backend: BackendChoice;
  readonly exec?: Form;
  readonly parts?: number;
  readonly threads?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly report: boolean;
  readonly quiet?: boolean;
  readonly checkpointEvery: number;
  /** Parts that come from other runs: `encoder=runs/a`. */
  readonly load?: readonly string[];
  /** Parameters that are swept, beside the file's: `z=2,8,32`. */
  readonly sweep?: readonly string[];
  /** Parameters of the sweep that have one value: the others are swept. */
  readonly point?: readonly string[];
  /** Every autoencoder of the file, instead of one. */
  readonly all?: boolean;
  /** Points of a sweep, or autoencoders, side by side. */
  readonly jobs?: number;
}

/** As typed. */
export const flagsOf = (options: TrainOptions): readonly Flag[] => [
  ['data', options.data],
  ...(options.columns ?? []).map((one): Flag => ['columns', one]),
  ['data-dir', options.dataDir],
  ['name', options.name],
  ['out', options.out],
  ['backend', options.backend === 'auto' ? undefined : options.backend],
  ['exec', options.exec],
  ['parts', options.parts],
  ['threads', options.threads],
  ['epochs', options.epochs],
  ['batch', options.batch],
  ['seed', options.seed],
  ...(options.set ?? []).map((one): Flag => ['set', one]),
  ...(options.load ?? []).map((one): Flag => ['load', one]),
  ...(options.point ?? []).map((one): Flag => ['point', one]),
  ...(options.checkpointEvery === 10 ? [] : [['checkpoint-every', options.checkpointEvery] as const]),
  ['no-report', !options.report],
];
