/** `--load encoder=runs/a`: parts of a model that come from another run. */
import { readFile } from 'node:fs/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isRun } from '../runtime/node/index.js';
import { decodePart } from '../runtime/index.js';
import type { ProgramSpec, Tensors } from '../runtime/program.js';
import { release } from '../runtime/tensors.js';
import { refuse, refuseData } from './refusal.js';
import { weightsIn } from './runs.js';

/**
 * The weights that `--load PART=PLACE[:NAMES]` names: of a run, or of a file of weights; a place that does not say under
 * which names they stand there has the part's own. The caller owns them. Refuses what is none of that, with all that does
 * not fit, and parts that bring different values of one weight, or of the statistics of one input.
 */
export async function loadedParts(spec: ProgramSpec, texts: readonly string[]): Promise<Tensors> {
  const loaded = new Map<string, Given>();
  try {
    for (const text of texts) {
      const found = Object.entries(await partAt(spec, text)).map(([name, tensor]): Given => ({ name, tensor, text }));
      const others: Given[] = [];
      for (const one of found) {
        const before = loaded.get(one.name);
        if (before !== undefined && !(await isAlike(before.tensor, one.tensor))) others.push(before);
        if (before === undefined) loaded.set(one.name, one);
        else one.tensor.dispose();
      }
      if (others.length > 0) refuseTwo(others, text);
    }
  } catch (error) {
    release([Object.fromEntries([...loaded].map(([name, { tensor }]) => [name, tensor]))]);
    throw error;
  }
  return Object.fromEntries([...loaded].map(([name, { tensor }]) => [name, tensor]));
}

/** A weight, and the text that it comes from. */
interface Given {
  readonly name: string;
  readonly tensor: Tensor;
  readonly text: string;
}

async function partAt(spec: ProgramSpec, text: string): Promise<Tensors> {
  const [, part, place = '', names] = /^([^=]+)=(.+?)(?::([^:/\\]+))?$/.exec(text) ?? [];
  if (part === undefined)
    return refuse(
      `error: --load ${text}`,
      '  expected: a network or a layer, and where its weights are',
      '  for example: --load encoder=runs/a, --load encoder=weights.safetensors:features',
    );
  const path = isRun(place) ? weightsIn(place) : place;
  const bytes = await readFile(path).catch((error: unknown) =>
    refuse(
      `error: --load ${text}`,
      '  expected: the folder of a run, or a file of weights',
      `  found: ${error instanceof Error ? error.message : String(error)}`,
    ),
  );
  const found = decodePart(bytes, spec, { part, from: names ?? part, path });
  return found.ok ? found.value : refuseData(found.error);
}

async function isAlike(a: Tensor, b: Tensor): Promise<boolean> {
  const [ours, theirs] = [await a.data(), await b.data()];
  return ours.every((value, i) => value === theirs[i]);
}

const refuseTwo = (others: readonly Given[], text: string): never => {
  const [first] = others;
  const names = others.filter((one) => one.text === first!.text).map(({ name }) => name);
  return refuse(
    `error: --load ${first!.text} and --load ${text}`,
    '  expected: one value of each weight, and of the statistics of each input',
    `  found: two of ${names.join(', ')}`,
    '  help: parts that read one input come from runs whose data had the same statistics, or from one run',
  );
};
