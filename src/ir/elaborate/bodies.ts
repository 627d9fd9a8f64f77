/** From the statements of a body to a flat list of steps: blocks expanded, arguments bound, shapes still open. */
import type { Args, BuiltinCall, Expression, LayerId, TensorRef } from '../../builtins/arguments.js';
import type { LayerDefinition } from '../../builtins/define.js';
import { answering } from '../../builtins/aliases.js';
import { builtins, find } from '../../builtins/index.js';
import * as limits from '../../diagnostics/messages/limits.js';
import * as say from '../../diagnostics/messages/layers.js';
import { blockContainsItself } from '../../diagnostics/messages/names.js';
import {
  isMissing,
  type BlockDecl,
  type Body,
  type BodyStatement,
  type CallExpr,
  type Expr,
  type Ident,
  type LayerStatement,
  type RepeatStatement,
  type Span,
  type TakeStatement,
} from '../../parser/ast.js';
import type { Source } from '../model/source.js';
import type { Block } from '../resolve/sources.js';
import type { NameSymbol } from '../resolve/symbols.js';
import { bindArgs } from './bind.js';
import { constantInteger } from './constants.js';
import type { Context } from './context.js';
import type { Named } from './names.js';
import { Naming } from './naming.js';
import { bindParameters } from './parameters.js';
import { constantsOf, isBroken, placeIn, quote, sourceAt, withOne, type Constant, type Scope } from './scope.js';
import { Tensors, type Applied } from './tensors.js';

/** What a statement of a network makes, before shapes are known. */
export type Step = LayerStep | ApplyStep;

interface CommonStep {
  /** The tensor that it reads first; absent where an earlier mistake leaves it unknown. */
  readonly input?: TensorRef;
  readonly source: Source;
  readonly scope: Scope;
}

/** A layer of its own. */
export interface LayerStep extends CommonStep {
  readonly kind: 'layer';
  readonly id: LayerId;
  readonly named: Named;
  /** Whether the user gave the name. */
  readonly given: boolean;
  readonly definition: LayerDefinition;
  readonly args: Args;
  readonly syntax?: LayerStatement;
}

/** A network or a layer that another statement declares, on other tensors. */
export interface ApplyStep extends CommonStep {
  readonly kind: 'apply';
  readonly of: Named;
  /** Shapes of tensors among them may not be known yet. */
  readonly inputs: readonly Expression[];
  readonly result: TensorRef;
}

/** Statements of one network, blocks and repetitions written out: beyond, expansion would take noticeable time. */
const mostStatements = 20_000;

/** Blocks inside of blocks. Nobody means more, and each is a call on the stack. */
const deepest = 64;

/** What a name in a chain stands for while the chain is read. */
interface Chain {
  tensor: TensorRef | undefined;
}

export class BodyReader {
  readonly #steps: Step[] = [];
  /** Blocks that are being expanded, outermost first. */
  readonly #inside: BlockDecl[] = [];
  /** Numbers of the repetitions around the statement at hand; 0 for the last one of each. */
  #turns: readonly number[] = [];
  readonly #naming: Naming;
  readonly #chain: Chain;
  #taken = false;
  #statementCount = 0;
  #failures = 0;

  /** @param start the tensor that the first layer reads */
  constructor(
    private readonly context: Context,
    start: TensorRef | undefined,
  ) {
    this.#chain = { tensor: start };
    this.#naming = new Naming(context.names);
  }

