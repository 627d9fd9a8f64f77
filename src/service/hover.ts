/** What stands at an offset, in Markdown: formulas, shapes, parameters, cost, and where sizes came from. */
import { isInferred, type ArgValue } from '../builtins/arguments.js';
import { showCall } from '../codegen/show-values.js';
import { inDigits } from '../diagnostics/phrases.js';
import type { Span } from '../diagnostics/place.js';
import type { Elaborated } from '../ir/elaborate/index.js';
import { pathFrom } from '../ir/resolve/paths.js';
import { kindInWords, type NameSymbol } from '../ir/resolve/symbols.js';
import { isMissing, type Ident, type LayerStatement, type Unit } from '../parser/ast.js';
import type { AstNode } from '../parser/visit.js';
import { leadsTo, madeBy, madeOf, ownerOf, parameterOf, parametersOf, valuesOf, type Made } from './facts.js';
import { flopsOf } from './flops.js';
import { isEntry } from './names.js';
import { blockSignature } from './scope.js';
import type { CheckedFile, Service } from './service.js';
import { innermost, isKind, moved, nodesAt, partsTo } from './syntax.js';
import { termText, whole } from './summaries.js';
import { wordAt } from './word-hover.js';
import { code, declared, entryText, headOf, paramText, plain, shapeText } from './words.js';

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

export function hoverAt(service: Service, path: string, offset: number): Hover | undefined {
  for (const checked of service.readersOf(path)) {
    const found = new Hovers(service, checked, path).at(offset);
    if (found !== undefined) return found;
  }
  return undefined;
}

class Hovers {
  constructor(
    private readonly service: Service,
    private readonly checked: CheckedFile,
    private readonly path: string,
  ) {}

  at(offset: number): Hover | undefined {
    const ast = this.checked.files.get(this.path);
    const around = ast && nodesAt(ast, offset);
    if (around === undefined) return undefined;
    const { at, unit, path } = around;
    const use = this.service.names(this.checked).at(this.path, offset);
    const layer = innermost(path, 'layer');
    if (use !== undefined) {
      const text = isEntry(use.to)
        ? [
            ...(layer?.callee.span.start === use.span.start - at ? this.#layer(unit, layer) : []),
            entryText(use.to.definition),
          ]
        : this.#symbol(use.to, use.declares ? undefined : partsTo(path, offset - at));
      return { span: use.span, markdown: text.join('\n\n') };
    }
    const size = layer && this.#argument(unit, layer, path);
    if (size !== undefined) return { span: moved(size.span, at), markdown: size.text };
    const inside = offset - at;
    const found =
      this.#term(unit, path, inside) ??
      this.#part(unit, path, inside) ??
      this.#given(path, inside, at) ??
      this.#imported(path, inside) ??
      wordAt(unit, inside);
    return found && { span: moved(found.span, at), markdown: found.markdown };
  }

  // ────────────────────────────────────────────────────────────────────────── layers

  /** Shapes, parameters and cost of a statement: once, or for each use of the block that it stands in, if not of one alone. */
  #layer(unit: Unit, statement: LayerStatement, parts?: readonly Ident[]): readonly string[] {
    const all = madeBy(this.checked, unit, statement);
    const path = parts?.map(({ text }) => text);
    const meant = path === undefined ? [] : all.filter((one) => leadsTo(path, one));
    return this.#each(meant.length > 0 ? meant : all);
  }

