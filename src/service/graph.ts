/** A model as a picture: what its boxes are, and what flows between them, whatever is wrong in it. */
import { isTensor, keyOf, tensorsIn, type Args, type TensorRef } from '../builtins/arguments.js';
import { severityOf, wordsOf } from '../diagnostics/finding.js';
import type { Place, Span } from '../diagnostics/place.js';
import type { Elaborated } from '../ir/elaborate/index.js';
import { everyExpression, tensorsOf } from '../ir/model/expressions.js';
import { isMissing, type LayerStatement, type NetworkItem } from '../parser/ast.js';
import { networkName } from '../ir/resolve/declare.js';
import { parametersOf } from './facts.js';
import type { CheckedFile } from './service.js';
import { every, isKind } from './syntax.js';
import { shapeText } from './words.js';

export interface Box {
  readonly id: string;
  readonly kind: 'input' | 'target' | 'layer' | 'latent' | 'draw' | 'application' | 'unknown';
  readonly label: string;
  /** Shapes and parameters. */
  readonly detail: string;
  /** The network that it is in. */
  readonly group?: string;
  /** Where it was written; nothing for what stands in another file. */
  readonly span?: Span;
  /** What is wrong there. */
  readonly wrong?: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** A shape, or what is compared. */
  readonly label: string;
  readonly kind: 'flow' | 'term';
  readonly wrong?: string;
}

export interface ModelGraph {
  readonly name: string;
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

/** The graph of one autoencoder of a file. */
export function graphOf(checked: CheckedFile, of: Elaborated): ModelGraph {
  return new Drawer(checked, of).draw();
}

/** The autoencoder of a name, or the only one; the first where none is named. */
export const autoencoderOf = ({ autoencoders }: CheckedFile, name?: string): Elaborated | undefined =>
  name === undefined ? autoencoders[0] : autoencoders.find(({ source }) => source.symbols.owner.name === name);

class Drawer {
  readonly #boxes: Box[] = [];
  readonly #edges: Edge[] = [];
  readonly #ids = new Set<string>();

  constructor(
    private readonly checked: CheckedFile,
    private readonly of: Elaborated,
  ) {}