  /** Whether a statement could not be read, so that the steps have gaps. */
  get failed(): boolean {
    return this.#failures > 0;
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** The tensor that the chain ends in. */
  get end(): TensorRef | undefined {
    return this.#chain.tensor;
  }

  /** Reads a body; its names stand below `within`. */
  read(scope: Scope, body: Body, within: Named, symbols: readonly NameSymbol[]): void {
    this.#statements(scope, body.statements, within, symbolsByPlace(symbols), true);
    const last = body.statements.at(-1);
    if (last?.kind !== 'take' || isMissing(last.source) || !this.#taken) return;
    this.#fail();
    this.context.reporter.report(scope, say.layerBehindTake, last.span, {});
  }

  /** Adds a layer that no statement wrote. */
  derive(definition: LayerDefinition, args: Args, within: Named, source: Source, scope: Scope): void {
    this.#room(scope, source.place.span);
    this.#push(this.#naming.fresh(within, definition.name), false, definition, args, source, scope);
  }

  #push(
    named: Named,
    given: boolean,
    definition: LayerDefinition,
    args: Args,
    source: Source,
    scope: Scope,
    syntax?: LayerStatement,
  ): LayerStep {
    const id: LayerId = named.path;
    named.layer = id;
    named.tensor = { kind: 'layer', id, output: 0 };
    const { tensor: input } = this.#chain;
    if (input !== undefined) named.reads = input;
    const step: LayerStep = {
      kind: 'layer',
      id,
      named,
      given,
      definition,
      args,
      source,
      scope,
      ...(input === undefined ? {} : { input }),
      ...(syntax === undefined ? {} : { syntax }),
    };
    this.#steps.push(step);
    this.#chain.tensor = named.tensor;
    this.#taken = false;
    return step;
  }

  #statements(
    scope: Scope,
    statements: readonly BodyStatement[],
    within: Named,
    symbols: Symbols,
    reserve: boolean,
  ): void {
    if (reserve) this.#naming.reserve(statements, within);
    for (const statement of statements) {
      if (!this.#room(scope, statement.span)) return;
      switch (statement.kind) {
        case 'layer':
          this.#layer(scope, statement, within, symbols);
          break;
        case 'take':
          this.#take(scope, statement, within);
          break;
        case 'repeat':
          this.#repeat(scope, statement, within, symbols);
          break;
        case 'error':
          this.#lose(within);
      }
    }
  }

  /** Whether another statement may be read; complains once where there are too many. */
  #room(scope: Scope, span: Span): boolean {
    this.#statementCount += 1;
    const { reporter } = this.context;
    if (this.#statementCount <= mostStatements && reporter.room(scope, span)) return true;
    if (this.#statementCount === mostStatements + 1)
      reporter.report(scope, limits.tooManyLayers, span, { most: mostStatements });
    this.#fail();
    return false;
  }

  #fail(): void {
    this.#failures += 1;
    this.context.reporter.fail();
  }

  /** Of this statement nothing is known: not what the chain is, nor which names it would have made. */
  #lose(within: Named): void {
    this.#fail();
    this.#chain.tensor = undefined;
    within.incomplete = true;
  }

  #take(scope: Scope, { source }: TakeStatement, within: Named): void {
    const found = isMissing(source)
      ? undefined
      : (this.#applied(scope, source, within) ?? this.#tensors(scope, within).tensor(source));
    if (found === undefined) this.#fail();
    this.#chain.tensor = found;
    this.#taken = true;
  }

