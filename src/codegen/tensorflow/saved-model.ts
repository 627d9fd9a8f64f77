/**
 * A program as a TensorFlow SavedModel: weights, optimiser state and data are resource variables, and
 * each function of the program is a signature, by the names of src/runtime/signatures.ts.
 *
 * A run of a session fetches outputs and takes no targets, so every update hangs on an output by a
 * control dependency; what hangs on none would be dropped.
 */
import type { Compiled } from '../../compiler.js';
import type { Graph } from '../../ir/graph/graph.js';
import { optimise } from '../../ir/graph/passes/index.js';
import type { LoweredStep } from '../../ir/lower/phases.js';
import { elementsAt } from '../../ir/graph/shape.js';
import type { PhaseSpec, VariableSpec } from '../../runtime/program.js';
import { isFed, signatures } from '../../runtime/signatures.js';
import { writeGraph } from './body.js';
import { counting, Feeds } from './feeds.js';
import { HeldVariables } from './held.js';
import { writeLoop, type LoopInputs, type LoopState, type RoundWriter } from './loop.js';
import type { DataType } from './schema.js';
import { later, nothing, Scope, type BatchSource } from './scope.js';
import { SavedModelWriter } from './signature-writer.js';
import { writeStep } from './step.js';
import type { Edge, NodeWriter } from './writer.js';

/** The bytes of `saved_model.pb`, or the op that cannot enter the graph. */
export type SavedModelResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly what: string; readonly reason: string };

/** A protobuf message ends at 2 GiB; constants are all that can come near it. */
export const largestConstants = 2 ** 31 - 2 ** 26;

export interface SavedModelOptions {
  /** Into how many parts a batch is cut, to be computed side by side. */
  readonly parts?: number;
  /** Bytes that constants may take. */
  readonly limit?: number;
}

export function savedModel(
  compiled: Compiled,
  { parts = 1, limit = largestConstants }: SavedModelOptions = {},
): SavedModelResult {
  const graphs = [
    ...(Object.values({ ...compiled.graphs }) as readonly Graph[]),
    ...compiled.phases.flatMap(({ steps, evaluate }) => [evaluate, ...steps.map((step) => step.trainStep)]),
  ];
  const size = graphs
    .flatMap((graph) => graph.nodes)
    .reduce((sum, node) => (node.op === 'Const' ? sum + 4 * elementsAt(node.shape, 1) : sum), 0);
  if (size > limit)
    return {
      ok: false,
      what: 'the op Const',
      reason: `constants of ${size} bytes do not fit into a graph file, which holds ${limit}`,
    };
  const method = compiled.spec.phases.flatMap((phase) => phase.method ?? [])[0];
  if (method !== undefined)
    return {
      ok: false,
      what: `the optimizer ${method.name}`,
      reason: 'its line search decides between evaluations where to look next',
    };
  return { ok: true, bytes: new Signatures(compiled, parts).build() };
}

/** Functions of the program beside those that train it. */
const functions = [
  'project',
  'encode',
  'reconstruct',
  'activations',
  'degrade',
  'corrupt',
  'decode',
  'sample',
  'score',
  'rate',
  'pullback',
] as const;
/** Those whose batch holds clean variables, and not what the networks read. */
const onClean: ReadonlySet<string> = new Set<(typeof functions)[number]>(['degrade', 'corrupt', 'score']);

type StepByGradient = Extract<LoweredStep, { readonly inPlace: object }>;

const legal = (graph: Graph): Graph => optimise(graph, ['graph']);

/** The signatures of a program. */
class Signatures {
  readonly #file = new SavedModelWriter();
  readonly #writer = this.#file.writer;
  readonly #library = this.#file.library;
  readonly #held: HeldVariables;

  constructor(
    private readonly compiled: Compiled,
    private readonly parts: number,
  ) {
    const { spec } = compiled;
    this.#held = new HeldVariables(this.#writer);
    for (const weight of spec.weights) this.#held.declare(`weights/${weight.name}`, 'float32', weight.shape);
    for (const slot of spec.phases.flatMap((phase) => phase.slots))
      this.#held.declare(`slots/${slot.name}`, 'float32', slot.shape);
    for (const variable of isFed(spec) ? [] : spec.variables)
      this.#held.declare(`data/${variable.name}`, typeOf(variable), [-1, ...variable.shape]);
  }

