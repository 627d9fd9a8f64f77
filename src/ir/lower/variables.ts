/** Variables in a forward pass: as they are fed, clean as terms compare them, and behind what corrupts them. */
import { keyOf, type CallOf, type TensorRef } from '../../builtins/arguments.js';
import type { CorruptionContext } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { B, fixed, type Dim, type Shape } from '../graph/shape.js';
import { feedsMask, maskShapeOf } from '../model/variables.js';
import type { CompiledCorruption, CompiledVariable } from './compiled.js';
import type { LatentSite } from './latents.js';
import type { Mode } from './mode.js';
import type { Store } from './store.js';
import type { Stretch } from './stretch.js';
import { extremesOf, restored, transformed, type Transforming } from './transforms.js';
import { leavesOf, nodesOf } from './tree-arrays.js';

/** What a corruption took away, where it hides elements. */
export interface Hidden {
  readonly by: CallOf<'corruption'>['definition'];
  readonly where: Node | undefined;
}

/** What a pass gives its variables. */
export interface VariableSite {
  readonly b: Builder;
  readonly mode: Mode;
  readonly stretch: Stretch;
  readonly store: Store;
  tensor(ref: TensorRef): Node;
}

export class Variables {
  /** What the corruptions of a variable took away, in their order. */
  readonly #hidden = new Map<string, readonly Hidden[]>();
  /** As networks that stand still read them. */
  readonly #still = new Map<string, Node>();

  constructor(private readonly site: VariableSite) {}

  /** A batch of a variable as it is fed. Labels are int32. */
  data(name: string): Node {
    const { b, mode, store } = this.site;
    const known = store.data.get(name);
    if (known !== undefined) return known;
    const variable = store.variable(name);
    const shape: Shape = [rowsOf(variable), ...(mode.readsCorrupted ? variable.corrupted : variable.shape)];
    const value = b.input('data', name, shape, variable.domain.kind === 'category' ? 'int32' : 'float32');
    store.data.set(name, value);
    return value;
  }

  /** The clean variable in model space: preprocessed, as terms compare it. Labels stay labels. */
  clean(name: string): Node {
    const { store } = this.site;
    const known = store.clean.get(name);
    if (known !== undefined) return known;
    const variable = store.variable(name);
    const value = this.#present(variable, transformed(this.#transforming, variable, this.data(name)));
    store.clean.set(name, value);
    return value;
  }

  /** 1 where a variable that may be missing is there, 0 where it is not: [rows, 1], [rows, …shape] or [rows, length]. */
  mask(name: string): Node {
    const { b, store } = this.site;
    const variable = store.variable(name);
    const shape = maskShapeOf(variable);
    if (shape === undefined) throw new Error(`${name} is never missing`);
    if (!feedsMask(variable)) return b.reshape(knownOf(b, this.data(name)), [B, ...shape]);
    const key = `${name}.mask`;
    const known = store.data.get(key) ?? b.input('data', key, [B, ...shape]);
    store.data.set(key, known);
    return known;
  }

