import { writeFileSync } from 'node:fs';
import { autoencoderOf, graphOf } from '../../service/graph.js';
import { pictureOf, type Theme } from '../../runtime/picture/picture.js';
import { reason } from '../../runtime/node/files.js';
import { checkFile, settingsOf, type SourceOptions } from '../io.js';
import { out, outJson, refuse } from '../refusal.js';

/** `aec graph`: the model as a picture, its mistakes marked where they are. */
export async function graphCommand(
  path: string,
  options: SourceOptions & { readonly output?: string; readonly theme: Theme },
): Promise<number> {
  const { checked } = await checkFile(path, settingsOf(options));
  const of = autoencoderOf({ ...checked, written: 0 }, options.name);
  if (of === undefined) {
    const names = checked.autoencoders.map(({ source }) => source.symbols.owner.name);
    return refuse(
      options.name === undefined
        ? `error: ${path} declares no autoencoder`
        : `error: ${path} has no autoencoder ${options.name}`,
      `  expected: ${names.join(', ') || 'an autoencoder'}`,
    );
  }
  const graph = graphOf({ ...checked, written: 0 }, of);
  if (options.json === true) outJson(graph);
  const picture = pictureOf(graph, options.theme);
  if (options.output === undefined) {
    if (options.json !== true) out(picture);
    return 0;
  }
  try {
    writeFileSync(options.output, picture);
  } catch (error) {
    return refuse(`error: ${options.output} cannot be written`, `  found: ${reason(error)}`);
  }
  if (options.json !== true) out(`${options.output}: ${graph.boxes.length} boxes`);
  return 0;
}
