/** The compiler as it is shipped. What runs the bench loads sources with a call around every function, which a user never pays. */
export const built = async (): Promise<typeof import('../src/compiler.js')> =>
  (await import(new URL('../dist/compiler.js', import.meta.url).href)) as typeof import('../src/compiler.js');
