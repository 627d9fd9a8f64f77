/** The version of the compiler, as package.json states it; a test holds them equal, and no file is read for it. */
export const compilerVersion = '0.1.0';
