/** Name and version of the package, as package.json states them; a test holds them equal, and no file is read for them. */
export const packageName = 'aec-lang';
export const compilerVersion = '0.1.0';
