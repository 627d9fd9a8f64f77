/** What the doctor says: the shape that `aec doctor --json` prints, and the same for people. */

export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do, line by line; commands stand exactly as they are to be typed. */
  readonly fix?: string;
}

export const finding = (what: string, ok: boolean, found: string, fix: readonly string[] = []): Finding =>
  fix.length === 0 ? { what, ok, found } : { what, ok, found, fix: fix.join('\n') };

export const renderFinding = ({ what, ok, found, fix }: Finding): string =>
  [`${ok ? '✓' : '·'} ${what}: ${found}`, ...(fix?.split('\n').map((line) => `    ${line}`) ?? [])].join('\n');
