/** What a phase or a player moves, copies, corrupts and minimises. */
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/training.js';
import { cannotCopy, copiesToTied } from '../../diagnostics/messages/weights.js';
import { isMissing, type CorruptItem, type Missing, type PathExpr, type TrainStatement } from '../../parser/ast.js';
import type { Copy, Movement, Objective, PhaseCorruption, Settings } from '../model/training.js';
import { constantNumber } from './constants.js';
import type { Context } from './context.js';
import { expressionOf } from './expressions.js';
import type { Named } from './names.js';
import { placeIn, quote, sourceAt, type Scope } from './scope.js';
import { Tensors } from './tensors.js';
import { Terms } from './terms.js';
import { behindLayer, corruptionsOf } from './variables.js';
import { isMisfit } from '../../builtins/define.js';
import type { Corruption } from '../model/variables.js';
import { corruptionMisfit, corruptsShape } from '../../diagnostics/messages/variables.js';

type Kind = TrainStatement['kind'];
type Statement<K extends Kind> = Extract<TrainStatement, { readonly kind: K }>;

const of = <K extends Kind>(statements: readonly TrainStatement[], kind: K): readonly Statement<K>[] =>
  statements.filter((s): s is Statement<K> => s.kind === kind);

export class Parts {
  readonly #tensors: Tensors;

  /** @param storedOf the weight that is stored for one that may be tied */
  constructor(
    private readonly context: Context,
    private readonly scope: Scope,
    private readonly storedOf: (weight: string) => string,
  ) {
    this.#tensors = new Tensors(context, scope, context.names.root);
  }

  /** `train a, b` and `freeze a`; a tied weight is the one that is stored. */
  movements(statements: readonly TrainStatement[]): readonly Movement[] {
    const written = [...of(statements, 'move'), ...of(statements, 'freeze')].sort(
      (a, b) => a.span.start - b.span.start,
    );
    return written.flatMap(({ kind, targets, span }) => {
      const named = this.#namedBy(targets);
      if (named === undefined) return [];
      const weights = [...new Set(named.map(this.storedOf))];
      return [
        { kind: kind === 'move' ? 'train' : 'freeze', named, weights, source: sourceAt(this.scope, span) } as const,
      ];
    });
  }

  /** `rate encoder by 0.1`. */
  rates(statements: readonly TrainStatement[]): Settings['rates'] {
    return of(statements, 'rate').flatMap(({ targets, by, span }) => {
      const weights = this.#namedBy(targets)?.map(this.storedOf);
      const factor = constantNumber(this.scope, this.context.reporter, by);
      if (weights === undefined || factor === undefined) return [];
      if (factor > 0) return [{ weights: [...new Set(weights)], factor, source: sourceAt(this.scope, span) }];
      this.context.reporter.report(this.scope, say.rateOfNothing, by.span, { factor });
      return [];
    });
  }

  #namedBy(targets: readonly (PathExpr | Missing)[]): readonly string[] | undefined {
    const found = targets.map((target) => (isMissing(target) ? undefined : this.#below(target)));
    return found.every((weights) => weights !== undefined) ? [...new Set(found.flat())] : undefined;
  }

  #below(path: PathExpr): readonly string[] | undefined {
    const weights = this.#tensors.allWeights(path);
    if (weights?.length !== 0 || quote(this.scope, path) === 'all') return weights;
    this.context.reporter.report(this.scope, say.nothingLearned, path.span, { name: quote(this.scope, path) });
    return undefined;
  }

