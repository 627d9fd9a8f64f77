/** Packages that few data need. aec has them; a built project, which is to be small, is told to install them where it meets such data. */
import { failure, success, type Place, type Result } from '../../result.js';
import { codeOf } from '../files.js';

/** What `load` imports. Errors: a package that is not there. */
export async function imported<T>(
  place: Place,
  packages: readonly string[],
  load: () => Promise<T>,
): Promise<Result<T>> {
  try {
    return success(await load());
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    return failure(
      place,
      `the package ${packages[0]}, which reads it`,
      'a project without it',
      `npm install ${packages.join(' ')}`,
    );
  }
}
