/** What the site shows, and where it stands in its navigation: the one list of its pages. */
import { posix } from 'node:path';

export interface Entry {
  readonly title: string;
  /** A page or a folder of the repository, with the heading that is meant where it is a part of a page. */
  readonly path: string;
  /** A folder whose pages belong to this entry without a line of their own. */
  readonly below?: string;
}

export interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

export const navigation: readonly Group[] = [
  {
    title: 'Start',
    entries: [
      { title: 'Start', path: 'README.md' },
      { title: 'What the lectures show', path: 'examples/gallery/README.md' },
    ],
  },
  {
    title: 'Language',
    entries: [
      { title: 'The language', path: 'docs/language.md' },
      { title: 'Reference', path: 'docs/reference.md' },
      { title: 'Diagnostics', path: 'docs/diagnostics/README.md', below: 'docs/diagnostics' },
    ],
  },
  {
    title: 'Use',
    entries: [
      { title: 'Command line', path: 'docs/cli.md' },
      { title: 'Data', path: 'docs/data.md' },
      { title: 'Editors', path: 'docs/editors.md' },
      { title: 'Browser', path: 'docs/browser.md' },
      { title: 'Node', path: 'docs/browser.md#in-node' },
      { title: 'Exports', path: 'docs/exports.md' },
      { title: 'TensorFlow graph', path: 'docs/graph.md' },
    ],
  },
  {
    title: 'Models',
    entries: [
      { title: 'Examples', path: 'examples/README.md', below: 'examples' },
      { title: 'Models of the lectures', path: 'docs/models', below: 'docs/models' },
    ],
  },
  {
    title: 'Project',
    entries: [
      { title: 'Architecture', path: 'ARCHITECTURE.md' },
      { title: 'Contributing', path: 'CONTRIBUTING.md' },
      { title: 'Dependencies', path: 'docs/dependencies.md' },
      { title: 'Changes', path: 'CHANGELOG.md' },
    ],
  },
];

export const entries: readonly Entry[] = navigation.flatMap((group) => group.entries);

const withoutAnchor = (path: string): string => path.split('#', 1)[0]!;

/** The entry that a page belongs to: its own, or that of the deepest folder that it lies in. */
export function entryOf(path: string): Entry | undefined {
  const own = entries.find((entry) => withoutAnchor(entry.path) === path || `${entry.path}/README.md` === path);
  if (own !== undefined) return own;
  return entries
    .filter(({ below }) => below !== undefined && path.startsWith(`${below}/`))
    .sort((a, b) => b.below!.length - a.below!.length)[0];
}

/** Pages are texts and models; anything else that they lead to is copied as it is. */
export const isPage = (path: string): boolean => /\.(md|ae)$/.test(path);

/** Whether a page of the repository is one of the site. */
export const isShown = (path: string): boolean => isPage(path) && entryOf(path) !== undefined;

/** Where a page of the repository stands in the site. Folders are read by their index, as a code host shows their README. */
export function placeOf(path: string): string {
  if (posix.basename(path) === 'README.md') return posix.join(posix.dirname(path), 'index.html');
  if (path.endsWith('.md')) return `${path.slice(0, -'.md'.length)}.html`;
  return path.endsWith('.ae') ? `${path}.html` : path;
}

/** The way from one place of the site to another: relative, so that the site can be read from any folder. */
export const wayTo = (from: string, to: string): string =>
  posix.relative(posix.dirname(from), to) || posix.basename(to);
