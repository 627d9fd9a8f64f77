/** What the type checker says of a file with a change, from one program that is brought up to date. */
import { join } from 'node:path';
import ts from 'typescript';

interface Changed {
  readonly file: string;
  readonly changed: string;
  readonly original: string;
}

export class Types {
  readonly #texts = new Map<string, { readonly version: number; readonly text: string }>();
  readonly #service: ts.LanguageService;

  constructor(readonly tree: string) {
    const { config } = ts.readConfigFile(join(tree, 'tsconfig.json'), ts.sys.readFile.bind(ts.sys)) as {
      readonly config: unknown;
    };
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, tree);
    const sources = fileNames.filter((name) => name.startsWith(`${tree}/src/`));
    this.#service = ts.createLanguageService({
      getScriptFileNames: () => sources,
      getScriptVersion: (name) => String(this.#texts.get(name)?.version ?? 0),
      getScriptSnapshot: (name) => {
        const text = this.#texts.get(name)?.text ?? ts.sys.readFile(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => tree,
      getCompilationSettings: () => options,
      getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
      fileExists: ts.sys.fileExists.bind(ts.sys),
      readFile: ts.sys.readFile.bind(ts.sys),
      readDirectory: ts.sys.readDirectory.bind(ts.sys),
      directoryExists: ts.sys.directoryExists.bind(ts.sys),
      getDirectories: ts.sys.getDirectories.bind(ts.sys),
    });
  }

  /**
   * The first complaint about each changed file. Files that differ are changed together, for one program of the checker:
   * what modules export has written types, so that none is about the change of another.
   */
  complaints(changes: readonly Changed[]): readonly (string | undefined)[] {
    const found: (string | undefined)[] = changes.map(() => undefined);
    let waiting = [...changes.keys()];
    while (waiting.length > 0) {
      const files = new Set<string>();
      const now = waiting.filter((i) => !files.has(changes[i]!.file) && files.add(changes[i]!.file));
      for (const i of now) this.#put(changes[i]!.file, changes[i]!.changed);
      for (const i of now) found[i] = this.#complaint(changes[i]!.file);
      for (const i of now) this.#put(changes[i]!.file, changes[i]!.original);
      waiting = waiting.filter((i) => !now.includes(i));
    }
    return found;
  }

  #complaint(file: string): string | undefined {
    const name = join(this.tree, file);
    const [first] = [...this.#service.getSyntacticDiagnostics(name), ...this.#service.getSemanticDiagnostics(name)];
    return first === undefined ? undefined : ts.flattenDiagnosticMessageText(first.messageText, ' ');
  }

  #put(file: string, text: string): void {
    const name = join(this.tree, file);
    this.#texts.set(name, { version: (this.#texts.get(name)?.version ?? 0) + 1, text });
  }
}
