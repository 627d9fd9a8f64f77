/** `prior z ~ normal(0, 1)`, or `prior z ~ normal(from: network)`: a prior that a network computes. */
import { isMissing, type PriorItem } from '../../parser/ast.js';
import type { TensorRef } from '../../builtins/define.js';
import { bindCall } from './bind.js';
import { sourceAt, suggestion, type Reporter, type Scope } from './context.js';
import { resolver, type Names } from './names.js';
import { denseHeads } from './networks.js';

export function elaboratePrior(scope: Scope, reporter: Reporter, names: Names, item: PriorItem): void {
  if (isMissing(item.name) || isMissing(item.distribution)) return;
  const name = item.name.text;
  const latent = names.latents.get(name);
  if (latent === undefined) {
    reporter.report(scope, 'AE2001', item.name.span, {
      title: `there is no latent \`${name}\``, cause: 'A prior belongs to a latent.', expected: 'a latent', found: `\`${name}\``,
      ...suggestion(scope, name, item.name.span, [...names.latents.keys()]),
    });
    return;
  }
  const { distribution } = item;
  const from = distribution.kind === 'call' ? distribution.args.find((arg) => arg.name?.text === 'from') : undefined;
  if (from === undefined) {
    const call = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'distribution', distribution, 'a distribution');
    if (call !== undefined) names.latents.set(name, { ...latent, prior: { kind: 'fixed', definition: call.definition, args: call.args } });
    return;
  }
  const source = from.value.kind === 'path' ? (resolver(scope, reporter, names, '').tensor(from.value) as TensorRef | undefined) : undefined;
  if (source === undefined) return;
  const { definition } = latent.posterior;
  const heads = denseHeads(scope, reporter, names, `${name}.prior`, source, definition.heads, latent.shape[0]!, sourceAt(scope, item.span), 'network');
  if (heads !== undefined) names.latents.set(name, { ...latent, prior: { kind: 'network', definition, heads } });
}
