/** Words that stand where a layer could, and are none. */
import { answering } from '../../builtins/aliases.js';
import { builtins, find } from '../../builtins/index.js';
import * as say from '../../diagnostics/messages/layers.js';
import type { Ident } from '../../parser/ast.js';
import type { Reporter } from './reporter.js';
import { placeIn, type Scope } from './scope.js';

export function unknownLayer(reporter: Reporter, scope: Scope, callee: Ident): void {
  const known = (): readonly string[] => [...builtins.layer.map((l) => l.name), ...scope.blocks.keys()];
  const { near, fixes } = reporter.guess(
    placeIn(scope, callee.span),
    callee.text,
    known,
    answering('layer', callee.text)?.name,
  );
  // A block of this name may be in a file that could not be read.
  if (reporter.wounded && near === undefined) return;
  reporter.report(
    scope,
    say.unknownLayer,
    callee.span,
    {
      word: callee.text,
      ...(near === undefined ? {} : { near }),
      ...(find('corruption', callee.text) === undefined ? {} : { corrupts: true }),
    },
    { fixes },
  );
}
