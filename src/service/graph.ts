/** A model as a picture: what its boxes are, and what flows between them, whatever is wrong in it. */
import { keyOf } from '../builtins/arguments.js';
import { severityOf, wordsOf } from '../diagnostics/finding.js';
import type { Place, Span } from '../diagnostics/place.js';
import type { Elaborated } from '../ir/elaborate/index.js';
import { architectureOf, boxIdOf } from '../ir/model/architecture.js';
import { isMissing, type LayerStatement, type NetworkItem } from '../parser/ast.js';
import { networkName } from '../ir/resolve/declare.js';
import type { BoxSpec, EdgeSpec } from '../runtime/spec.js';
import type { CheckedFile } from './service.js';
import { every, isKind } from './syntax.js';

export type Box = Omit<BoxSpec, 'kind'> & {
  readonly kind: BoxSpec['kind'] | 'unknown';
  /** Where it was written; nothing for what stands in another file. */
  readonly span?: Span;
  /** What is wrong there. */
  readonly wrong?: string;
};

export type Edge = EdgeSpec & { readonly wrong?: string };

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
  readonly #boxes: Box[];
  readonly #edges: Edge[];
  readonly #ids: Set<string>;

  constructor(
    private readonly checked: CheckedFile,
    private readonly of: Elaborated,
  ) {
    const { boxes, edges } = architectureOf({ ...of.parts, layers: of.layers });
    this.#boxes = boxes.map(({ source, ...box }) => ({
      ...box,
      ...(source === undefined ? {} : this.#spanOf(source.place)),
    }));
    this.#edges = [...edges];
    this.#ids = new Set(boxes.map(({ id }) => id));
  }

  draw(): ModelGraph {
    this.#unknown();
    this.#wrong();
    return { name: this.of.source.symbols.owner.name, boxes: this.#boxes, edges: this.#edges };
  }

  /** Where a place of the file stands that is looked at. */
  #spanOf(place: Place): { readonly span?: Span } {
    const { file, span } = this.checked.locate(place);
    return file === this.checked.root.file ? { span } : {};
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
        this.#ids.add(id);
        this.#boxes.push({
          id,
          kind: 'unknown',
          label: headOfLayer(statement),
          shape: '?',
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
    const [end, to] = [decoder && boxIdOf(decoder.output), keyOf({ kind: 'variable', name: target })];
    if (end !== undefined && this.#ids.has(end) && this.#ids.has(to)) {
      const at = this.#edges.findIndex((edge) => edge.from === end && edge.to === to);
      if (at >= 0) this.#edges[at] = { ...this.#edges[at]!, wrong };
      else this.#edges.push({ from: end, to, label: '', kind: 'term', wrong });
    }
  }
}

const headOfLayer = ({ names, callee }: LayerStatement): string =>
  [...names.map(({ text }) => `${text}:`), isMissing(callee) ? '?' : callee.text].join(' ');

/** The box of what stands at an offset. */
export function boxAt({ boxes }: ModelGraph, offset: number): Box | undefined {
  const around = boxes.filter(({ span }) => span !== undefined && span.start <= offset && offset <= span.end);
  return around.sort((a, b) => a.span!.end - a.span!.start - (b.span!.end - b.span!.start))[0];
}
