/** Types of variables: arrays, categories, distributions, tokens, and sequences and trees of them. */
import type { ExampleShape } from '../../builtins/arguments.js';
import type { DefinitionOf } from '../../builtins/define.js';
import { find } from '../../builtins/index.js';
import { change } from '../../diagnostics/fixes.js';
import * as say from '../../diagnostics/messages/variables.js';
import type { Arg, Expr, Span, TypeNode } from '../../parser/ast.js';
import type { Domain } from '../../runtime/program.js';
import { elementOf, type ElementType, type Structure } from '../model/variables.js';
import { entryCalled } from './bind.js';
import { constantInteger, constantNumber } from './constants.js';
import type { Reporter } from './reporter.js';
import { placeIn, quote, type Scope } from './scope.js';
import { calleeOf } from './signatures.js';

/** What stands at every node of a tree. */
export interface Label {
  readonly of: ElementType;
  readonly observed: 'always' | 'sometimes';
  readonly span: Span;
}

export interface VariableType {
  readonly structure: Exclude<Structure, { readonly kind: 'label' }>;
  readonly observed: 'always' | 'sometimes' | 'elements';
  readonly label?: Label;
}

type TypeEntry = DefinitionOf<'type'>;

/** Reads types; undefined and reported where one is none. */
export class Types {
  constructor(
    private readonly scope: Scope,
    private readonly reporter: Reporter,
  ) {}

  of({ form, optional }: TypeNode): VariableType | undefined {
    const observed = optional ? 'sometimes' : 'always';
    const word = calleeOf(form);
    const name = word?.text;
    const holder = word && find('type', word.text);
    if (word !== undefined && holder?.holds === true)
      this.reporter.refer(this.scope, word.span, { kind: 'entry', definition: holder });
    if (name === 'sequence') {
      const args = this.#arguments(form, find('type', 'sequence')!);
      const of = args && this.#element(args.get('of')!.value);
      const length =
        args && constantInteger(this.scope, this.reporter, args.get('length')!.value, 1, 'the length of a sequence');
      return of && length ? { structure: { kind: 'sequence', of, length }, observed } : undefined;
    }
    if (name === 'tree') return this.#tree(form, observed);
    const structure = this.#element(form);
    if (structure === undefined) return undefined;
    if (form.kind !== 'of' || !form.optional) return { structure, observed };
    if (!optional) return { structure, observed: 'elements' };
    this.reporter.report(this.scope, say.missingTwice, form.span, { text: quote(this.scope, form) });
    return undefined;
  }

