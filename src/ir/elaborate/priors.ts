/** `prior z ~ normal(0, 1)`, `prior z ~ normal(from: network)`, `prior z ~ mixture(10)`. */
import type { Args, ExampleShape } from '../../builtins/arguments.js';
import { builtins, find } from '../../builtins/index.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/latents.js';
import { isMissing, type Expr, type PriorItem } from '../../parser/ast.js';
import type { Heads, Latent, Prior } from '../model/latents.js';
import { readShape } from '../model/variables.js';
import { bindArgs, entryCalled, type Binding } from './bind.js';
import type { Context } from './context.js';
import { defaultArgs } from './defaults.js';
import { headsOn } from './heads.js';
import type { LatentCore } from './latents.js';
import type { Named } from './names.js';
import { placeIn, quote, sourceAt, type Scope } from './scope.js';
import { calleeOf } from './signatures.js';
import { Tensors } from './tensors.js';

/** A number that is written as one, or by its name. */
function numberIn(scope: Scope, expr: Expr): number | undefined {
  const value =
    expr.kind === 'number'
      ? expr.value
      : expr.kind === 'path' && expr.parts.length === 1
        ? scope.constants.get(expr.parts[0]!.text)
        : undefined;
  return typeof value === 'number' ? value : undefined;
}

/** The latent with the prior that its statements give it, or with the one that it has otherwise; undefined where there is an error. */
export function withPrior(
  context: Context,
  scope: Scope,
  latent: LatentCore,
  named: Named,
  [item, again]: readonly PriorItem[],
): Latent | undefined {
  if (again !== undefined) {
    const related = [{ place: placeIn(scope, item!.span), message: labels.writtenFirst }];
    context.reporter.report(scope, say.priorTwice, again.span, { latent: latent.name }, { related });
  }
  const prior = item === undefined ? unwritten(latent) : written(context, scope, latent, named, item);
  if (prior === undefined) return undefined;
  const group = (): Named => context.names.enter(named, 'prior', 'group');
  for (const declaration of prior.definition.weights?.(prior.args, latent.shape, numbersRead(context)) ?? [])
    context.addWeight(group(), declaration, prior.source);
  return { ...latent, prior };
}

/** Shapes of the inputs of numbers, as networks read them. */
const numbersRead = (context: Context): ReadonlyMap<string, ExampleShape> =>
  new Map(
    context.inputs.flatMap((name) => {
      const variable = context.variable(name);
      return variable === undefined || variable.domain.kind === 'category'
        ? []
        : [[name, readShape(variable)] as const];
    }),
  );

function unwritten({ definition, source }: LatentCore): Prior {
  const prior = find('prior', definition.posterior!.prior);
  if (prior === undefined) throw new Error(`${definition.name} has no prior in the registry`);
  return { definition: prior, args: defaultArgs(prior), source, written: false };
}

function written(context: Context, scope: Scope, latent: LatentCore, named: Named, item: PriorItem): Prior | undefined {
  const { reporter } = context;
  const tensors = new Tensors(context, scope, context.names.root);
  const binding: Binding = { scope, reporter, tensors };
  const { distribution } = item;
  const callee = calleeOf(distribution);
  if (callee === undefined) {
    if (!isMissing(distribution))
      reporter.report(scope, say.distributionNeeded, distribution.span, { text: quote(scope, distribution) });
    return undefined;
  }
  const definition = entryCalled(binding, 'prior', callee);
  if (definition === undefined) return undefined;
  const source = sourceAt(scope, item.span);
  const related = [{ place: latent.source.place, message: labels.theLatent }];
  if (!definition.of.includes(latent.definition.name)) {
    const known = builtins.prior.filter(({ of }) => of.includes(latent.definition.name)).map(({ name }) => name);
    reporter.report(
      scope,
      say.otherPrior,
      callee.span,
      { latent: latent.name, prior: definition.name, distribution: latent.definition.name, known },
      { related },
    );
    return undefined;
  }
  const args = distribution.kind === 'call' ? distribution.args : [];
  const from = args.find((arg) => arg.name?.text === 'from');
  if (from === undefined) {
    const [size, ...more] = args;
    // `prior z ~ normal(20)` of a `normal(20)` would be a mean of 20.
    if (
      size !== undefined &&
      size.name === undefined &&
      more.length === 0 &&
      definition.name === latent.definition.name &&
      numberIn(scope, size.value) === latent.shape.at(-1)
    ) {
      reporter.report(
        scope,
        say.sizeInPrior,
        size.span,
        { latent: latent.name, prior: definition.name, text: quote(scope, size) },
        { related },
      );
      return undefined;
    }
    const bound = bindArgs(binding, definition, args, callee.span);
    return bound && { definition, args: bound, source, written: true };
  }
  if (definition.computed !== true) {
    reporter.report(scope, say.priorNotComputed, from.span, { prior: definition.name });
    return undefined;
  }
  const others = args.filter((arg) => arg !== from);
  const odd = others[0];
  if (odd !== undefined) {
    reporter.report(scope, say.priorComputedAlready, odd.span, { prior: definition.name, text: quote(scope, odd) });
    return undefined;
  }
  const tensor = tensors.tensor(from.value);
  const site = { context, scope, role: 'prior' } as const;
  const heads: Heads | undefined =
    tensor &&
    headsOn(
      site,
      context.names.enter(named, 'prior', 'group'),
      tensor,
      latent.definition.posterior!.heads,
      latent.shape,
      source,
    );
  const none: Args = {};
  return heads && { definition, args: none, heads, source, written: true };
}
