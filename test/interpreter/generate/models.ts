/**
 * Random models as text, valid by docs/language.md and docs/reference.md alone. Each draws from what compiles today
 * (§16); sizes are small, so that thousands take minutes.
 */
import { stream, type Stream } from '../compare/random.js';
import { count, tame, type Sizes } from './layers.js';
import { Chain, type Tensor } from './networks.js';
import { corruptions, domains, likelihoodOf, preprocessing, type Behind, type Likelihood } from './observed.js';
import { penalties, type Applicable, type Named } from './penalties.js';
import { constraints, training, weightOf } from './settings.js';

export interface Generated {
  readonly seed: number;
  readonly text: string;
}

export function generate(seed: number): Generated {
  return { seed, text: new Writer(stream(seed)).write() };
}

/** An input or target, and what networks read of it. */
export interface Observed {
  readonly name: string;
  readonly shape: Sizes;
  readonly read: Sizes;
  readonly domain: string;
  readonly behind: Behind;
  /** Corruptions that `where` may name. */
  readonly hiding: readonly string[];
}

interface Encoder {
  /** Of its last tensor. */
  readonly name: string;
  readonly shape: Sizes;
  readonly mirrorable: boolean;
  readonly tensors: readonly Tensor[];
}

class Writer {
  readonly #counts = new Map<string, number>();
  readonly #head: string[] = [];
  readonly #items: string[] = [];
  readonly #parameters: string[] = [];
  readonly #tensors: Tensor[] = [];
  readonly #terms: string[] = [];

  readonly #applicable: Applicable[] = [];
  /** What stands for how strong noise is. */
  #level: string | undefined;
  /** A decoder that reads noise beside the code. */
  #noise: string | undefined;

  /** Set where there are two encoders and decoders, which terms and networks then name. */
  #rivals = false;

  constructor(readonly r: Stream) {}

