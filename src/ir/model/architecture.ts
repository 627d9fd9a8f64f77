/** A model as boxes and what flows between them: what `aec graph`, the editor and the report draw. */
import {
  expressionsIn,
  isTensor,
  keyOf,
  showCall,
  tensorsIn,
  type Args,
  type Expression,
  type TensorRef,
} from '../../builtins/arguments.js';
import { sizes } from '../../diagnostics/phrases.js';
import type { BoxSpec, EdgeSpec, GraphSpec } from '../../runtime/spec.js';
import { product } from '../graph/shape.js';
import { everyExpression, tensorsOf } from './expressions.js';
import { layersOf, type Model, type Parts } from './model.js';
import type { Layer } from './networks.js';
import type { Source } from './source.js';
import type { Corruption } from './variables.js';
import { partsOf } from './training.js';

export interface Architecture {
  /** Each with where it was written; nothing for an application, which stands wherever it is read. */
  readonly boxes: readonly (BoxSpec & { readonly source?: Source })[];
  readonly edges: readonly EdgeSpec[];
}

/** The parts of an autoencoder, and all layers whose shapes are known. */
export type Drawn = Pick<Parts, 'variables' | 'latents' | 'draws' | 'networks' | 'terms' | 'ties' | 'training'> & {
  readonly layers: readonly Layer[];
};

/** As a program carries it. */
export function graphSpec(model: Model): GraphSpec {
  const { boxes, edges } = architectureOf({ ...model, layers: layersOf(model) });
  return { boxes: boxes.map(({ source: _, ...box }) => box), edges };
}

export const architectureOf = (drawn: Drawn): Architecture => new Drawer(drawn).draw();

/** Numbers that training moves in some layers; what is tied is another layer's. */
export function parametersIn(layers: readonly Layer[], ties: Parts['ties']): number {
  const tied = new Set(ties.map(({ weight }) => weight));
  return layers
    .flatMap(({ id, weights }) => weights.filter((one) => one.trainable && !tied.has(`${id}.${one.name}`)))
    .reduce((sum, { shape }) => sum + product(shape), 0);
}

/** The box that a tensor comes out of. */
export function boxIdOf(ref: TensorRef): string {
  switch (ref.kind) {
    case 'mask':
      return keyOf({ kind: 'variable', name: ref.name });
    case 'previous':
      return boxIdOf(ref.of);
    case 'layer':
      return keyOf({ kind: 'layer', id: ref.id, output: 0 });
    case 'applied':
      return `applied ${ref.application.key}`;
    default:
      return keyOf(ref);
  }
}

class Drawer {
  readonly #boxes: (BoxSpec & { readonly source?: Source })[] = [];
  readonly #edges: EdgeSpec[] = [];
  readonly #ids = new Set<string>();
  /** By what is corrupted. */
  readonly #noisy = new Map<string, string>();

  constructor(private readonly drawn: Drawn) {}

