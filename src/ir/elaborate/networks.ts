/** Networks: encoders, decoders (written or mirrored) and heads. */
import type { Args, ExampleShape, TensorRef } from '../../builtins/arguments.js';
import { find } from '../../builtins/index.js';
import { isMissing, type NetworkItem } from '../../parser/ast.js';
import type { Network } from '../model/model.js';
import { formOf, elaborateRecursive } from './recursion.js';
import { sourceAt, type Reporter, type Scope } from './context.js';
import { BodyReader, type Draft } from './drafts.js';
import { reportFailure } from './failures.js';
import { headOf, inputsOf } from './inputs.js';
import { mirror, type Wanted } from './mirrors.js';
import type { Names } from './names.js';
import { propagate, type Propagation } from './propagate.js';
import { shapeOf, surroundings } from './shapes.js';

/** A network with its drafts, which are kept for the search of fixes. */
export interface Elaborated {
  readonly network: Network;
  readonly drafts: readonly Draft[];
  readonly start: TensorRef;
  readonly input: ExampleShape;
}

export function elaborateNetwork(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem, wanted: Wanted | undefined): Elaborated | undefined {
  const name = item.name?.text ?? item.role;
  if (names.has(name)) {
    reporter.report(scope, 'AE2007', headOf(item), { title: `\`${name}\` is declared twice`, cause: 'Networks, variables and latents share one set of names.', hint: `give it a name: \`${item.role} ${name}2 { … }\``, related: names.firstOf(scope, name) });
    return undefined;
  }
  if (item.definition.kind === 'recursive') {
    if (!elaborateRecursive(scope, reporter, names, item, name)) names.spoil(name);
    return undefined;
  }
  const elaborated = networkOf(scope, reporter, names, item, name, wanted);
  if (elaborated === undefined) names.spoil(name);
  return elaborated;
}

function networkOf(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem, name: string, wanted: Wanted | undefined): Elaborated | undefined {
  const { definition } = item;
  if (isMissing(definition) || definition.kind === 'recursive') return undefined;
  const inputs = inputsOf(scope, reporter, names, item);
  const source = sourceAt(scope, item.span);
  const reader = new BodyReader(reporter, names);
  if (inputs !== undefined && inputs.length > 1) {
    const join: Args = { with: { kind: 'tensors', items: inputs.slice(1) } };
    reader.derive(find('layer', 'concat')!, join, name, source, scope);
  }
  // The body of a network that reads something unknown is read too: for its names, and its own errors.
  const drafts = definition.kind === 'body' ? reader.read(scope, definition.body, name) : mirror(scope, reporter, names, definition.call, reader, name, source, inputs?.[0], wanted);
  const [start] = inputs ?? [];
  const shapes = inputs?.map((ref) => shapeOf(names, ref));
  const input = shapes?.[0];
  if (drafts === undefined || reader.failed || start === undefined || input === undefined || shapes?.includes(undefined) !== false) return undefined;
  const form = formOf(scope, reporter, names, item, inputs!, drafts);
  if (form === undefined) return undefined;
  const shaped = propagate(drafts, start, input, wanted?.shape, surroundings(names), form.kind === 'nodes' ? 'nodes' : undefined);
  if (shaped.failure !== undefined) {
    reportFailure(reporter, shaped.failure);
    return undefined;
  }
  const network = names.register({
    name,
    role: item.role,
    form,
    inputs: inputs!,
    layers: shaped.layers,
    output: outputOf(shaped, start),
    outputShape: shaped.output,
    derived: definition.kind === 'derived',
    doc: item.doc,
    source,
  });
  return { network, drafts, start, input };
}

const outputOf = (shaped: Propagation, start: TensorRef): TensorRef => {
  const last = shaped.layers.at(-1);
  return last === undefined ? start : { kind: 'layer', id: last.id, output: 0 };
};
