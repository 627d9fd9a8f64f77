/** The history of a run as event files, which TensorBoard draws: one folder for training, one for what was held out. */
import { join } from 'node:path';
import { encoderOf } from '../../codegen/protobuf.js';
import type { RunRecord } from '../../runtime/node/index.js';
import { recordFile } from './records.js';

/** The part of tensorflow/core/util/event.proto and framework/summary.proto that scalars take. */
const schema = `
syntax = "proto3";
package tensorflow;

message Event {
  double wall_time = 1;
  int64 step = 2;
  oneof what {
    string file_version = 3;
    Summary summary = 5;
  }
}
message Summary {
  message Value {
    string tag = 1;
    oneof value {
      float simple_value = 2;
    }
  }
  repeated Value value = 1;
}
`;

interface Scalar {
  readonly tag: string;
  readonly simpleValue: number;
}

interface Moment {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
}

type Event = Moment & ({ readonly fileVersion: string } | { readonly summary: { readonly value: readonly Scalar[] } });

/** Files by path. Where a run has several phases, the terms of each are a group of their own. */
export function eventFiles({ history, started, seconds }: RunRecord): ReadonlyMap<string, Uint8Array> {
  const encoded = encoderOf<Event>(schema, 'tensorflow.Event');
  const start = Date.parse(started) / 1000;
  const grouped = new Set(history.map(({ phase }) => phase)).size > 1;
  // A record holds no times of epochs, so that a resumed run has the same: they are laid evenly over what it took.
  const momentOf = (i: number, epoch: number): Moment => ({
    wallTime: start + (seconds * (i + 1)) / history.length,
    step: epoch,
  });
  const name = `events.out.tfevents.${Math.floor(start)}.aec`;
  const file = (events: readonly Event[]): Uint8Array =>
    recordFile([{ wallTime: start, step: 0, fileVersion: 'brain.Event:2' }, ...events].map(encoded));
  const series = (which: 'train' | 'validation'): readonly Event[] =>
    history.flatMap(({ phase, epoch, loss, ...terms }, i): readonly Event[] => {
      const of = terms[which];
      if (of === undefined) return [];
      const judged = which === 'validation' || terms.validation === undefined;
      const value = Object.entries({ ...(judged ? { loss } : {}), ...of }).flatMap(
        ([term, number]): readonly Scalar[] =>
          // What was not finite is null in a record.
          typeof number === 'number' ? [{ tag: grouped ? `${phase}/${term}` : term, simpleValue: number }] : [],
      );
      return [{ ...momentOf(i, epoch), summary: { value } }];
    });
  return new Map(
    (['train', 'validation'] as const).flatMap((which) => {
      const events = series(which);
      return events.length === 0 ? [] : [[join(which, name), file(events)] as const];
    }),
  );
}