  #tree(form: Expr, observed: 'always' | 'sometimes'): VariableType | undefined {
    const args = this.#arguments(form, find('type', 'tree')!);
    if (args === undefined) return undefined;
    const leaf = this.#element(args.get('leaf')!.value);
    const written = args.get('label');
    const label = written && this.#element(written.value);
    if (leaf === undefined || (written !== undefined && label === undefined)) return undefined;
    const known: Label['observed'] = written?.optional === true ? 'sometimes' : 'always';
    return {
      structure: { kind: 'tree', leaf },
      observed,
      ...(label === undefined ? {} : { label: { of: label, observed: known, span: written!.span } }),
    };
  }

  #element(form: Expr): ElementType | undefined {
    switch (form.kind) {
      case 'missing':
        return undefined;
      case 'list': {
        const shape = this.#sizes(form);
        return shape && { kind: 'numbers', shape };
      }
      case 'of':
        return this.#array(form);
      default:
        return this.#called(form);
    }
  }

  /** `[28, 28] of category(256)`. */
  #array(form: Extract<Expr, { readonly kind: 'of' }>): ElementType | undefined {
    const outer = form.shape.kind === 'list' ? this.#sizes(form.shape) : undefined;
    const domain = form.element.kind === 'path' ? find('domain', quote(this.scope, form.element)) : undefined;
    if (domain !== undefined) this.reporter.refer(this.scope, form.element.span, { kind: 'entry', definition: domain });
    const real = domain !== undefined;
    const element: ElementType | undefined = real ? { kind: 'numbers', shape: [] } : this.#element(form.element);
    return outer && element && { ...element, shape: [...outer, ...element.shape] };
  }

  #sizes(list: Extract<Expr, { readonly kind: 'list' }>): ExampleShape | undefined {
    if (list.items.length === 0) {
      const fixes = [change(placeIn(this.scope, list.span), '[1]')];
      this.reporter.report(this.scope, say.noSizes, list.span, {}, { fixes });
      return undefined;
    }
    const sizes = list.items.map((item) => constantInteger(this.scope, this.reporter, item, 1, 'a size'));
    return sizes.every((n) => n !== undefined) ? sizes : undefined;
  }

  #called(form: Expr): ElementType | undefined {
    const { scope, reporter } = this;
    const callee = calleeOf(form);
    if (form.kind === 'number') {
      const text = quote(scope, form);
      reporter.report(
        scope,
        say.sizesInBrackets,
        form.span,
        { text },
        { fixes: [change(placeIn(scope, form.span), `[${text}]`)] },
      );
      return undefined;
    }
    if (callee === undefined) {
      reporter.report(scope, say.noType, form.span, { text: quote(scope, form) });
      return undefined;
    }
    const definition = entryCalled({ scope, reporter }, 'type', callee);
    if (definition === undefined) return undefined;
    if (definition.holds) {
      reporter.report(scope, say.nestedType, form.span, { type: definition.name });
      return undefined;
    }
    const args = this.#arguments(form, definition);
    return args && this.#counted(definition, args);
  }

  #counted({ name, params }: TypeEntry, args: ReadonlyMap<string, Arg>): ElementType | undefined {
    const [param] = params;
    const names = args.get('names');
    if (name === 'category' && names !== undefined) return this.#named(names, args.get('classes'));
    const written = args.get(param!.name);
    const min = param!.type.kind === 'int' ? (param!.type.min ?? 1) : 1;
    const count = written && constantInteger(this.scope, this.reporter, written.value, min, `the ${param!.summary}`);
    if (count === undefined) return undefined;
    if (name === 'token') return { kind: 'token', shape: [], vocab: count };
    return { kind: name === 'distribution' ? 'distribution' : 'category', shape: [], classes: count };
  }

  /** `category(names: ["Bern", "Basel"])`. */
  #named({ value }: Arg, count: Arg | undefined): ElementType | undefined {
    const { scope, reporter } = this;
    const items = value.kind === 'list' ? value.items : [value];
    const names = items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
    if (names.length !== items.length || new Set(names).size !== names.length || names.length < 2) {
      reporter.report(scope, say.namesOfClasses, value.span, { text: quote(scope, value) });
      return undefined;
    }
    const classes =
      count === undefined ? names.length : constantInteger(scope, reporter, count.value, 2, 'the number of classes');
    if (classes === undefined) return undefined;
    if (classes === names.length) return { kind: 'category', shape: [], classes, names };
    reporter.report(scope, say.classesDiffer, value.span, { classes, names: names.length });
    return undefined;
  }

  /** Arguments of a type by parameter; undefined and reported where they do not fit. */
  #arguments(form: Expr, { name, params, examples }: TypeEntry): ReadonlyMap<string, Arg> | undefined {
    const { scope, reporter } = this;
    const bound = new Map<string, Arg>();
    let failed = false;
    for (const arg of form.kind === 'call' ? form.args : []) {
      const param =
        arg.name === undefined
          ? params.find((p) => !bound.has(p.name))
          : params.find((p) => p.name === arg.name!.text && !bound.has(p.name));
      if (param !== undefined) {
        bound.set(param.name, arg);
        continue;
      }
      failed = true;
      const facts = {
        type: name,
        text: quote(scope, arg),
        params: params.map(({ summary }) => summary),
        known: params.map((p) => p.name),
        example: examples[0]!,
      };
      if (arg.name === undefined) reporter.report(scope, say.typeArgumentNotTaken, arg.span, facts);
      else reporter.report(scope, say.noSuchTypeArgument, arg.name.span, { ...facts, text: arg.name.text });
    }
    const given = name === 'category' && bound.has('names');
    for (const param of params) {
      if (bound.has(param.name) || failed || param.name === 'label' || param.name === 'names' || given) continue;
      failed = true;
      reporter.report(scope, say.typeArgumentNeeded, form.span, {
        type: name,
        param: param.name,
        summary: param.summary,
        example: examples[0]!,
      });
    }
    return failed ? undefined : bound;
  }

  /** The values that the elements may take: as their type says, or as `in` says for numbers. */
  domain(structure: Structure, written: Expr | undefined): Domain | undefined {
    const { scope, reporter } = this;
    const element = elementOf(structure);
    if (element.kind === 'numbers') return written === undefined ? { kind: 'real' } : this.#writtenDomain(written);
    if (written !== undefined && written.kind !== 'missing') {
      reporter.report(scope, say.noDomain, written.span, { type: element.kind, text: quote(scope, written) });
      return undefined;
    }
    if (element.kind === 'distribution') return { kind: 'distribution' };
    // Words that the vocabulary does not hold are 0.
    return { kind: 'category', classes: element.kind === 'token' ? element.vocab + 1 : element.classes };
  }

  #writtenDomain(written: Expr): Domain | undefined {
    const { scope, reporter } = this;
    if (written.kind === 'missing') return undefined;
    const callee = calleeOf(written);
    if (callee !== undefined) {
      const definition = entryCalled({ scope, reporter }, 'domain', callee);
      return definition && ({ kind: definition.kind } as Domain);
    }
    if (written.kind === 'list' && written.items.length === 2) {
      const infinite = written.items.find((item) => /^-?(?:inf|infinity|∞)$/i.test(quote(scope, item)));
      if (infinite !== undefined) {
        reporter.report(
          scope,
          say.infiniteBound,
          infinite.span,
          { text: quote(scope, infinite) },
          { fixes: [change(placeIn(scope, infinite.span), '_')] },
        );
        return undefined;
      }
      const bounds = written.items.map((item) =>
        item.kind === 'infer' ? undefined : (constantNumber(scope, reporter, item) ?? NaN),
      );
      const [low, high] = bounds;
      if (Number.isNaN(low) || Number.isNaN(high)) return undefined;
      if (low === undefined && high === undefined) return { kind: 'real' };
      if (low === undefined || high === undefined || low < high)
        return { kind: 'interval', ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
    }
    reporter.report(scope, say.noSuchDomain, written.span, { text: quote(scope, written) });
    return undefined;
  }
}

/** Shape of one example as it is stored; of one leaf or node in a tree. */
export function shapeOfType(structure: Structure): ExampleShape {
  const element = elementOf(structure);
  const own = element.kind === 'distribution' ? [...element.shape, element.classes] : element.shape;
  return structure.kind === 'sequence' ? [structure.length, ...own] : own;
}
