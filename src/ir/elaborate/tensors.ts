/** What a path means where it is written: tensors, weights, networks and variables, or why it is none. */
import type { Expression, LayerRef, TensorRef } from '../../builtins/arguments.js';
import { find as builtin } from '../../builtins/index.js';
import * as say from '../../diagnostics/messages/names.js';
import { labels } from '../../diagnostics/messages/labels.js';
import { change } from '../../diagnostics/fixes.js';
import type { CallExpr, Expr, Ident, PathExpr } from '../../parser/ast.js';
import type { NodeSite } from '../model/networks.js';
import type { TensorBinder } from './bind.js';
import { applicationOf, fitTogether, type Applied } from './applied.js';
import type { Context } from './context.js';
import { expressionOf } from './expressions.js';
import type { Found, Named } from './names.js';
import { isBroken, placeIn, quote, type Constant, type Scope } from './scope.js';

import {
  aLatent,
  aLayer,
  aNetwork,
  applicable,
  aSummand,
  aTensor,
  aVariable,
  corruptible,
  kindOf,
  latentOrDraw,
  someWeights,
  type Wish,
} from './wishes.js';

const partsOf = ({ parts }: PathExpr): readonly string[] => parts.map(({ text }) => text);

/** Names as seen from inside of `from`. */
export class Tensors implements TensorBinder {
  constructor(
    private readonly context: Context,
    readonly scope: Scope,
    readonly from: Named,
    /** Of a term over a tree: at which nodes it holds. */
    private readonly site?: NodeSite,
  ) {}

  /** The same in a term that holds at some nodes. */
  at(site: NodeSite): Tensors {
    return new Tensors(this.context, this.scope, this.from, site);
  }

  /** What a path stands for; undefined and reported where it stands for nothing of this sort. */
  find(path: PathExpr, wish: Wish): Named | undefined {
    const { reporter, names } = this.context;
    const { scope } = this;
    const name = partsOf(path).join('.');
    const found = names.lookup(partsOf(path), this.from, wish.fits);
    switch (found.kind) {
      case 'found':
        this.refer(found.named, path.parts);
        return found.named;
      case 'unknowable':
        reporter.fail();
        return undefined;
      case 'round':
        reporter.report(scope, say.networksGoRound, path.span, { names: found.names });
        return undefined;
      case 'ambiguous': {
        const choices = found.named.slice(0, 4).map(({ path: full }) => full);
        const fixes = choices.map((choice) => change(placeIn(scope, path.span), choice));
        reporter.report(scope, say.ambiguousName, path.span, { name, choices }, { fixes });
        return undefined;
      }
      case 'unknown':
        return this.#unknown(path, name, wish);
    }
  }

  /** Every part of a path stands for something: its last one for what was found, those before for what that lies in. */
  refer(found: Named, parts: readonly Ident[]): void {
    let at: Named | undefined = found;
    for (const part of [...parts].reverse()) {
      if (at?.name === part.text) this.context.reporter.refer(this.scope, part.span, at.symbol);
      at = at?.parent;
    }
  }