  #repeat(scope: Scope, { count, index, body }: RepeatStatement, within: Named, symbols: Symbols): void {
    const times = constantInteger(
      scope,
      this.context.reporter,
      count,
      0,
      'the number of repetitions',
      Number.MAX_SAFE_INTEGER,
    );
    if (isMissing(body)) {
      this.#lose(within);
      return;
    }
    const around = this.#turns;
    const before = this.#failures;
    // What is wrong in one turn is wrong in the next; without a number, one turn tells what is.
    for (let i = 0; i < (times ?? 1) && this.#failures === before && this.#room(scope, body.span); i++) {
      const constants = index === undefined ? scope.constants : withOne(scope.constants, index.text, i);
      this.#turns = [...around, i === (times ?? 1) - 1 ? 0 : i + 1];
      this.#statements({ ...scope, constants }, body.statements, within, symbols, false);
    }
    this.#turns = around;
    if (times === undefined) this.#lose(within);
  }

  #layer(scope: Scope, statement: LayerStatement, within: Named, symbols: Symbols): void {
    const { callee } = statement;
    if (isMissing(callee)) {
      this.#nothing(statement, within, symbols);
      return;
    }
    const block = scope.blocks.get(callee.text);
    if (block !== undefined) {
      this.#block(scope, statement, callee, block, within, symbols);
      return;
    }
    const passed: Constant | undefined = scope.constants.get(callee.text);
    const definition = find('layer', callee.text);
    if (definition !== undefined) this.#call(scope, statement, callee, definition, within, symbols);
    else if (isBroken(passed)) this.#nothing(statement, within, symbols);
    // A parameter of type activation may stand where a layer stands: `block Unit(act: activation) { batchnorm; act }`.
    else if (isActivation(passed))
      this.#declared(scope, statement, find('layer', passed.definition.name)!, passed.args, within, symbols);
    else if (this.#tensors(scope, within).declares(callee)) this.#apply(scope, statement, callee, within, symbols);
    else {
      this.#unknown(scope, callee);
      this.#nothing(statement, within, symbols);
    }
  }

  #call(
    scope: Scope,
    statement: LayerStatement,
    callee: Ident,
    definition: LayerDefinition,
    within: Named,
    symbols: Symbols,
  ): void {
    const { reporter } = this.context;
    const args = bindArgs(
      { scope, reporter, tensors: this.#tensors(scope, within) },
      definition,
      statement.args,
      callee.span,
    );
    if (args === undefined) this.#nothing(statement, within, symbols, definition.name);
    else this.#declared(scope, statement, definition, args, within, symbols);
  }

  #declared(
    scope: Scope,
    statement: LayerStatement,
    definition: LayerDefinition,
    args: Args,
    within: Named,
    symbols: Symbols,
  ): void {
    const named = this.#naming.nameOf(statement, this.#turns, within, definition.name);
    const { id } = this.#push(
      named,
      statement.names.length > 0,
      definition,
      args,
      sourceAt(scope, statement.span),
      scope,
      statement,
    );
    this.#declare(statement, within, symbols, named, (output) => ({ kind: 'layer', id, output }));
  }

  /** A statement that makes no tensor, because of a mistake: its names are there all the same. */
  #nothing(statement: LayerStatement, within: Named, symbols: Symbols, base = 'missing'): void {
    const named = this.#naming.nameOf(statement, this.#turns, within, base);
    named.incomplete = true;
    const unknown: TensorRef = { kind: 'given', name: named.path };
    named.tensor = unknown;
    this.#declare(statement, within, symbols, named, () => unknown);
    this.#fail();
    this.#chain.tensor = undefined;
    this.#taken = false;
  }

  #tensors(scope: Scope, within: Named): Tensors {
    return new Tensors(this.context, scope, within);
  }

  /** `encoder other(b) { encoder }`: a network as a layer. */
  #apply(scope: Scope, statement: LayerStatement, callee: Ident, within: Named, symbols: Symbols): void {
    const { tensor: input } = this.#chain;
    const applied =
      input && this.#application(scope, { callee, args: statement.args, span: statement.span }, within, input);
    if (applied === undefined) {
      this.#nothing(statement, within, symbols, callee.text);
      return;
    }
    const { tensor } = applied;
    const named = this.#naming.nameOf(statement, this.#turns, within, callee.text);
    named.tensor = tensor;
    this.#declare(statement, within, symbols, named, () => tensor);
    this.#chain.tensor = tensor;
    this.#taken = false;
  }

  /** @param first what stands in front of the arguments */
  #application(
    scope: Scope,
    { callee, args, span }: Pick<CallExpr, 'callee' | 'args' | 'span'>,
    within: Named,
    first?: TensorRef,
  ): Applied | undefined {
    const given = args.map(({ value }) => this.#input(scope, value, within));
    if (!given.every((one) => one !== undefined)) return undefined;
    const inputs = first === undefined ? given : [unshaped(first, ''), ...given];
    const applied = this.#tensors(scope, within).applied(callee, inputs);
    if (applied === undefined) return undefined;
    const input = inputs[0]?.kind === 'tensor' ? inputs[0].ref : undefined;
    this.#steps.push({
      kind: 'apply',
      of: applied.named,
      inputs,
      result: applied.tensor,
      ...(input === undefined ? {} : { input }),
      source: sourceAt(scope, span),
      scope,
    });
    return applied;
  }

  /** What `critic(h)` or `critic(h).feat` stands for; undefined where that is not what is written. */
  #applied(scope: Scope, expr: Expr, within: Named): TensorRef | undefined {
    const call = expr.kind === 'member' ? expr.of : expr;
    if (call.kind !== 'call' || !this.#tensors(scope, within).declares(call.callee)) return undefined;
    const applied = this.#application(scope, call, within);
    return expr.kind === 'member' && applied !== undefined
      ? this.#tensors(scope, within).member(applied, expr.parts)
      : applied?.tensor;
  }

  /** What a network is applied to: the shapes of this network's own tensors are not known yet. */
  #input(scope: Scope, value: Expr, within: Named): Expression | undefined {
    const tensors = this.#tensors(scope, within);
    const applied = this.#applied(scope, value, within);
    if (applied !== undefined) return unshaped(applied, quote(scope, value));
    if (value.kind !== 'path' || !tensors.meansTensor(value)) return tensors.expression(value, false);
    const ref = tensors.tensor(value);
    return ref && unshaped(ref, quote(scope, value));
  }

  #unknown(scope: Scope, callee: Ident): void {
    const { reporter } = this.context;
    const known = (): readonly string[] => [...builtins.layer.map((l) => l.name), ...scope.blocks.keys()];
    const { near, fixes } = reporter.guess(
      placeIn(scope, callee.span),
      callee.text,
      known,
      answering('layer', callee.text)?.name,
    );
    // A block of this name may be in a file that could not be read.
    if (reporter.wounded && near === undefined) return;
    reporter.report(
      scope,
      say.unknownLayer,
      callee.span,
      { word: callee.text, ...(near === undefined ? {} : { near }) },
      { fixes },
    );
  }

  /** Declares the names of a statement; inside repetitions, a name stands for the latest of its tensors. */
  #declare(
    { names }: LayerStatement,
    within: Named,
    symbols: Symbols,
    first: Named,
    tensorOf: (output: number) => TensorRef,
  ): void {
    names.forEach((name, output) => {
      const named =
        output === 0 && first.name === name.text ? first : this.context.names.enter(within, name.text, 'layer');
      named.tensor = tensorOf(output);
      const symbol = symbols.get(name.span.start);
      if (symbol !== undefined) named.symbol = symbol;
    });
  }

  #block(
    scope: Scope,
    statement: LayerStatement,
    callee: Ident,
    { unit, declaration, symbols: own, blocks }: Block,
    within: Named,
    symbols: Symbols,
  ): void {
    const { reporter } = this.context;
    if (this.#inside.includes(declaration)) {
      const round = [...this.#inside.slice(this.#inside.indexOf(declaration)), declaration].map((b) =>
        isMissing(b.name) ? '' : b.name.text,
      );
      // Each block is looked at by itself: a round is reported where its first one is.
      if (round.every((name) => name >= round[0]!)) reporter.report(scope, blockContainsItself, callee.span, { round });
      else reporter.fail();
      this.#nothing(statement, within, symbols, callee.text.toLowerCase());
      return;
    }
    if (this.#inside.length === deepest) {
      reporter.report(scope, limits.blocksTooDeep, callee.span, { most: deepest });
      this.#nothing(statement, within, symbols, callee.text.toLowerCase());
      return;
    }
    if (!reporter.room(scope, callee.span, declaration.params.length)) {
      this.#nothing(statement, within, symbols, callee.text.toLowerCase());
      return;
    }
    const inside: Scope = {
      unit,
      blocks,
      constants: constantsOf(new Map()),
      through: [...scope.through, placeIn(scope, statement.span)],
    };
    const use = { scope, args: statement.args, at: callee.span, tensors: this.#tensors(scope, within) };
    const values = bindParameters(reporter, callee.text, declaration.params, use, inside);
    const path = this.#naming.nameOf(statement, this.#turns, within, callee.text.toLowerCase(), 'use');
    if (isMissing(declaration.body)) {
      this.#nothing(statement, within, symbols, callee.text.toLowerCase());
      return;
    }
    const before = this.#steps.length;
    const around = this.#turns;
    this.#turns = [];
    this.#inside.push(declaration);
    // Each use has names of its own, so a name inside is declared once for each.
    this.#statements(
      { ...inside, constants: constantsOf(values) },
      declaration.body.statements,
      path,
      symbolsByPlace(own.owner.members),
      true,
    );
    this.#inside.pop();
    this.#turns = around;
    const last = this.#steps.at(-1);
    if (this.#steps.length === before) return;
    const results = (output: number): TensorRef =>
      last?.kind === 'layer'
        ? { kind: 'layer', id: last.id, output }
        : (this.#chain.tensor ?? { kind: 'given', name: path.path });
    path.tensor = results(0);
    this.#declare(statement, within, symbols, path, results);
  }
}

/** The symbols of a body by where their names begin. */
type Symbols = ReadonlyMap<number, NameSymbol>;

const symbolsByPlace = (symbols: readonly NameSymbol[]): Symbols =>
  new Map(symbols.map((symbol) => [symbol.place.span.start, symbol]));

/** A tensor as an input of an application whose shape is seen later. */
const unshaped = (ref: TensorRef, text: string): Expression => ({
  kind: 'tensor',
  ref,
  type: { rate: 'each', shape: [], site: 'example' },
  text,
});

const isActivation = (value: Constant | undefined): value is BuiltinCall =>
  typeof value === 'object' && !isBroken(value) && value.kind === 'call';
