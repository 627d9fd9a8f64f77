/** Where tensors have their values: once in an example, at positions, at the nodes of which tree. */
import { keyOf, showRef, tensorsIn, type TensorRef } from '../../builtins/arguments.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/layers.js';
import { unknownSite } from '../../diagnostics/messages/terms.js';
import { isMissing, type Missing, type NetworkItem, type SiteClause } from '../../parser/ast.js';
import { foldsBuilt, type NetworkForm, type NodeSite } from '../model/networks.js';
import { networkHead } from '../resolve/declare.js';
import type { Step } from './steps.js';
import type { Context } from './context.js';
import { placeIn, type Scope } from './scope.js';

const sites: readonly NodeSite[] = ['nodes', 'inner nodes', 'leaves'];

/** `at nodes`; undefined and reported where the words are none of these. */
export function nodeSite({ reporter }: Context, scope: Scope, at: SiteClause | Missing): NodeSite | undefined {
  if (isMissing(at)) return undefined;
  const site = sites.find((known) => known === at.words);
  if (site !== undefined) return site;
  const { near, fixes } = reporter.guess(placeIn(scope, at.span), at.words, () => sites);
  reporter.report(
    scope,
    unknownSite,
    at.span,
    { words: at.words, known: sites, ...(near === undefined ? {} : { near }) },
    { fixes },
  );
  return undefined;
}

/** Whether a tree is built of a sequence, so that what stands there stands at its leaves; of several it is nobody's. */
export function isBuiltOf(context: Context, ref: TensorRef): boolean {
  const folds = foldsBuilt(context.networksOf('encoder').flatMap((name) => context.network(name) ?? []));
  return folds.filter(({ inputs }) => keyOf(inputs[0]!) === keyOf(ref)).length === 1;
}

/** The tree that a code was computed from, through latents and networks behind its fold. */
export function treeBehind(context: Context, ref: TensorRef): string | undefined {
  const tree = context.nodesOf(ref);
  if (tree !== undefined) return tree;
  for (const before of readBy(context, ref)) {
    const found = treeBehind(context, before);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readBy(context: Context, ref: TensorRef): readonly TensorRef[] {
  switch (ref.kind) {
    case 'latent':
      return context.latent(ref.name)?.experts.map(({ from }) => from) ?? [];
    case 'applied':
      return ref.application.inputs.flatMap((input) => (input.kind === 'tensor' ? [input.ref] : []));
    case 'layer':
      return context.networkOf(ref.id)?.inputs ?? [];
    default:
      return [];
  }
}

/** How a network that is no recursion is applied; undefined and reported where it cannot read what it reads. */
export function formOf(
  context: Context,
  scope: Scope,
  item: NetworkItem,
  inputs: readonly TensorRef[],
  steps: readonly Step[],
): NetworkForm | undefined {
  const { reporter } = context;
  if (item.at !== undefined) {
    const at = nodeSite(context, scope, item.at);
    if (at === undefined) return undefined;
    const trees = inputs.map((ref) => context.nodesOf(ref));
    const odd = inputs[trees.indexOf(undefined)];
    if (odd === undefined) return { kind: 'nodes', tree: trees[0]!, at };
    // A network that could not be made.
    if (odd.kind === 'given') return undefined;
    reporter.report(scope, say.noNodesToRead, item.at.span, { tensor: showRef(odd), site: at });
    return undefined;
  }
  // What a fold gives is read as the vector of the root; what is computed at every node has none.
  const isOfNodes = (ref: TensorRef): boolean =>
    ref.kind === 'layer' ? context.networkOf(ref.id)?.form.kind === 'nodes' : context.typeOf(ref).site === 'nodes';
  let nodes = inputs.find(isOfNodes);
  for (let i = 0; nodes === undefined && i < steps.length; i++) {
    const step = steps[i]!;
    if (step.input !== undefined && isOfNodes(step.input)) nodes = step.input;
    else if (step.kind === 'layer') nodes = tensorsIn(step.args).find(isOfNodes);
  }
  if (nodes === undefined) return { kind: 'chain' };
  const variable = nodes.kind === 'variable' ? context.variable(nodes.name) : undefined;
  const related = variable === undefined ? [] : [{ place: variable.source.place, message: labels.declaredHere }];
  reporter.report(scope, say.readsNodes, networkHead(item), { tensor: showRef(nodes), role: item.role }, { related });
  return undefined;
}
