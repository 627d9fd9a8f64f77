/** Bodies of networks: chains of layers with names, skips, splits, repetitions and blocks. */
import type { Stream } from '../compare/random.js';
import {
  conv,
  convTranspose,
  count,
  dense,
  factors,
  keeping,
  ofSignal,
  pool,
  tame,
  upsample,
  type Sizes,
  type Written,
} from './layers.js';

/** A tensor that a name reaches. */
export interface Tensor extends Pick<Written, 'kernel' | 'range' | 'smooth'> {
  readonly path: string;
  readonly shape: Sizes;
  /** A max pool, with the shape of what it read: `unpool` needs both. */
  readonly pooled?: Sizes;
  /** Nothing is drawn between it and the inputs, and no statistics of the batch are taken. */
  readonly plain: boolean;
  readonly network: string;
  /** A `jump_relu`, whose units can be counted. */
  readonly jumps?: true;
  /** What a network gives that is applied here: no layer. */
  readonly applied?: true;
}

/** A chain while it is written. */
export class Chain {
  readonly lines: string[] = [];
  readonly named: Tensor[] = [];
  /** Declarations of blocks that it uses. */
  readonly blocks: string[] = [];
  /** Whether nothing so far draws, or takes statistics of the batch. */
  plain = true;

  constructor(
    readonly r: Stream,
    readonly network: string,
    public shape: Sizes,
    /** For names and blocks that are unique in a file. */
    readonly fresh: (stem: string) => string,
    /** Tensors of other networks, that stand above. */
    readonly outside: readonly Tensor[] = [],
  ) {}

  /** Adds a layer; it is given a name now and then, or always. */
  add(written: Written, named = this.r.chance(0.35)): Tensor | undefined {
    const name = named ? this.fresh('h') : undefined;
    this.lines.push(name === undefined ? written.text : `${name}: ${written.text}`);
    const before = this.shape;
    this.shape = written.shape;
    this.#follow(written);
    if (name === undefined) return undefined;
    const tensor: Tensor = {
      path: this.r.chance(0.3) ? `${this.network}.${name}` : name,
      shape: written.shape,
      plain: this.plain,
      network: this.network,
      ...(written.kernel === undefined ? {} : { kernel: written.kernel }),
      ...(written.range === undefined ? {} : { range: written.range }),
      ...(written.smooth === undefined ? {} : { smooth: written.smooth }),
      ...(written.text.startsWith('maxpool') ? { pooled: before } : {}),
      ...(written.text.startsWith('jump_relu') ? { jumps: true } : {}),
    };
    this.named.push(tensor);
    return tensor;
  }