  build(): Uint8Array {
    const { graphs, spec, phases, growing } = this.compiled;
    this.#initialize();
    this.#weights();
    if (!isFed(spec)) this.#load();
    spec.phases.forEach((phase, i) => {
      const { steps, evaluate } = phases[i]!;
      this.#slots(phase);
      for (const step of steps) {
        if (step.method !== undefined) throw new Error('a method runs op by op');
        this.#step(step);
        if (!isFed(spec)) this.#run(step);
      }
      if (isFed(spec)) this.#function(signatures.measure(phase.name), legal(evaluate), true);
      else this.#evaluate(phase, evaluate);
    });
    for (const name of functions) {
      const graph = graphs[name];
      if (graph !== undefined) this.#function(signatures[name], legal(graph), onClean.has(name));
    }
    if (growing !== undefined) {
      this.#function(signatures.positions, legal(growing.positions), false);
      for (const [name, graph] of growing.joins) this.#function(signatures.join(name), legal(graph), false);
    }
    return this.#file.bytes();
  }

  // ─────────────────────────────────────────────────────────────────────────── state

  #initialize(): void {
    const { graphs, spec } = this.compiled;
    this.#file.signature(signatures.initialize, (input) => {
      const random = input('random', 'int32', [3]);
      const drawn = writeGraph(this.#writer, legal(graphs.initialize), { ...nothing, random: () => random });
      const measured = spec.weights
        .filter((w) => w.statistic !== undefined)
        .map((w): readonly [string, Edge] => [w.name, this.#held.own(input(w.name, 'float32', w.shape))]);
      return { done: this.#held.assign([...drawn, ...measured].map(([name, value]) => [`weights/${name}`, value])) };
    });
  }

  #weights(): void {
    const { weights } = this.compiled.spec;
    this.#file.signature(signatures.readWeights, () =>
      Object.fromEntries(weights.map(({ name }) => [name, this.#held.read(`weights/${name}`)])),
    );
    this.#file.signature(signatures.writeWeights, (input) => ({
      done: this.#held.assign(
        weights.map(({ name, shape }) => [`weights/${name}`, this.#held.own(input(name, 'float32', shape))]),
      ),
    }));
  }