  #unknown(path: PathExpr, name: string, { what, fits, orNumber }: Wish): undefined {
    const { reporter, names } = this.context;
    const { scope } = this;
    const constant: Constant | undefined = path.parts.length === 1 ? scope.constants.get(name) : undefined;
    if (isBroken(constant)) return undefined;
    const other = names.lookup(partsOf(path), this.from, () => true);
    // A network that could not be made has no layers that anyone knows, and what has no shape no weights.
    const hidden =
      other.kind === 'found'
        ? isUnmade(other.named) || (fits === someWeights.fits && this.isUnknown(other.named))
        : this.#liesInUnknown(partsOf(path));
    if (hidden) {
      reporter.fail();
      return undefined;
    }
    if (other.kind === 'found' || constant !== undefined) {
      const kind = other.kind === 'found' ? kindOf(other.named, this.context) : 'a parameter';
      const related =
        other.kind === 'found' && other.named.symbol !== undefined
          ? [{ place: other.named.symbol.place, message: labels.declaredHere }]
          : [];
      if (fits === someWeights.fits) reporter.report(scope, say.noKernels, path.span, { name, kind }, { related });
      else reporter.report(scope, say.otherKind, path.span, { name, kind, wanted: what }, { related });
      return undefined;
    }
    // Where nothing is observed at all, that is said once.
    if (fits === aVariable.fits && this.context.variables.length === 0) return undefined;
    const { near, fixes } = reporter.guess(placeIn(scope, path.span), name, () => [
      ...names.known(fits),
      ...(orNumber === true ? scope.constants.names() : []),
    ]);
    // A declaration of this name may be what the syntax errors swallowed, unless it is a misspelling.
    if (reporter.wounded && near === undefined) return undefined;
    reporter.report(
      scope,
      say.unknownName,
      path.span,
      {
        name,
        wanted: what,
        ...(near === undefined ? {} : { near }),
      },
      { fixes },
    );
    return undefined;
  }

  /** @param orNumber whether a number could stand there as well */
  tensor(expr: Expr, orNumber = false): TensorRef | undefined {
    switch (expr.kind) {
      case 'path': {
        const passed = expr.parts.length === 1 ? this.context.reporter.constant(this.scope, expr.parts[0]!) : undefined;
        if (isBroken(passed)) return undefined;
        return isTensorConstant(passed) ? passed : this.find(expr, orNumber ? aSummand : aTensor)?.tensor;
      }
      case 'call':
        return this.application(expr)?.tensor;
      case 'member': {
        const application = this.application(expr.of);
        if (application === undefined) return undefined;
        return this.member(application, expr.parts);
      }
      case 'missing':
        return undefined;
      default:
        this.context.reporter.report(this.scope, say.tensorNeeded, expr.span, { text: quote(this.scope, expr) });
        return undefined;
    }
  }

  layer(path: PathExpr): LayerRef | undefined {
    const found = this.find(path, aLayer)?.tensor;
    return found?.kind === 'layer' ? found : undefined;
  }

  variable(path: PathExpr): Extract<TensorRef, { readonly kind: 'variable' }> | undefined {
    const named = this.find(path, aVariable);
    return named && { kind: 'variable', name: named.path };
  }

  /** Whether a variable is of a kind; of what is not known, nothing is wrong. */
  isKind({ name }: Extract<TensorRef, { readonly kind: 'variable' }>, kind: 'tree' | 'category' | undefined): boolean {
    const variable = this.context.variable(name);
    if (kind === undefined || variable === undefined) return true;
    return variable.structure.kind === kind && (kind === 'tree' || variable.shape.length === 0);
  }

  latent(path: PathExpr, orDraw: boolean): TensorRef | undefined {
    return this.find(path, orDraw ? latentOrDraw : aLatent)?.tensor;
  }

  network(path: PathExpr): string | undefined {
    return this.find(path, aNetwork)?.name;
  }

  weights(path: PathExpr): readonly string[] | undefined {
    const { context } = this;
    const named = partsOf(path).join('.') === 'all' ? this.everything() : this.find(path, someWeights);
    if (named === undefined) return undefined;
    if (named.weight !== undefined) return [named.weight];
    const kernels = context.weightsBelow(named, 'kernels');
    if (kernels.length === 0 && named.kind !== 'root') {
      if (this.isUnknown(named)) return undefined;
      context.reporter.report(this.scope, say.noKernels, path.span, {
        name: partsOf(path).join('.'),
        kind: kindOf(named, context),
      });
      return undefined;
    }
    return context.reporter.room(this.scope, path.span, kernels.length) ? kernels : undefined;
  }

  /** Every weight behind a path that training moves, or with `state` all of them: of a layer, a block, a network, a latent, or `all`. */
  allWeights(path: PathExpr, state = false): readonly string[] | undefined {
    const { context } = this;
    const named = partsOf(path).join('.') === 'all' ? this.everything() : this.find(path, someWeights);
    if (named === undefined) return undefined;
    const found = context.weightsBelow(named, state ? 'all' : 'trained');
    if (found.length === 0 && this.isUnknown(named)) return undefined;
    return context.reporter.room(this.scope, path.span, found.length) ? found : undefined;
  }

  /** Whether a path begins with something whose layers, or their weights, nobody knows. */
  #liesInUnknown(parts: readonly string[]): boolean {
    return parts.some((_, i) => {
      const found = i === 0 ? undefined : this.context.names.lookup(parts.slice(0, i), this.from, () => true);
      return found?.kind === 'found' && (isUnmade(found.named) || this.isUnknown(found.named));
    });
  }

  /** Whether an earlier mistake hides what something, or what lies below it, would be. */
  isUnknown(named: Named): boolean {
    const { tensor } = named;
    if (named.isIncomplete || (tensor !== undefined && this.context.typeOf(tensor).shape === undefined)) return true;
    return [...named.children.values()].some((child) => this.isUnknown(child));
  }

  /** What noise can stand behind: a variable, or a layer. */
  corruptible(path: PathExpr): TensorRef | undefined {
    return this.find(path, corruptible)?.tensor;
  }

  /** What has weights: a weight, a layer, the use of a block, a network, a latent. */
  owner(path: PathExpr): Named | undefined {
    return this.find(path, someWeights);
  }

  /** The root, with everything below it. */
  everything(): Named {
    const { names } = this.context;
    names.demandAll();
    return names.root;
  }

  expression(expr: Expr, orWeights: boolean): Expression | undefined {
    const { context, scope, site } = this;
    return expressionOf(
      { context, scope, tensors: this, ...(site === undefined ? {} : { at: site }) },
      expr,
      orWeights,
    );
  }

  /** Whether a path means a tensor rather than weights. */
  meansTensor(path: PathExpr): boolean {
    const passed = path.parts.length === 1 ? this.scope.constants.get(path.parts[0]!.text) : undefined;
    return passed !== undefined || this.context.names.lookup(partsOf(path), this.from, aTensor.fits).kind !== 'unknown';
  }

  /** Whether a word in front of parentheses is one that the file declares. */
  declares(callee: Ident): boolean {
    const kind = this.#declared(callee);
    return kind !== 'unknown' && kind !== 'unknowable';
  }

  /** Whether it may be one that a mistake hides. */
  mayDeclare(callee: Ident): boolean {
    return this.#declared(callee) === 'unknowable';
  }

  #declared(callee: Ident): Found['kind'] {
    const { text } = callee;
    return this.#isLayerOnly(callee) ? 'unknown' : this.context.names.lookup([text], this.from, applicable.fits).kind;
  }

  /** A network or a layer computed on other tensors. */
  application(call: CallExpr): Applied | undefined {
    const { scope } = this;
    // What a network is applied to has one value for each example.
    const outside = this.site === undefined ? this : new Tensors(this.context, scope, this.from);
    // A mistake in the name is told whatever becomes of the inputs, which the body at hand may still be making.
    const named = this.#applicable(call.callee);
    const inputs = call.args.map(({ value }) => outside.expression(value, false));
    const made =
      named !== undefined && inputs.every((input) => input !== undefined)
        ? applicationOf(this.context, named, inputs)
        : undefined;
    if (made === undefined || this.#takes(made, inputs as readonly Expression[])) return made;
    const facts = {
      name: made.named.path,
      expected: made.expected.map((ref) => this.context.typeOf(ref).shape ?? []),
      found: (inputs as readonly Expression[]).map(({ type }) => type.shape),
    };
    const { symbol } = made.named;
    const related = symbol === undefined ? [] : [{ place: symbol.place, message: labels.declaredHere }];
    this.context.reporter.report(scope, say.cannotApply, call.span, facts, { related });
    return undefined;
  }

  /** The same without a look at shapes; undefined and reported where there is nothing of this name to apply. */
  applied(callee: Ident, inputs: readonly Expression[]): Applied | undefined {
    const named = this.#applicable(callee);
    return named && applicationOf(this.context, named, inputs);
  }

  /** Whether a word is that of a layer of the language, and nothing that a statement names: what is named after it cannot be applied. */
  #isLayerOnly({ text }: Ident): boolean {
    return builtin('layer', text) !== undefined && !this.context.names.isGiven(text);
  }

  #applicable(callee: Ident): Named | undefined {
    const { reporter } = this.context;
    if (this.#isLayerOnly(callee)) {
      const facts = { name: callee.text, wanted: applicable.what, layer: true };
      if (reporter.wounded) reporter.fail();
      else reporter.report(this.scope, say.unknownName, callee.span, facts);
      return undefined;
    }
    return this.find({ kind: 'path', parts: [callee], span: callee.span }, applicable);
  }

  #takes({ named, expected }: Applied, inputs: readonly Expression[]): boolean {
    if (named.kind === 'network' && this.context.network(named.name)?.form.kind !== 'chain') return false;
    return (
      expected.length === inputs.length &&
      expected.every(
        (ref, i) => inputs[i]!.type.rate === 'each' && fitTogether(this.context.typeOf(ref), inputs[i]!.type),
      )
    );
  }

  /** A tensor inside of what is applied. */
  member({ application, named }: Applied, parts: readonly Ident[]): TensorRef | undefined {
    let at: Named | undefined = named;
    for (const { text, span } of parts) {
      at = at?.children.get(text);
      this.context.reporter.refer(this.scope, span, at?.symbol);
    }
    if (at?.tensor?.kind === 'layer') return { kind: 'applied', application, of: at.tensor };
    const last = parts.at(-1)!;
    if (last.text === '' || named.isIncomplete) return undefined;
    const known = [...named.children.values()].filter(aLayer.fits).map(({ name }) => name);
    const place = placeIn(this.scope, last.span);
    const { near, fixes } = this.context.reporter.guess(place, last.text, () => known);
    this.context.reporter.report(
      this.scope,
      say.noSuchMember,
      last.span,
      { name: named.path, member: last.text, known, ...(near === undefined ? {} : { near }) },
      { fixes },
    );
    return undefined;
  }
}

const isTensorConstant = (value: Constant | undefined): value is TensorRef =>
  typeof value === 'object' && !isBroken(value) && value.kind !== 'call';

const isUnmade = ({ kind, tensor }: Named): boolean => kind === 'network' && tensor?.kind === 'given';
