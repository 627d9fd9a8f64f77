/** The platform that a shared library is for, from its first bytes: a folder copied from another machine looks whole otherwise. */
import { closeSync, openSync, readSync } from 'node:fs';

const elfMachines: Readonly<Record<number, string>> = { 0x28: 'arm', 0x3e: 'x64', 0xb7: 'arm64' };
const machMachines: Readonly<Record<number, string>> = { 0x01000007: 'x64', 0x0100000c: 'arm64' };

/** `linux-x64` and so on; undefined where it is no library, or of a kind not known here. */
export function platformOf(file: string): string | undefined {
  const head = Buffer.alloc(20);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, head, 0, head.length, 0) < head.length) return undefined;
  } finally {
    closeSync(handle);
  }
  if (head.readUInt32BE(0) === 0x7f454c46) return `linux-${elfMachines[head.readUInt16LE(18)] ?? 'unknown'}`;
  if (head.readUInt32LE(0) === 0xfeedfacf) return `darwin-${machMachines[head.readUInt32LE(4)] ?? 'unknown'}`;
  if (head.toString('latin1', 0, 2) === 'MZ') return `win32-${process.arch}`;
  return undefined;
}
