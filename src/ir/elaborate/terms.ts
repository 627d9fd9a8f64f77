/** The terms of the loss: `reconstruct` and `penalty`. */
import type { Expression, TensorRef } from '../../builtins/arguments.js';
import { builtins } from '../../builtins/index.js';
import { insertBehind } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/terms.js';
import { isMissing, type Missing, type PenaltyItem, type ReconstructItem, type SiteClause } from '../../parser/ast.js';
import { product } from '../graph/shape.js';
import { everyExpression, measureName, someExpression, summandsOf, tensorsOf } from '../model/expressions.js';
import type { NodeSite } from '../model/networks.js';
import type { Condition, Term } from '../model/terms.js';
import type { Variable } from '../model/variables.js';
import { bindCall } from './bind.js';
import { conditionOf } from './conditions.js';
import type { Context } from './context.js';
import { expressionOf } from './expressions.js';
import { Measures, type Around } from './measures.js';
import { placeIn, quote, sourceAt, type Scope } from './scope.js';
import { proveShape } from './shape-proof.js';
import { Tensors } from './tensors.js';
import { nodeSite } from './trees.js';

/** What `reconstruct` compares of a tree, unless a variable has the name. */
const partsOfTrees = ['children', 'leaves'] as const;

/** Reads the terms of one autoencoder, in source order. */
export class Terms {
  readonly #around: Around;
  /** Labels of the reconstructions above. */
  readonly #taken = new Set<string>();

  constructor(
    private readonly context: Context,
    private readonly scope: Scope,
  ) {
    this.#around = { context, scope, tensors: new Tensors(context, scope, context.names.root) };
  }

