/** `--load encoder=runs/a`: parts of a model that come from another run. */
import { readFile } from 'node:fs/promises';
import { isRun } from '../runtime/node/index.js';
import { decodePart } from '../runtime/index.js';
import type { ProgramSpec, Tensors } from '../runtime/program.js';
import { release } from '../runtime/tensors.js';
import { refuse, refuseData } from './refusal.js';
import { weightsIn } from './runs.js';

/**
 * The weights that `--load PART=PLACE[:NAMES]` names: of a run, or of a file of weights; a place that does not say under
 * which names they stand there has the part's own. The caller owns them. Refuses what is none of that, with all that does
 * not fit.
 */
export async function loadedParts(spec: ProgramSpec, texts: readonly string[]): Promise<Tensors> {
  let loaded: Tensors = {};
  for (const text of texts) {
    const [, part, place = '', names] = /^([^=]+)=(.+?)(?::([^:/\\]+))?$/.exec(text) ?? [];
    if (part === undefined) {
      release([loaded]);
      return refuse(
        `error: --load ${text}`,
        '  expected: a network or a layer, and where its weights are',
        '  for example: --load encoder=runs/a, --load encoder=weights.safetensors:features',
      );
    }
    const path = isRun(place) ? weightsIn(place) : place;
    const bytes = await readFile(path).catch((error: unknown) => {
      release([loaded]);
      return refuse(
        `error: --load ${text}`,
        '  expected: the folder of a run, or a file of weights',
        `  found: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    const found = decodePart(bytes, spec, { part, from: names ?? part, path });
    if (!found.ok) {
      release([loaded]);
      return refuseData(found.error);
    }
    release([loaded], [{ ...loaded, ...found.value }]);
    loaded = { ...loaded, ...found.value };
  }
  return loaded;
}
