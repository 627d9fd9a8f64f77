import { createRequire } from 'node:module';

/** Its file in the package; no module of this program, which the compiler of TypeScript would follow. */
const server: string = '#lsp';

/** `aec lsp`: serves until the editor ends it, with the exit code that the protocol asks for. */
export function lspCommand(): Promise<number> {
  // It is CommonJS and exports nothing: `import` would read all of it first, to know the names that it exports.
  createRequire(import.meta.url)(server);
  return new Promise(() => undefined);
}
