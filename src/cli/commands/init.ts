import { existsSync } from 'node:fs';
import { writeAside } from '../../runtime/node/files.js';
import { templates } from '../../service/templates.js';
import { out, outJson, refuse, refuseData } from '../refusal.js';

export const templateNames = Object.keys(templates);

/** `aec init`: a first file to change. */
export async function initCommand(
  path: string,
  options: { readonly template: string; readonly force?: boolean; readonly json?: boolean },
): Promise<number> {
  const text =
    templates[options.template] ??
    refuse(`error: there is no template ${options.template}`, `  expected: ${templateNames.join(', ')}`);
  if (existsSync(path) && options.force !== true)
    return refuse(`error: ${path} is there already`, '  choose another name, or overwrite it with --force');
  const written = await writeAside(path, text);
  if (!written.ok) return refuseData(written.error);
  if (options.json === true) outJson({ ok: true, path });
  else out(`${path}\ntry: aec train ${path} --data strokes`);
  return 0;
}
