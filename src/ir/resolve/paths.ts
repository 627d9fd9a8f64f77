/** Paths of imports: relative to the file that they stand in, with forward slashes on every system. */

/** The path of a file as another one names it: `../blocks.ae` in `models/a.ae` is `blocks.ae`. */
export function pathFrom(file: string, relative: string): string {
  const absolute = file.startsWith('/');
  const folder = file.split('/').slice(0, -1);
  const parts: string[] = [];
  for (const part of [...folder, ...relative.split('/')]) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !absolute) parts.push(part);
  }
  return `${absolute ? '/' : ''}${parts.join('/')}`;
}

export type UnusablePath = 'backslashes' | 'absolute' | 'no .ae file';

/** Why an import cannot name a file in this way. */
export function faultOf(written: string): UnusablePath | undefined {
  if (written.includes('\\')) return 'backslashes';
  if (written.startsWith('/') || /^[a-z][a-z\d+.-]*:/i.test(written)) return 'absolute';
  return written.endsWith('.ae') ? undefined : 'no .ae file';
}
