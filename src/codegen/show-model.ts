/** A model as text: what `aec build --emit model` prints. */
import type { CallOf } from '../builtins/arguments.js';
import { showPlace, type Written } from '../diagnostics/written.js';
import type { Draw, Latent } from '../ir/model/latents.js';
import { parameterCount, type Model } from '../ir/model/model.js';
import type { Layer, Network } from '../ir/model/networks.js';
import type { Term } from '../ir/model/terms.js';
import {
  movedBy,
  type DataSource,
  type Objective,
  type Phase,
  type Player,
  type Training,
} from '../ir/model/training.js';
import type { ElementType, Structure, Variable } from '../ir/model/variables.js';
import { showCall, showCondition, showExpression, showRef, showTerm } from './show-values.js';

const sizes = (shape: readonly number[]): string => (shape.length === 0 ? 'scalar' : shape.join('×'));

/** Variables, networks with every shape, latents, relations, terms, training, sweeps and figures. */
export function showModel(model: Model, written: Written): string {
  const trainable = model.weights
    .filter((w) => w.declaration.trainable && !model.ties.some((tie) => tie.weight === w.name))
    .map((w) => w.name);
  return [
    `autoencoder ${model.name}  ${showPlace(written(model.source))}`,
    ...indented([
      ...model.parameters.map(({ name, value }) => `parameter ${name} = ${String(value)}`),
      ...model.variables.map(variable),
      ...model.networks.flatMap((one) => network(one, written)),
      ...model.draws.map(draw),
      ...model.latents.map(latent),
      ...model.ties.map(
        (tie) =>
          `tie ${tie.weight} = ${tie.sign === 1 ? '' : '−'}${tie.order.every((axis, i) => axis === i) ? tie.of : `transpose(${tie.of})`}`,
      ),
      ...model.constraints.map((c) => `constrain ${c.weight} by ${showCall(c.call)}`),
      ...model.terms.map(term),
      ...training(model.training, trainable),
      ...model.sweeps.map((sweep) => `sweep ${sweep.parameter} in [${sweep.values.join(', ')}]`),
      ...model.figures.map((figure) => `figure ${showCall(figure.call)}`),
      `${parameterCount(model)} trained parameters`,
    ]),
  ].join('\n');
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

// ──────────────────────────────────────────────────────────────────────── variables

function variable(v: Variable): string {
  const between = [...v.preprocessing, ...v.corruption].map(showCall).join(', then ');
  return `${v.role} ${v.name}: ${structure(v)}${v.observed === 'always' ? '' : v.observed === 'sometimes' ? ', may be missing' : ', may be missing in parts'}${between === '' ? '' : `, ${between} → ${sizes(v.corrupted)}`}`;
}

function structure({ structure: type, shape, domain }: Variable): string {
  return type.kind === 'numbers' || type.kind === 'category' ? `${sizes(shape)} (${domain.kind})` : ofType(type);
}

function ofType(type: Structure): string {
  switch (type.kind) {
    case 'sequence':
      return `sequence of ${element(type.of)}, up to ${type.length}`;
    case 'tree':
      return `tree with ${element(type.leaf)} at each leaf`;
    case 'label':
      return `${element(type.of)} at each node of ${type.tree}`;
    default:
      return element(type);
  }
}

function element(type: ElementType): string {
  const within = type.shape.length === 0 ? '' : `${sizes(type.shape)} of `;
  switch (type.kind) {
    case 'numbers':
      return sizes(type.shape);
    case 'token':
      return `${within}token of ${type.vocab}`;
    default:
      return `${within}${type.kind} of ${type.classes}`;
  }
}

// ───────────────────────────────────────────────────────────────────────── networks

function network({ role, name, form, inputs, layers, outputShape }: Network, written: Written): readonly string[] {
  const place =
    form.kind === 'chain'
      ? ''
      : form.kind === 'nodes'
        ? `, at the ${form.at} of ${form.tree}`
        : `, ${form.kind} of ${form.tree}`;
  const clauses = form.kind === 'fold' ? [form.leaf, form.compose] : form.kind === 'unfold' ? [form.decompose] : [];
  const own =
    clauses.length === 0
      ? layers.map((one) => layer(one, written))
      : clauses.flatMap((clause) => [
          `${clause.role}(${clause.parameters.map((p) => p.name.split('.').at(-1)!).join(', ')})`,
          ...indented(clause.layers.map((one) => layer(one, written))),
        ]);
  return [`${role} ${name}(${inputs.map(showRef).join(', ')}) → ${sizes(outputShape)}${place}`, ...indented(own)];
}

function layer(
  { id, inputShape, outputs, definition, args, weights, corruption, source }: Layer,
  written: Written,
): string {
  const own = weights.map((w) => `${w.name} ${sizes(w.shape)} ${showCall(w.initializer)}`).join(', ');
  const noise = corruption
    .map((c) => `, then ${showCall(c)}${outputs.length === 1 ? '' : ` on result ${c.output + 1}`}`)
    .join('');
  return `${id}: ${sizes(inputShape)} → ${outputs.map(sizes).join(', ')}  ${showCall({ kind: 'call', definition, args })}${noise}${own === '' ? '' : `  [${own}]`}  ${showPlace(written(source))}`;
}

const draw = ({ name, shape, definition, args }: Draw): string =>
  `draw ${name}: ${sizes(shape)} ~ ${showCall({ kind: 'call', definition, args })}`;

function latent({ name, shape, definition, experts, through, prior, by, observed }: Latent): string {
  const from = experts.map((one) => showRef(one.from)).join(' × ');
  const flows = through.length === 0 ? '' : ` through ${through.map(showCall).join(', ')}`;
  const known =
    prior.heads === undefined
      ? showCall({ kind: 'call', definition: prior.definition, args: prior.args })
      : `computed by ${Object.values(prior.heads).map(showRef).join(', ')}`;
  return `latent ${name}: ${sizes(shape)} ~ ${definition.name} by ${showCall(by)} from ${from}${flows}, prior ${known}${observed === 'sometimes' ? `, known where ${name} is` : ''}`;
}

// ──────────────────────────────────────────────────────────────────── terms, training

const term = (one: Term): string => `term ${one.name} = ${showTerm(one)}`;

function training(t: Training, trainable: readonly string[]): readonly string[] {
  return [
    `train${t.data === undefined ? '' : ` on ${data(t.data)},`} ${settings(t)}, validation ${t.validation.share}${t.validation.clean ? ' clean' : ''}, seed ${t.seed}`,
    ...indented(part(t, trainable)),
    ...indented(
      t.phases.flatMap((phase) => [`phase ${phase.name}: ${settings(phase)}`, ...indented(part(phase, trainable))]),
    ),
  ];
}

const data = ({ set, args }: DataSource): string =>
  args.length === 0
    ? set
    : `${set}(${args.map(({ name, value }) => (name === undefined ? String(value) : `${name}: ${value}`)).join(', ')})`;

const calls = (name: string, call: CallOf<'schedule' | 'clipping' | 'stopping'> | undefined): string =>
  call === undefined ? '' : `, ${name} ${showCall(call)}`;

const settings = (s: Phase): string =>
  `${showCall(s.optimizer)}${calls('schedule', s.schedule)}${calls('clip', s.clip)}${calls('stop', s.stop)}, batch ${s.batch.size}${s.batch.composition === undefined ? '' : ` with ${s.batch.composition.count} of ${showCondition(s.batch.composition.of)}`}, epochs ${s.epochs}`;

/** What moves, and for which end; nothing where all weights follow the loss. */
function part(phase: Phase, trainable: readonly string[]): readonly string[] {
  return [
    ...phase.corruptions.map(({ of, corruption }) =>
      corruption.length === 0
        ? `clean ${showRef(of)}`
        : `corrupt ${showRef(of)} with ${corruption.map(showCall).join(' then ')}`,
    ),
    ...phase.copies.flatMap(({ weights }) => weights.map(({ from, to }) => `copy ${from} to ${to}`)),
    ...moves(phase, trainable),
    ...phase.players.flatMap((player) => [
      `player ${player.name}: ${showCall(player.optimizer)}${calls('schedule', player.schedule)}${calls('clip', player.clip)}`,
      ...indented(moves(player, trainable)),
    ]),
    ...(phase.update === undefined
      ? []
      : [
          `update ${phase.update.kind === 'simultaneous' ? 'simultaneous' : phase.update.steps.map(({ player, count }) => `${player}: ${count}`).join(', ')}`,
        ]),
  ];
}

function moves(one: Phase | Player, trainable: readonly string[]): readonly string[] {
  const moved = one.movements.length === 0 ? [] : [`moves ${movedBy(one, trainable).join(', ') || 'nothing'}`];
  return [...moved, ...objective(one.objective)];
}

function objective(o: Objective): readonly string[] {
  switch (o.kind) {
    case 'loss':
      return [];
    default:
      return [`${o.kind} ${showExpression(o.value)}`];
  }
}
