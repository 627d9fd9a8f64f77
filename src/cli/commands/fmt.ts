import { allToJson } from '../../diagnostics/json.js';
import { renderAll } from '../../diagnostics/render.js';
import { formatSource } from '../../format/format.js';
import { locateIn } from '../../parser/locate.js';
import { writeAside } from '../../runtime/node/files.js';
import { readSource } from '../io.js';
import { err, out, outJson, refuseData } from '../refusal.js';

export interface FmtOptions {
  readonly check?: boolean;
  readonly stdout?: boolean;
  readonly json?: boolean;
}

/** `aec fmt`: canonical formatting in place. Files with errors are never touched. */
export async function fmtCommand(paths: readonly string[], options: FmtOptions): Promise<number> {
  const results: {
    path: string;
    status: 'unchanged' | 'formatted' | 'unformatted' | 'broken';
    diagnostics?: readonly unknown[];
  }[] = [];
  for (const path of paths) {
    const text = readSource(path);
    const result = formatSource(path, text);
    if ('findings' in result) {
      const locate = locateIn(result.ast);
      if (options.json !== true)
        for (const shown of renderAll(result.findings, locate, text, {
          color: process.stderr.isTTY && process.env['NO_COLOR'] === undefined,
        }))
          err(shown);
      results.push({ path, status: 'broken', diagnostics: allToJson(result.findings, locate, text) });
      continue;
    }
    if (options.stdout === true) out(result.text.trimEnd());
    else if (result.text === text) results.push({ path, status: 'unchanged' });
    else if (options.check === true) results.push({ path, status: 'unformatted' });
    else {
      const written = await writeAside(path, result.text);
      if (!written.ok) return refuseData(written.error);
      results.push({ path, status: 'formatted' });
    }
  }
  if (options.json === true) outJson({ files: results });
  else for (const { path, status } of results) if (status !== 'unchanged') out(`${path}: ${status}`);
  return results.some(({ status }) => status === 'broken' || status === 'unformatted') ? 1 : 0;
}
