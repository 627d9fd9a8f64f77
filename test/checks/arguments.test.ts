/** In sound files every argument of a layer or a block is for a parameter, by which editors name it. */
import { expect, it } from 'vitest';
import { builtins } from '../../src/builtins/index.js';
import { severityOf } from '../../src/diagnostics/finding.js';
import type { Arg, Ident } from '../../src/parser/ast.js';
import { checkFile, filesIn } from '../corpus/reading.js';

const layers = new Set(builtins.layer.flatMap(({ name, aliases = [] }) => [name, ...aliases]));

interface Statement {
  readonly callee: Ident;
  readonly args: readonly Arg[];
}

/** All statements of bodies in a syntax tree. */
function* statementsIn(node: unknown): Generator<Statement> {
  if (Array.isArray(node)) for (const one of node) yield* statementsIn(one);
  else if (typeof node === 'object' && node !== null) {
    if ('kind' in node && node.kind === 'layer' && 'args' in node) yield node as unknown as Statement;
    for (const value of Object.values(node)) yield* statementsIn(value);
  }
}

it.each(filesIn('good').map((file) => [file.name, file] as const))('%s', (_name, file) => {
  const checked = checkFile(file);
  if (checked.findings.some((one) => severityOf(one) === 'error')) return;
  const passed = new Map<Arg, string>();
  for (const each of [...checked.passed, ...checked.autoencoders.map((one) => one.passed)])
    for (const [arg, { name }] of each) passed.set(arg, typeof name === 'string' ? name : name.text);
  const blocks = new Set(
    checked.sources.blocks
      .map(({ declaration }) => declaration.name)
      .flatMap((name) => ('text' in name ? [name.text] : [])),
  );
  for (const { callee, args } of statementsIn(checked.root)) {
    if (!layers.has(callee.text) && !blocks.has(callee.text)) continue;
    for (const arg of args) {
      const to = passed.get(arg);
      expect(to, `${callee.text}, argument ${args.indexOf(arg) + 1}`).toBeDefined();
      if (arg.name !== undefined && blocks.has(callee.text)) expect(to).toBe(arg.name.text);
    }
  }
});
