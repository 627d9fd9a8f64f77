/**
 * Prints a graph as the statements of a function: one `const` a value, named after the model, each
 * group under the line of the .ae file that it comes from, buffers freed after their last use.
 */
import type { Written } from '../../diagnostics/written.js';
import type { Graph, Node, Origin } from '../../ir/graph/graph.js';
import { ops } from '../../ir/graph/ops/index.js';
import { memberOf, numeral } from '../../ir/graph/ops/sources.js';
import type { OpName } from '../../ir/graph/ops/names.js';
import { onHost } from '../../ir/graph/passes/fold.js';
import { lastUses } from '../../ir/graph/passes/lifetimes.js';
import { elementsAt } from '../../ir/graph/shape.js';
import { bodyInput, loopOf, type LoopOp } from '../../ir/graph/ops/loops.js';
import { typesLeftOut, typeText } from '../../ir/graph/ops/type-text.js';
import { commentText, identifiersIn } from '../text.js';
import { Identifiers } from './identifiers.js';
import { freed } from './lines.js';

/** A statement, before it is known which of them several functions share. */
export type Statement =
  /** What follows is of a line of the file, or of none. */
  | {
      readonly kind: 'origin';
      readonly line: string | undefined;
      readonly entry: string | undefined;
      /** Whether it is of the derivative. */
      readonly isAdjoint: boolean;
      /** The op in whose place it stands, where that takes many. */
      readonly instead?: OpName;
    }
  | {
      readonly kind: 'value';
      readonly id: string;
      readonly expression: string;
      /** What the model calls it: `encoder.code`. */
      readonly name?: string;
      /** What a reader would call it in a function of any model: `kernel`, `matMul`. */
      readonly hint: string;
      readonly op: string;
      /** An argument of the whole function, a number of the host, or a tensor that is computed. */
      readonly from: 'input' | 'host' | 'tensor';
      /** Of an argument: `weights`, and which of them. */
      readonly member?: { readonly of: string; readonly name: string };
      /** Bytes that are there before it, and its own, for a batch as training has it. */
      readonly live: number;
      readonly bytes: number;
    }
  | { readonly kind: 'free'; readonly dead: readonly Freeing[] };

/** What is freed, the bytes that come free with it, and whose they are: a reshape shares those of what it reads. */
export interface Freeing {
  readonly id: string;
  readonly bytes: number;
  readonly owner: number;
}

export interface PrintedBody {
  readonly statements: readonly Statement[];
  /** The expression of each output, by name. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The identifiers that the statements read or declare: `batchSize`, `kernels`, `random`, … */
  readonly reads: ReadonlySet<string>;
}

/**
 * @param taken names that the function has for something else
 * @param batch examples of a batch, by which its memory is counted
 */
export function printBody(graph: Graph, written: Written, taken?: readonly string[], batch = 1): PrintedBody {
  const printer = new BodyPrinter(graph, written, new Identifiers(taken), batch);
  return printer.print();
}

class BodyPrinter {
  readonly #text = new Map<number, string>();
  readonly #statements: Statement[] = [];
  readonly #deaths: ReadonlyMap<number, readonly Node[]>;
  readonly #uses = new Map<number, number>();
  readonly #inline: ReadonlySet<number>;
  /** What becomes the state of an optimiser, which lowering gives no name. */
  readonly #newSlots: ReadonlyMap<number, string>;
  readonly #memory: Memory;
  /** Ops in whose place many stand. */
  readonly #many: ReadonlySet<number>;
  #line: string | undefined;
  #place: Origin['place'] | undefined;
  #entry: string | undefined;
  #isAdjoint = false;
  #instead: number | undefined;