  penalty(item: PenaltyItem): Term | undefined {
    const at = this.#site(item.at);
    const around = at === undefined || at === 'wrong' ? this.#around : { ...this.#around, at };
    const value = expressionOf(around, item.value);
    const where = item.where.map((one) => conditionOf(this.context, this.scope, one));
    if (value === undefined || at === 'wrong' || !where.every((one) => one !== undefined)) return undefined;
    if (!this.isTerm(value, item.value) || !this.#hasRows(value, item)) return undefined;
    const name = item.name?.text ?? measureName(value);
    return {
      name,
      named: item.name !== undefined,
      value,
      where: [...where, ...this.#implied(value, where)],
      ...this.#atSite(value, at, item),
      source: sourceAt(this.scope, item.span),
    };
  }

  /** Whether an expression is a term: one number for each example, that weights can change. */
  isTerm({ type, text }: Expression, node: { readonly span: ReconstructItem['span'] }): boolean {
    const {
      scope,
      context: { reporter },
    } = this;
    if (type.rate === 'constant') reporter.report(scope, say.dependsOnNothing, node.span, { text });
    else if (product(type.shape) !== 1)
      reporter.report(scope, say.notOneNumber, node.span, { text, shape: type.shape });
    else return true;
    return false;
  }

  /** Whether there are rows for the conditions of a term to choose: of the whole batch, or of weights, there are none. */
  #hasRows(value: Expression, { where: [first] }: PenaltyItem): boolean {
    const whole = first && summandsOf(value).find(({ of }) => of.type.rate === 'whole');
    if (first === undefined || whole === undefined) return true;
    this.context.reporter.report(this.scope, say.withoutRows, first.span, { text: whole.of.text });
    return false;
  }

  reconstruct(item: ReconstructItem): Term | undefined {
    const target = isMissing(item.target) ? '' : quote(this.scope, item.target);
    const part = this.context.variables.includes(target) ? undefined : partsOfTrees.find((known) => known === target);
    return part === undefined ? this.#ofVariable(item) : this.#ofTree(item, part);
  }

  #ofVariable(item: ReconstructItem): Term | undefined {
    const { context, scope } = this;
    const { tensors } = this.#around;
    const ref = isMissing(item.target) ? undefined : tensors.variable(item.target);
    const variable = ref?.kind === 'variable' ? context.variable(ref.name) : undefined;
    const likelihood = bindCall({ scope, reporter: context.reporter, tensors }, 'likelihood', item.by);
    const output = this.#output(item);
    const weight = this.#weight(item);
    // Which elements a variable may lack, nobody knows of one that could not be made.
    const where = item.where.map((one) =>
      variable === undefined && one.kind !== 'equals' ? undefined : conditionOf(context, scope, one, variable),
    );
    const at = this.#site(item.at);
    if (
      variable === undefined ||
      ref === undefined ||
      likelihood === undefined ||
      output === undefined ||
      weight === 'wrong' ||
      at === 'wrong'
    )
      return undefined;
    if (!where.every((one) => one !== undefined)) return undefined;
    if (!this.#atOnePlace(item, variable, output)) return undefined;
    const shape = context.typeOf(output).shape;
    if (shape === undefined || isMissing(item.target)) return undefined;
    const outputText =
      item.from === undefined || isMissing(item.from)
        ? (context.networksOf('decoder')[0] ?? '')
        : quote(scope, item.from);
    const result: Expression = {
      kind: 'tensor',
      ref: output,
      type: { rate: 'each', shape, site: context.typeOf(output).site },
      text: outputText,
    };
    const data: Expression = {
      kind: 'tensor',
      ref,
      type: { rate: 'each', shape: context.typeOf(ref).shape ?? variable.shape, site: context.typeOf(ref).site },
      text: variable.name,
    };
    const source = sourceAt(scope, item.span);
    const text = `${likelihood.definition.name}(${outputText}, ${variable.name})`;
    const label = this.#labelOf(variable.name, output, outputText);
    const measure = new Measures(this.#around).likelihood(likelihood, result, data, text, label, item.by, (wanted) => {
      proveShape(context, { variable, likelihood, output, wanted, found: shape, source });
    });
    if (measure?.kind !== 'likelihood') return undefined;
    return {
      name:
        item.name?.text ??
        (label === variable.name
          ? `reconstruct ${label}`
          : `reconstruct ${variable.name} from ${label.slice(variable.name.length + 1)}`),
      named: item.name !== undefined,
      value: weighted(weight, measure),
      where: [...where, ...this.#implied(measure, where)],
      ...this.#atSite(measure, at, item),
      reconstruction: { label, variable: variable.name, output, likelihood, linked: measure.linked },
      source,
    };
  }

  /** `reconstruct children by gaussian`: the decoder of a tree against its encoder. */
  #ofTree(item: ReconstructItem, compared: 'children' | 'leaves'): Term | undefined {
    const { context, scope } = this;
    const likelihood = bindCall(
      { scope, reporter: context.reporter, tensors: this.#around.tensors },
      'likelihood',
      item.by,
    );
    const weight = this.#weight(item);
    const where = item.where.map((one) => conditionOf(context, scope, one));
    const at = this.#site(item.at);
    const fromRoot = item.from !== undefined && !isMissing(item.from) && quote(scope, item.from) === 'root';
    const decoder = this.#unfold(item, fromRoot);
    if (
      likelihood === undefined ||
      weight === 'wrong' ||
      at === 'wrong' ||
      decoder?.form.kind !== 'unfold' ||
      !where.every((one) => one !== undefined)
    )
      return undefined;
    const { tree } = decoder.form;
    const [input] = decoder.inputs;
    const folds = context
      .networksOf('encoder')
      .flatMap((name) => context.network(name) ?? [])
      .filter(({ form }) => form.kind === 'fold' && form.tree === tree);
    const encoder =
      folds.find((n) => input?.kind === 'layer' && n.layers.some((layer) => layer.id === input.id)) ?? folds.at(-1);
    if (encoder === undefined) return undefined;
    if (!likelihood.definition.domains.includes('real')) {
      const known = builtins.likelihood.filter((l) => l.domains.includes('real')).map(({ name }) => name);
      context.reporter.report(scope, say.notOfVectors, item.by.span, { likelihood: likelihood.definition.name, known });
      return undefined;
    }
    const value: Expression = {
      kind: 'tree',
      compared,
      fromRoot,
      encoder: encoder.name,
      decoder: decoder.name,
      call: likelihood,
      type: { rate: 'each', shape: [], site: 'nodes' },
      text: `${likelihood.definition.name}(${compared})`,
    };
    return {
      name: item.name?.text ?? `reconstruct ${compared}`,
      named: item.name !== undefined,
      value: weighted(weight, value),
      where,
      ...(at === undefined ? {} : { at }),
      source: sourceAt(scope, item.span),
    };
  }

  /** The decoder that a term over a tree means. */
  #unfold(item: ReconstructItem, fromRoot: boolean) {
    const { context, scope } = this;
    const { reporter } = context;
    if (item.from !== undefined && !isMissing(item.from) && !fromRoot) {
      const name = this.#around.tensors.network(item.from);
      const network = name === undefined ? undefined : context.network(name);
      if (network === undefined || network.form.kind === 'unfold') return network;
      reporter.report(scope, say.decodesNoTree, item.from.span, { name: network.name });
      return undefined;
    }
    const decoders = context
      .networksOf('decoder')
      .flatMap((name) => context.network(name) ?? [])
      .filter(({ form }) => form.kind === 'unfold');
    const [decoder, ...others] = decoders;
    if ((item.from !== undefined && !fromRoot) || (decoder === undefined && reporter.failed)) return undefined;
    if (decoder === undefined) reporter.report(scope, say.noTreeDecoder, item.span, {});
    else if (others.length === 0) return decoder;
    else reporter.report(scope, say.severalDecoders, item.span, { decoders: decoders.map(({ name }) => name) });
    return undefined;
  }