  readonly #fresh = (stem: string): string => {
    const n = this.#counts.get(stem) ?? 0;
    this.#counts.set(stem, n + 1);
    return `${stem}${n}`;
  };

  write(): string {
    const { r } = this;
    this.#levels();
    const x = this.#input(
      'x',
      r.chance(0.4)
        ? [r.int(3, 7)]
        : r.chance(0.25)
          ? [r.int(4, 8), r.int(1, 3)]
          : [r.int(3, 6), r.int(3, 6), r.pick([1, 1, 2, 3])],
    );
    const first = this.#critics(x);
    const condition = r.chance(0.25);
    if (condition) this.#items.push(`  input c: category(${r.int(2, 4)})`);
    // Beside an image stands one of its size, beside a vector any other.
    const beside = r.chance(0.15)
      ? this.#input('w', x.read.length === 1 ? [r.int(2, 4)] : [...x.read.slice(0, -1), r.int(1, 2)])
      : undefined;
    if (condition) this.#lookup();
    const joins =
      beside !== undefined &&
      beside.read.length === x.read.length &&
      beside.read.slice(0, -1).join() === x.read.slice(0, -1).join();
    const inputs = ['x', ...(joins ? ['w'] : []), ...(condition && x.read.length === 1 && r.chance(0.8) ? ['c'] : [])];
    const encoder = this.#encoder(
      x,
      inputs,
      condition || beside !== undefined || this.#level === 's',
      joins ? beside.read.at(-1)! : 0,
      first,
    );
    if (beside !== undefined) this.#rival(beside);
    const latent = encoder.shape.length === 1 && r.chance(0.3) ? this.#latent(condition) : undefined;
    const code = latent === undefined ? { name: encoder.name, shape: encoder.shape } : { name: 'z', shape: [latent] };
    this.#decoder(x, encoder, code, condition, latent !== undefined);
    if (r.chance(0.25)) this.#head_(encoder, code);
    const named: Named = {
      tensors: this.#tensors,
      latent: latent !== undefined,
      decaying: networksWithKernels(this.#items),
      applicable: this.#applicable,
      ...(condition ? { category: { name: 'c', classes: this.#classes() } } : {}),
    };
    this.#terms.push(...penalties(r, named));
    const body = [
      ...this.#items,
      ...this.#terms.map((t) => `  ${t}`),
      ...constraints(r, this.#tensors, named.decaying).map((c) => `  ${c}`),
      ...training(r),
    ];
    const parameters = this.#parameters.length === 0 ? '' : `(${this.#parameters.join(', ')})`;
    return `${[...this.#head, `autoencoder Random${parameters} {`, ...body, '}'].join('\n')}\n`;
  }

  /** A network without a role of its own, whose tensor others join: learned vectors for categories. */
  #lookup(): void {
    const { r } = this;
    if (!r.chance(0.4)) return;
    const [name, units] = [this.#fresh('e'), r.int(2, 3)];
    this.#items.push(
      '  network lookup(c) {',
      `    ${name}: embedding(${units})`,
      ...(r.chance(0.4) ? ['    dense(2, tanh)'] : []),
      '  }',
    );
    this.#tensors.push({ path: name, shape: [units], plain: false, network: 'lookup' });
  }

  /** A decoder of the other input, from the code of an encoder of its own. */
  #rival(w: Observed): void {
    const { r } = this;
    if (w.read.length !== 1 || w.shape.length !== 1 || !r.chance(0.6)) return;
    this.#items.push(
      '  encoder other(w) {',
      `    side: dense(${r.int(2, 3)}, ${tame(r)})`,
      '  }',
      '  decoder back(side) {',
      `    dense(${w.shape[0]!})`,
      '  }',
    );
    this.#terms.push('reconstruct w from back by squared_error');
    this.#rivals = true;
  }

  /** Of the condition; a target may have others. */
  #classes(): number {
    return Number(/input c: category\((\d)\)/.exec(this.#items.join('\n'))![1]);
  }

  /** A number for each example, observed or drawn, by which noise is as strong as it says. */
  #levels(): void {
    const { r } = this;
    if (r.chance(0.85)) return;
    const drawn = r.chance(0.4);
    this.#items.push(drawn ? '  draw e ~ normal(1, mean: 0.5, sigma: 0.1)' : '  input s: [1] in [0, 1]');
    this.#level = drawn ? 'e' : 's';
  }

  /** Networks that others apply: one that keeps a vector's shape, and a critic. What the first is called, where it is there. */
  #critics(x: Observed): string | undefined {
    const { r } = this;
    if (x.read.length !== 1 || r.chance(0.6)) return undefined;
    const n = x.read[0]!;
    const [inner, last] = [this.#fresh('f'), this.#fresh('f')];
    const between = r.pick([[], ['batchnorm'], ['dropout(0.3)'], ['layernorm']]);
    this.#items.push(
      '  network critic(x) {',
      `    ${inner}: dense(3, ${tame(r)})`,
      ...between.map((line) => `    ${line}`),
      `    ${last}: dense(${r.pick([1, 1, 2])})`,
      '  }',
    );
    const width = Number(/dense\((\d)\)$/.exec(this.#items.at(-2)!)![1]);
    this.#applicable.push(
      { name: 'critic', reads: [n], gives: [width] },
      { name: inner, reads: [n], gives: [3] },
      { name: last, reads: [3], gives: [width] },
    );
    this.#tensors.push({ path: inner, shape: [3], kernel: 'dense', plain: false, network: 'critic' });
    if (r.chance(0.5)) return undefined;
    this.#items.push('  network front(x) {', `    dense(${n}, ${tame(r)})`, '  }');
    this.#applicable.push({ name: 'front', reads: [n], gives: [n] });
    return 'front';
  }

  #input(name: string, shape: Sizes): Observed {
    const { r } = this;
    const domain = r.pick(domains);
    this.#items.push(`  input ${name}: [${shape.join(', ')}]${domain === '' ? '' : ` in ${domain}`}`);
    const transforms = preprocessing(r, domain);
    if (transforms !== undefined) this.#items.push(`  preprocess ${name} with ${transforms.text}`);
    const isBounded =
      transforms === undefined ? !['real', '', 'counts', '[0, _]'].includes(domain) : transforms.behind === 'bits';
    const extremes = isBounded ? 'bounds' : transforms?.text === 'whiten' ? 'none' : 'features';
    const corrupted = corruptions(r, shape, extremes, this.#level);
    if (corrupted.calls.length > 0) this.#items.push(`  corrupt ${name} with ${corrupted.calls.join(' then ')}`);
    return {
      name,
      shape,
      domain,
      behind: transforms?.behind ?? 'domain',
      read: corrupted.shape,
      hiding: corrupted.hiding,
    };
  }

  #encoder(
    x: Observed,
    inputs: readonly string[],
    several: boolean,
    joined: number,
    front: string | undefined,
  ): Encoder {
    const { r } = this;
    const width = [...x.read.slice(0, -1), x.read.at(-1)! + joined + (inputs.includes('c') ? this.#classes() : 0)];
    const chain = new Chain(
      r,
      'encoder',
      width,
      this.#fresh,
      this.#tensors.filter((t) => t.network === 'lookup'),
    );
    if (inputs.length > 1 && r.chance(0.3)) chain.lines.push('concat');
    const mirrorable =
      r.chance(0.2) &&
      this.#level !== 'e' &&
      inputs.length === 1 &&
      x.read.length !== 2 &&
      x.read.join() === x.shape.join();
    if (mirrorable) this.#mirrorable(chain);
    else {
      // What is applied reads what it reads in its own place.
      if (front !== undefined && inputs.length === 1 && r.chance(0.6))
        chain.apply(r.pick([front, `${this.#fresh('q')}: ${front}`]), x.read);
      for (let i = r.int(0, 4) + (x.read.length > 1 ? 2 : 0); i > 0; i--) chain.grow();
      if (r.chance(x.read.length > 1 ? 0.6 : 0.75)) {
        chain.flatten();
        if (r.chance(0.5) || chain.shape.join() === x.read.join())
          chain.add({ ...this.#sizedDense(r.int(2, 4)) }, false);
      }
    }
    const name = this.#lastNamed(chain);
    // With several inputs the encoder says which it reads.
    this.#push(!several && r.chance(0.7) ? 'encoder' : `encoder(${inputs.join(', ')})`, chain);
    return { name, shape: chain.shape, mirrorable, tensors: chain.named };
  }

  /** A dense layer whose size is a number, a parameter, or arithmetic. */
  #sizedDense(units: number): {
    readonly text: string;
    readonly shape: Sizes;
    readonly kernel: 'dense';
    readonly smooth: boolean;
  } {
    const { r } = this;
    const act = r.chance(0.3) ? 'sigmoid' : tame(r);
    const ways = [
      () => String(units),
      () => {
        const parameter = this.#fresh('n');
        this.#parameters.push(`${parameter}: int = ${units}`);
        return parameter;
      },
      () => {
        const name = this.#fresh('k');
        this.#items.push(`  let ${name} = 2 * ${units}`);
        return `${name} / 2`;
      },
      () => `${units + 2} - 2`,
      () => `2 ^ 2 - ${4 - units}`,
    ];
    return {
      text: `dense(${r.chance(0.6) ? String(units) : r.pick(ways)()}, ${act})`,
      shape: [units],
      kernel: 'dense',
      smooth: !/relu|elu|selu|hard|softsign/.test(act),
    };
  }

  /** Layers that the page names in its list of mirrored ones. */
  #mirrorable(chain: Chain): void {
    const { r } = this;
    if (chain.shape.length === 3) {
      for (let i = r.int(1, 2); i > 0; i--) {
        const [height, width, channels] = chain.shape as readonly [number, number, number];
        const filters = r.int(1, 3);
        if (r.chance(0.5))
          chain.add({
            text: `conv(${filters}, kernel: ${r.int(1, 3)}, ${tame(r)})`,
            shape: [height, width, filters],
            kernel: 'conv',
          });
        else if (r.chance(0.5))
          chain.add({
            text: `conv(2, kernel: 2, stride: 2, ${tame(r)})`,
            shape: [Math.ceil(height / 2), Math.ceil(width / 2), 2],
            kernel: 'conv',
          });
        else if (height > 1 && width > 1)
          chain.add({
            text: `${r.pick(['maxpool', 'avgpool'])}(2)`,
            shape: [Math.floor(height / 2), Math.floor(width / 2), channels],
          });
      }
      chain.add({ text: 'flatten', shape: [count(chain.shape)] }, false);
    }
    for (let i = r.int(1, 2); i > 0; i--) {
      const units = r.int(2, 5);
      chain.add({ text: `dense(${units}, ${tame(r)})`, shape: [units], kernel: 'dense' });
    }
  }

  /** The name of the chain's end: a layer that changes nothing gives it one. */
  #lastNamed(chain: Chain): string {
    const last = chain.lines.at(-1);
    const name = last === undefined ? undefined : /^(\w+): (?!split)/.exec(last)?.[1];
    if (name !== undefined) return name;
    const fresh = this.#fresh('code');
    if (last !== undefined && /^[a-z_]\w*(\(|$)/.test(last) && !last.startsWith('take') && !last.startsWith('repeat')) {
      chain.lines[chain.lines.length - 1] = `${fresh}: ${last}`;
      const unit = /sigmoid/.test(last) && !/hard_sigmoid/.test(last) && last.startsWith('dense');
      chain.named.push({
        path: fresh,
        shape: chain.shape,
        plain: chain.plain,
        network: chain.network,
        ...(last.startsWith('jump_relu') ? { jumps: true as const } : {}),
        ...(this.#applicable.some(({ name: of }) => of === last) ? { applied: true as const } : {}),
        ...(last.startsWith('dense') ? { kernel: 'dense' as const } : {}),
        ...(unit ? { range: 'unit' as const } : {}),
      });
    } else chain.add({ text: `${fresh}: linear`, shape: chain.shape }, false);
    return fresh;
  }

  #push(header: string, chain: Chain): void {
    this.#head.push(...chain.blocks);
    this.#items.push(
      `  ${header} {`,
      ...(chain.lines.length === 0 ? ['    linear'] : chain.lines.map((line) => `    ${line}`)),
      '  }',
    );
    this.#tensors.push(...chain.named);
  }

  /** A normal latent with a prior of its own, a written one, or one that a network gives. */
  #latent(condition: boolean): number {
    const { r } = this;
    const size = r.int(1, 3);
    this.#items.push(
      `  latent z ~ normal(${size}${this.#rivals ? ', from: encoder' : ''})${r.chance(0.3) ? ' by point' : r.chance(0.3) ? ' by reparameterized' : ''}`,
    );
    if (condition && r.chance(0.5)) {
      this.#items.push(
        '  network belief(c) {',
        `    dense(${r.int(2, 4)}, tanh)`,
        '  }',
        '  prior z ~ normal(from: belief)',
      );
    } else if (r.chance(0.7))
      this.#items.push(`  prior z ~ normal(${r.pick(['0, 1', '0.5, 2', 'mean: -0.3, sigma: 0.7'])})`);
    return size;
  }

  #decoder(
    x: Observed,
    encoder: Encoder,
    code: { readonly name: string; readonly shape: Sizes },
    condition: boolean,
    latent: boolean,
  ): void {
    const { r } = this;
    const likelihood = likelihoodOf(r, x);
    if (encoder.mirrorable && !latent) {
      this.#items.push(`  decoder mirror(encoder${r.chance(0.4) ? ', tied' : ''})`);
      this.#terms.push(reconstruct(r, x, likelihood, this.#rivals ? ' from decoder' : ''));
      return;
    }
    const reads = condition && code.shape.length === 1 && r.chance(0.5);
    const noisy = code.shape.length === 1 && this.#level === undefined && r.chance(0.1);
    if (noisy) {
      this.#items.push('  draw e ~ normal(2, sigma: 0.5)');
      this.#noise = 'e';
    }
    const own = reads ? [code.shape[0]! + this.#classes()] : code.shape;
    const width = noisy ? [own[0]! + 2] : own;
    const chain = new Chain(r, 'decoder', width, this.#fresh, [
      ...encoder.tensors,
      ...this.#tensors.filter((t) => t.network === 'lookup'),
    ]);
    for (let i = r.int(0, 3) + (code.shape.length > 1 ? 1 : 0); i > 0; i--) chain.grow();
    const tied = this.#tied(chain, x, encoder.tensors, likelihood);
    if (!tied) chain.end(x.shape, likelihood.ending);
    const given = [code.name, ...(reads ? ['c'] : []), ...(this.#noise === undefined ? [] : [this.#noise])];
    const implied = given.length === 1 && !this.#rivals && this.#level !== 'e' && r.chance(0.7);
    this.#push(implied ? 'decoder' : `decoder(${given.join(', ')})`, chain);
    this.#terms.push(reconstruct(r, x, likelihood, this.#rivals || r.chance(0.2) ? ' from decoder' : ''));
  }

  /** The last layer with the kernel of a layer of the encoder, where one has the right sizes. */
  #tied(chain: Chain, x: Observed, outside: readonly Tensor[], { ending }: Likelihood): boolean {
    const { r } = this;
    const partner = outside.find(
      (t) => t.kernel === 'dense' && !t.path.includes('.') && this.#reads(t.path) === x.shape.join(),
    );
    if (partner === undefined || x.shape.length !== 1 || x.read.join() !== x.shape.join() || !r.chance(0.6))
      return false;
    chain.flatten();
    if (chain.shape[0] !== partner.shape[0])
      chain.add({ text: `dense(${partner.shape[0]!}, tanh)`, shape: partner.shape }, false);
    const act = ending === undefined ? '' : `, ${ending}`;
    if (r.chance(0.5)) chain.add({ text: `dense(${x.shape[0]!}${act}, tied: ${partner.path})`, shape: x.shape }, false);
    else {
      const name = this.#fresh('t');
      chain.lines.push(`${name}: dense(${x.shape[0]!}${act})`);
      chain.shape = x.shape;
      this.#terms.unshift(`tie decoder.${name}.kernel = transpose(encoder.${partner.path}.kernel)`);
    }
    return true;
  }

  /** The shape that a named first layer of the encoder reads: that of x, if it stands first. */
  #reads(path: string): string {
    const items = this.#items.join('\n');
    const first = /encoder(?:\(x\))? \{\s*(\w+): dense/.exec(items)?.[1];
    return first === path ? /input x: \[([\d, ]+)\]/.exec(items)![1]!.replaceAll(' ', '') : '';
  }

  /** A head that predicts a label or other numbers from the code. */
  #head_(encoder: { readonly shape: Sizes }, code: { readonly name: string; readonly shape: Sizes }): void {
    const { r } = this;
    if (code.shape.length !== 1 || encoder.shape.length !== 1) return;
    const label = r.chance(0.6);
    const size = r.int(2, 4);
    this.#items.splice(
      this.#items.findIndex((line) => !line.startsWith('  input') && !line.startsWith('  let')),
      0,
      label ? `  target y: category(${size})` : `  target y: [${size}]`,
    );
    const chain = new Chain(r, 'label', code.shape, this.#fresh);
    if (r.chance(0.4)) chain.lines.push(`dense(${r.int(2, 4)}, ${tame(r)})`);
    chain.lines.push(`dense(${size}${label && r.chance(0.3) ? ', softmax' : ''})`);
    this.#push(`head label(${code.name})`, chain);
    this.#terms.push(
      `reconstruct y from label by ${label ? 'categorical' : r.pick(['squared_error', 'gaussian(0.5)', 'laplace'])}${weightOf(r)}`,
    );
  }
}

/** Networks with a kernel of their own, which their weights can decay by. */
function networksWithKernels(items: readonly string[]): readonly string[] {
  const text = items.join('\n');
  return ['encoder', 'decoder'].filter((name) =>
    /dense|conv|Block|mirror/.test(
      new RegExp(`^  ${name}[^]*?^  }`, 'm').exec(text)?.[0] ?? (name === 'decoder' ? text : ''),
    ),
  );
}

function reconstruct(r: Stream, x: Observed, { name, ofVectors }: Likelihood, from: string): string {
  const where = x.hiding.length > 0 && ofVectors !== true && r.chance(0.6) ? ` where ${r.pick(x.hiding)}` : '';
  return `reconstruct ${x.name}${from} by ${name}${where}${weightOf(r)}`;
}
