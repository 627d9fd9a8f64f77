/** What a network reads. */
import type { TensorRef } from '../../builtins/arguments.js';
import type { NetworkItem } from '../../parser/ast.js';
import { oneOf, type Reporter, type Scope } from './context.js';
import type { Names } from './names.js';
import { resolver } from './resolver.js';

/** The name of a network, or the keyword where it has none. */
export const headOf = (item: NetworkItem): { readonly start: number; readonly end: number } =>
  item.name?.span ?? { start: item.span.start, end: item.span.start + item.role.length };

/** More than these are not read together by accident. */
const mostJoined = 16;

/** The tensors that a network reads: as written, or implied by its role. */
export function inputsOf(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem): readonly TensorRef[] | undefined {
  if (item.inputs.length > 0) {
    const found = item.inputs.map((path) => resolver(scope, reporter, names, '').tensor(path) as TensorRef | undefined);
    return found.every((ref) => ref !== undefined) ? found : undefined;
  }
  const latents = (): readonly TensorRef[] => [...names.latents.keys()].map((name) => ({ kind: 'latent', name }));
  const codes = (): readonly TensorRef[] => names.ofRole('encoder').map((name) => names.networks.get(name)!.output);
  const implied = item.role === 'encoder' ? names.impliedInputs() : names.latents.size > 0 ? latents() : codes();
  if (names.isUnclear(item.role === 'encoder' ? 'inputs' : 'latents', item.span.start)) return undefined;
  if (implied.length === 1) return implied;
  if (implied.length === 0) reportNoInput(scope, reporter, names, item);
  else {
    const choices = implied.slice(0, mostJoined + 1).map((ref) => (ref.kind === 'layer' ? ref.id.split('.')[0]! : ref.name));
    reporter.report(scope, 'AE2008', headOf(item), {
      title: `the ${item.role} could read ${oneOf(choices.map((c) => `\`${c}\``))}`,
      cause: 'Where there is more than one, a network says which it reads; several are joined.',
      hint: `write them in parentheses: \`${item.role}(${choices.slice(0, 4).join(', ')}${choices.length > 4 ? ', …' : ''}) { … }\``,
      fixes: choices.length > mostJoined ? [] : [{ title: `read ${choices.length === 2 ? 'both' : 'all'}`, edits: [{ place: { file: scope.file.file, span: parenthesesBehind(scope, headOf(item).end) }, newText: `(${choices.join(', ')})` }] }],
    });
  }
  return undefined;
}

/** Empty parentheses behind a name, or where they would begin. */
function parenthesesBehind(scope: Scope, end: number): { readonly start: number; readonly end: number } {
  const empty = /^\s*\(\s*\)/.exec(scope.file.text.slice(end, end + 80));
  return { start: end, end: end + (empty?.[0].length ?? 0) };
}

function reportNoInput(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem): void {
  const below = item.role === 'encoder' ? undefined : names.encoderBelow(item.span.start);
  // What is missing may have been reported already.
  if (below === undefined && reporter.failed) return;
  reporter.report(scope, 'AE2013', headOf(item), {
    title: `the ${item.role} has nothing to read`,
    cause: `No ${item.role === 'encoder' ? 'input' : 'encoder and no latent'} is declared above it.`,
    hint: below !== undefined ? `move the ${item.role} below the encoder` : item.role === 'encoder' ? 'declare one, for example `input x: [784] in [0, 1]`' : 'declare one, for example `encoder { dense(64, relu) }`',
    ...(below === undefined ? {} : { related: [{ place: { file: scope.file.file, span: below }, message: 'the encoder stands here' }] }),
  });
}
