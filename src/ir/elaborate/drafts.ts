/** From the statements of a body to a flat list of layers: blocks expanded, arguments bound, shapes still open. */
import type { Args, TensorRef } from '../../builtins/arguments.js';
import type { LayerDefinition } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import { isMissing, type BlockDecl, type Body, type BodyStatement, type Ident, type LayerStatement, type RepeatStatement, type Span, type TakeStatement } from '../../parser/ast.js';
import type { Source } from '../model/model.js';
import { bindArgs } from './bind.js';
import { WithOne } from './constant-map.js';
import { constantInteger } from './constants.js';
import { sourceAt, type Block, type Constant, type Reporter, type Scope } from './context.js';
import type { Names } from './names.js';
import { resolver } from './resolver.js';
import { bindParameters } from './parameters.js';

/** A layer whose shapes are not known yet. */
export interface Draft {
  readonly id: string;
  readonly named: boolean;
  readonly definition: LayerDefinition;
  readonly args: Args;
  /** `chain`: what the layer before gave. */
  readonly input: TensorRef | 'chain';
  readonly source: Source;
  readonly scope: Scope;
  readonly syntax?: LayerStatement;
}

/** Statements of one network, blocks and repetitions written out: beyond, expansion would take noticeable time. */
const mostStatements = 20_000;

/** Blocks inside of blocks. Nobody means more, and each is a call on the stack. */
const deepest = 64;

export class BodyReader {
  readonly #drafts: Draft[] = [];
  readonly #counts = new Map<string, number>();
  /** Names that the user gives somewhere in the bodies read so far: layers without a name take others. */
  readonly #given = new Set<string>();
  /** Paths that layers and uses of blocks have: two of one path would read each other's tensors. */
  readonly #taken = new Set<string>();
  /** The name that declared each path. */
  readonly #owners = new Map<string, Ident>();
  /** Blocks that are being expanded, outermost first. */
  readonly #inside: BlockDecl[] = [];
  /** Numbers of the repetitions around the statement at hand; 0 for the last one of each. */
  #turns: readonly number[] = [];
  #next: TensorRef | 'chain' = 'chain';
  #statementCount = 0;
  #failures = 0;

  constructor(
    private readonly reporter: Reporter,
    private readonly names: Names,
  ) {}

  /** Whether a layer could not be read, so that the list has gaps. */
  get failed(): boolean {
    return this.#failures > 0;
  }

  /** The layers of `body`, with ids below `prefix`. */
  read(scope: Scope, body: Body, prefix: string): readonly Draft[] {
    this.#statements(scope, body.statements, prefix, true);
    const last = body.statements.at(-1);
    if (this.#next !== 'chain' && last?.kind === 'take') {
      this.#fail();
      this.reporter.report(scope, 'AE1002', last.span, { title: 'a layer is missing behind `take`', cause: '`take` says what the next layer reads, and there is none.', hint: 'write a layer behind it, or remove it' });
    }
    return this.#drafts;
  }

  /** Adds a layer that no statement wrote. */
  derive(definition: LayerDefinition, args: Args, prefix: string, source: Source, scope: Scope): Draft {
    this.#room(scope, source.place.span);
    const draft: Draft = { id: this.#fresh(prefix, definition.name), named: false, definition, args, input: 'chain', source, scope };
    this.#drafts.push(draft);
    this.names.declare(draft.id, { kind: 'layer', id: draft.id, output: 0 });
    return draft;
  }

  #statements(scope: Scope, statements: readonly BodyStatement[], prefix: string, reserve: boolean): void {
    if (reserve) this.#reserve(statements, prefix);
    for (const statement of statements) {
      if (!this.#room(scope, statement.span)) return;
      switch (statement.kind) {
        case 'layer':
          this.#layer(scope, statement, prefix);
          break;
        case 'take':
          this.#take(scope, statement, prefix);
          break;
        case 'repeat':
          this.#repeat(scope, statement, prefix);
          break;
        case 'error':
          this.#fail();
      }
    }
  }

  #reserve(statements: readonly BodyStatement[], prefix: string): void {
    for (const statement of statements) {
      if (statement.kind === 'layer') for (const name of statement.names) this.#given.add(`${prefix}.${name.text}`);
      if (statement.kind === 'repeat' && !isMissing(statement.body)) this.#reserve(statement.body.statements, prefix);
    }
  }