  #each(made: readonly Made[]): readonly string[] {
    const lines = [...new Set(made.map((one) => this.#made(one)))];
    if (lines.length === 0) return [];
    const shown = lines.slice(0, mostShown);
    return [
      [...shown, ...(lines.length > shown.length ? [`and ${lines.length - shown.length} more`] : [])].join('  \n'),
    ];
  }

  #made(made: Made): string {
    const { layers, of } = made;
    const [first, last] = [layers[0]!, layers.at(-1)!];
    const parameters = parametersOf(made);
    const costs = layers.map((one) => flopsOf(one, of.layers));
    const flops = costs.every((one) => one !== undefined) ? costs.reduce((sum, one) => sum + one, 0) : undefined;
    return [
      `${shapeText(first.inputShape)} → ${last.outputs.map(shapeText).join(', ')}`,
      parameters === 0 ? 'no parameters' : `${inDigits(parameters)} parameter${parameters === 1 ? '' : 's'}`,
      ...(flops === undefined ? [] : [`${inDigits(flops)} flop an example`]),
    ].join(' · ');
  }

  /** Where the size came from that an argument stands for. */
  #argument(
    unit: Unit,
    statement: LayerStatement,
    path: readonly AstNode[],
  ): { readonly span: Span; readonly text: string } | undefined {
    const arg = statement.args.find((one) => path.includes(one));
    const [made] = madeBy(this.checked, unit, statement);
    // Arguments of a block are not those of the layers that its use makes.
    const layer = made?.layers[0]?.syntax === statement ? made.layers[0] : undefined;
    if (arg === undefined || layer === undefined || made === undefined) return undefined;
    const { params } = layer.definition;
    const text = unit.text.slice(arg.value.span.start, arg.value.span.end);
    const named = params.find(({ name }) => name === arg.name?.text);
    const param =
      named ??
      params.find(({ name, type }) => /^(?:int|pair|dims)$/.test(type.kind) && isShown(layer.args[name], text));
    if (param === undefined) return undefined;
    const value = layer.args[param.name];
    const lines = [`\`${param.name}\` of \`${layer.definition.name}\`: ${shown(value)}`, param.summary];
    if (arg.value.kind === 'infer') lines.push(this.#because(made.of, layer.id));
    return { span: arg.span, text: lines.join('\n\n') };
  }

  /** What asks for a size that was left out. */
  #because({ parts, wanted }: Elaborated, id: string): string {
    const network = parts.networks.find(({ layers }) => layers.some((layer) => layer.id === id));
    const asks = network && wanted.get(network.name);
    if (asks === undefined) return 'Inferred: the one size with which the shapes around it meet.';
    return `Inferred: \`${asks.because.text}\` asks for ${shapeText(asks.shape)}.`;
  }

