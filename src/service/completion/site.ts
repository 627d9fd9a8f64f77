/** Where something is to be written, and what is known of the place. */
import type { Unit } from '../../parser/ast.js';
import { positionIn, type Position } from '../position.js';
import { aroundOf, visibleIn, type Around, type Visible } from '../scope.js';
import type { CheckedFile, Service } from '../service.js';
import { unitAt } from '../syntax.js';

export interface Site {
  readonly service: Service;
  readonly checked: CheckedFile;
  readonly unit: Unit;
  /** Where the unit begins. */
  readonly at: number;
  /** In the unit. */
  readonly position: Position;
  /** The declaration; absent outside of one. */
  readonly around: Around | undefined;
  /** The names of the declaration, with their shapes. */
  readonly visible: readonly Visible[];
}

export function siteAt(service: Service, path: string, offset: number): Site | undefined {
  const checked = service.checked(path);
  if (checked === undefined) return undefined;
  const { unit, at } = unitAt(checked.root, offset) ?? { unit: empty(path), at: 0 };
  const position = positionIn(unit, offset - at);
  const around = aroundOf(checked, unit);
  const visible = around === undefined ? [] : visibleIn(checked, unit, around);
  return { service, checked, unit, at, position, around, visible };
}

/** A file without any text has no unit. */
const empty = (file: string): Unit => ({
  file,
  text: '',
  declarations: [],
  silences: [],
  comments: [],
  tokens: [],
  findings: [],
  selfContained: true,
});

export const isOperator = (word: string | undefined): boolean => word !== undefined && /^[-+*/^=]$/.test(word);

/** Whether the statement is a term, or a player's objective. */
export const isInTerm = ({ position: { words } }: Site): boolean =>
  words.some((word) => word === 'penalty' || word === 'minimize' || word === 'maximize');
