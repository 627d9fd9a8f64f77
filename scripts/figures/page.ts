/** The page of the gallery: Markdown, as the project's other pages are. */
import type { Plate } from './plates.js';

/** What is kept of a plate that was made. */
export interface Made {
  readonly pictures: readonly { readonly file: string; readonly caption: string }[];
  /** As CSV, the first line of which names the columns. */
  readonly tables: readonly string[];
  /** The set that it was trained on, as a reader names it. */
  readonly data: string;
  /** The words of the command that it was trained by, where they are not the plate's. */
  readonly options?: readonly string[];
}

export type Hung = Made & { readonly plate: Plate };

/** @param to the way from the page to a file of the project */
export function pageOf(hung: readonly Hung[], to: (file: string) => string): string {
  const lectures = [...new Set(hung.map(({ plate }) => plate.lecture))].sort();
  return [
    '# What the lectures show',
    '',
    'Made by `npm run figures` on data that aec makes; with `--data DIR`, on MNIST where digits are shown, and on the Stanford Sentiment Treebank where sentences are. Items are those of',
    `[docs/language.md](${to('docs/language.md')}), section 14.`,
    ...lectures.flatMap((lecture) => [
      '',
      `## Lecture ${lecture}`,
      ...hung.filter(({ plate }) => plate.lecture === lecture).flatMap((one) => section(one, to)),
    ]),
    '',
  ].join('\n');
}

const table = (csv: string): readonly string[] => {
  const [head, ...rows] = csv.split('\n').map((line) => `| ${line.split(',').join(' | ')} |`);
  return [head!, head!.replace(/[^|]+/g, ' --- '), ...rows];
};

/** What a reader types: all points of a sweep at once, and a report with what the file does not ask for. */
const commandOf = ({ plate: { file, name, more, ...plate }, data, options = plate.options ?? [] }: Hung): string =>
  [
    `aec train ${file}${name === undefined ? '' : ` --name ${name}`} --data ${data}${options.map((word) => ` ${word}`).join('')} --out RUN`,
    ...(more === undefined ? [] : [`aec report RUN ${more.map((figure) => `--figure '${figure}'`).join(' ')}`]),
  ].join(' && ');

const section = (hung: Hung, to: (file: string) => string): readonly string[] => {
  const { plate, pictures, tables } = hung;
  return [
    '',
    `### Item ${plate.item}: ${plate.title}`,
    '',
    `[${plate.file.split('/').at(-1)!}](${to(plate.file)}): \`${commandOf(hung)}\``,
    '',
    ...(pictures.some(({ caption }) => caption !== '')
      ? [
          '| | |',
          '| --- | --- |',
          ...pictures.map(({ file, caption }) => `| ${caption} | ![${plate.title}, ${caption}](${file}) |`),
        ]
      : pictures.map(({ file }) => `![${plate.title}](${file})`)),
    ...tables.flatMap(table),
  ];
};
