/** Blocks by themselves, whether something uses them or not: names and arguments, with all parameters open. */
import { severityOf, type Finding } from '../../diagnostics/finding.js';
import { isMissing, type AutoencoderDecl } from '../../parser/ast.js';
import type { Block } from '../resolve/sources.js';
import type { Reference } from '../resolve/symbols.js';
import { BodyReader } from './bodies.js';
import { Elaborator } from './elaborator.js';
import { bindParameters, checkTypes } from './parameters.js';
import { reportUnread } from './unused.js';
import type { Passed, Reporter } from './reporter.js';
import { broken, constantsOf, type Scope } from './scope.js';

/** What is wrong in a block wherever it is used, and what its names stand for. */
export interface CheckedBlock {
  readonly findings: readonly Finding[];
  readonly references: readonly Reference[];
  readonly passed: Passed;
}

export function checkBlock(block: Block, reporter: Reporter): CheckedBlock {
  read(block, reporter);
  // Sizes are open here, so that much fails which is no mistake.
  const isSound = !reporter.wounded && reporter.findings.every((one) => severityOf(one) !== 'error');
  if (isSound) reportUnread({ unit: block.unit, through: [] }, reporter, block.symbols);
  return { findings: reporter.findings, references: reporter.references, passed: reporter.passed };
}

function read({ unit, declaration, symbols, blocks }: Block, reporter: Reporter): void {
  if (isMissing(declaration.body)) return;
  const scope: Scope = {
    unit,
    blocks,
    constants: constantsOf(new Map(), (one) => symbols.byName.get(one)),
    through: [],
  };
  checkTypes(scope, reporter, declaration.params, 'block');
  const defaults = declaration.params.filter((param) => param.default !== undefined);
  bindParameters(reporter, '', defaults, { scope, args: [], at: declaration.span }, scope);
  // An autoencoder without items: nothing but the block's own names is in sight.
  const empty: AutoencoderDecl = {
    kind: 'autoencoder',
    name: declaration.name,
    params: [],
    items: [],
    doc: '',
    span: declaration.span,
  };
  const elaborator = new Elaborator(
    {
      unit,
      declaration: empty,
      symbols: { owner: symbols.owner, byName: new Map(), stages: [] },
      blocks,
      wounded: reporter.wounded,
    },
    scope,
    reporter,
  );
  const within = elaborator.names.enter(
    elaborator.names.root,
    isMissing(declaration.name) ? 'block' : declaration.name.text,
    'use',
  );
  const open = new Map(declaration.params.map(({ name }) => [name.text, broken]));
  const reader = new BodyReader(elaborator, undefined);
  reader.read(
    { ...scope, constants: constantsOf(open, scope.constants.symbol) },
    declaration.body,
    within,
    symbols.owner.members,
  );
}
