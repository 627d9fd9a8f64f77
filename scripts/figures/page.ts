/** The page of the gallery: Markdown, as the project's other pages are. */
import type { Plate } from './plates.js';

export interface Hung {
  readonly plate: Plate;
  readonly pictures: readonly { readonly file: string; readonly caption: string }[];
  /** As CSV, the first line of which names the columns. */
  readonly tables: readonly string[];
  readonly command: string;
}

/** @param to the way from the page to a file of the project */
export function pageOf(hung: readonly Hung[], to: (file: string) => string): string {
  const lectures = [...new Set(hung.map(({ plate }) => plate.lecture))].sort();
  return [
    '# What the lectures show',
    '',
    'Made by `npm run figures` on data that aec makes; with `--data DIR`, on MNIST where digits are shown. Items are those of',
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

const section = ({ plate, pictures, tables, command }: Hung, to: (file: string) => string): readonly string[] => [
  '',
  `### Item ${plate.item}: ${plate.title}`,
  '',
  `[${plate.file.split('/').at(-1)!}](${to(plate.file)}): \`${command}\``,
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
