/** Names of statements that stand for nothing: a layer gives fewer tensors than are named. */
import type { TensorRef } from '../../builtins/arguments.js';
import * as say from '../../diagnostics/messages/layers.js';
import type { Ident } from '../../parser/ast.js';
import type { Layer } from '../model/networks.js';
import type { Context } from './context.js';
import type { Named } from './names.js';
import type { Scope } from './scope.js';

/** A name behind the first of its statement. */
export interface FurtherName {
  readonly name: Ident;
  readonly scope: Scope;
  /** What the statement calls. */
  readonly called: string;
  /** Which of its results, from 1 on. */
  readonly output: number;
  readonly tensor: TensorRef;
  readonly named: Named;
}

/** Reports them; whether there are some. A layer whose shape is not known has a mistake of its own. */
export function reportSurplus(context: Context, further: readonly FurtherName[], layers: readonly Layer[]): boolean {
  const surplus = further.flatMap((one) => {
    const { tensor, output } = one;
    if (tensor.kind === 'given') return [];
    const layer = tensor.kind === 'layer' ? layers.find(({ id }) => id === tensor.id) : undefined;
    if (tensor.kind === 'layer' && layer === undefined) return [];
    const given = layer?.outputs.length ?? 1;
    return output < given ? [] : [{ ...one, given }];
  });
  for (const { name, named, scope, called, given } of surplus) {
    named.incomplete = true;
    context.reporter.report(scope, say.givesNoMore, name.span, { layer: called, name: name.text, given });
  }
  return surplus.length > 0;
}