  /** The parameter that the argument around an offset is for: of its name, and of a value that is no name. */
  #given(path: readonly AstNode[], offset: number, at: number): Hover | undefined {
    for (const [i, node] of [...path.entries()].reverse()) {
      if (!('args' in node) || !('callee' in node)) continue;
      const arg = node.args.find((one) => one === path[i + 1]);
      const part = arg?.name !== undefined && offset <= arg.name.span.end ? arg.name : arg?.value;
      if (arg === undefined || part === undefined || isMissing(node.callee)) return undefined;
      // What is no plain value has parts of its own.
      if (part === arg.value && !plainValues.has(arg.value.kind)) return undefined;
      const to = this.service.names(this.checked).at(this.path, node.callee.span.start + at)?.to;
      const entry = to !== undefined && isEntry(to) ? to.definition.params : [];
      const param = parameterOf(this.checked, arg) ?? entry.find(({ name }) => name === arg.name?.text);
      if (param === undefined || 'span' in param) return undefined;
      return { span: part.span, markdown: `${paramText(param)}\n\nof \`${node.callee.text}\`` };
    }
    return undefined;
  }

  /** A weight behind the dot of its layer, or a layer without a name. */
  #part(unit: Unit, path: readonly AstNode[], offset: number): Hover | undefined {
    const parts = partsTo(path, offset);
    const part = parts?.at(-1);
    if (parts === undefined || part === undefined) return undefined;
    const names = parts.map(({ text }) => text);
    const weights = madeOf(this.checked, unit, names.slice(0, -1)).flatMap(({ layers: [layer] }) =>
      layer!.weights.filter(({ name }) => name === part.text),
    );
    const shapes = [...new Set(weights.map(({ shape }) => shapeText(shape)))];
    if (parts.length > 1 && shapes.length > 0)
      return { span: part.span, markdown: `a weight, ${shapes.slice(0, mostShown).join(' or ')}` };
    const made = madeOf(this.checked, unit, names);
    const written = made[0]?.layers[0]?.source.place;
    if (written === undefined) return undefined;
    const text = code(written.unit.text.slice(written.span.start, written.span.end));
    return { span: part.span, markdown: [text, ...this.#each(made)].join('\n\n') };
  }

  /** The blocks of a file, on the path of an import. */
  #imported(path: readonly AstNode[], offset: number): Hover | undefined {
    const declaration = innermost(path, 'import');
    if (declaration === undefined || isMissing(declaration.path)) return undefined;
    const { span, text } = declaration.path;
    const file = pathFrom(this.path, text);
    const blocks = this.checked.sources.blocks.filter(({ unit }) => unit.file === file);
    if (offset < span.start || offset > span.end || blocks.length === 0) return undefined;
    const written = blocks.map((block) => `block ${blockSignature(block.symbols.owner.name, block)}`);
    return { span, markdown: `${code(written.join('\n'))}\n\nof \`${file}\`` };
  }

  // ─────────────────────────────────────────────────────────────────────────── names

  /** @param parts the path that leads to it, where it is used */
  #symbol(symbol: NameSymbol, parts?: readonly Ident[]): readonly string[] {
    const { node, place, kind, name } = symbol;
    const of = ownerOf(this.checked, symbol);
    const doc = 'doc' in node && typeof node.doc === 'string' && node.doc !== '' ? [node.doc] : [];
    switch (kind) {
      case 'layer':
      case 'use':
        return [code(headOf(symbol)), ...(isKind(node, 'layer') ? this.#layer(place.unit as Unit, node, parts) : [])];
      case 'variable': {
        const variable = of?.parts.variables.find((one) => one.name === name);
        const behind = variable?.corruption.map(showCall) ?? [];
        const before = variable?.preprocessing.map(showCall) ?? [];
        return [
          code(headOf(symbol)),
          ...(variable === undefined
            ? []
            : [`${kindInWords.variable}, ${shapeText(variable.shape)}, ${variable.domain.kind}`]),
          ...(before.length === 0 ? [] : [`transformed: ${before.join(', then ')}`]),
          ...(behind.length === 0
            ? []
            : [`corrupted: ${behind.join(', then ')}; networks read ${shapeText(variable!.corrupted)}`]),
          ...doc,
        ];
      }
      case 'latent': {
        const latent = of?.parts.latents.find((one) => one.name === name);
        if (latent === undefined) return [code(headOf(symbol)), ...doc];
        const prior = showCall({ kind: 'call', definition: latent.prior.definition, args: latent.prior.args });
        return [
          code(headOf(symbol)),
          `a latent, ${shapeText(latent.shape)}, prior ${prior}${latent.prior.written ? '' : ' (unless said otherwise)'}, by ${showCall(latent.by)}`,
          plain(latent.definition.formula),
          ...doc,
        ];
      }
      case 'network': {
        const network = of?.parts.networks.find((one) => one.name === name);
        const made = network && of && { of, layers: network.layers };
        return [
          code(headOf(symbol)),
          ...(network === undefined || made === undefined
            ? []
            : [
                `${network.layers.length} layers · gives ${shapeText(network.outputShape)} · ${inDigits(parametersOf(made))} parameters`,
              ]),
          ...doc,
        ];
      }
      case 'parameter': {
        const shownAs =
          'type' in node && 'name' in node ? declared(node as Parameters<typeof declared>[0], place.unit) : name;
        return [code(shownAs), this.#valued(symbol)];
      }
      case 'constant':
        return [code(headOf(symbol)), this.#valued(symbol)];
      case 'autoencoder':
        return [code(headOf(symbol)), ...(of === undefined ? [] : whole(of)), ...doc];
      default:
        return [code(headOf(symbol)), kindInWords[kind], ...doc];
    }
  }

  /** `a constant: half = 32`; of a parameter of a block what it is in each use, of the number of a repetition each turn. */
  #valued(symbol: NameSymbol): string {
    // Of a block those of all files that use it.
    const readers = this.service.readersOf(this.path);
    const values = [...new Set(readers.flatMap((one) => valuesOf(one, symbol)))];
    if (values.length === 0) return kindInWords[symbol.kind];
    const shown = values.slice(0, mostShown);
    const more = values.length > shown.length ? `, and ${values.length - shown.length} more` : '';
    return `${kindInWords[symbol.kind]}: \`${symbol.name} = ${shown.join(', ')}\`${more}`;
  }

  // ─────────────────────────────────────────────────────────────────────────── terms

  /** The keyword of a term: its expansion, how it is reduced, and what it weighs. */
  #term(unit: Unit, path: readonly AstNode[], offset: number): Hover | undefined {
    const item = path.find((node) => isKind(node, 'reconstruct') || isKind(node, 'penalty'));
    if (item === undefined) return undefined;
    const keyword = /\b(?:reconstruct|penalty)\b/.exec(unit.text.slice(item.span.start, item.span.end));
    if (keyword === null) return undefined;
    const start = item.span.start + keyword.index;
    const end = start + keyword[0].length;
    if (offset < start || offset > end) return undefined;
    for (const of of this.checked.autoencoders) {
      const term = of.parts.terms.find(
        ({ source: { place } }) => place.unit === unit && place.span.start === item.span.start,
      );
      if (term !== undefined) return { span: { start, end }, markdown: termText(of, term).join('\n\n') };
    }
    return undefined;
  }
}

/** Values without names in them, and words. */
const plainValues: ReadonlySet<string> = new Set(['number', 'path', 'unary', 'string', 'list', 'infer']);

/** Uses of a block with shapes or values of their own that are shown. */
const mostShown = 5;

const isShown = (value: ArgValue | undefined, text: string): boolean =>
  value !== undefined && (text === '_' || shown(value) === text || !/^[\d.]+$/.test(text));

const shown = (value: ArgValue | undefined): string =>
  Array.isArray(value)
    ? `[${value.join(', ')}]`
    : typeof value === 'object' || value === undefined
      ? isInferred(value)
        ? 'inferred'
        : 'given'
      : String(value);
