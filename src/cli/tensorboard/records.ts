/** TensorFlow's file of records (tensorflow/core/lib/io/record_writer.h): each with its length, and checksums of both. */

/** CRC-32C (Castagnoli), whose polynomial is 0x1EDC6F41, lowest bit first; byte by byte. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Turned and shifted, since a checksum of what holds checksums says little. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Some records, one behind the other. */
export function recordFile(records: readonly Uint8Array[]): Uint8Array {
  const around = 16;
  const out = new Uint8Array(records.reduce((sum, record) => sum + record.length + around, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const record of records) {
    view.setBigUint64(at, BigInt(record.length), true);
    view.setUint32(at + 8, masked(out.subarray(at, at + 8)), true);
    out.set(record, at + 12);
    view.setUint32(at + 12 + record.length, masked(record), true);
    at += record.length + around;
  }
  return out;
}
