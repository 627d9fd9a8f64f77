/** The version of the compiler, as package.json states it. */
import { createRequire } from 'node:module';

interface PackageJson {
  readonly version: string;
}

export const compilerVersion: string = (createRequire(import.meta.url)('../package.json') as PackageJson).version;