  /** Whether another statement may be read; complains once where there are too many. */
  #room(scope: Scope, span: Span): boolean {
    this.#statementCount += 1;
    if (this.#statementCount <= mostStatements && this.reporter.room(scope, span)) return true;
    if (this.#statementCount === mostStatements + 1) {
      this.reporter.report(scope, 'AE1007', span, {
        title: `the network has more than ${mostStatements.toLocaleString('en')} layers`,
        cause: 'Blocks and repetitions are written out, and this is where the limit was passed.',
        hint: 'repeat less often',
      });
    }
    this.#fail();
    return false;
  }

  #fail(): void {
    this.#failures += 1;
  }

  #take(scope: Scope, { source }: TakeStatement, prefix: string): void {
    const found = isMissing(source) ? undefined : resolver(scope, this.reporter, this.names, prefix).tensor(source);
    if (found === undefined) this.#fail();
    else this.#next = found as TensorRef;
  }

  #repeat(scope: Scope, { count, index, body }: RepeatStatement, prefix: string): void {
    const times = constantInteger(scope, this.reporter, count, 0, 'the number of repetitions', Number.MAX_SAFE_INTEGER);
    if (times === undefined || isMissing(body)) {
      this.#fail();
      return;
    }
    const around = this.#turns;
    const before = this.#failures;
    // What is wrong in one turn is wrong in the next.
    for (let i = 0; i < times && this.#failures === before && this.#room(scope, body.span); i++) {
      const constants: Scope['constants'] = index === undefined ? scope.constants : new WithOne<Constant>(scope.constants, index.text, i);
      this.#turns = [...around, i === times - 1 ? 0 : i + 1];
      this.#statements({ ...scope, constants }, body.statements, prefix, false);
    }
    this.#turns = around;
  }

  #layer(scope: Scope, statement: LayerStatement, prefix: string): void {
    const { callee } = statement;
    if (isMissing(callee)) {
      this.#declare(scope, statement, prefix, `${prefix}.${statement.names[0]?.text ?? 'missing'}`);
      this.#fail();
      return;
    }
    const block = scope.blocks.get(callee.text);
    if (block !== undefined) {
      this.#block(scope, statement, callee, block, prefix);
      return;
    }
    // A parameter of type activation may stand where a layer stands: `block Unit(act: activation) { batchnorm; act }`.
    const passed = scope.constants.get(callee.text);
    const activation = typeof passed === 'object' && 'kind' in passed && passed.kind === 'call' ? passed : undefined;
    const definition = find('layer', activation?.definition.name ?? callee.text);
    const id = this.#idOf(statement, prefix, activation?.definition.name ?? callee.text);
    if (definition === undefined) this.#unknown(scope, callee);
    const names = resolver(scope, this.reporter, this.names, prefix);
    const args = definition === undefined ? undefined : activation !== undefined ? activation.args : bindArgs({ scope, reporter: this.reporter, names }, definition, statement.args, callee.span);
    if (definition === undefined || args === undefined) this.#fail();
    else {
      this.#drafts.push({ id, named: statement.names.length > 0, definition, args, input: this.#next, source: sourceAt(scope, statement.span), scope, syntax: statement });
      this.#next = 'chain';
    }
    this.#declare(scope, statement, prefix, id);
  }

  #unknown(scope: Scope, callee: Ident): void {
    const guess = this.reporter.guess(scope, callee.text, callee.span, () => [...builtins.layer.map((l) => l.name), ...scope.blocks.keys()]);
    // A block of this name may be in a file that could not be read.
    if (this.reporter.wounded && guess.fixes === undefined) return;
    this.reporter.report(scope, 'AE2002', callee.span, {
      title: `there is no layer or block called \`${callee.text}\``,
      cause: 'A statement of a network names a layer, an activation or a block.',
      expected: 'a layer, an activation or a block',
      found: `\`${callee.text}\``,
      ...guess,
      hint: guess.hint ?? `declare \`block ${callee.text} { … }\`, or look the layer up in docs/language.md`,
    });
  }

  /** Declares the names of a statement; inside repetitions, a name stands for the latest of its tensors. */
  #declare(scope: Scope, { names }: LayerStatement, prefix: string, id: string): void {
    this.names.declare(id, { kind: 'layer', id, output: 0 });
    names.forEach((name, output) => {
      const path = `${prefix}.${name.text}`;
      const owner = this.#owners.get(path);
      if (owner !== undefined && owner !== name) {
        this.reporter.report(scope, 'AE2007', name.span, {
          title: `\`${name.text}\` is declared twice`,
          cause: 'A name stands for one tensor of its network.',
          hint: 'choose another name',
          related: [{ place: { file: scope.file.file, span: owner.span }, message: 'declared here first' }],
        });
      }
      const item = this.#inside.length === 0 ? this.names.itemOf(name.text) : undefined;
      if (item !== undefined && (owner === undefined || owner === name) && !this.#owners.has(path)) {
        this.reporter.report(scope, 'AE2007', name.span, {
          title: `\`${name.text}\` is declared twice`,
          cause: 'A layer of this name could not be told from what else has it.',
          hint: 'choose another name for the layer',
          related: [{ place: { file: scope.file.file, span: item }, message: 'this has the name too' }],
        });
      }
      this.#owners.set(path, name);
      this.names.declare(path, { kind: 'layer', id, output });
    });
  }

  /**
   * The path of a named statement, or one made of `base`; no two have the same. In a repetition all but
   * the last have their numbers appended, so that `h` is the last of them, with its weights.
   */
  #idOf({ names: [first] }: LayerStatement, prefix: string, base: string): string {
    if (first === undefined) return this.#fresh(prefix, base);
    const path = `${prefix}.${first.text}`;
    const last = this.#turns.every((turn) => turn === 0);
    const turns = last ? ['again'] : this.#turns.map((turn) => (turn === 0 ? 'last' : String(turn)));
    const id = last && !this.#taken.has(path) ? path : this.#numbered([path, ...turns].join('_'), (free) => !this.#given.has(free) && !this.#taken.has(free));
    this.#taken.add(id);
    return id;
  }

  #block(scope: Scope, statement: LayerStatement, callee: Ident, { declaration, from, blocks }: Block, prefix: string): void {
    const { reporter } = this;
    if (this.#inside.includes(declaration)) {
      this.#fail();
      const round = [...this.#inside.slice(this.#inside.indexOf(declaration)), declaration].map((b) => (isMissing(b.name) ? '' : b.name.text));
      reporter.report(scope, 'AE2010', callee.span, {
        title: `block \`${callee.text}\` contains itself`,
        cause: `Its expansion would never end: ${round.join(' → ')}.`,
        hint: 'write a repetition with `repeat`',
      });
      return;
    }
    if (this.#inside.length === deepest) {
      this.#fail();
      reporter.report(scope, 'AE1007', callee.span, {
        title: 'blocks are nested too deeply',
        cause: `A block may use a block that uses a block, ${deepest} times over.`,
        expected: `at most ${deepest} blocks, one inside the other`,
        found: 'one more',
        hint: 'write one after the other, or repeat one with `repeat`',
      });
      return;
    }
    if (!reporter.room(scope, callee.span, declaration.params.length)) {
      this.#fail();
      return;
    }
    const path = this.#idOf(statement, prefix, callee.text.toLowerCase());
    const constants = bindParameters(scope, reporter, declaration, statement.args, callee.span, { ...scope, file: from, blocks });
    if (isMissing(declaration.body)) {
      this.#fail();
      return;
    }
    const use = { file: scope.file.file, span: statement.span };
    const before = this.#drafts.length;
    const around = this.#turns;
    this.#turns = [];
    this.#inside.push(declaration);
    // Each use has a prefix of its own, so a name inside is declared once for each.
    this.#statements({ file: from, blocks, constants, through: [...scope.through, use] }, declaration.body.statements, path, true);
    this.#inside.pop();
    this.#turns = around;
    const last = this.#drafts.at(-1);
    if (last !== undefined && this.#drafts.length > before) {
      this.#declare(scope, statement, prefix, path);
      const names = statement.names.length === 0 ? [] : statement.names.map((name) => `${prefix}.${name.text}`);
      [path, ...names].forEach((name, i) => { this.names.declare(name, { kind: 'layer', id: last.id, output: Math.max(0, i - 1) }); });
    }
  }

  #fresh(prefix: string, base: string): string {
    return this.#numbered(`${prefix}.${base}`, (id) => !this.names.has(id) && !this.#given.has(id));
  }

  #numbered(path: string, isFree: (id: string) => boolean): string {
    for (;;) {
      const count = (this.#counts.get(path) ?? 0) + 1;
      this.#counts.set(path, count);
      const id = count === 1 ? path : `${path}${count}`;
      if (isFree(id)) return id;
    }
  }
}