  #follow({ text }: Written): void {
    if (/^(dropout|batchnorm|jump_relu|threshold)/.test(text)) this.plain = false;
  }

  /** One or more random layers. */
  grow(): void {
    const { r, shape } = this;
    const image = shape.length === 3;
    const steps: (() => void)[] = [
      () => this.add(keeping(r, shape)),
      () => this.#skip(),
      () => this.#repeat(),
      () => this.#block(),
      () => this.#split(),
      ...(shape.length === 2
        ? [
            () => this.#try(ofSignal(r, shape)),
            () => this.#try(ofSignal(r, shape)),
            () => this.#try(ofSignal(r, shape)),
          ]
        : image
          ? [conv, conv, pool, upsample, upsample, convTranspose]
              .map((layer) => () => this.#try(layer(r, shape)))
              .concat(
                () => this.#unpool(),
                () => this.#unpool(),
                () => this.#patches(),
              )
          : [
              () => this.add(dense(r, r.int(2, 6))),
              () => this.add(dense(r, r.int(2, 6))),
              () => this.add(dense(r, r.int(2, 6))),
              () => this.#image(),
            ]),
    ];
    r.pick(steps)();
  }

  #try(written: Written | undefined, named?: boolean): void {
    if (written !== undefined && count(written.shape) <= 64) this.add(written, named);
  }

  /** `add(h)`, `concat(h)`, or `take h`. */
  #skip(): void {
    const { r, shape } = this;
    const reachable = [...this.named, ...this.outside];
    const same = reachable.filter((t) => t.shape.join() === shape.join());
    const beside = reachable.filter(
      (t) =>
        t.shape.length === shape.length &&
        t.shape.slice(0, -1).join() === shape.slice(0, -1).join() &&
        t.shape.at(-1)! + shape.at(-1)! <= 9,
    );
    if (same.length > 0 && r.chance(0.4))
      this.#join(r.pick(same), (path) => ({ text: `${r.pick(['add', 'multiply'])}(${path})`, shape }));
    else if (beside.length > 0 && r.chance(0.6)) {
      const other = r.pick(beside);
      this.#join(other, (path) => ({
        text: `concat(${path})`,
        shape: [...shape.slice(0, -1), shape.at(-1)! + other.shape.at(-1)!],
      }));
    } else if (this.named.length > 0) {
      const other = r.pick(this.named);
      this.lines.push(`take ${other.path}`);
      this.shape = other.shape;
      this.plain = other.plain;
    }
  }

  #join(other: Tensor, layer: (path: string) => Written): void {
    if (!other.plain) this.plain = false;
    this.add(layer(other.path));
  }

  #repeat(): void {
    const { r, shape } = this;
    const [times, index] = [r.int(2, 3), r.chance(0.3) && shape.length === 1];
    const first = index ? { text: `dense(${shape[0]! + 1} + i - i - 1, ${tame(r)})`, shape } : keeping(r, shape);
    const inner = [first, ...(r.chance(0.4) ? [keeping(r, shape)] : [])];
    // Behind the repetition a name is that of the last turn; the earlier ones are `t_1`, `t_2`.
    const name = r.chance(0.4) ? this.fresh('t') : undefined;
    this.lines.push(
      `repeat ${times}${index ? ' as i' : ''} {`,
      ...inner.map(({ text }, i) => (i === 0 && name !== undefined ? `  ${name}: ${text}` : `  ${text}`)),
      '}',
    );
    inner.forEach((written) => this.#follow(written));
    if (name !== undefined)
      this.named.push({
        path: r.chance(0.5) ? name : `${name}_${r.int(1, times - 1)}`,
        shape,
        plain: false,
        network: this.network,
      });
  }

  #block(): void {
    const { r } = this;
    if (this.shape.length !== 1) return;
    const [name, units] = [this.fresh('Block'), r.int(2, 5)];
    const inner = this.fresh('b');
    const nested =
      this.blocks.length > 0 && r.chance(0.5)
        ? /^block (\w+)/.exec(this.blocks.find((line) => line.startsWith('block'))!)![1]
        : undefined;
    const last = nested === undefined ? r.pick(['dense(units)', 'tanh', 'dense(units, act)']) : `${nested}(units, act)`;
    this.blocks.push(
      `block ${name}(units: int, act: activation = ${tame(r)}) {`,
      `  ${inner}: dense(units, act)`,
      `  ${last}`,
      '}',
    );
    const use = this.fresh('s');
    this.lines.push(`${use}: ${name}(${units}${r.chance(0.5) ? `, ${tame(r)}` : ''})`);
    this.shape = [units];
    this.named.push({
      path: `${use}.${inner}`,
      shape: [units],
      kernel: 'dense',
      plain: this.plain,
      network: this.network,
    });
  }

  #split(): void {
    const { r, shape } = this;
    const last = shape.at(-1)!;
    const parts = [2, 3].filter((n) => last % n === 0);
    if (parts.length === 0) return;
    const n = r.pick(parts);
    const names = Array.from({ length: n }, () => this.fresh('p'));
    const part = [...shape.slice(0, -1), last / n];
    this.lines.push(`${names.join(', ')}: split(${n})`);
    this.shape = part;
    this.named.push(...names.map((path): Tensor => ({ path, shape: part, plain: this.plain, network: this.network })));
  }

  /** Back to where a max pool of this or another network found its maxima. */
  #unpool(): void {
    if (this.r.chance(0.5)) this.#try(pool(this.r, this.shape, 'maxpool'), true);
    const pools = [...this.named, ...this.outside].filter(
      (t) => t.pooled !== undefined && t.shape.join() === this.shape.join(),
    );
    if (pools.length === 0) return;
    if (this.r.chance(0.5)) this.add(keeping(this.r, this.shape), false);
    const of = this.r.pick(pools);
    this.add({ text: `unpool(${of.path})`, shape: of.pooled!, smooth: false });
  }

  /** An image as a row of patches, each made smaller by itself. */
  #patches(): void {
    const {
      r,
      shape: [height, width, channels],
    } = this;
    if (height! % 2 !== 0 || width! % 2 !== 0) return;
    const [n, units] = [(height! * width!) / 4, r.int(1, 3)];
    const between = [
      r.pick(['positions', 'positions(learned: true)', 'layernorm', 'normalise', 'tanh']),
      r.pick(['positions(learned: true)', 'dropout(0.2)', 'softplus']),
    ];
    this.lines.push(
      'patches(2)',
      `dense(${units}, ${tame(r)})`,
      ...between.slice(0, r.int(0, 2)).filter((line) => units > 1 || line !== 'layernorm'),
    );
    this.plain = false;
    if (r.chance(0.3)) {
      this.lines.push(`dense(${4 * channels!})`, `unpatches(2, to: [${height!}, ${width!}])`);
      return;
    }
    this.shape = [n, units];
    this.add({ text: 'flatten', shape: [n * units], smooth: true }, false);
  }

  /** A network or a layer that another statement declares, as a layer. */
  apply(name: string, shape: Sizes): void {
    this.lines.push(name);
    this.shape = shape;
    this.plain = false;
  }

  #image(): void {
    const shape = factors(this.r, count(this.shape));
    if (shape !== undefined) this.add({ text: `reshape(${shape.join(', ')})`, shape, smooth: true });
  }

  flatten(): void {
    if (this.shape.length > 1)
      this.add(
        {
          text: this.r.chance(0.8) ? 'flatten' : `reshape(${count(this.shape)})`,
          shape: [count(this.shape)],
          smooth: true,
        },
        false,
      );
  }

  /** Ends with tensors of a shape, whose values an activation bounds where one is given. */
  end(shape: Sizes, act: string | undefined): Tensor | undefined {
    const { r } = this;
    const whole = count(shape);
    if (
      shape.length === 3 &&
      this.shape.length === 3 &&
      this.shape[0] === shape[0] &&
      this.shape[1] === shape[1] &&
      r.chance(0.7)
    ) {
      const kernel = r.int(1, 3);
      return this.add({
        text: `conv(${shape[2]}, kernel: ${kernel}${act === undefined ? '' : `, ${act}`})`,
        shape,
        kernel: 'conv',
      });
    }
    if (shape.length === 2 && this.shape.length === 2 && this.shape[0] === shape[0]) {
      return this.add({
        text: `conv(${shape[1]}, kernel: ${r.int(1, 3)}${act === undefined ? '' : `, ${act}`})`,
        shape,
        kernel: 'conv',
      });
    }
    this.flatten();
    if (shape.length === 3 && shape[0]! % 2 === 0 && shape[1]! % 2 === 0 && r.chance(0.2)) {
      this.lines.push(
        `repeat_vector(${(shape[0]! * shape[1]!) / 4})`,
        ...(r.chance(0.5) ? ['positions(learned: true)'] : []),
        `dense(${4 * shape[2]!}${act === undefined ? '' : `, ${act}`})`,
        `unpatches(2, channels: ${shape[2]}, to: [${shape[0]}, ${shape[1]}])`,
      );
      this.shape = shape;
      return undefined;
    }
    const late = act !== undefined && r.chance(0.2);
    const last = this.add({
      text: `dense(${r.chance(0.15) && shape.length === 1 && !late ? '_' : whole}${act === undefined || late ? '' : `, ${act}`})`,
      shape: [whole],
      kernel: 'dense',
    });
    if (late) this.add({ text: act, shape: [whole] });
    if (shape.length > 1) this.add({ text: `reshape(${shape.join(', ')})`, shape, smooth: true }, false);
    return last;
  }

  text(): string {
    return this.lines.map((line) => `    ${line}`).join('\n');
  }
}
