/** What a function of a module is, and what several of them have. */
import type { Compiled } from '../../compiler.js';
import type { Graph } from '../../ir/graph/graph.js';
import type { Cut } from '../../ir/graph/passes/cut.js';
import type { ProgramSpec } from '../../runtime/program.js';
import { typeText } from '../../ir/graph/ops/type-text.js';
import { literalOf, propertyName } from '../text.js';
import type { PrintedBody } from './body.js';
import type { Outlined } from './outline.js';

/** What a module is printed from. */
export interface Printed extends Pick<Compiled, 'spec' | 'graphs' | 'growing' | 'phases' | 'written'> {
  /** Steps that are computed in parts of their batches, by name. */
  readonly cuts?: ReadonlyMap<string, Cut>;
}

/** A function of the module. */
export interface FunctionPlan {
  readonly name: string;
  /** Where it stands in the program: by itself, or as a step or the terms of a phase; or what the others build trees with. */
  readonly of: 'program' | 'trainStep' | 'gradients' | 'evaluate' | 'growing' | 'part' | 'joined';
  /** Its key there: of a join, the tree. */
  readonly key: string;
  readonly graph: Graph;
  readonly doc: string;
  /** The optimiser that moves weights in it, as it is written. */
  readonly update: string;
  readonly params: readonly { readonly name: string; readonly type: string }[];
  readonly returns: string;
  /** Statements before the body proper, for what it reads. */
  readonly opening: (body: PrintedBody) => readonly string[];
  readonly result: (body: PrintedBody, moved?: Outlined['moved']) => string;
  /** Functions of the module that it calls. */
  readonly calls?: readonly string[];
}

/** What is known of a function before its graph. */
export type Signature = Omit<FunctionPlan, 'of' | 'key' | 'graph' | 'update'>;

export const weights = { name: 'weights', type: 'Weights' };
export const moment = { name: 'moment', type: 'Moment' };

export const list = (outputs: ReadonlyMap<string, string>, prefix: string): string =>
  [...outputs]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, text]) => `${propertyName(name.slice(prefix.length))}: ${text}`)
    .join(', ');

export const record =
  (type?: string): FunctionPlan['result'] =>
  ({ outputs }) =>
    `return { ${list(outputs, '')} }${type === undefined ? '' : typeText(` as ${type}`)};`;

/** Declares the batch size where the body reads it. */
export const size =
  (name: string, from: string): ((body: PrintedBody) => readonly string[]) =>
  (body) =>
    body.reads.has('batchSize') ? [`const batchSize = ${from}[${literalOf(name)}].shape[0];`] : [];

/** The array of a variable that has a row for each example. */
export const countedBy = ({ name, tree }: ProgramSpec['variables'][number]): string =>
  tree === undefined ? name : `${tree.of}.roots`;

/** The size of a batch of what the networks read. */
export function ofInputs({ variables }: ProgramSpec): FunctionPlan['opening'] {
  const read = variables.find((v) => v.role === 'input');
  return size(read === undefined ? '' : countedBy(read), 'batch');
}

export const random = ({ reads }: PrintedBody): readonly string[] =>
  reads.has('random') ? ['const { random } = moment;'] : [];

export const ofState = ({ reads }: PrintedBody): readonly string[] => {
  const read = ['weights', 'slots'].filter((name) => reads.has(name));
  return read.length === 0 ? [] : [`const { ${read.join(', ')} } = state;`];
};

/** The new state: that of the updates, with what is new besides. */
export function stateOf({ outputs }: PrintedBody, moved: Outlined['moved']): string {
  const from = moved === undefined ? '' : `${moved.state}.`;
  const left = new Map([...outputs].filter(([, text]) => moved?.ids.has(text) !== true));
  const [weights, slots] = [list(left, 'weights/'), list(left, 'slots/')];
  if (moved !== undefined && weights === '' && slots === '') return moved.state;
  const part = (name: string, own: string): string =>
    moved !== undefined && own === '' ? `${name}: ${from}${name}` : `${name}: { ...${from}${name}, ${own} }`;
  return `{ ${part('weights', weights)}, ${part('slots', slots)} }`;
}

/** What a step gives. */
export const stepResult: FunctionPlan['result'] = (body, moved) =>
  `return { state: ${stateOf(body, moved)}, terms: ${body.outputs.get('terms')!} }${typeText(' as StepResult<State>')};`;
