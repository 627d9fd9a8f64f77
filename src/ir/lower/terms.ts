/** The summands of the loss as nodes of the forward pass. */
import type { Args } from '../../builtins/arguments.js';
import type { LikelihoodContext, PenaltyContext } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { CompiledScalar as ScalarExpr, CompiledTerm as Term } from './compiled.js';
import type { Node } from '../graph/graph.js';
import { storedName } from '../model/model.js';
import type { Forward } from './forward.js';
import { jacobianNorm } from './jacobian.js';

/** In the order of the model's terms, already weighted. */
export function lowerTerms(forward: Forward): readonly Node[] {
  return forward.model.terms.map((term) =>
    forward.b.at(term.source, () => forward.b.named(term.kind === 'reconstruction' ? reconstruction(forward, term) : scalar(forward, term.value), term.name)));
}

function reconstruction(forward: Forward, term: Extract<Term, { readonly kind: 'reconstruction' }>): Node {
  const { b } = forward;
  const { definition, args } = term.likelihood;
  const context: LikelihoodContext = { b, linked: term.linked, weight: (name) => forward.weight(`${term.label}.${name}`) };
  const variable = forward.variable(term.variable);
  const target = variable.domain.kind === 'category' ? forward.data(term.variable) : forward.clean(term.variable);
  let each = definition.negativeLogLikelihood(context, forward.value(term.output), target, args);
  if (term.elements.kind === 'hidden') {
    const { definition: hiding, args: how } = term.elements.by;
    each = b.mul(each, hiding.hidden(b, variable.shape, how));
  }
  return b.mul(scalar(forward, term.weight), b.batchMean(each));
}

function scalar(forward: Forward, expr: ScalarExpr): Node {
  const { b } = forward;
  switch (expr.kind) {
    case 'number':
      return b.scalar(expr.value);
    case 'schedule':
      return expr.call.definition.lower(b, expr.call.args, forward.model.training);
    case 'penalty': {
      const context: PenaltyContext = {
        b,
        tensor: (ref) => forward.value(ref),
        weight: (name) => forward.weight(name),
        axes: (name) => forward.model.weights.find((w) => w.name === name)!.declaration.axes,
        latent: (ref) => {
          if (ref.kind !== 'latent') throw new Error('not a latent');
          return forward.latent(ref.name);
        },
        jacobianNorm: (of, from) => jacobianNorm(forward, of, from),
      };
      return expr.call.definition.lower(context, storedOnce(forward.model, expr.call.args));
    }
    case 'negate':
      return b.neg(scalar(forward, expr.operand));
    case 'binary': {
      const [left, right] = [scalar(forward, expr.left), scalar(forward, expr.right)];
      const spelled = { '+': () => b.add(left, right), '-': () => b.sub(left, right), '*': () => b.mul(left, right), '/': () => b.div(left, right), '^': () => b.make('Pow', [left, right]) };
      return spelled[expr.op]();
    }
  }
}

/** Arguments in which sets of weights name each stored weight once: tied ones are one weight. */
const storedOnce = (model: Forward['model'], args: Args): Args => Object.fromEntries(Object.entries(args).map(([name, value]) => {
  if (typeof value !== 'object' || !('kind' in value) || value.kind !== 'weights') return [name, value];
  const first = new Map([...value.names].reverse().map((weight) => [storedName(model, weight), weight]));
  return [name, { ...value, names: value.names.filter((weight) => first.get(storedName(model, weight)) === weight) }];
}));

/** All terms as one tensor of shape [terms], so that one read brings them to the host. */
export const stack = (b: Builder, terms: readonly Node[]): Node => b.concat(terms.map((term) => b.reshape(term, [1])), 0);
