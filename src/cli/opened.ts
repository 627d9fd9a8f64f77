/** Several runs as models in memory, to be set on the same examples. */
import { release } from '../runtime/index.js';
import type { Dataset } from '../runtime/index.js';
import type { NamedModel } from '../runtime/node/compare.js';
import { dataOf, openSession, type Session } from './session.js';

/** Their models with the data that each was trained on, which are read once where several have the same. */
export async function withModels<T>(
  runs: readonly { readonly name: string; readonly folder: string }[],
  use: (models: readonly NamedModel[]) => Promise<T>,
): Promise<T> {
  const sessions: Session[] = [];
  const known = new Map<string, Dataset>();
  try {
    const models: NamedModel[] = [];
    for (const { name, folder } of runs) {
      const session = await openSession(folder, { backend: 'auto', json: true });
      sessions.push(session);
      const { program, weights } = session;
      const key = keyOf(session);
      const data = known.get(key) ?? (await dataOf({}, session, program.spec.variables));
      known.set(key, data);
      models.push({ name, trained: { program, weights, data, history: [] } });
    }
    return await use(models);
  } finally {
    release(sessions.map(({ weights }) => weights));
  }
}

/** All that the data of a run depend on. */
const keyOf = ({ program: { spec }, run, vocabularies, classes }: Session): string =>
  JSON.stringify([run?.record.origin.data, spec.variables, spec.seed, spec.validation, vocabularies, classes]);
