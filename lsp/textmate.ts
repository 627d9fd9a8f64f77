/**
 * The grammar that editors colour by before the server answers, and where there is none. It is a guess by words: what a
 * keyword is depends on where it stands, which only the parser knows.
 */
import { builtins } from '../src/builtins/index.js';
import type { Category } from '../src/builtins/define.js';
import * as K from '../src/parser/keywords.js';

const anyOf = (words: Iterable<string>): string =>
  [...new Set(words)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join('|');

const entries = (...categories: readonly Category[]): string =>
  anyOf(categories.flatMap((category) => builtins[category].map(({ name }) => name)));

/** Where a statement can begin. */
const begins = String.raw`(?<=^|[;{}])\s*`;
/** What stands in front of a name of the registry that is written there. */
const word = (words: string): string => String.raw`(?<![\p{L}\p{N}_.])(?:${words})(?![\p{L}\p{N}_])(?!\s*:)`;

export const textmateGrammar = () => ({
  $schema: 'https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json',
  name: 'ae',
  scopeName: 'source.ae',
  fileTypes: ['ae'],
  patterns: [
    { include: '#comments' },
    { include: '#strings' },
    { include: '#declarations' },
    { include: '#statements' },
    { include: '#labels' },
    { include: '#connectives' },
    { include: '#entries' },
    { include: '#numbers' },
    { include: '#operators' },
  ],
  repository: {
    comments: {
      patterns: [
        { name: 'comment.line.documentation.ae', match: '///.*$' },
        { name: 'comment.line.double-slash.ae', match: '//.*$' },
      ],
    },
    strings: {
      patterns: [
        {
          name: 'string.quoted.double.ae',
          begin: '"',
          end: '"|$',
          patterns: [{ name: 'constant.character.escape.ae', match: String.raw`\\["\\nt]` }],
        },
      ],
    },
    declarations: {
      patterns: [
        {
          match: String.raw`${begins}(${anyOf(K.declarationKeywords.filter((one) => one !== 'import'))})\s+([\p{L}_][\p{L}\p{N}_]*)`,
          captures: { 1: { name: 'keyword.declaration.ae' }, 2: { name: 'entity.name.type.ae' } },
        },
        { match: String.raw`${begins}(import)\b`, captures: { 1: { name: 'keyword.control.import.ae' } } },
      ],
    },
    statements: {
      patterns: [
        {
          match: String.raw`${begins}(?:[\p{L}_][\p{L}\p{N}_]*\s*:\s*)?(${anyOf([...K.statementKeywords].filter((one) => one !== 'match'))}|${anyOf(K.settingWords)})(?![\p{L}\p{N}_])(?!\s*[:(])`,
          captures: { 1: { name: 'keyword.control.ae' } },
        },
        {
          match: String.raw`${begins}(${anyOf([...K.networkRoles, ...K.clauseKeywords])})(?=\s*\()`,
          captures: { 1: { name: 'keyword.control.ae' } },
        },
      ],
    },
    labels: {
      patterns: [
        {
          match: String.raw`([\p{L}_][\p{L}\p{N}_]*)\s*(:)`,
          captures: { 1: { name: 'variable.parameter.ae' }, 2: { name: 'punctuation.separator.ae' } },
        },
      ],
    },
    connectives: {
      patterns: [{ name: 'keyword.other.ae', match: String.raw`(?<=\s)(?:${anyOf(K.connectives)})(?=\s|$)` }],
    },
    entries: {
      patterns: [
        { name: 'storage.type.ae', match: word(`int|float|bool|activation|tensor|${entries('type', 'domain')}`) },
        { name: 'constant.language.ae', match: word('true|false|same|valid|full|all|_') },
        {
          name: 'support.function.ae',
          match: word(entries('layer', 'activation', 'penalty', 'function', 'likelihood')),
        },
        {
          name: 'support.type.ae',
          match: word(
            entries(
              'distribution',
              'prior',
              'flow',
              'expectation',
              'optimizer',
              'schedule',
              'corruption',
              'preprocessing',
            ),
          ),
        },
      ],
    },
    numbers: {
      patterns: [
        {
          name: 'constant.numeric.ae',
          match: String.raw`(?<![\p{L}\p{N}_])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\p{L}_])`,
        },
      ],
    },
    operators: { patterns: [{ name: 'keyword.operator.ae', match: String.raw`[-+*/^=~?]` }] },
  },
});
