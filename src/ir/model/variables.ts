/** Observed variables, and what stands between them and the networks. */
import type { CallOf, ExampleShape } from '../../builtins/arguments.js';
import type { Domain } from '../../runtime/program.js';
import type { Source } from './source.js';

/** What one value of a variable is, or an array of such values. */
export type ElementType =
  | { readonly kind: 'numbers'; readonly shape: ExampleShape }
  /** `names` are those of the classes, where the file gives them. */
  | {
      readonly kind: 'category';
      readonly shape: ExampleShape;
      readonly classes: number;
      readonly names?: readonly string[];
    }
  /** Numbers ≥ 0 whose sum is 1. */
  | { readonly kind: 'distribution'; readonly shape: ExampleShape; readonly classes: number }
  | { readonly kind: 'token'; readonly shape: ExampleShape; readonly vocab: number };

/** What one example of a variable is. */
export type Structure =
  | ElementType
  | { readonly kind: 'sequence'; readonly of: ElementType; readonly length: number }
  /** A binary tree with such an element at each leaf. */
  | { readonly kind: 'tree'; readonly leaf: ElementType }
  /** `t.label`: what stands at every node of the tree `t`; a variable of its own. */
  | { readonly kind: 'label'; readonly tree: string; readonly of: ElementType };

/** The elements of a structure. */
export function elementOf(structure: Structure): ElementType {
  switch (structure.kind) {
    case 'sequence':
    case 'label':
      return structure.of;
    case 'tree':
      return structure.leaf;
    default:
      return structure;
  }
}

/** A corruption with its place. */
export type Corruption = CallOf<'corruption'> & { readonly source: Source };
export type Transform = CallOf<'preprocessing'> & { readonly source: Source };

/** An observed variable: a label of a tree is one beside the tree. */
export interface Variable {
  readonly name: string;
  readonly role: 'input' | 'target';
  /** On all rows (nodes, for a label of a tree); as a whole, or element by element, not always. */
  readonly observed: 'always' | 'sometimes' | 'elements';
  readonly structure: Structure;
  /** Shape of one example as it is stored: labels are one number. Of one leaf or node, where it belongs to a tree. */
  readonly shape: ExampleShape;
  /** Of the elements. Of tokens, labels are 0 … vocab. */
  readonly domain: Domain;
  /** Whether the file says the domain, or leaves it at what the type implies. */
  readonly declaresDomain: boolean;
  /** In the order in which they are applied. */
  readonly preprocessing: readonly Transform[];
  /** In the order in which they are applied. */
  readonly corruption: readonly Corruption[];
  /** Shape after corruption: what the networks read, labels as they are stored. */
  readonly corrupted: ExampleShape;
  readonly doc: string;
  readonly source: Source;
}

/** The shape that networks read: labels as one-hot vectors. */
export const readShape = ({ domain, corrupted }: Pick<Variable, 'domain' | 'corrupted'>): ExampleShape =>
  domain.kind === 'category' ? [...corrupted, domain.classes] : corrupted;

/** The domain of the values that networks and losses see: behind the preprocessing. */
export function modelDomain({ domain, preprocessing }: Pick<Variable, 'domain' | 'preprocessing'>): Domain {
  return preprocessing.reduce<Domain>((_, { definition }) => definition.domain ?? { kind: 'real' }, domain);
}

/** What of a variable may be missing: whole rows, elements one by one, or positions, which are padding then. */
export type Missing = 'rows' | 'elements' | 'positions';

export function missingOf({
  observed,
  structure: { kind },
}: Pick<Variable, 'observed' | 'structure'>): Missing | undefined {
  if (kind === 'sequence') return 'positions';
  if (kind === 'label' || observed === 'always') return undefined;
  return observed === 'sometimes' ? 'rows' : 'elements';
}

/** The shape of what says where a variable is there, 1 or 0; undefined where it always is. */
export function maskShapeOf(variable: Pick<Variable, 'observed' | 'structure' | 'shape'>): ExampleShape | undefined {
  switch (missingOf(variable)) {
    case 'rows':
      return [1];
    case 'elements':
      return variable.shape;
    case 'positions':
      return variable.shape.slice(0, 1);
    case undefined:
      return undefined;
  }
}

/** Whether that is fed beside the variable: labels say it themselves, −1 where they are missing. */
export const feedsMask = (variable: Pick<Variable, 'observed' | 'structure' | 'domain'>): boolean =>
  missingOf(variable) !== undefined && variable.domain.kind !== 'category';
