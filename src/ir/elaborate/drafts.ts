/** From the statements of a body to a flat list of layers: blocks expanded, arguments bound, shapes still open. */
import type { Args, LayerDefinition, TensorRef } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import { isMissing, type Body, type BodyStatement, type LayerStatement } from '../../parser/ast.js';
import type { Source } from '../model.js';
import { bindArgs } from './bind.js';
import { bindParameters } from './parameters.js';
import { constantInteger } from './constants.js';
import { sourceAt, suggestion, type Constant, type Reporter, type Scope } from './context.js';
import { resolver, type Names } from './names.js';

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

const deepest = 32;
const longest = 10_000;

export class BodyReader {
  readonly #drafts: Draft[] = [];
  readonly #counts = new Map<string, number>();
  #next: TensorRef | 'chain' = 'chain';

  constructor(
    private readonly reporter: Reporter,
    private readonly names: Names,
  ) {}

  /** The layers of `body`, with ids below `prefix`. */
  read(scope: Scope, body: Body, prefix: string): readonly Draft[] {
    this.#statements(scope, body.statements, prefix);
    return this.#drafts;
  }

  /** Adds a layer that no statement wrote. */
  derive(definition: LayerDefinition, args: Args, prefix: string, source: Source, scope: Scope): Draft {
    const draft: Draft = { id: this.#fresh(prefix, definition.name), named: false, definition, args, input: 'chain', source, scope };
    this.#drafts.push(draft);
    this.names.declare(draft.id, { kind: 'layer', id: draft.id, output: 0 });
    return draft;
  }

  #statements(scope: Scope, statements: readonly BodyStatement[], prefix: string): void {
    for (const statement of statements) {
      if (this.#drafts.length > longest) return;
      if (statement.kind === 'layer') this.#layer(scope, statement, prefix);
      else if (statement.kind === 'take' && statement.source.kind === 'path') {
        const found = resolver(scope, this.reporter, this.names, prefix).tensor(statement.source);
        if (found !== undefined) this.#next = found as TensorRef;
      } else if (statement.kind === 'repeat' && !isMissing(statement.body)) {
        const count = constantInteger(scope, this.reporter, statement.count, 0, 'a number of repetitions') ?? 0;
        for (let i = 0; i < count && this.#drafts.length <= longest; i++) {
          const constants = new Map<string, Constant>(scope.constants);
          if (statement.index !== undefined) constants.set(statement.index.text, i);
          this.#statements({ ...scope, constants }, statement.body.statements, prefix);
        }
      }
    }
  }

  #layer(scope: Scope, statement: LayerStatement, prefix: string): void {
    const { callee } = statement;
    if (isMissing(callee)) return;
    const block = scope.blocks.get(callee.text);
    if (block !== undefined) {
      this.#block(scope, statement, block, prefix);
      return;
    }
    const definition = find('layer', callee.text);
    if (definition === undefined) {
      const known = [...builtins.layer.map((l) => l.name), ...scope.blocks.keys()];
      this.reporter.report(scope, 'AE2002', callee.span, {
        title: `there is no layer or block called \`${callee.text}\``,
        cause: 'A statement of a network names a layer, an activation or a block.',
        found: `\`${callee.text}\``,
        ...suggestion(scope, callee.text, callee.span, known),
      });
      return;
    }
    const names = resolver(scope, this.reporter, this.names, prefix);
    const args = bindArgs({ scope, reporter: this.reporter, names }, definition, statement.args, callee.span);
    const [first] = statement.names;
    const id = first === undefined ? this.#fresh(prefix, definition.name) : `${prefix}.${first.text}`;
    if (args !== undefined) {
      this.#drafts.push({ id, named: first !== undefined, definition, args, input: this.#next, source: sourceAt(scope, statement.span), scope, syntax: statement });
      this.#next = 'chain';
    }
    if (first === undefined) this.names.declare(id, { kind: 'layer', id, output: 0 });
    statement.names.forEach((name, output) => {
      const path = `${prefix}.${name.text}`;
      if (this.names.has(path)) {
        // A repeated body declares its names anew each time; the last one stays visible.
        if (!this.#insideRepeat(path)) {
          this.reporter.report(scope, 'AE2007', name.span, {
            title: `\`${name.text}\` is declared twice`,
            cause: 'A name stands for one tensor of its network.',
            hint: 'choose another name',
          });
        }
      }
      this.names.declare(path, { kind: 'layer', id, output });
    });
  }

  #insideRepeat(path: string): boolean {
    return this.#drafts.some((draft) => draft.id === path && draft.syntax !== undefined && this.#drafts.at(-1)?.syntax === draft.syntax);
  }

  #block(scope: Scope, statement: LayerStatement, block: NonNullable<ReturnType<Scope['blocks']['get']>>, prefix: string): void {
    const { declaration, from } = block;
    const use = { file: scope.file.file, span: statement.span };
    if (scope.through.length >= deepest || isMissing(declaration.body)) {
      if (scope.through.length >= deepest) {
        this.reporter.report(scope, 'AE2010', statement.span, {
          title: `block \`${isMissing(declaration.name) ? '' : declaration.name.text}\` contains itself`,
          cause: `Its expansion is more than ${deepest} blocks deep.`,
          hint: 'use `repeat` for repetition',
        });
      }
      return;
    }
    const constants = bindParameters(scope, this.reporter, declaration.params, statement.args, statement.span, { ...scope, file: from });
    const name = statement.names[0]?.text ?? this.#fresh(prefix, (isMissing(statement.callee) ? 'block' : statement.callee.text).toLowerCase()).slice(prefix.length + 1);
    const inner = { ...scope, file: from, constants, through: [...scope.through, use] };
    this.#statements(inner, declaration.body.statements, `${prefix}.${name}`);
    const last = this.#drafts.at(-1);
    if (last !== undefined) this.names.declare(`${prefix}.${name}`, { kind: 'layer', id: last.id, output: 0 });
  }

  #fresh(prefix: string, base: string): string {
    const key = `${prefix}.${base}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const id = count === 1 ? key : `${key}${count}`;
    return this.names.has(id) ? this.#fresh(prefix, base) : id;
  }
}

