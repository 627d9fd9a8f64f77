/**
 * Files of the corpus with one slip each: what is said of them, and what is trained where they are still sound. Whatever
 * check accepts is lowered. Kept for a reader to judge: of a model and its graphs stands a digest, which tells that one
 * means something else, and `aec explain` of the file with that slip tells what.
 * `npx vitest run test/checks/slips.test.ts -u` writes it anew.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { showModel } from '../../src/codegen/show-model.js';
import { writtenOf, type Checked } from '../../src/compiler.js';
import { lineTable, positionAt } from '../../src/diagnostics/lines.js';
import { checkModel } from '../../src/ir/checks/index.js';
import type { Graph } from '../../src/ir/graph/graph.js';
import type { CompiledModel } from '../../src/ir/lower/compiled.js';
import { lowerProgram } from '../../src/ir/lower/program.js';
import { isCompiled } from '../../src/ir/lower/uncompiled.js';
import { parameterCount } from '../../src/ir/model/model.js';
import { checkFile, filesIn, isError } from '../corpus/reading.js';
import { Pool, slipsOf, statementsIn, wordsIn } from './slips.js';

const perFile = 10;

/** Longer files take longer, and larger models show no more. */
const longest = 4000;
const largest = 20_000;

const files = [...filesIn('good'), ...filesIn('bad')].filter(({ text }) => text.length < longest);
const pools = {
  others: new Pool(filesIn('good').flatMap(({ text }) => statementsIn(text).map((one) => one.text))),
  words: new Pool(files.flatMap(({ text }) => wordsIn(text))),
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** `5:3 unknown-name`, and whether a fix is offered. */
const saidOf = ({ findings, files: read, locate }: Checked): readonly string[] =>
  findings.map(({ message, place, fixes }) => {
    const { file, span } = locate(place);
    const { line, column } = positionAt(lineTable(read.get(file)!.text), span.start);
    return `${line}:${column} ${message.name}${fixes.length > 0 ? ' (fix)' : ''}`;
  });

const textOf = (graph: Graph): string =>
  [
    ...graph.nodes.map(({ id, op, inputs, shape, dtype, attrs, body }) => {
      const read = inputs.map((input) => input.id).join();
      return `${id} ${op} ${read} ${JSON.stringify([shape, dtype, attrs])} ${body === undefined ? '' : textOf(body)}`;
    }),
    ...graph.outputs.map(({ name, node }) => `${name} ${node.id}`),
  ].join('\n');

function graphsOf(model: CompiledModel): readonly Graph[] {
  const { graphs, phases } = lowerProgram(model);
  return [
    ...Object.values(graphs).flatMap((one) => (one !== undefined && 'nodes' in one ? [one] : [])),
    ...phases.flatMap(({ steps, evaluate }) => [...steps.map(({ trainStep }) => trainStep), evaluate]),
  ];
}

/** Digests of what each model means and of its graphs, where it can be trained. */
const meantBy = (checked: Checked): readonly string[] =>
  checked.models
    .filter((model) => !checkModel(model).some(isError))
    .map((model) =>
      [
        showModel(model, writtenOf(checked)),
        ...(isCompiled(model) && parameterCount(model) < largest ? graphsOf(model).map(textOf) : []),
      ]
        .map(digest)
        .join('')
        .slice(0, 8),
    );

describe.each(files)('$name', ({ name, text }) => {
  it('means with one slip what it did', () => {
    const seen = slipsOf(name, text, perFile, pools).map((slip) => {
      const checked = checkFile({ name, text: slip.text });
      return [slip.what, ...saidOf(checked), meantBy(checked).join(' ')].join('\n  ');
    });
    expect(seen.join('\n')).toMatchSnapshot();
  });
});
