/**
 * Networks of trees. What is applied to many nodes at once is a pass over as many rows; what is applied along the tree
 * is a pass of its own, in the graph that a fold or an unfold has for its body.
 */
import { keyOf, type LayerId, type TensorRef } from '../../builtins/arguments.js';
import type { Builder } from '../graph/build.js';
import type { Graph, Node } from '../graph/graph.js';
import { bodyInput } from '../graph/ops/loops.js';
import { recursion, rowsAt, type Structure } from '../graph/ops/tree-loops.js';
import { B, fixed, product, rowsOf, scaleDim, type Dim } from '../graph/shape.js';
import { foldsBuilt, type Built, type Clause, type NodeSite } from '../model/networks.js';
import { BodyBuilder, bodyOf } from './bodies.js';
import type { CompiledNetwork } from './compiled.js';
import type { Pass } from './pass.js';
import { below, innerOf, leavesOf, TreeArrays } from './tree-arrays.js';

/** Where a clause or a layer of a tree is computed: what it is given, and the labels behind that. */
export interface Rows {
  readonly inputs: ReadonlyMap<string, Node>;
  /** int32, for layers that read labels rather than one-hot vectors. */
  readonly labels: ReadonlyMap<string, Node>;
  /** Which positions of them are there, [rows, length]. */
  readonly masks?: ReadonlyMap<string, Node>;
  readonly layers: ReadonlySet<LayerId>;
}

type Form<Kind extends CompiledNetwork['form']['kind']> = Extract<CompiledNetwork['form'], { readonly kind: Kind }>;

/** The vectors of a recursion: those of all nodes, and of what. */
interface Vectors {
  readonly nodes: Node;
  readonly at: Structure;
  readonly shape: readonly number[];
}

/** What stands at leaves, and the labels behind that. */
interface LeafRows {
  readonly value: Node;
  readonly labels?: Node;
}

const idsOf = (layers: CompiledNetwork['layers']): ReadonlySet<LayerId> => new Set(layers.map(({ id }) => id));

/** The trees of a pass. */
export class Trees {
  readonly #vectors = new Map<string, Vectors>();
  readonly #heads = new Map<string, Pass>();

  readonly arrays: TreeArrays;

  constructor(private readonly pass: Pass) {
    this.arrays = new TreeArrays(pass.b, foldsBuilt(pass.model.networks));
  }

  /** A result of a network of a tree outside of terms over nodes: of a fold, that of the root. */
  tensor(network: CompiledNetwork, ref: TensorRef): Node {
    if (network.form.kind === 'nodes') return this.#head(network).tensor(ref);
    const { nodes, at, shape } = this.#vectorsOf(network);
    return this.#shaped(rowsAt(this.pass.b, nodes, at.roots, at.rooted), shape);
  }

  /** A tensor at the nodes of its tree. */
  at(ref: TensorRef, site: NodeSite): Node {
    const { pass } = this;
    const fold = foldsBuilt(pass.model.networks).find(({ inputs }) => keyOf(inputs[0]!) === keyOf(ref));
    if (fold !== undefined) return this.#ofPositions(fold.form.tree, this.#eachPosition(this.#clean(ref)));
    if (ref.kind === 'variable') {
      const { structure: own } = pass.variable(ref.name);
      if (own.kind === 'tree') return this.#clean(ref);
      const value = pass.value(ref);
      return own.kind === 'label' ? this.#chosen(own.tree, value, 'nodes', site) : value;
    }
    const network = ref.kind === 'layer' ? pass.networkOf(ref.id) : undefined;
    if (network === undefined || network.form.kind === 'chain') throw new Error('no tensor of a tree');
    if (network.form.kind === 'nodes')
      return this.#chosen(network.form.tree, this.#head(network).value(ref), network.form.at, site);
    const vectors = this.#vectorsOf(network);
    return this.#shaped(this.#chosen(network.form.tree, vectors.nodes, 'nodes', site), vectors.shape);
  }

  /** Where tensors together have values: at the narrowest of their sites. */
  siteOf(refs: readonly TensorRef[]): NodeSite {
    const sites = refs.flatMap((ref): readonly NodeSite[] => {
      if (ref.kind === 'variable') return this.pass.variable(ref.name).structure.kind === 'tree' ? ['leaves'] : [];
      const form = ref.kind === 'layer' ? this.pass.networkOf(ref.id)?.form : undefined;
      return form?.kind === 'nodes' ? [form.at] : [];
    });
    return sites.find((site) => site !== 'nodes') ?? 'nodes';
  }