  /** Zeros where it is missing. */
  #present(variable: CompiledVariable, value: Node): Node {
    if (!feedsMask(variable) || variable.shape.join() !== variable.corrupted.join()) return value;
    return present(this.site.b, value, this.mask(variable.name));
  }

  /** Labels as networks read them: corrupted, and one that there is where one is missing. */
  labels(name: string): Node {
    const { b, mode, stretch, store } = this.site;
    const variable = store.variable(name);
    const labels = this.data(name);
    const corruption = stretch
      .behind(keyOf({ kind: 'variable', name }), variable.corruption)
      .filter(({ definition }) => mode.corrupt || definition.degradation);
    if (corruption.length === 0) return labels;
    const known = store.labels.get(name) ?? b.at(variable.source, () => this.#behind(variable, corruption, true));
    store.labels.set(name, known);
    this.#hidden.set(name, known.hidden);
    return known.value;
  }

  /** At each position the word before it, 0 at the first. Where there is none any more, one that there is. */
  previousLabels(name: string): Node {
    return previousLabels(this.site.b, this.site.store.written.get(name) ?? this.data(name));
  }

  /** From model space back to data space, as far as transforms can be undone. */
  restore(name: string, value: Node): Node {
    return restored(this.#transforming, this.site.store.variable(name), value);
  }

  /** As networks read it: corrupted, one-hot where it is a category. */
  read(name: string): Node {
    const { b, store } = this.site;
    const { domain, source } = store.variable(name);
    return domain.kind === 'category'
      ? b.make('OneHot', [this.labels(name)], { depth: domain.classes })
      : b.at(source, () => this.corrupted(name));
  }

  /** The clean variable behind its corruptions, as mode and stretch have them. */
  corrupted(name: string): Node {
    const { mode, stretch, store } = this.site;
    const variable = store.variable(name);
    // Statistics have the clean shape: what a degradation shrank is read as `degrade` gives it, preprocessed.
    if (mode.readsCorrupted && variable.shape.join() !== variable.corrupted.join()) return this.data(name);
    if (mode.readsCorrupted) return this.clean(name);
    const corruption = stretch.behind(keyOf({ kind: 'variable', name }), variable.corruption);
    const { value, hidden } = this.#behind(variable, corruption, mode.corrupt);
    this.#hidden.set(name, hidden);
    return value;
  }

  /** As networks that stand still read it: degraded, and without noise; undefined where that is how all read it. */
  still(name: string): Node | undefined {
    const { mode, store } = this.site;
    const variable = store.variable(name);
    if (!mode.corrupt || variable.corruption.every(({ definition }) => definition.degradation)) return undefined;
    const known = this.#still.get(name) ?? this.#behind(variable, variable.corruption, false).value;
    this.#still.set(name, known);
    return known;
  }

  /**
   * 1 on the elements that one of a variable's corruptions took away in this pass: the one in its place, or of its name
   * where the phase has others. Once the variable has been read.
   */
  hidden(name: string, { index, by }: { readonly index: number; readonly by: CallOf<'corruption'> }): Node {
    const all = this.#hidden.get(name) ?? [];
    const own = all[index]?.by === by.definition ? all[index] : all.find((one) => one.by === by.definition);
    return own?.where ?? this.site.b.scalar(0);
  }

  get #transforming(): Transforming {
    const { b, store } = this.site;
    return { b, drawing: store.drawing, weight: (name) => store.weight(name) };
  }

  /** The clean variable behind corruptions, those that are noise only where they are drawn. */
  #behind(
    variable: CompiledVariable,
    corruption: readonly CompiledCorruption[],
    drawn: boolean,
  ): { readonly value: Node; readonly hidden: readonly Hidden[] } {
    const { b, tensor } = this.site;
    const clean = this.clean(variable.name);
    const context: CorruptionContext = {
      b,
      statistic: extremesOf(this.#transforming, variable),
      value: tensor,
      ...(variable.domain.kind === 'category' ? { classes: variable.domain.classes } : {}),
    };
    let x = clean;
    const hidden = corruption.map(({ definition, args, source }): Hidden => {
      if (!drawn && !definition.degradation) return { by: definition, where: undefined };
      const made = b.at(source, () => definition.lower(context, x, args));
      x = this.#present(variable, made.value);
      return { by: definition, where: made.hidden };
    });
    return { value: corruption.length === 0 ? clean : b.named(x, `${variable.name}.corrupted`), hidden };
  }
}

/** The batch, or the leaves or nodes of its trees. */
function rowsOf({ name, structure }: CompiledVariable): Dim {
  if (structure.kind === 'tree') return leavesOf(name);
  return structure.kind === 'label' ? nodesOf(structure.tree) : B;
}

/** Without what a mask says is missing; the mask has the first axes of the value, or one number a row. */
export function present(b: Builder, value: Node, mask: Node): Node {
  const [rows, ...rest] = mask.shape;
  const own = rest.length === 1 && rest[0] === 1 ? [] : rest;
  const missing = value.shape.length - 1 - own.length;
  return b.mul(value, b.reshape(mask, [rows!, ...own, ...Array.from({ length: missing }, () => 1)]));
}

/** Labels [rows, length] moved on by one position: 0 at the first, and where none is known. */
export function previousLabels(b: Builder, labels: Node): Node {
  const [rows, length] = [labels.shape[0]!, fixed(labels.shape[1])];
  const numbers = b.unary('Relu', b.cast(labels, 'float32'));
  return b.cast(previousOf(b, numbers, rows, length), 'int32');
}

/** A sequence [rows, length, …] moved on by one position: zeros at the first. */
export function previousOf(b: Builder, x: Node, rows: Dim, length: number): Node {
  const rest = x.shape.slice(2);
  const first = b.fill(0, [rows, 1, ...rest]);
  if (length === 1) return first;
  const before = b.slice(x, [0, 0, ...rest.map(() => 0)], [-1, length - 1, ...rest.map(() => -1)]);
  return b.concat([first, before], 1);
}

/** 1 on the rows where a label that may be missing is there: it is −1 where it is not. [rows]. */
export const knownOf = (b: Builder, labels: Node): Node =>
  b.indicator('GreaterEqual', labels, b.cast(b.scalar(0), 'int32'));

/** A label that may be missing: where it is known, and as a one-hot vector, which is 0 where it is not. */
export function observedOf(
  b: Builder,
  { name, domain }: CompiledVariable,
  labels: Node,
): NonNullable<LatentSite['observed']> {
  if (domain.kind !== 'category') throw new Error(`${name} is no label`);
  return { known: knownOf(b, labels), value: b.make('OneHot', [labels], { depth: domain.classes }) };
}
