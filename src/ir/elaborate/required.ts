/** What every autoencoder must have. */
import { builtins } from '../../builtins/index.js';
import { requiredItem } from '../../diagnostics/messages/required.js';
import type { Span } from '../../diagnostics/place.js';
import { titles } from '../../diagnostics/messages/labels.js';
import type { AutoencoderDecl } from '../../parser/ast.js';
import { someExpression } from '../model/expressions.js';
import { measuredIn, type Parts } from '../model/model.js';
import type { Elaborator } from './elaborator.js';
import { placeIn } from './scope.js';

/** Asks for the first thing that is missing; only where nothing else went wrong, since errors hide declarations. */
export function require({ reporter, scope }: Elaborator, decl: AutoencoderDecl, parts: Parts, head: Span): void {
  if (reporter.failed) return;
  // Whatever else compares with data, or judges it, stands for a reconstruction; a likelihood is of a tensor.
  const compares = measuredIn(parts).some(({ value }) =>
    someExpression(
      value,
      (one) =>
        one.kind === 'tree' ||
        one.kind === 'tensor' ||
        (one.kind === 'penalty' && one.call.definition.compares === true),
    ),
  );
  const reconstructs = parts.terms.some(
    ({ reconstruction, value }) => reconstruction !== undefined || someExpression(value, ({ kind }) => kind === 'tree'),
  );
  const has = (role: string): boolean => parts.networks.some((n) => n.role === role);
  const input = parts.variables.find((v) => v.role === 'input');
  const domain = input?.domain.kind ?? 'real';
  const likelihood =
    builtins.likelihood.find((l) => l.domains.includes(domain) && (l.ofProbabilities !== true || domain === 'binary'))
      ?.name ?? 'squared_error';
  const wanted = [
    { there: input !== undefined, what: 'no input', statement: 'input x: [784] in [0, 1]' },
    {
      there: parts.draws.length > 0 || has('encoder') || (compares && !reconstructs),
      what: 'no encoder',
      statement: 'encoder { code: dense(64, relu) }',
    },
    {
      there: compares && (!reconstructs || has('decoder') || parts.networks.length > 1),
      what: has('decoder') ? 'nothing to reconstruct' : 'no decoder',
      statement: has('decoder') ? `reconstruct ${input?.name ?? 'x'} by ${likelihood}` : 'decoder mirror(encoder)',
    },
  ] as const;
  const missing = wanted.find(({ there }) => !there);
  if (missing === undefined) return;
  const { what, statement } = missing;
  const insertion = insertionAt(scope.unit.text, decl);
  // An input or an encoder stands above what is there already, and only the user knows its sizes.
  const fixes =
    insertion === undefined || !has('encoder')
      ? []
      : [
          {
            title: titles.insert(statement),
            edits: [{ place: placeIn(scope, insertion), newText: `  ${statement}\n` }],
          },
        ];
  reporter.report(scope, requiredItem, head, { what, statement }, { fixes });
}

/** The beginning of the line of the closing brace, where it has a line of its own. */
function insertionAt(text: string, decl: AutoencoderDecl): Span | undefined {
  const brace = decl.span.end - 1;
  if (text[brace] !== '}') return undefined;
  const line = text.lastIndexOf('\n', brace) + 1;
  return text.slice(line, brace).trim() === '' ? { start: line, end: line } : undefined;
}
