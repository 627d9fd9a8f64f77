/** What a name can be looked for as: each sort of things in words and as a test; and what names stand for, in words. */
import type { Context } from './context.js';
import { below, type Named } from './names.js';

/** What is looked for: a sort of things, in words and as a test. */
export interface Wish {
  readonly what: string;
  readonly fits: (named: Named) => boolean;
  /** Whether the name of a number will do too. */
  readonly orNumber?: boolean;
}

export const aTensor: Wish = {
  what: 'an input, a latent or a named layer',
  fits: ({ tensor }) => tensor !== undefined,
};
export const aSummand: Wish = { ...aTensor, what: 'a number, an input, a latent or a named layer', orNumber: true };
export const aLayer: Wish = {
  what: 'a layer',
  fits: ({ layer, tensor }) => layer !== undefined && tensor !== undefined,
};
export const aVariable: Wish = {
  what: 'an input or a target',
  fits: ({ kind, tensor, shared }) => shared || (kind === 'variable' && tensor?.kind === 'variable'),
};
export const corruptible: Wish = {
  what: 'an input or a named layer',
  fits: (named) => aVariable.fits(named) || aLayer.fits(named),
};
export const aLatent: Wish = {
  what: 'a latent',
  fits: ({ kind, symbol, shared }) => shared || (kind === 'latent' && symbol?.kind === 'latent'),
};
export const latentOrDraw: Wish = {
  what: 'a latent or a draw',
  fits: (named) => aLatent.fits(named) || named.symbol?.kind === 'draw',
};
export const aNetwork: Wish = { what: 'the name of a network', fits: ({ kind }) => kind === 'network' };
export const someWeights: Wish = { what: 'a weight, a layer, a network or `all`', fits: hasWeights };
export const applicable: Wish = {
  what: 'the name of a network or of a layer',
  fits: ({ kind, layer }) => kind === 'network' || layer !== undefined,
};

/** Whether a name is that of a weight, or one stands below it. */
function hasWeights(named: Named): boolean {
  for (const one of below(named)) if (one.weight !== undefined) return true;
  return false;
}

/** What a name stands for, in words. */
export function kindOf(named: Named, context: Context): string {
  switch (named.kind) {
    case 'variable':
      return context.variable(named.name)?.role === 'target' ? 'a target' : 'an input';
    case 'latent':
      return named.symbol?.kind === 'draw' ? 'a draw' : 'a latent';
    case 'given':
      return 'a vector of a tree';
    case 'use':
      return 'the use of a block';
    case 'clause':
      return 'a clause';
    case 'layer':
      return named.layer === undefined ? 'the result of a network' : 'a layer';
    default:
      return `a ${named.kind}`;
  }
}
