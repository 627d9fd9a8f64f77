/** What a network reads. */
import type { TensorRef } from '../../builtins/arguments.js';
import { titles } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/layers.js';
import type { NetworkInput, NetworkItem } from '../../parser/ast.js';
import { networkHead } from '../resolve/declare.js';
import type { Context } from './context.js';
import { placeIn, quote, type Scope } from './scope.js';
import { Tensors } from './tensors.js';

/** More than these are not read together by accident. */
const mostJoined = 16;

/** The tensors that a network reads: as written, or implied by its role; undefined where one is not known. */
export function inputsOf(context: Context, scope: Scope, item: NetworkItem): readonly TensorRef[] | undefined {
  const refs =
    item.inputs.length > 0 ? item.inputs.map((input) => written(context, scope, input)) : implied(context, scope, item);
  return refs?.every((ref) => ref !== undefined) === true ? refs : undefined;
}

function written(context: Context, scope: Scope, { path, previous, span }: NetworkInput): TensorRef | undefined {
  const ref = new Tensors(context, scope, context.names.root).tensor(path);
  if (ref === undefined || !previous) return ref;
  const { shape, site } = context.typeOf(ref);
  if (site === 'positions') return { kind: 'previous', of: ref };
  // Of what nobody knows, that has been said.
  if (shape === undefined) context.reporter.fail();
  else context.reporter.report(scope, say.onlyOfSequences, span, { text: quote(scope, path) });
  return undefined;
}

function implied(context: Context, scope: Scope, item: NetworkItem): readonly (TensorRef | undefined)[] | undefined {
  const { reporter } = context;
  const { names, ref } = choicesOf(context, item);
  if (names.length === 1) return [ref(names[0]!)];
  const head = networkHead(item);
  if (names.length === 0) {
    // What is missing may have been reported already.
    if (!reporter.failed) reporter.report(scope, say.nothingToRead, head, { role: item.role });
    return undefined;
  }
  const behind = parenthesesBehind(scope, head.end);
  const title = names.length === 2 ? titles.readBoth : titles.readAll;
  const fixes =
    names.length > mostJoined
      ? []
      : [{ title, edits: [{ place: placeIn(scope, behind), newText: `(${names.join(', ')})` }] }];
  reporter.report(scope, say.couldRead, head, { role: item.role, choices: names }, { fixes });
  return undefined;
}

/**
 * What a network of this role may read: an encoder the inputs; others the latents, or else the codes, or else the draws. A draw beside
 * a code is there for something else: a critic that tells codes from it, or noise that is told how strong it is.
 */
function choicesOf(
  context: Context,
  item: NetworkItem,
): { readonly names: readonly string[]; readonly ref: (name: string) => TensorRef | undefined } {
  if (item.role === 'encoder') return { names: context.inputs, ref: (name) => ({ kind: 'variable', name }) };
  const encoders = context.networksOf('encoder');
  if (context.latents.length === 0 && encoders.length > 0)
    return { names: encoders, ref: (name) => context.network(name)?.output };
  const names = context.latents.length > 0 ? context.latents : context.draws;
  return { names, ref: (name) => ({ kind: 'latent', name }) };
}

/** Empty parentheses behind a name, or where they would begin. */
function parenthesesBehind(scope: Scope, end: number): { readonly start: number; readonly end: number } {
  const empty = /^\s*\(\s*\)/.exec(scope.unit.text.slice(end, end + 80));
  return { start: end, end: end + (empty?.[0].length ?? 0) };
}