  #slots({ name: phase, slots }: PhaseSpec): void {
    const writer = this.#writer;
    this.#file.signature(signatures.begin(phase), () => ({
      done: this.#held.assign(
        slots.map(({ name, shape, initial }) => [
          `slots/${name}`,
          writer.call('BroadcastTo', [writer.constant('float32', [initial]), writer.ints(shape)]),
        ]),
      ),
    }));
    if (slots.length === 0) return;
    this.#file.signature(signatures.readSlots(phase), () =>
      Object.fromEntries(slots.map(({ name }) => [name, this.#held.read(`slots/${name}`)])),
    );
    this.#file.signature(signatures.writeSlots(phase), (input) => ({
      done: this.#held.assign(
        slots.map(({ name, shape }) => [`slots/${name}`, this.#held.own(input(name, 'float32', shape))]),
      ),
    }));
  }

  #load(): void {
    this.#file.signature(signatures.load, (input) => ({
      done: this.#held.assign(
        this.compiled.spec.variables.map((v) => [
          `data/${v.name}`,
          this.#held.own(input(v.name, typeOf(v), [-1, ...v.shape])),
        ]),
      ),
    }));
  }

  // ──────────────────────────────────────────────────────────────────────── training

  #step({ name, inPlace }: StepByGradient): void {
    const graph = legal(inPlace.graph);
    this.#file.signature(signatures.step(name), (input) => {
      const feeds = new Feeds(input, graph);
      const resources = new Scope(this.#writer, (name) => this.#held.handle(name));
      const around = resources.surroundings(1, { data: feeds.tensor, size: () => this.#examples(feeds) }, feeds.moment);
      const { terms, moved, gradients } = writeStep(this.#writer, this.#library, inPlace, graph, around, resources);
      return { terms, moved, gradients };
    });
  }

  #run({ name: of, inPlace, terms: measured, trains }: StepByGradient): void {
    const graph = legal(inPlace.graph);
    const slots = new Set(inPlace.updates.flat().flatMap((update) => update.variables));
    const handles = this.#held.names.filter((name) => !name.startsWith('slots/') || slots.has(name));
    this.#file.signature(signatures.run(of), (input) => {
      const constants = new Map([
        ...(['step', 'taken', 'perEpoch'] as const).map((name): readonly [string, Edge] => [
          name,
          input(name, 'int32', []),
        ]),
        ['random', input('random', 'int32', [3])] as const,
        ...handles.map((name) => [name, this.#held.handle(name)] as const),
      ]);
      const loop = {
        rows: input('rows', 'int32', [-1]),
        batch: input('batch', 'int32', []),
        terms: measured.length,
        lastLength: trains.length,
        constants,
      };
      const result = this.#loops(signatures.run(of), loop, (parts) => (body, index, rows, known) => {
        const resources = new Scope(body, (name) => known.get(name)!);
        const step = body.call('AddV2', [known.get('step')!, index], { name: 'step' });
        const double = (x: Edge): Edge => body.call('Cast', [x], { dtype: 'float64' });
        const around = resources.surroundings(parts, this.#loaded(body, resources, rows), {
          step: () => body.call('AddV2', [known.get('taken')!, index], { name: 'taken' }),
          // Rounded as it would be if it were fed.
          epoch: () =>
            body.call('Cast', [body.call('RealDiv', [double(step), double(known.get('perEpoch')!)])], {
              dtype: 'float32',
              name: 'epoch',
            }),
          random: () => later(body, known.get('random')!, index),
        });
        const { terms, moved, gradients } = writeStep(body, this.#library, inPlace, graph, around, resources);
        return { terms, proceed: moved, last: gradients };
      });
      return { terms: result.terms, moved: result.proceed, gradients: result.last };
    });
  }

  #evaluate(phase: PhaseSpec, evaluate: Graph): void {
    const graph = legal(evaluate);
    const handles = this.#held.names.filter((name) => !name.startsWith('slots/'));
    this.#file.signature(signatures.evaluate(phase.name), (input) => {
      const constants = new Map([
        ['step', input('step', 'int32', [])] as const,
        ['epoch', input('epoch', 'float32', [])] as const,
        ['random', input('random', 'int32', [3])] as const,
        ...handles.map((name) => [name, this.#held.handle(name)] as const),
      ]);
      const loop = {
        rows: input('rows', 'int32', [-1]),
        batch: input('batch', 'int32', []),
        terms: phase.terms.length,
        lastLength: 0,
        constants,
      };
      const result = this.#loops(signatures.evaluate(phase.name), loop, (parts) => (body, index, rows, known) => {
        const resources = new Scope(body, (name) => known.get(name)!);
        const around = resources.surroundings(parts, this.#loaded(body, resources, rows), {
          step: () => known.get('step')!,
          epoch: () => known.get('epoch')!,
          random: () => later(body, known.get('random')!, index),
        });
        return {
          terms: writeGraph(body, graph, around).get('terms')!,
          proceed: body.constant('bool', [1]),
          last: body.constant('float32', [], [0]),
        };
      });
      return { terms: result.terms };
    });
  }

  /**
   * The batches in parts, then those that have fewer rows than there are parts, whole: oneDNN's convolutions
   * and pooling give tensors without rows wrong shapes, or end the process.
   */
  #loops(name: string, inputs: Omit<LoopInputs, 'fewest' | 'from'>, round: (parts: number) => RoundWriter): LoopState {
    const loop = (suffix: string, more: Pick<LoopInputs, 'fewest' | 'from'>, parts: number): LoopState =>
      writeLoop(this.#writer, `${name}${suffix}`, { ...inputs, ...more }, round(parts));
    if (this.parts === 1) return loop('', { fewest: 1 }, 1);
    return loop('_whole', { fewest: 1, from: loop('', { fewest: this.parts }, this.parts) }, 1);
  }

  /** Rows of the loaded examples. */
  #loaded(body: NodeWriter, resources: Scope, rows: Edge): BatchSource {
    const gather = (name: string, some: Edge): Edge => resources.gather(`data/${name}`, some, this.#typeOf(name));
    return {
      data: (name) => gather(name, rows),
      dataRows: (name, { from, count }) => gather(name, body.rows(rows, 1, from, count)),
      size: () => body.length(rows, 'batchSize'),
    };
  }

  #typeOf(variable: string): DataType {
    return typeOf(this.compiled.spec.variables.find((v) => v.name === variable)!);
  }

  // ─────────────────────────────────────────────────────────────────── other functions

  /** A function of the program: what it reads beside weights is fed. */
  #function(name: string, graph: Graph, clean: boolean): void {
    this.#file.signature(name, (input) => {
      const feeds = new Feeds(input, graph);
      const resources = new Scope(this.#writer, (variable) => this.#held.handle(variable));
      const size = (): Edge =>
        name === signatures.sample
          ? feeds.other('count', 'int32', [])
          : this.#examples(feeds, name === signatures.decode, clean);
      const around = resources.surroundings(1, { data: feeds.tensor, code: feeds.tensor, size }, feeds.moment);
      return Object.fromEntries(writeGraph(this.#writer, graph, around));
    });
  }

  /** How many examples are fed. What reads nothing has as many as what it is given. */
  #examples(feeds: Feeds, ofCode = false, clean = true): Edge {
    const { spec } = this.compiled;
    const given = feeds.ofExamples(() => {
      const [code] = spec.code;
      return ofCode && code !== undefined
        ? feeds.other(code.name, 'float32', [-1, ...code.shape])
        : counting(feeds, spec.variables[0]!, clean);
    });
    return this.#writer.length(given, 'batchSize');
  }
}

const typeOf = (variable: VariableSpec): DataType => (variable.domain.kind === 'category' ? 'int32' : 'float32');