  constructor(
    private readonly graph: Graph,
    private readonly written: Written,
    private readonly identifiers: Identifiers,
    private readonly batch: number,
    /** Of a body that is a function in another: what its inputs are called there. */
    private readonly inputs?: ReadonlyMap<string, string>,
  ) {
    // Who calls a body frees what it leaves.
    this.#deaths = lastUses(graph, (node) => inputs !== undefined || node.op === 'Input' || onHost(node));
    this.#inline = ofTreesAlone(graph);
    this.#memory = new Memory(batch);
    this.#many = standIns(graph);
    this.#newSlots = new Map(
      graph.outputs.flatMap(({ name, node }) =>
        name.startsWith('slots/') ? [[node.id, `new.${name.slice('slots/'.length)}`] as const] : [],
      ),
    );
    for (const node of graph.nodes)
      for (const input of node.inputs) this.#uses.set(input.id, (this.#uses.get(input.id) ?? 0) + 1);
  }

  print(): PrintedBody {
    for (const node of this.graph.nodes) this.#node(node);
    const outputs = new Map<string, string>();
    const given = new Set<number>();
    for (const { name, node } of this.graph.outputs) {
      const text = this.#text.get(node.id)!;
      // An output is the caller's to dispose, so it must be a tensor of its own.
      const own = node.op !== 'Input' && !given.has(node.id);
      outputs.set(name, onHost(node) ? `tf.scalar(${text})` : own ? text : `tf.clone(${text})`);
      given.add(node.id);
    }
    return {
      statements: this.#statements,
      outputs,
      reads: identifiersIn(typesLeftOut([statementsText(this.#statements), ...outputs.values()].join('\n'))),
    };
  }

  #node(node: Node): void {
    const isHost = onHost(node);
    const operands = node.inputs.map((input) =>
      // A number of the device has single precision.
      input.op === 'Const' && input.shape.length === 0 && !isHost
        ? single((input.attrs['values'] as readonly number[])[0]!)
        : this.#text.get(input.id)!,
    );
    const given = node.op === 'Input' ? this.inputs?.get(node.attrs['name'] as string) : undefined;
    if (given !== undefined) {
      this.#text.set(node.id, given);
      return;
    }
    const args = node.body === undefined ? operands : [...operands, this.#function(node, node.body, operands)];
    const definition = ops[node.op];
    if (onHost(node)) {
      const inline = node.inputs.length === 0;
      const text = inline ? definition.tfjs(args, node) : definition.host!(args);
      this.#text.set(node.id, inline || (this.#uses.get(node.id) ?? 0) <= 1 ? text : this.#declare(node, text));
      return;
    }
    if (this.#inline.has(node.id)) {
      this.#text.set(node.id, definition.tfjs(args, node));
      return;
    }
    // A scalar that becomes a filled tensor has no statement of its own: `tf.fill` prints it.
    this.#text.set(node.id, this.#declare(node, definition.tfjs(args, node)));
    const dying = this.#deaths.get(node.id) ?? [];
    const dead = dying.map((value): Freeing => ({
      id: this.#text.get(value.id)!,
      bytes: this.#memory.free(value),
      owner: ownerOf(value).id,
    }));
    if (dead.length > 0) this.#statements.push({ kind: 'free', dead });
  }

  /** A body as a function of the vectors and of a list of what else it reads row by row. */
  #function(node: Node, body: Graph, operands: readonly string[]): string {
    const [start, rows] = [this.identifiers.fresh(read[node.op as LoopOp]), this.identifiers.fresh('rows')];
    const { rows: own, whole } = loopOf(node);
    const inputs = new Map<string, string>([
      [bodyInput.start, start],
      ...own.map((_, i): readonly [string, string] => [bodyInput.row(i), `${rows}[${i}]${typeText('!')}`]),
      ...whole.map((_, i): readonly [string, string] => [
        bodyInput.whole(i),
        operands[operands.length - whole.length + i]!,
      ]),
    ]);
    const printed = new BodyPrinter(body, this.written, this.identifiers, this.batch, inputs).print();
    const params = printed.reads.has(rows) ? `${start}, ${rows}` : start;
    const opening = printed.reads.has('batchSize') ? `const batchSize = ${start}.shape[0]${typeText('!')};\n` : '';
    return `(${params}) => {\n${opening}${statementsText(printed.statements)}\nreturn ${printed.outputs.get('result')!};\n}`;
  }

  #declare(node: Node, expression: string): string {
    this.#origin(node.origin);
    const name = node.name ?? this.#newSlots.get(node.id);
    const id = this.identifiers.fresh(name ?? node.op);
    const from = node.op === 'Input' ? 'input' : onHost(node) ? 'host' : 'tensor';
    this.#statements.push({
      kind: 'value',
      id,
      expression,
      ...(node.name === undefined ? {} : { name: node.name }),
      hint: name === undefined ? node.op : hintOf(name),
      op: node.op,
      from,
      ...(from === 'input' ? { member: memberOf(node) } : {}),
      ...(from === 'tensor' ? this.#memory.take(node) : { live: 0, bytes: 0 }),
    });
    return id;
  }

  #origin(origin: Origin | undefined): void {
    const at = origin && this.written(origin);
    const line = at && `// ${commentText(`${at.file}:${at.line}  ${at.text}`)}`;
    const instead = origin?.instead !== undefined && this.#many.has(origin.instead.id) ? origin.instead : undefined;
    const place = origin?.place;
    const isAdjoint = origin?.isAdjoint === true;
    const isSame =
      place?.unit === this.#place?.unit &&
      place?.span.start === this.#place?.span.start &&
      origin?.entry === this.#entry &&
      isAdjoint === this.#isAdjoint;
    if (line === this.#line && isSame && instead?.id === this.#instead) return;
    this.#place = place;
    this.#entry = origin?.entry;
    this.#isAdjoint = isAdjoint;
    this.#statements.push({
      kind: 'origin',
      line,
      entry: origin?.entry,
      isAdjoint,
      ...(instead === undefined ? {} : { instead: instead.op }),
    });
    this.#line = line;
    this.#instead = instead?.id;
  }
}

