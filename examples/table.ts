/** The table of all examples in README.md: where a lecture has it, the command, what proves it, and what training came to. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from '../src/compiler.js';
import { itemOf, examples, type Example } from './list.js';
import { readResults, resultOf, type Result } from './results.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const page = join(folder, 'README.md');
const [begin, end] = ['<!-- results -->', '<!-- /results -->'];

/** In the order of the table. */
export const backends = ['node', 'wasm'] as const;

/** README.md with the table as the results have it. */
export function withTable(text: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${page}: expected ${begin} and ${end}`);
  return `${before}${begin}\n\n${table()}\n\n${end}${after}`;
}

export const writeTable = (): void => writeFileSync(page, withTable(readFileSync(page, 'utf8')));

export const readPage = (): string => readFileSync(page, 'utf8');

function table(): string {
  const results = readResults();
  const head = ['Example', 'Lecture, item', '`npx aec train …`', 'Proof', ...backends];
  const rows = examples.map((example) => [
    `[${example.path.replace(/\.ae$/, '')}](${example.path})`,
    itemOf(example) ?? '–',
    `\`--data ${example.data}${Object.entries(example.set ?? {})
      .map(([name, value]) => ` --set ${name}=${value}`)
      .join('')}\``,
    proofOf(example),
    ...backends.map((backend) => shown(resultOf(results, example, backend))),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const proofOf = ({ path }: Example): string => {
  const { models } = check(path, readFileSync(join(folder, path), 'utf8'), () => undefined);
  const [, proof] = /^Proof: ([^]*?)(?:\n\n|$)/m.exec(models[0]!.doc ?? '') ?? [];
  return (proof ?? '').replace(/\s+/g, ' ').replaceAll('|', '\\|');
};

/** Three digits, without an exponent. */
const short = (value: number): string => String(Number(value.toPrecision(3)));

function shown(result: Result | undefined): string {
  if (result === undefined) return '–';
  const { firstLoss, lastLoss, error, pca } = result;
  const squares = error === undefined ? '' : `, MSE ${short(error)}${pca === undefined ? '' : ` (PCA ${short(pca)})`}`;
  return `${short(firstLoss)} → ${short(lastLoss)}${squares}`;
}
