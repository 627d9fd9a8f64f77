/** What is used of Eleventy, which comes without types, and of the markdown-it in it. */
declare module '@11ty/eleventy' {
  export interface Token {
    readonly type: string;
    readonly content: string;
    children: Token[] | null;
    attrGet(name: string): string | null;
    attrSet(name: string, value: string): void;
  }

  export interface Page {
    /** Of the source, from the folder that the site is made of: `./docs/data.md`. */
    readonly inputPath: string;
    readonly outputPath: string;
  }

  interface State {
    readonly tokens: readonly Token[];
    readonly env: { readonly page: Page };
    readonly Token: new (type: string, tag: string, nesting: -1 | 0 | 1) => Token;
  }

  export interface MarkdownIt {
    set(options: {
      readonly html: boolean;
      readonly linkify: boolean;
      readonly highlight: (code: string, language: string) => string;
    }): void;
    readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } };
    readonly renderer: { readonly rules: Record<string, () => string> };
  }

  export interface Rendered {
    readonly inputPath: string;
    readonly outputPath: string;
    readonly content: string;
  }

  export interface Configuration {
    readonly ignores: { add(glob: string): void };
    setUseGitIgnore(use: boolean): void;
    setTemplateFormats(formats: readonly string[]): void;
    addGlobalData(name: string, value: unknown): void;
    addExtension(
      extension: string,
      options: {
        readonly outputFileExtension: string;
        readonly compile: (text: string, inputPath: string) => () => string;
      },
    ): void;
    addTemplate(path: string, text: string): void;
    addWatchTarget(path: string): void;
    amendLibrary(name: 'md', change: (md: MarkdownIt) => void): void;
    addPreprocessor(name: string, extensions: string, keep: (data: { readonly page: Page }) => false | undefined): void;
    addTransform(name: string, change: (this: { readonly page: Page }, content: string) => string): void;
    on(
      event: 'eleventy.after',
      then: (built: {
        readonly results: readonly Rendered[];
        readonly outputMode: 'fs' | 'json' | 'ndjson';
      }) => Promise<void>,
    ): void;
  }

  export class Eleventy {
    constructor(
      input: string,
      output: string,
      options: {
        readonly configPath: false;
        readonly quietMode: boolean;
        readonly runMode: 'build' | 'serve';
        readonly config: (configuration: Configuration) => object;
      },
    );
    init(): Promise<void>;
    /** What was copied, and the pages that were written. */
    write(): Promise<readonly [unknown, readonly Rendered[]]>;
    toJSON(): Promise<readonly Rendered[]>;
    watch(): Promise<void>;
    serve(port?: number): Promise<void>;
  }
}