  draw(): Architecture {
    const { variables, latents, draws, networks, terms, ties, training, layers } = this.drawn;
    for (const { name, role, shape, source, corruption, corrupted } of variables) {
      const id = keyOf({ kind: 'variable', name });
      this.#box({ id, kind: role, label: name, shape: sizes(shape), source });
      this.#noise(id, corruption, { shape: sizes(corrupted) });
    }
    for (const [kind, list] of [
      ['latent', latents],
      ['draw', draws],
    ] as const)
      for (const { name, shape, definition, source } of list)
        this.#box({
          id: keyOf({ kind: 'latent', name }),
          kind,
          label: `${name} ~ ${definition.name}`,
          shape: sizes(shape),
          source,
        });
    const networkOf = new Map(
      networks.flatMap((network) => network.layers.map(({ id }) => [id, network.name] as const)),
    );
    for (const layer of layers) {
      const { id, definition, inputShape, outputs, named, source, corruption } = layer;
      const parameters = parametersIn([layer], ties);
      const own = id.slice(id.lastIndexOf('.') + 1);
      const [box, group] = [keyOf({ kind: 'layer', id, output: 0 }), networkOf.get(id) ?? id.split('.')[0]!];
      this.#box({
        id: box,
        kind: 'layer',
        label: named ? `${own}: ${definition.name}` : definition.name,
        shape: `${sizes(inputShape)} → ${outputs.map(sizes).join(', ')}`,
        ...(parameters === 0 ? {} : { parameters }),
        group,
        source,
      });
      this.#noise(box, corruption, { shape: outputs.map(sizes).join(', '), group });
    }
    for (const { id, input, inputShape, args } of layers) {
      const to = keyOf({ kind: 'layer', id, output: 0 });
      this.#edge(input, to, sizes(inputShape));
      for (const ref of readIn(args)) this.#edge(ref, to, '');
    }
    for (const { name, experts } of latents)
      for (const { heads, from } of experts) {
        const refs = Object.values(heads);
        for (const ref of refs.length > 0 ? refs : [from]) this.#edge(ref, keyOf({ kind: 'latent', name }), '');
      }
    for (const { value, reconstruction } of terms) {
      if (reconstruction !== undefined) {
        const { output, variable, likelihood } = reconstruction;
        this.#edge(output, keyOf({ kind: 'variable', name: variable }), likelihood.definition.name, 'term');
        continue;
      }
      this.#compared(value);
    }
    for (const { name, objective } of partsOf(training))
      if (objective.kind !== 'loss') this.#compared(objective.value, name);
    return { boxes: this.#boxes, edges: this.#edges };
  }

  /** What an expression compares, and for whose sake: a phase's, or a player's. */
  #compared(value: Expression, by = ''): void {
    for (const one of everyExpression(value)) {
      const [a, b] = comparedIn(one).map((side) => tensorsOf(side)[0]);
      const label = by === '' ? nameOf(one) : `${by}: ${nameOf(one)}`;
      if (a !== undefined && b !== undefined) this.#edge(a, this.#at(b), label, 'term');
    }
  }

  #box(box: BoxSpec & { readonly source?: Source }): void {
    if (this.#ids.has(box.id)) return;
    this.#ids.add(box.id);
    this.#boxes.push(box);
  }

  /** What stands between a tensor and the networks that read it. */
  #noise(of: string, corruption: readonly Corruption[], box: Pick<BoxSpec, 'shape' | 'group'>): void {
    const [first] = corruption;
    if (first === undefined) return;
    const id = `noise ${of}`;
    this.#box({ id, kind: 'noise', label: corruption.map(showCall).join(', then '), ...box, source: first.source });
    this.#edges.push({ from: of, to: id, label: '', kind: 'flow' });
    this.#noisy.set(of, id);
  }

  /** The box behind a tensor; that of an application is made when it is met. */
  #at(ref: TensorRef): string {
    const id = boxIdOf(ref);
    if (ref.kind === 'previous') return this.#at(ref.of);
    if (ref.kind === 'applied' && !this.#ids.has(id)) {
      const { key, inputs } = ref.application;
      this.#box({ id, kind: 'application', label: key, shape: 'the same weights' });
      for (const input of inputs.flatMap(tensorsOf)) this.#edge(input, id, '');
    }
    return id;
  }

  #edge(ref: TensorRef, to: string, label: string, kind: EdgeSpec['kind'] = 'flow'): void {
    const clean = this.#at(ref);
    // What is compared is clean, and so is what a sequence is continued from.
    const from = kind === 'flow' && ref.kind !== 'previous' ? (this.#noisy.get(clean) ?? clean) : clean;
    if (this.#ids.has(from) && this.#ids.has(to) && from !== to) this.#edges.push({ from, to, label, kind });
  }
}

/** The two sides of what compares. */
function comparedIn(one: Expression): readonly Expression[] {
  if (one.kind === 'likelihood') return [one.output, one.target];
  return one.kind === 'penalty' && one.call.definition.compares === true
    ? expressionsIn(one.call.args).slice(0, 2)
    : [];
}

const nameOf = (one: Expression): string => ('call' in one ? one.call.definition.name : '');

/** Tensors among the arguments of a layer. A tied layer is no input. */
const readIn = ({ tied: _tied, ...args }: Args): readonly TensorRef[] => tensorsIn(args).filter(isTensor);
