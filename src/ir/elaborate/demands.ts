/** What every autoencoder must have. */
import { builtins } from '../../builtins/index.js';
import type { AutoencoderDecl, Span } from '../../parser/ast.js';
import type { Term } from '../model/model.js';
import { leavesOf, scalarOf } from '../model/scalar.js';
import { objectivesOf, type Training } from '../model/training.js';
import type { Reporter, Scope } from './context.js';
import type { Names } from './names.js';

/** Asks for the first thing that is missing; only where nothing else went wrong, since errors hide declarations. */
export function demand(scope: Scope, reporter: Reporter, names: Names, decl: AutoencoderDecl, training: Training, terms: readonly Term[], head: Span): void {
  if (reporter.failed) return;
  // Drawn latents stand for an encoder, and whatever else compares with data for a reconstruction and its decoder.
  const drawn = [...names.latents.values()].some((z) => z.posterior.kind === 'none');
  const objectives = objectivesOf(training);
  const compares = objectives.some((o) => o.kind === 'match') ||
    [...terms.map(scalarOf), ...objectives.flatMap((o) => (o.kind === 'minimize' || o.kind === 'maximize' ? [o.value] : []))]
      .some((expr) => leavesOf(expr).some((leaf) => leaf.kind === 'mean' || (leaf.kind === 'penalty' && leaf.call.definition.compares === true)));
  const has = (role: string): boolean => [...names.networks.values()].some((n) => n.role === role);
  const input = [...names.variables.values()].find((v) => v.role === 'input');
  const domain = input?.domain.kind ?? 'real';
  const likelihood = builtins.likelihood.find((l) => l.domains.includes(domain) && l.name !== 'bernoulli')?.name ?? 'squared_error';
  const wanted = [
    { there: input !== undefined, what: 'no input', statement: 'input x: [784] in [0, 1]' },
    { there: drawn || has('encoder'), what: 'no encoder', statement: 'encoder { code: dense(64, relu) }' },
    { there: compares || has('decoder'), what: 'no decoder', statement: 'decoder mirror(encoder)' },
    { there: compares || decl.items.some((item) => item.kind === 'reconstruct'), what: 'nothing to reconstruct', statement: `reconstruct ${input?.name ?? 'x'} by ${likelihood}` },
  ];
  const missing = wanted.find(({ there }) => !there);
  if (missing === undefined) return;
  const insertion = insertionAt(scope, decl);
  const { statement } = missing;
  reporter.report(scope, 'AE2013', head, {
    title: `the autoencoder has ${missing.what}`,
    cause: 'An autoencoder has an input, an encoder, a decoder and a reconstruction.',
    hint: `for example \`${statement}\``,
    // An input or an encoder stands above what is there already, and only the user knows its sizes.
    fixes: insertion === undefined || !has('encoder') ? [] : [{ title: `add \`${statement}\``, edits: [{ place: { file: scope.file.file, span: insertion }, newText: `  ${statement}\n` }] }],
  });
}

/** The beginning of the line of the closing brace, where it has a line of its own. */
function insertionAt(scope: Scope, decl: AutoencoderDecl): Span | undefined {
  const { text } = scope.file;
  const brace = decl.span.end - 1;
  if (text[brace] !== '}') return undefined;
  const line = text.lastIndexOf('\n', brace) + 1;
  return text.slice(line, brace).trim() === '' ? { start: line, end: line } : undefined;
}
