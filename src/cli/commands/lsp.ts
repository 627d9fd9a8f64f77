/** Its file in the package; no module of this program, which the compiler of TypeScript would follow. */
const server: string = '#lsp';

/** `aec lsp`: serves until the editor ends it, with the exit code that the protocol asks for. */
export async function lspCommand(): Promise<number> {
  await import(server);
  return new Promise(() => undefined);
}