  #output(item: ReconstructItem): TensorRef | undefined {
    const { context, scope } = this;
    const { reporter } = context;
    if (item.from !== undefined) return isMissing(item.from) ? undefined : this.#around.tensors.tensor(item.from);
    const decoders = context.networksOf('decoder');
    const [only] = decoders;
    if (only !== undefined && decoders.length === 1) return context.network(only)?.output;
    if (decoders.length === 0) {
      if (!reporter.failed) reporter.report(scope, say.noDecoder, item.span, {});
      return undefined;
    }
    const place = placeIn(scope, isMissing(item.target) ? item.span : item.target.span);
    const fixes = decoders.slice(0, 4).map((name) => insertBehind(place, ` from ${name}`));
    reporter.report(scope, say.severalDecoders, item.span, { decoders }, { fixes });
    return undefined;
  }

  #weight({ weight }: ReconstructItem): Expression | undefined | 'wrong' {
    if (weight === undefined) return undefined;
    const value = expressionOf(this.#around, weight);
    if (value === undefined || value.type.rate === 'constant') return value ?? 'wrong';
    this.context.reporter.report(this.scope, say.weightNotConstant, weight.span, { text: value.text });
    return 'wrong';
  }

  #site(at: SiteClause | Missing | undefined): NodeSite | undefined | 'wrong' {
    return at === undefined ? undefined : (nodeSite(this.context, this.scope, at) ?? 'wrong');
  }

  /** Where a term holds; reported where it has no nodes. */
  #atSite({ type, text }: Expression, at: NodeSite | undefined, item: PenaltyItem | ReconstructItem): Pick<Term, 'at'> {
    if (at === undefined) return {};
    if (type.site === 'nodes') return { at };
    this.context.reporter.report(this.scope, say.noNodes, item.at!.span, { text, site: at });
    return {};
  }

  /** What may be missing is compared where it is known, said or unsaid. */
  #implied(value: Expression, where: readonly (Condition | undefined)[]): readonly Condition[] {
    if (!someExpression(value, isComparison)) return [];
    const names = new Set<string>();
    for (const one of everyExpression(value)) {
      const compared = one.kind === 'likelihood' ? tensorsOf(one.target) : isComparison(one) ? tensorsOf(one) : [];
      for (const ref of compared) if (ref.kind === 'variable') names.add(ref.name);
    }
    const said = new Set(
      where.flatMap((one) => (one?.kind === 'known' || one?.kind === 'missing' ? [one.variable] : [])),
    );
    return [...names].flatMap((name): readonly Condition[] => {
      const variable = this.context.variable(name);
      return variable?.observed !== 'sometimes' || said.has(name)
        ? []
        : [{ kind: 'known', variable: name, implied: true, source: variable.source }];
    });
  }

  /** `x`; `x.second` where x is reconstructed before; `x.second2` where it is from there. */
  #labelOf(variable: string, output: TensorRef, text: string): string {
    const from = (output.kind === 'layer' ? this.context.networkOf(output.id)?.name : undefined) ?? text;
    const labels = [
      variable,
      `${variable}.${from}`,
      ...Array.from({ length: this.#taken.size }, (_, i) => `${variable}.${from}${i + 2}`),
    ];
    const label = labels.find((one) => !this.#taken.has(one))!;
    this.#taken.add(label);
    return label;
  }

  /** Whether what is compared has its values at the same places: at the nodes of a tree, or once in an example. */
  #atOnePlace(item: ReconstructItem, variable: Variable, output: TensorRef): boolean {
    const { context, scope } = this;
    const whole = variable.structure.kind === 'tree';
    const atNodes = variable.structure.kind === 'label';
    if (!whole && atNodes === (context.typeOf(output).site === 'nodes')) return true;
    const related = [{ place: variable.source.place, message: labels.declaredHere }];
    context.reporter.report(
      scope,
      say.otherSite,
      item.target.span,
      { variable: variable.name, whole, atNodes },
      { related },
    );
    return false;
  }
}

const isComparison = (one: Expression): boolean =>
  one.kind === 'likelihood' || (one.kind === 'penalty' && one.call.definition.compares === true);

const weighted = (weight: Expression | undefined, value: Expression): Expression =>
  weight === undefined
    ? value
    : { kind: 'binary', op: '*', left: weight, right: value, type: value.type, text: `${weight.text} * ${value.text}` };
