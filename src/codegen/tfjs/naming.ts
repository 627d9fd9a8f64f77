/** What functions are called that several places share, and what is in them: names of the registry, none of the file's. */
import { ops } from '../../ir/graph/ops/index.js';
import { only, type Place } from './alike.js';
import type { Block, Param } from './blocks.js';

/** Whether it is of the state, which training moves. */
export const isHeld = ({ of }: { readonly of: string }): boolean => of === 'weights' || of === 'slots';

/** `kernel` of weights, `dKernel` of their derivatives, where all places agree; `x` of what flows. */
export function paramName(params: readonly Param[]): string {
  const hints = params.map(({ value }) => value?.hint);
  const isWeight = params.every(({ value }) => value?.member !== undefined && isHeld(value.member));
  const isGradient = hints.every((hint) => hint?.startsWith('d.') === true);
  if (params[0]!.kind === 'number') return only(hints) ?? 'factor';
  if (isGradient) return only(hints) ?? 'gradient';
  return isWeight ? (only(hints) ?? 'weight') : 'x';
}

/** As the op; derivatives, what is new and first weights have names. */
export function localName(places: readonly Place[], i: number): string {
  const values = places.map(({ block }) => block.locals[i]!);
  const hints = values.map(({ hint }) => hint);
  if (hints.every((hint) => hint.startsWith('new.'))) return only(hints) ?? 'moved';
  if (hints.every((hint) => hint.startsWith('d.'))) return only(hints) ?? 'gradient';
  return places[0]!.isFirst ? (only(hints) ?? values[0]!.op) : values[0]!.op;
}

/** Whether a block is the update of a weight, which says by its call what it is. */
export const isUpdate = ({ returns }: Block): boolean => returns.some(({ hint }) => hint.startsWith('new.'));

/** `adam` of updates, `dense` of a layer, `dDense` of a layer's derivative: names of the registry, none of the file's. */
export function nameOf(places: readonly Place[]): string {
  const [{ block, update }] = places as readonly [Place];
  if (isUpdate(block)) return update;
  const instead = only(places.map((place) => place.instead));
  if (instead !== undefined) return instead[0]!.toLowerCase() + instead.slice(1);
  const result = block.returns.at(-1)!.op;
  const entry = only(places.map((place) => place.entry));
  if (entry === undefined) return result;
  const name = entry.replaceAll('_', '.');
  return places[0]!.isAdjoint ? `d.${name}` : name;
}

/** Which lines of the file it computes. */
export function aboutOf(places: readonly Place[]): string {
  const lines = [...new Set(places.flatMap(({ line }) => (line === undefined ? [] : [line.replace(/^\/\/ /, '')])))];
  const [first, ...others] = lines;
  const instead = only(places.map((place) => place.instead));
  if (instead !== undefined) return ops[instead].summary;
  if (first === undefined) return 'What several places compute alike.';
  return others.length === 0
    ? first
    : `${first}, and ${others.length === 1 ? 'another line' : `${others.length} lines`} alike`;
}