  draw(): ModelGraph {
    const { parts, layers, source } = this.of;
    for (const { name, role, shape, source: at } of parts.variables)
      this.#box({
        id: keyOf({ kind: 'variable', name }),
        kind: role,
        label: name,
        detail: shapeText(shape),
        ...this.#spanOf(at.place),
      });
    for (const { name, shape, definition, source: at } of parts.latents)
      this.#box({
        id: keyOf({ kind: 'latent', name }),
        kind: 'latent',
        label: `${name} ~ ${definition.name}`,
        detail: shapeText(shape),
        ...this.#spanOf(at.place),
      });
    for (const { name, shape, definition, source: at } of parts.draws)
      this.#box({
        id: keyOf({ kind: 'latent', name }),
        kind: 'draw',
        label: `${name} ~ ${definition.name}`,
        detail: shapeText(shape),
        ...this.#spanOf(at.place),
      });
    const networkOf = new Map(
      parts.networks.flatMap((network) => network.layers.map(({ id }) => [id, network.name] as const)),
    );
    for (const layer of layers) {
      const { id, definition, inputShape, outputs, named } = layer;
      const count = parametersOf({ of: this.of, layers: [layer] });
      const own = id.slice(id.lastIndexOf('.') + 1);
      this.#box({
        id: keyOf({ kind: 'layer', id, output: 0 }),
        kind: 'layer',
        label: named ? `${own}: ${definition.name}` : definition.name,
        detail: `${shapeText(inputShape)} → ${outputs.map(shapeText).join(', ')}${count === 0 ? '' : ` · ${count.toLocaleString('en')}`}`,
        group: networkOf.get(id) ?? id.split('.')[0]!,
        ...this.#spanOf(layer.source.place),
      });
    }
    this.#unknown();
    for (const layer of layers) {
      const to = keyOf({ kind: 'layer', id: layer.id, output: 0 });
      this.#flow(layer.input, to, shapeText(layer.inputShape));
      for (const ref of readIn(layer.args)) this.#flow(ref, to, '');
    }
    for (const { name, experts } of parts.latents)
      for (const { heads, from } of experts) {
        const refs = Object.values(heads);
        for (const ref of refs.length > 0 ? refs : [from]) this.#flow(ref, keyOf({ kind: 'latent', name }), '');
      }
    for (const { value, reconstruction } of parts.terms) {
      if (reconstruction !== undefined)
        this.#flow(
          reconstruction.output,
          keyOf({ kind: 'variable', name: reconstruction.variable }),
          reconstruction.likelihood.definition.name,
          'term',
        );
      else
        for (const one of everyExpression(value))
          if (one.kind === 'likelihood') {
            const [a, b] = [tensorsOf(one.output)[0], tensorsOf(one.target)[0]];
            if (a !== undefined && b !== undefined) this.#flow(a, this.#idOf(b), one.call.definition.name, 'term');
          }
    }
    this.#wrong();
    return { name: source.symbols.owner.name, boxes: this.#boxes, edges: this.#edges };
  }

  #box(box: Box): void {
    if (this.#ids.has(box.id)) return;
    this.#ids.add(box.id);
    this.#boxes.push(box);
  }

  /** Where a place of the file stands that is looked at. */
  #spanOf(place: Place): { readonly span?: Span } {
    const { file, span } = this.checked.locate(place);
    return file === this.checked.root.file ? { span } : {};
  }

  /** The box behind a tensor; that of an application is made when it is met. */
  #idOf(ref: TensorRef): string {
    switch (ref.kind) {
      case 'mask':
        return keyOf({ kind: 'variable', name: ref.name });
      case 'previous':
        return this.#idOf(ref.of);
      case 'layer':
        return keyOf({ kind: 'layer', id: ref.id, output: 0 });
      case 'applied': {
        const { key, inputs } = ref.application;
        const id = `applied ${key}`;
        if (!this.#ids.has(id)) {
          this.#box({ id, kind: 'application', label: key, detail: 'the same weights' });
          for (const input of inputs.flatMap(tensorsOf)) this.#flow(input, id, '');
        }
        return id;
      }
      default:
        return keyOf(ref);
    }
  }

  #flow(from: TensorRef, to: string, label: string, kind: Edge['kind'] = 'flow'): void {
    const id = this.#idOf(from);
    if (this.#ids.has(id) && this.#ids.has(to) && id !== to) this.#edges.push({ from: id, to, label, kind });
  }

  /** Layers whose shapes an error hides: in their place, with an edge from what stands before. */
  #unknown(): void {
    const { unit, declaration } = this.of.source;
    const known = new Map(
      this.of.layers.flatMap((layer) => (layer.syntax === undefined ? [] : [[layer.syntax, layer] as const])),
    );
    for (const network of declaration.items.filter((item): item is NetworkItem => item.kind === 'network')) {
      let before: string | undefined;
      for (const statement of every(network, 'layer')) {
        const layer = known.get(statement);
        const used = this.of.layers.filter(({ source }) =>
          source.through.some((place) => place.unit === unit && place.span.start === statement.span.start),
        );
        const last = layer ?? used.at(-1);
        if (last !== undefined) {
          before = keyOf({ kind: 'layer', id: last.id, output: 0 });
          continue;
        }
        const id = `unknown ${statement.span.start}`;
        this.#box({
          id,
          kind: 'unknown',
          label: headOfLayer(statement),
          detail: '?',
          group: networkName(network),
          ...this.#spanOf({ unit, span: statement.span }),
        });
        if (before !== undefined) this.#edges.push({ from: before, to: id, label: '', kind: 'flow' });
        before = id;
      }
    }
  }

  /** Errors of shapes on the edge into what they are of. */
  #wrong(): void {
    for (const one of this.checked.findings) {
      if (severityOf(one) !== 'error') continue;
      const { file, span } = this.checked.locate(one.place);
      if (file !== this.checked.root.file) continue;
      const words = wordsOf(one);
      const wrong =
        words.expected === undefined || words.found === undefined
          ? words.title
          : `${words.title}: expected ${words.expected}, found ${words.found}`;
      const at = this.#boxes.findIndex(
        (box) =>
          box.kind !== 'input' && box.span !== undefined && box.span.start <= span.start && span.end <= box.span.end,
      );
      const box = this.#boxes[at];
      // What the end of a network gives does not fit what it is compared with: that is between the two.
      if (one.message.code === 'AE3001') {
        if (box !== undefined) this.#apart(box.id, one.facts, wrong);
        else this.#wrongTerm(one.place, wrong);
      } else if (box !== undefined) {
        this.#boxes[at] = { ...box, wrong };
        const edge = this.#edges.findIndex(({ to }) => to === box.id);
        if (edge >= 0) this.#edges[edge] = { ...this.#edges[edge]!, wrong };
      }
    }
  }

  /** The edge from a result to the variable that it is compared with. */
  #apart(from: string, facts: object, wrong: string): void {
    const name = 'variable' in facts && typeof facts.variable === 'string' ? facts.variable : '';
    const to = keyOf({ kind: 'variable', name });
    if (this.#ids.has(to)) this.#edges.push({ from, to, label: '', kind: 'term', wrong });
  }

  /** A reconstruction whose shapes differ: the edge from the end of the decoder to what it is compared with. */
  #wrongTerm({ unit, span }: Place, wrong: string): void {
    if (unit !== this.of.source.unit) return;
    const { declaration } = this.of.source;
    const item = declaration.items.find((one) => one.span.start <= span.start && span.end <= one.span.end);
    if (!isKind(item, 'reconstruct') || isMissing(item.target)) return;
    const target = item.target.parts.map(({ text }) => text).join('.');
    const from = item.from !== undefined && !isMissing(item.from) ? item.from.parts[0]!.text : undefined;
    const decoder = this.of.parts.networks.find(({ name, role }) =>
      from === undefined ? role === 'decoder' : name === from,
    );
    const [end, to] = [decoder && this.#idOf(decoder.output), keyOf({ kind: 'variable', name: target })];
    if (end !== undefined && this.#ids.has(end) && this.#ids.has(to)) {
      const at = this.#edges.findIndex((edge) => edge.from === end && edge.to === to);
      if (at >= 0) this.#edges[at] = { ...this.#edges[at]!, wrong };
      else this.#edges.push({ from: end, to, label: '', kind: 'term', wrong });
    }
  }
}

const headOfLayer = ({ names, callee }: LayerStatement): string =>
  [...names.map(({ text }) => `${text}:`), isMissing(callee) ? '?' : callee.text].join(' ');

/** Tensors among the arguments of a layer. A tied layer is no input. */
const readIn = ({ tied: _tied, ...args }: Args): readonly TensorRef[] => tensorsIn(args).filter(isTensor);

/** The box of what stands at an offset. */
export function boxAt({ boxes }: ModelGraph, offset: number): Box | undefined {
  const around = boxes.filter(({ span }) => span !== undefined && span.start <= offset && offset <= span.end);
  return around.sort((a, b) => a.span!.end - a.span!.start - (b.span!.end - b.span!.start))[0];
}
