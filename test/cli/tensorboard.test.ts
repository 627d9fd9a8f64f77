/** Event files for TensorBoard, read by a reader that shares nothing with what wrote them. */
import { expect, test } from 'vitest';
import { eventFiles } from '../../src/cli/tensorboard/events.js';
import type { RecordedEpoch, RunRecord } from '../../src/runtime/node/index.js';

/** CRC-32C as its definition has it: the remainder of a division of polynomials, a bit at a time. */
function remainder(bytes: Uint8Array): bigint {
  const divisor = 0x11edc6f41n;
  const reversed = (value: bigint, bits: number): bigint =>
    BigInt(`0b${value.toString(2).padStart(bits, '0').split('').reverse().join('')}`);
  let rest = 0xffffffffn;
  for (const byte of bytes) {
    rest ^= reversed(BigInt(byte), 8) << 24n;
    for (let bit = 0; bit < 8; bit++) {
      rest <<= 1n;
      if (rest >> 32n) rest ^= divisor;
    }
  }
  return reversed(rest, 32) ^ 0xffffffffn;
}

/** As TensorFlow masks it: turned right by 15 bits, and a constant added. */
const masked = (bytes: Uint8Array): bigint => {
  const crc = remainder(bytes);
  return (((crc >> 15n) | ((crc & 0x7fffn) << 17n)) + 0xa282ead8n) & 0xffffffffn;
};

function recordsIn(file: Uint8Array): readonly Uint8Array[] {
  const records: Uint8Array[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(BigInt(view.getUint32(at + 8, true))).toBe(masked(file.subarray(at, at + 8)));
    expect(BigInt(view.getUint32(at + 12 + length, true))).toBe(masked(data));
    records.push(data);
    at += length + 16;
  }
  return records;
}

/** Fields of a protobuf by number: varints, and fixed or counted bytes. */
function fieldsOf(bytes: Uint8Array): readonly (readonly [field: number, value: number | Uint8Array])[] {
  const fields: (readonly [number, number | Uint8Array])[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = key & 7;
    if (kind === 0) fields.push([key >> 3, varint()]);
    else {
      const size = kind === 1 ? 8 : kind === 5 ? 4 : varint();
      fields.push([key >> 3, bytes.subarray(at, at + size)]);
      at += size;
    }
  }
  return fields;
}

const field = (bytes: Uint8Array, number: number): number | Uint8Array | undefined =>
  fieldsOf(bytes).find(([one]) => one === number)?.[1];
const viewOf = (value: number | Uint8Array | undefined): DataView => {
  const { buffer, byteOffset, byteLength } = value as Uint8Array;
  return new DataView(buffer, byteOffset, byteLength);
};
const textOf = (value: number | Uint8Array | undefined): string => new TextDecoder().decode(value as Uint8Array);

/** Scalars of an event file, after its version: `[time, step, tag, value]`. */
function scalarsIn(file: Uint8Array): readonly (readonly [number, number, string, number])[] {
  const [first, ...events] = recordsIn(file);
  expect(textOf(field(first!, 3))).toBe('brain.Event:2');
  return events.flatMap((event) =>
    fieldsOf(field(event, 5) as Uint8Array).map(([, value]) => {
      const scalar = value as Uint8Array;
      return [
        viewOf(field(event, 1)).getFloat64(0, true),
        field(event, 2) as number,
        textOf(field(scalar, 1)),
        viewOf(field(scalar, 2)).getFloat32(0, true),
      ] as const;
    }),
  );
}

const recordOf = (history: readonly RecordedEpoch[]): RunRecord =>
  ({ started: '2026-01-01T00:00:00.000Z', seconds: 10, history }) as Partial<RunRecord> as RunRecord;
const start = Date.UTC(2026, 0, 1) / 1000;

test('the reader knows the check value of the standard', () => {
  expect(remainder(new TextEncoder().encode('123456789'))).toBe(0xe3069283n);
});

test('terms by epoch, in training and on what was held out', () => {
  const files = eventFiles(
    recordOf([
      { phase: 'train', epoch: 1, loss: 3.5, train: { 'mse(x)': 4, kl: 0.25 }, validation: { 'mse(x)': 3, kl: 0.5 } },
      // Where a step was not finite, a record has null.
      {
        phase: 'train',
        epoch: 300,
        loss: 2,
        train: { 'mse(x)': null as never, kl: 0 },
        validation: { 'mse(x)': 2, kl: 0 },
      },
    ]),
  );
  const [train, validation] = [...files];
  expect([train![0], validation![0]]).toEqual([
    `train/events.out.tfevents.${start}.aec`,
    `validation/events.out.tfevents.${start}.aec`,
  ]);
  expect(scalarsIn(train![1])).toEqual([
    [start + 5, 1, 'mse(x)', 4],
    [start + 5, 1, 'kl', 0.25],
    [start + 10, 300, 'kl', 0],
  ]);
  expect(scalarsIn(validation![1]).map(([, step, tag, value]) => [step, tag, value])).toEqual([
    [1, 'loss', 3.5],
    [1, 'mse(x)', 3],
    [1, 'kl', 0.5],
    [300, 'loss', 2],
    [300, 'mse(x)', 2],
    [300, 'kl', 0],
  ]);
});

test('phases are groups; where nothing is held out, the loss is that of training', () => {
  const files = eventFiles(
    recordOf([
      { phase: 'first', epoch: 1, loss: 1, train: { a: 1 } },
      { phase: 'second', epoch: 1, loss: 2, train: { b: 2 } },
    ]),
  );
  expect(files.size).toBe(1);
  expect(scalarsIn([...files.values()][0]!).map(([, , tag]) => tag)).toEqual([
    'first/loss',
    'first/a',
    'second/loss',
    'second/b',
  ]);
});