  /** `copy encoder.h1 to classifier.h1`: weights of one name below both, of the same shapes, moving averages too. */
  copies(statements: readonly TrainStatement[]): readonly Copy[] {
    const { context, scope } = this;
    return of(statements, 'copy').flatMap(({ from, to, span }): readonly Copy[] => {
      if (isMissing(from) || isMissing(to)) return [];
      const [own, other] = [this.#tensors.owner(from), this.#tensors.owner(to)];
      if (own === undefined || other === undefined) return [];
      if (!context.reporter.room(scope, span, context.weightsBelow(own, 'all').length)) return [];
      const [sources, targets] = [this.#relative(own), this.#relative(other)];
      const names = [...sources.keys()];
      const lacking = [
        ...names.filter((name) => !targets.has(name)),
        ...[...targets.keys()].filter((name) => !sources.has(name)),
      ];
      const shape = (weight: string): string => context.weight(weight)!.declaration.shape.join('×');
      const differing = names
        .filter((name) => targets.has(name) && shape(sources.get(name)!) !== shape(targets.get(name)!))
        .map((name) => `${name || 'the one'} is ${shape(sources.get(name)!)}, the other ${shape(targets.get(name)!)}`);
      if (lacking.length > 0 || differing.length > 0) {
        // Which weights stand there, an earlier mistake may hide.
        if ([own, other].some((named) => this.#tensors.isUnknown(named))) return [];
        context.reporter.report(scope, cannotCopy, span, {
          from: quote(scope, from),
          to: quote(scope, to),
          lacking,
          differing,
        });
        return [];
      }
      const weights = names.map((name) => ({ from: sources.get(name)!, to: targets.get(name)! }));
      const tied = weights.find((pair) => this.storedOf(pair.to) !== pair.to);
      if (tied === undefined) return [{ weights, source: sourceAt(scope, span) }];
      context.reporter.report(scope, copiesToTied, to.span, { weight: tied.to, of: this.storedOf(tied.to) });
      return [];
    });
  }

  /** Weights below a name by their paths from it. */
  #relative(named: Named): ReadonlyMap<string, string> {
    return new Map(
      this.context.weightsBelow(named, 'all').map((weight) => [weight.slice(named.path.length + 1), weight]),
    );
  }

  /** What a phase or a player minimises: the one statement that says so, else the loss. */
  objective(statements: readonly TrainStatement[]): Objective {
    const { context, scope } = this;
    const [written, again] = of(statements, 'objective');
    if (written === undefined) return { kind: 'loss' };
    if (again !== undefined)
      context.reporter.report(
        scope,
        say.twoObjectives,
        again.span,
        {},
        { related: [{ place: placeIn(scope, written.span), message: labels.writtenFirst }] },
      );
    const value = expressionOf({ context, scope, tensors: this.#tensors }, written.value);
    if (value === undefined || !new Terms(context, scope).isTerm(value, written.value)) return { kind: 'loss' };
    return { kind: written.direction, value, source: sourceAt(scope, written.span) };
  }

  /** `corrupt h1 with mask(0.25)` and `clean x`. */
  corruptions(statements: readonly TrainStatement[]): readonly PhaseCorruption[] {
    const { scope } = this;
    const noisy = of(statements, 'corrupt').flatMap((item): readonly PhaseCorruption[] => {
      if (isMissing(item.target)) return [];
      const ref = this.#tensors.tensor(item.target);
      const corruption = ref && this.#behind(item, ref);
      return corruption === undefined || ref === undefined
        ? []
        : [{ of: ref, corruption, source: sourceAt(scope, item.span) }];
    });
    const clean = of(statements, 'clean').flatMap(({ targets, span }) =>
      targets.flatMap((target): readonly PhaseCorruption[] => {
        const ref = isMissing(target) ? undefined : this.#tensors.tensor(target);
        return ref === undefined ? [] : [{ of: ref, corruption: [], source: sourceAt(scope, span) }];
      }),
    );
    return [...noisy, ...clean];
  }

  /** Corruption of a phase keeps the shape that the networks read. */
  #behind(item: CorruptItem, ref: NonNullable<ReturnType<Tensors['tensor']>>): readonly Corruption[] | undefined {
    const { context, scope } = this;
    const name = quote(scope, item.target);
    const calls = corruptionsOf(context, scope, { scope, reporter: context.reporter, tensors: this.#tensors }, item);
    const { shape } = context.typeOf(ref);
    if (shape === undefined) return undefined;
    const variable = ref.kind === 'variable' ? context.variable(ref.name) : undefined;
    if (variable === undefined) return behindLayer(context, scope, calls, item, name, shape);
    return calls.flatMap((call, i) => {
      if (call === undefined) return [];
      const result = call.definition.shape(variable.shape, call.args);
      const span = item.corruptions[i]!.span;
      if (isMisfit(result))
        context.reporter.report(scope, corruptionMisfit, span, {
          corruption: call.definition.name,
          of: name,
          shape: variable.shape,
          ...result,
        });
      else if (result.join() !== variable.corrupted.join())
        context.reporter.report(scope, corruptsShape, span, {
          corruption: call.definition.name,
          layer: name,
          from: variable.corrupted,
          to: result,
        });
      else return [call];
      return [];
    });
  }
}
