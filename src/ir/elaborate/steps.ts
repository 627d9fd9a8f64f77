/** What the statements of a network make, before shapes are known: a flat list, and the chain that runs through it. */
import type { Args, Expression, LayerId, TensorRef } from '../../builtins/arguments.js';
import type { LayerDefinition } from '../../builtins/define.js';
import type { LayerStatement } from '../../parser/ast.js';
import type { Source } from '../model/source.js';
import type { Named } from './names.js';
import type { Scope } from './scope.js';

export type Step = LayerStep | ApplyStep;

interface CommonStep {
  /** The tensor that it reads first; undefined where an earlier mistake leaves it unknown. */
  readonly input: TensorRef | undefined;
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
  readonly syntax: LayerStatement | undefined;
}

/** A network or a layer that another statement declares, on other tensors. */
export interface ApplyStep extends CommonStep {
  readonly kind: 'apply';
  readonly of: Named;
  /** Shapes of tensors among them may not be known yet. */
  readonly inputs: readonly Expression[];
  readonly result: TensorRef;
}

export class Chain {
  readonly #steps: Step[] = [];
  #end: TensorRef | undefined;
  #taken = false;

  /** @param start the tensor that the first layer reads; undefined where it is not known */
  constructor(start: TensorRef | undefined) {
    this.#end = start;
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** The tensor that it ends in. */
  get end(): TensorRef | undefined {
    return this.#end;
  }

  /** Whether a statement says where it goes on from, and no layer has. */
  get taken(): boolean {
    return this.#taken;
  }

  /** Adds a layer behind the end. */
  layer(made: Omit<LayerStep, 'kind' | 'id' | 'input'>): LayerStep {
    const { named, given, definition, args, source, scope, syntax } = made;
    const id: LayerId = named.path;
    named.layer = id;
    named.tensor = { kind: 'layer', id, output: 0 };
    if (this.#end !== undefined) named.reads = this.#end;
    const input = this.#end;
    const step: LayerStep = { kind: 'layer', id, input, named, given, definition, args, source, scope, syntax };
    this.#steps.push(step);
    this.leadTo(named.tensor);
    return step;
  }

  /** Adds an application, wherever its tensor is read. */
  apply(made: Omit<ApplyStep, 'kind' | 'input'>): void {
    const [first] = made.inputs;
    this.#steps.push({ kind: 'apply', ...made, input: first?.kind === 'tensor' ? first.ref : undefined });
  }

  /** A layer gives this tensor; undefined where it is not known. */
  leadTo(tensor: TensorRef | undefined): void {
    this.#end = tensor;
    this.#taken = false;
  }

  /** The next layer reads this tensor instead. */
  take(tensor: TensorRef | undefined): void {
    this.#end = tensor;
    this.#taken = true;
  }

  /** What it is now is not known. */
  lose(): void {
    this.#end = undefined;
  }
}
