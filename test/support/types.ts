/** What TypeScript says of files that aec wrote. */
import ts from 'typescript';

/** Messages of the type checker, each behind its file's name; only of the files themselves, not of what they import. */
export function typeErrors(files: readonly string[], options: ts.CompilerOptions = {}): readonly string[] {
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    ...options,
  });
  // Asked without a file, the checker would look through the bodies of all that is imported.
  const found = [
    ...program.getOptionsDiagnostics(),
    ...files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file))),
  ];
  return found.map((d) => `${d.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`);
}
