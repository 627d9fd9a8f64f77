/**
 * A file never runs code: whatever its comments, documentation, names and paths hold, the generated
 * code has the tokens that it has for a harmless file.
 */
import fc from 'fast-check';
import { ts } from 'ts-morph';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildProject } from '../../src/codegen/project.js';
import { targets, type Form, type Target } from '../../src/codegen/targets.js';
import { commentText, docLines, literalOf } from '../../src/codegen/text.js';
import { printModule } from '../../src/codegen/tfjs/module.js';
import { check, compile, type Compiled } from '../../src/compiler.js';
import { errorsOf } from '../support/findings.js';

/** Ends a comment, a line, a string or a template in some language or other. */
const hostile = [
  "*/ import('node:fs').then((f) => f.writeFileSync('pwned', 'x')); /*",
  "note \u2028import('node:fs')",
  "note \u2029import('node:fs')",
  "note \u0085import('node:fs')",
  "note \u000bimport('node:fs')",
  'note \u000cthrow 1',
  '</script><script>throw 1</script>',
  '`${process.exit(1)}`',
  "'; throw 1; '",
  '"; throw 1; "',
  '\\',
  '*\\/ throw 1',
  '/* open',
  '<!-- throw 1',
  '--> throw 1',
  '\ufeff',
  '\ud800 alone',
] as const;

/** A model with texts in each place where a comment can stand. */
function source(texts: readonly string[]): string {
  const [docs, comments] = ['///', '//'].map((mark) => texts.map((text) => `${mark} ${text}\n`).join(''));
  return `
${docs}autoencoder Model(d: int = 2) { ${comments}
  ${docs}input x: [4] in [0, 1] ${comments}
  corrupt x with gaussian(0.1) ${comments}
  encoder { code: dense(d, tanh) } ${comments}
  decoder { dense(4, sigmoid) } ${comments}
  reconstruct x by bernoulli ${comments}
  penalty 0.1 * l1(code) ${comments}
  train { optimizer adam(lr: 1e-3); batch 4 } ${comments}
}
`;
}

const harmless = hostile.map(() => 'harmless');

function compiled(text: string, file = 'model.ae'): Compiled {
  const checked = check(file, text, () => undefined);
  expect(errorsOf(checked)).toEqual([]);
  return compile(checked.models[0]!, checked);
}

/** Kind and text of each token, but for strings that hold hashes, paths and documentation. */
function tokens(code: string): readonly string[] {
  const file = ts.createSourceFile('a.ts', code, ts.ScriptTarget.Latest, true) as ts.SourceFile & {
    readonly parseDiagnostics: readonly unknown[];
  };
  expect(file.parseDiagnostics).toEqual([]);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) return;
    if (node.getChildCount(file) > 0) node.getChildren(file).forEach(visit);
    else if (node.kind !== ts.SyntaxKind.EndOfFileToken && node.getText(file) !== '')
      found.push(ts.isStringLiteral(node) ? 'string' : node.getText(file));
  };
  visit(file);
  // Prettier ends a list with a comma where it breaks it into lines.
  return found.filter((token, i) => token !== ',' || !/^[\])}]$/.test(found[i + 1] ?? ''));
}

const forms: readonly (readonly [Target, Form])[] = Object.values(targets).flatMap((target: Target) =>
  target.forms.map((form) => [target, form] as const),
);

describe('hostile text', () => {
  test.each(forms)(
    'in comments, documentation and paths: %o as %s',
    async (target, form) => {
      const wanted = (await buildProject(compiled(source(harmless)), target, { form })).files;
      const path = `dir\n/${hostile.join('/')}.ae`;
      const { files } = await buildProject(compiled(source(hostile), path), target, { form });
      expect([...files.keys()]).toEqual([...wanted.keys()]);
      for (const [name, content] of files) {
        if (typeof content !== 'string') continue;
        if (/\.[jt]s$/.test(name)) expect(tokens(content), name).toEqual(tokens(String(wanted.get(name))));
        else expect(content, name).toBe(wanted.get(name));
      }
    },
    300_000,
  );

  test('in any comment at all', async () => {
    const wanted = tokens(await module(source(harmless)));
    const any = fc.string({ unit: 'binary', maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 20, maxLength: 20 }), async (texts) => {
        const lines = texts.map((text) => text.replace(/[\r\n]/g, ' '));
        expect(tokens(await module(source(lines)))).toEqual(wanted);
      }),
      { numRuns: 4, seed: 1 },
    );
  }, 300_000);

  test('stays inside the comment or the literal that it is put into', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(tokens(`/** ${commentText(text)} */ a;\n// ${commentText(text)}\nb;`)).toEqual(['a', ';', 'b', ';']);
        expect(
          tokens(
            `/**\n${docLines(text)
              .map((line) => ` * ${line}`)
              .join('\n')}\n */ a;`,
          ),
        ).toEqual(['a', ';']);
        expect(tokens(`a = ${literalOf({ text })}`)).toEqual(['a', '=', '{', 'string', ':', 'string', '}']);
        expect((JSON.parse(literalOf({ text })) as { text: string }).text).toBe(text);
      }),
      { numRuns: 5_000, seed: 1 },
    );
  });
});

const module = (text: string): Promise<string> => {
  return printModule(compiled(text), targets.browser);
};

describe('hostile names', () => {
  /** What generated code declares itself, what JavaScript reserves, what every object has. */
  const names = [
    'batchSize',
    'kernels',
    'weights',
    'slots',
    'batch',
    'code',
    'moment',
    'random',
    'tf',
    'spec',
    'program',
    'state',
    'await',
    'class',
    'arguments',
    'eval',
    'constructor',
    'toString',
    'hasOwnProperty',
    'then',
    'length',
    'π',
    '変分',
  ];
  const named = (name: string): string => `
autoencoder ${name} {
  input ${name}_x: [4] in [0, 1]
  encoder { ${name}: dense(2, tanh) }
  decoder { dense(4, sigmoid) }
  reconstruct ${name}_x by bernoulli
  penalty 0.1 * l1(${name})
  train { optimizer adam(lr: 1e-3); batch 4 }
}
`;
  const kinds = (code: string): readonly string[] =>
    tokens(code).map((token) =>
      /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(token)
        ? /^(?:const|return|export|import|type|readonly|function|from|as)$/.test(token)
          ? token
          : 'name'
        : token,
    );

  let wanted: readonly string[];
  beforeAll(async () => {
    wanted = kinds(await module(named('harmless')));
  });

  test.each(names)('%s', async (name) => {
    expect(kinds(await module(named(name)))).toEqual(wanted);
  });
});
