/** The page of the gallery: Markdown, as the project's other pages are. */
import type { Plate } from './plates.js';

/** What is kept of a plate that was made. */
export interface Made {
  readonly pictures: readonly { readonly file: string; readonly caption: string }[];
  /** As CSV, the first line of which names the columns. */
  readonly tables: readonly string[];
  /** The set that it was trained on, as a reader names it; of a drawing of the networks nothing. */
  readonly data?: string;
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
    'Made by `npm run figures -- --data DIR`: on MNIST where digits are shown, on the Stanford Sentiment Treebank where sentences',
    'are, else on data that aec makes, as all of it is without `--data`. Items are those of',
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
function commandOf({ plate, data = '', options }: Hung): string {
  const { file } = plate;
  const of = (name: string | undefined): string => (name === undefined ? '' : ` --name ${name}`);
  if (plate.kind === 'graph') return `aec graph ${file}${of(plate.name)}`;
  const words = (options ?? plate.options ?? []).map((word) => ` ${word}`).join('');
  const train = (name: string | undefined, out: string): string =>
    `aec train ${file}${of(name)} --data ${data}${words} --out ${out}`;
  if (plate.kind === 'rows')
    return [
      ...plate.names.map((name) => train(name, name)),
      `aec compare ${plate.names.join(' ')} --out rows.png`,
    ].join(' && ');
  const made = (name: string | undefined, run: string): readonly string[] => [
    train(name, run),
    ...(plate.more === undefined
      ? []
      : [`aec report ${run} ${plate.more.map((figure) => `--figure '${figure}'`).join(' ')}`]),
  ];
  const all = plate.names?.flatMap((name) => made(name, name)) ?? made(plate.name, 'RUN');
  return all.join(' && ');
}

const section = (hung: Hung, to: (file: string) => string): readonly string[] => {
  const { plate, pictures, tables } = hung;
  return [
    '',
    `### Item ${plate.item}: ${plate.title}`,
    '',
    `[${plate.file.split('/').at(-1)!}](${to(plate.file)}): \`${commandOf(hung)}\``,
    '',
    ...(plate.changed === undefined ? [] : [plate.changed, '']),
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