  /** Rows of one site of those of another. */
  #chosen(tree: string, value: Node, from: NodeSite, to: NodeSite): Node {
    if (from === to) return value;
    if (from !== 'nodes') throw new Error(`what is computed at ${from} has no values at ${to}`);
    const at = this.arrays.structure(tree);
    return to === 'leaves'
      ? rowsAt(this.pass.b, value, at.leaves, at.leafed)
      : rowsAt(this.pass.b, value, at.inner, at.innered);
  }

  /** 1 where the label of a tree is known. */
  known(label: string, site: NodeSite): Node {
    const { b } = this.pass;
    const variable = this.pass.variable(label);
    const { structure: own } = variable;
    if (own.kind !== 'label') throw new Error(`${label} is no label`);
    const data = this.pass.data(label);
    // Of a category that is not known, −1 is fed; of a distribution, zeros.
    const known =
      variable.domain.kind === 'category'
        ? b.indicator('GreaterEqual', b.cast(data, 'float32'), b.scalar(0))
        : b.indicator('Greater', b.sum(data, [1]), b.scalar(0.5));
    return this.#chosen(own.tree, known, 'nodes', site);
  }

  // ──────────────────────────────────────────────────────────────────────────── networks

  #head(network: CompiledNetwork): Pass {
    const known = this.#heads.get(network.name);
    if (known !== undefined) return known;
    const { at } = network.form as Form<'nodes'>;
    const pass = this.pass.over({
      inputs: new Map(network.inputs.map((ref) => [keyOf(ref), this.at(ref, at)])),
      labels: new Map(),
      layers: idsOf(network.layers),
    });
    this.#heads.set(network.name, pass);
    return pass;
  }

  #vectorsOf(network: CompiledNetwork): Vectors {
    const known = this.#vectors.get(network.name);
    if (known !== undefined) return known;
    const { form } = network;
    const made = this.pass.b.at(network.source, () =>
      form.kind === 'fold'
        ? this.#fold(network, form)
        : this.#unfold(network, this.#start(network), (form as Form<'unfold'>).tree),
    );
    this.#vectors.set(network.name, made);
    return made;
  }

  /** What a decoder begins with. */
  #start(network: CompiledNetwork): Node {
    return this.#flat(this.pass.tensor(network.inputs[0]!));
  }

  /** What the `leaf` of a fold reads, and the labels behind that. */
  #leaves({ tree, leaf, by }: Form<'fold'>): LeafRows {
    const { of } = leaf.parameters[0]!;
    if (by === undefined && of.kind !== 'variable') return { value: this.at(of, 'leaves') };
    if (by === undefined) {
      const value = this.pass.tensor(of);
      return labelled(this.pass, of) ? { value, labels: this.pass.labels(of.name) } : { value };
    }
    const { value, labels } = this.#atPositions(of);
    return {
      value: this.#ofPositions(tree, value),
      ...(labels === undefined ? {} : { labels: this.#ofPositions(tree, labels) }),
    };
  }

  /** The vectors of leaves as they are, where the tree is composed of corrupted ones. */
  #cleanLeaves(form: Form<'fold'>): Node | undefined {
    const { pass } = this;
    const { of } = form.leaf.parameters[0]!;
    if (form.by !== undefined || of.kind !== 'variable') return undefined;
    const isOfWords = labelled(pass, of);
    const isClean = isOfWords ? pass.labels(of.name) === pass.data(of.name) : pass.tensor(of) === pass.value(of);
    if (isClean) return undefined;
    return this.#leafVectors(form, {
      value: this.#clean(of),
      ...(isOfWords ? { labels: pass.data(of.name) } : {}),
    });
  }

  /** Of what stands at positions, [rows · length, …], what stands at leaves. */
  #ofPositions(tree: string, value: Node): Node {
    const which = this.arrays.array(tree, 'positions', [leavesOf(tree)]);
    return rowsAt(this.pass.b, value, which, this.arrays.array(tree, 'positioned', [value.shape[0]!]));
  }

  /** A sequence position by position, [rows · length, …]. */
  #atPositions(of: TensorRef): LeafRows {
    const labels = labelled(this.pass, of) || of.kind === 'previous' ? this.pass.labelsBehind(of) : undefined;
    return {
      value: this.#eachPosition(this.pass.tensor(of)),
      ...(labels === undefined ? {} : { labels: this.#eachPosition(labels) }),
    };
  }

  /** As terms see it: labels as they are, one-hot. */
  #clean(of: TensorRef): Node {
    const { pass } = this;
    if (!labelled(pass, of)) return pass.value(of);
    const { domain } = pass.variable(of.name);
    if (domain.kind !== 'category') throw new Error(`${of.name} has no classes`);
    return pass.b.make('OneHot', [pass.data(of.name)], { depth: domain.classes });
  }

  #eachPosition(x: Node): Node {
    const [rows, length, ...rest] = x.shape;
    return this.pass.b.reshape(x, [scaleDim(rows!, fixed(length)), ...rest]);
  }

  /** What `leaf` makes of rows, [rows, size]. */
  #leafVectors({ leaf }: Form<'fold'>, { value, labels }: LeafRows): Node {
    const given = keyOf({ kind: 'given', name: leaf.parameters[0]!.name });
    const pass = this.pass.over({
      inputs: new Map([[given, value]]),
      labels: labels === undefined ? new Map() : new Map([[given, labels]]),
      layers: idsOf(leaf.layers as CompiledNetwork['layers']),
    });
    return this.#flat(pass.tensor(leaf.outputs[0]!));
  }

  #fold(network: CompiledNetwork, form: Form<'fold'>): Vectors {
    const { b } = this.pass;
    const { tree, compose } = form;
    const at = this.arrays.structure(tree);
    const start = this.#leafVectors(form, this.#leaves(form));
    const shape = network.outputShape;
    const size = product(shape);
    const [left, right, ...others] = compose.parameters;
    const body = this.#body(compose, innerOf(tree), (own) => {
      const children = own.input('given', bodyInput.start, [B, 2 * size]);
      const side = (i: number): Node => own.reshape(own.slice(children, [0, i * size], [-1, size]), [B, ...shape]);
      return new Map([
        [left!.name, side(0)],
        [right!.name, side(1)],
        ...others.map(({ name, of }): readonly [string, Node] => [name, own.row(this.at(of, 'inner nodes'))]),
      ]);
    });
    return { nodes: recursion(b, 'Fold', { start, structure: at, ...body }), at, shape };
  }

  #unfold(network: CompiledNetwork, start: Node, tree: string): Vectors {
    const { decompose } = network.form as Form<'unfold'>;
    const at = this.arrays.structure(tree, start.shape[0]);
    const shape = network.outputShape;
    const body = this.#body(decompose, innerOf(tree), (own) => {
      const parent = own.input('given', bodyInput.start, [B, product(shape)]);
      return new Map([[decompose.parameters[0]!.name, own.reshape(parent, [B, ...shape])]]);
    });
    return { nodes: recursion(this.pass.b, 'Unfold', { start, structure: at, ...body }), at, shape };
  }

  /** A clause as a graph for the rows of a level, and what stands for its inputs around it. */
  #body(
    clause: Clause,
    inner: Dim,
    given: (own: BodyBuilder) => ReadonlyMap<string, Node>,
  ): { readonly rows: readonly Node[]; readonly whole: readonly Node[]; readonly body: Graph } {
    const own = new BodyBuilder(this.pass.b, inner);
    const inputs = given(own);
    const pass = this.pass.inBody(own, {
      inputs: new Map([...inputs].map(([name, node]) => [keyOf({ kind: 'given', name }), node])),
      labels: new Map(),
      layers: idsOf(clause.layers as CompiledNetwork['layers']),
    });
    const results = clause.outputs.map((ref) => flat(own, pass.tensor(ref)));
    return bodyOf(own, clause.role, own.concat(results, 1), (name) => this.pass.weight(name));
  }

  // ─────────────────────────────────────────────────────────────────────────────── terms

  /** What a decoder gives beside what its encoder has, in pairs: of each inner node, or of the leaves below each. */
  compared(
    what: 'children' | 'leaves',
    fromRoot: boolean,
    encoder: CompiledNetwork,
    decoder: CompiledNetwork,
  ): readonly (readonly [decoded: Node, encoded: Node])[] {
    const { b } = this.pass;
    const { nodes, at, shape } = this.#vectorsOf(encoder);
    const { tree, decompose } = decoder.form as Form<'unfold'>;
    const inner = rowsAt(b, nodes, at.inner, at.innered);
    if (what === 'children') {
      const decoded = this.#applied(decompose, [this.#shaped(inner, shape)]);
      const children = b.reshape(rowsAt(b, nodes, at.children, at.parents), [innerOf(tree), 2, ...shape]);
      return decompose.outputs.map((ref, side) => {
        const all = shape.map(() => 0);
        const one = b.slice(children, [0, side, ...all], [-1, 1, ...shape.map(() => -1)]);
        return [decoded.tensor(ref), b.reshape(one, [innerOf(tree), ...shape])];
      });
    }
    const leaves = this.#cleanLeaves(encoder.form as Form<'fold'>) ?? rowsAt(b, nodes, at.leaves, at.leafed);
    if (fromRoot) {
      const unfolded = this.#vectorsOf(decoder);
      const own = rowsAt(b, unfolded.nodes, unfolded.at.leaves, unfolded.at.leafed);
      return [[this.#shaped(own, shape), this.#shaped(leaves, shape)]];
    }
    const under = below(tree);
    const unfolded = this.#unfold(decoder, inner, under);
    const decoded = rowsAt(b, unfolded.nodes, unfolded.at.leaves, unfolded.at.leafed);
    const which = this.arrays.array(under, 'leaf', [leavesOf(under)]);
    const copies = this.arrays.array(under, 'copies', [rowsOf(`${under}.copies`), leavesOf(tree)]);
    return [[this.#shaped(decoded, shape), this.#shaped(rowsAt(b, leaves, which, copies), shape)]];
  }

  // ──────────────────────────────────────────────────────────────────────────── building

  /** What a tree is built of: the vectors of all positions, [rows, length, size], and 1 where one is there. */
  positions({ form, inputs }: Built<CompiledNetwork>): { readonly vectors: Node; readonly there: Node } {
    const { b } = this.pass;
    const of = inputs[0]!;
    const [rows, length] = this.pass.tensor(of).shape as readonly [Dim, number];
    const vectors = this.#leafVectors(form, this.#atPositions(of));
    return {
      vectors: b.reshape(vectors, [rows, length, fixed(vectors.shape[1])]),
      there: this.pass.positionsMask(of) ?? b.fill(1, [rows, length]),
    };
  }

  /**
   * What comes of joining `left` and `right`, [pairs, size]: parents of that shape, and the squared distance of the children
   * that the decoder makes of each, [pairs].
   */
  joined(
    { form, outputShape }: Built<CompiledNetwork>,
    decoder: CompiledNetwork,
    left: Node,
    right: Node,
  ): readonly [Node, Node] {
    const { b } = this.pass;
    const { decompose } = decoder.form as Form<'unfold'>;
    const children = [left, right].map((one) => this.#shaped(one, outputShape));
    const parent = this.#applied(form.compose, children).tensor(form.compose.outputs[0]!);
    const decoded = this.#applied(decompose, [parent]);
    const errors = decompose.outputs.map((ref, side) =>
      b.sumRows(b.square(b.sub(decoded.tensor(ref), children[side]!))),
    );
    return [this.#flat(parent), b.add(errors[0]!, errors[1]!)];
  }

  /** A clause at as many nodes as its inputs have rows. */
  #applied({ parameters, layers }: Clause, inputs: readonly Node[]): Pass {
    return this.pass.over({
      inputs: new Map(inputs.map((node, i) => [keyOf({ kind: 'given', name: parameters[i]!.name }), node])),
      labels: new Map(),
      layers: idsOf(layers as CompiledNetwork['layers']),
    });
  }

  #flat(x: Node): Node {
    return flat(this.pass.b, x);
  }

  #shaped(x: Node, shape: readonly number[]): Node {
    return this.pass.b.reshape(x, [x.shape[0]!, ...shape]);
  }
}

const labelled = (pass: Pass, of: TensorRef): of is Extract<TensorRef, { readonly kind: 'variable' }> =>
  of.kind === 'variable' && pass.variable(of.name).domain.kind === 'category';

const flat = (b: Builder, x: Node): Node => b.reshape(x, [x.shape[0]!, product(x.shape.slice(1).map(fixed))]);