/** Of a function of its own; fewer ops are read more easily where they stand. */
const many = 4;

function standIns({ nodes }: Graph): ReadonlySet<number> {
  const counts = new Map<number, number>();
  for (const { origin, op } of nodes)
    if (origin?.instead !== undefined && op !== 'Const')
      counts.set(origin.instead.id, (counts.get(origin.instead.id) ?? 0) + 1);
  return new Set([...counts].flatMap(([id, count]) => (count < many ? [] : [id])));
}

/** The shortest numeral of the same number in single precision. */
function single(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return numeral(short);
  }
  return numeral(value);
}

/** The bytes of a function's values as they come and go; a reshape shares those of what it reads. */
class Memory {
  readonly #holders = new Map<number, number>();
  #live = 0;

  constructor(private readonly batch: number) {}

  take(node: Node): { readonly live: number; readonly bytes: number } {
    const [owner, live] = [ownerOf(node), this.#live];
    this.#holders.set(owner.id, (this.#holders.get(owner.id) ?? 0) + 1);
    const bytes = node === owner ? 4 * elementsAt(node.shape, this.batch) : 0;
    this.#live += bytes;
    return { live, bytes };
  }

  /** The bytes that come free. */
  free(node: Node): number {
    const owner = ownerOf(node);
    const left = (this.#holders.get(owner.id) ?? 1) - 1;
    this.#holders.set(owner.id, left);
    const bytes = left === 0 && owner.op !== 'Input' ? 4 * elementsAt(owner.shape, this.batch) : 0;
    this.#live -= bytes;
    return bytes;
  }
}

const ownerOf = (node: Node): Node => (node.op === 'Reshape' ? ownerOf(node.inputs[0]!) : node);

/** The last part of a name, `kernel` of `encoder.code.kernel`, with what stands for a derivative or for what is new. */
function hintOf(name: string): string {
  const parts = name.split(/[./ ]/);
  const last = parts.at(-1)!;
  return parts.length > 1 && (parts[0] === 'd' || parts[0] === 'new') ? `${parts[0]}.${last}` : last;
}

/** One below the other, as they are. */
export const statementsText = (statements: readonly Statement[]): string => statements.flatMap(linesOf).join('\n');

/** An empty line and a comment, a declaration, what is freed. */
export function linesOf(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'origin':
      return statement.line === undefined ? [''] : ['', statement.line];
    case 'value':
      return [`const ${statement.id} = ${statement.expression};`];
    case 'free':
      return [freed(statement.dead.map(({ id }) => id))];
  }
}

/** What a body reads of the rounds before. */
const read: Readonly<Record<LoopOp, string>> = { Fold: 'children', Unfold: 'parent', Scan: 'state' };

/** The arrays of trees that nothing but recursion reads, and in part: they are written where that is. */
function ofTreesAlone({ nodes, outputs }: Graph): ReadonlySet<number> {
  const arrays = new Set(nodes.filter(({ op, dtype }) => op === 'Input' && dtype === 'int32').map(({ id }) => id));
  for (const { op, inputs } of nodes)
    if (op !== 'Rows' && op !== 'Fold' && op !== 'Unfold') for (const { id } of inputs) arrays.delete(id);
  for (const { node } of outputs) arrays.delete(node.id);
  return arrays;
}
