/** A program as JavaScript that runs as it is: the functions of the module, without types and without layout. */
import { typesLeftOut } from '../../ir/graph/ops/type-text.js';
import { runtimeModule } from '../runtime-names.js';
import type { Target } from '../targets.js';
import { literalOf } from '../text.js';
import { cutsLiteral } from './cut-plans.js';
import { printFunctions, programLiteral } from './functions.js';
import type { Printed } from './plan.js';

/** The same program as `printModule` gives, in a tenth of the time. */
export function printScript(compiled: Printed, target: Target): string {
  const { functions, helpers, reads } = printFunctions(compiled, target);
  return typesLeftOut(
    [
      `import * as tf from '${target.tf}';`,
      ...(reads.has('kernels') ? [`import { kernels } from '${runtimeModule('package', 'core')}';`] : []),
      `export const spec = ${literalOf(compiled.spec)};`,
      ...functions.map(
        ({ plan, params, body }) =>
          `export function ${plan.name}(${params.map(({ name }) => name).join(', ')}) {\n${body}\n}`,
      ),
      ...helpers.map(
        ({ name, params, body }) => `function ${name}(${params.map((param) => param.name).join(', ')}) {\n${body}\n}`,
      ),
      `export const program = ${programLiteral(functions)};`,
      ...(compiled.cuts === undefined ? [] : [`export const cuts = ${cutsLiteral(compiled, functions)};`]),
      '',
    ].join('\n'),
  );
}
