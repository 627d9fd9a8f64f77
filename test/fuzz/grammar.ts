/**
 * Files after the grammar: nearly always without syntax errors, and with meanings from right to absurd.
 * Calls are drawn from the registry's names and parameters.
 */
import type { Param } from '../../src/builtins/arguments.js';
import type { Definition } from '../../src/builtins/define.js';
import { builtins } from '../../src/builtins/index.js';
import type { Random } from './random.js';

const nameWords = [
  'x',
  'y',
  'h',
  'code',
  'z',
  'encoder',
  'decoder',
  'out',
  'a',
  'b',
  'take',
  'train',
  'input',
  'from',
  '__proto__',
  'constructor',
  'mean',
  'all',
  'd',
  'σ',
  'draw',
  'through',
  'and',
  'previous',
  'clean',
  'rate',
  'of',
  'where',
  'by',
] as const;
const numbers = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '7',
  '8',
  '16',
  '28',
  '64',
  '784',
  '0.5',
  '1e-3',
  '-1',
  '2.5',
  '1e9',
  '1e15',
  '9007199254740993',
  '1e300',
] as const;
const layerNames = builtins.layer.map(({ name }) => name);

/** How deep what is being written may still nest, and what it may name. */
export class Grammar {
  #depth = 0;

  constructor(private readonly random: Random) {}

  file(): string {
    const { random } = this;
    const parts = [
      ...random.several(0, 1, () =>
        random.pick([
          'import "blocks.ae"',
          'import { Stage } from "blocks.ae"',
          'import "torn.ae"',
          'import "round.ae"',
          'import "none.ae"',
        ]),
      ),
      ...random.several(
        0,
        2,
        () => `block ${this.#word(['Unit', 'Stage', 'B', 'Round'])}${this.#params()} ${this.#body()}`,
      ),
      ...random.several(1, 2, () => this.#autoencoder()),
    ];
    return `${parts.join('\n\n')}\n`;
  }

  #autoencoder(): string {
    const { random } = this;
    const plain = [
      `input x: ${random.pick(['[784] in [0, 1]', '[28, 28, 1] in [0, 1]', '[4]', '[]', '[1]', '[8, 8, 3] in [-1, 1]', 'category(10)', 'sequence([4], length: 7)', 'tree([4])'])}`,
    ];
    const networks = [
      this.#network('encoder'),
      ...random.several(0, 1, () => this.#latent('z')),
      this.#network('decoder'),
    ];
    const ends = [`reconstruct x by ${this.#builtin('likelihood')}`];
    const extra = random.several(0, 5, () => this.#item());
    const items = random.chance(0.7)
      ? [...plain, ...networks, ...ends, ...extra]
      : shuffled(random, [...plain, ...networks, ...ends, ...extra]);
    return `autoencoder ${random.pick(['A', 'Model', 'B'])}${this.#params()} {\n  ${items.join('\n  ')}\n}`;
  }

  #item(): string {
    const { random } = this;
    switch (random.below(16)) {
      case 0:
        return `target ${this.#name()}: ${this.#type()}`;
      case 1:
        return `input ${this.#name()}: ${this.#type()}${random.chance(0.5) ? ` in ${random.pick(['[0, 1]', '[1, 0]', '[0, _]', '[_, _]', 'real', 'binary', 'counts'])}` : ''}`;
      case 2:
        return `let ${this.#name()} = ${this.#expr()}`;
      case 3:
        return this.#corrupt();
      case 4:
        return `${this.#termName()}penalty ${this.#term()}${this.#where()}${this.#site(0.05)}`;
      case 5:
        return `constrain ${this.#path()}.kernel by ${this.#builtin('constraint')}`;
      case 6:
        return `tie ${this.#path()}.kernel = ${random.chance(0.5) ? `transpose(${this.#path()}.kernel)` : `${this.#path()}.kernel`}`;
      case 7:
        return this.#network(random.pick(['encoder', 'decoder', 'head', 'network']));
      case 8:
        return `prior ${this.#name()} ~ ${this.#builtin('distribution')}`;
      case 9:
        return this.#latent(this.#name());
      case 10:
        return `preprocess ${this.#path()} with ${random.several(1, 2, () => this.#builtin('preprocessing')).join(' then ')}`;
      case 11:
        return `sweep ${this.#name()} in [${random.several(0, 4, () => this.#expr()).join(', ')}]`;
      case 12:
        return `figure ${this.#builtin('figure')}`;
      case 13:
        return `draw ${this.#name()} ~ ${this.#builtin('distribution')}`;
      case 14:
        return `${this.#termName()}reconstruct ${this.#path()}${random.chance(0.4) ? ` from ${this.#path()}` : ''} by ${this.#builtin('likelihood')}${this.#where()}${this.#site(0.1)}${random.chance(0.3) ? ` weight ${this.#number()}` : ''}`;
      default:
        return `train { ${random.several(0, 5, () => this.#training()).join('; ')} }`;
    }
  }

  #corrupt(): string {
    return `corrupt ${this.#path()} with ${this.random.several(1, 2, () => this.#builtin('corruption')).join(' then ')}`;
  }

  #latent(name: string): string {
    const through = this.random.chance(0.1) ? ` through planar(${this.#number()})` : '';
    const by = this.random.chance(0.2) ? ` by ${this.#builtin('expectation')}` : '';
    return `latent ${name} ~ ${this.#builtin('distribution')}${this.random.chance(0.5) ? through + by : by + through}`;
  }

  #termName(): string {
    return this.random.chance(0.1) ? `${this.#name()}: ` : '';
  }

  /** What is minimised: a penalty, a likelihood of two tensors, sums of them. */
  #term(): string {
    const { random } = this;
    const weight = random.chance(0.4) ? `${this.#number()} * ` : '';
    const one = random.chance(0.7)
      ? this.#builtin('penalty')
      : `${random.pick<Definition>(builtins.likelihood).name}(${this.#tensor()}, stop(${this.#tensor()}))`;
    return random.chance(0.15)
      ? `${weight}${one} + ${random.pick(['mean', 'abs', 'clean'])}(${this.#tensor()})`
      : `${weight}${one}`;
  }

  /** A tensor: a path, or a network that is applied. */
  #tensor(): string {
    const { random } = this;
    if (random.chance(0.8)) return this.#path();
    return `${this.#name()}(${random.several(0, 2, () => this.#path()).join(', ')})${random.chance(0.4) ? `.${this.#name()}` : ''}`;
  }

  #where(): string {
    const { random } = this;
    if (random.chance(0.8)) return '';
    const condition = (): string =>
      random.pick([
        this.#path(),
        `${this.#name()}.known`,
        `${this.#name()}.missing`,
        'hole',
        `${this.#path()} = ${this.#number()}`,
      ]);
    return ` where ${random.several(1, 2, condition).join(' and ')}`;
  }

  #site(share: number): string {
    return this.random.chance(share) ? ` at ${this.random.pick(['nodes', 'leaves', 'inner nodes', this.#name()])}` : '';
  }

  #network(role: string): string {
    const { random } = this;
    const name = random.chance(0.2) ? ` ${this.#name()}` : '';
    const inputs = random.chance(0.15)
      ? `(${random.several(1, 3, () => `${random.chance(0.05) ? 'previous ' : ''}${this.#path()}`).join(', ')})`
      : '';
    if (role === 'decoder' && random.chance(0.3))
      return `${role}${name} mirror(${random.pick(['encoder', this.#name()])}${random.chance(0.3) ? ', tied' : ''})`;
    if (random.chance(0.05))
      return `${role}${name}${inputs}${random.chance(0.2) ? ' by greedy' : ''} { leaf ${this.#body()}; compose(left, right) ${this.#body()} }`;
    if (random.chance(0.05)) return `${role}${name} { decompose(parent) ${this.#body()} }`;
    return `${role}${name}${inputs}${this.#site(0.03)} ${this.#body()}`;
  }

  #body(): string {
    return `{ ${this.random.several(0, 5, () => this.#layer()).join('; ')} }`;
  }

  #layer(): string {
    const { random } = this;
    const label = random.chance(0.3) ? `${random.several(1, 2, () => this.#name()).join(', ')}: ` : '';
    if (this.#depth < 3 && random.chance(0.1)) {
      this.#depth += 1;
      const repeat = `repeat ${random.pick(['0', '1', '2', '3', '10', '1000', '1e9', this.#expr()])}${random.chance(0.4) ? ' as i' : ''} ${this.#body()}`;
      this.#depth -= 1;
      return repeat;
    }
    if (random.chance(0.07)) return `take ${this.#tensor()}`;
    if (random.chance(0.1))
      return `${label}${random.pick(['Unit', 'Stage', 'B', 'Empty', 'Torn', 'Round', 'act', 'dnse'])}${random.chance(0.5) ? `(${this.#expr()})` : ''}`;
    return `${label}${this.#call(random.pick(builtins.layer))}`;
  }

  #training(): string {
    const { random } = this;
    switch (random.below(14)) {
      case 0:
        return `optimizer ${this.#builtin('optimizer')}`;
      case 1:
        return `${random.pick(['batch', 'epochs', 'seed', 'validation'])} ${this.#number()}${random.chance(0.1) ? random.pick([' clean', ` with ${this.#number()} of ${this.#path()}`]) : ''}`;
      case 2:
        return `schedule ${this.#builtin('schedule')}`;
      case 3:
        return `phase ${this.#name()} { ${random.several(0, 4, () => this.#training()).join('; ')} }`;
      case 4:
        return `player ${this.#name()} { ${random.several(0, 3, () => this.#training()).join('; ')} }`;
      case 5:
        return `${random.pick(['train', 'freeze'])} ${random.several(1, 3, () => this.#path()).join(', ')}`;
      case 6:
        return `match ${this.#path()} to ${this.#path()}${random.chance(0.3) ? ` by ${this.#builtin('likelihood')}` : ''}`;
      case 7:
        return `copy ${this.#path()} to ${this.#path()}`;
      case 8:
        return `${random.pick(['minimize', 'maximize'])} ${this.#term()}`;
      case 9:
        return `clean ${random.several(1, 2, () => this.#path()).join(', ')}`;
      case 10:
        return `rate ${random.several(1, 2, () => this.#path()).join(', ')} by ${this.#number()}`;
      case 11:
        return this.#corrupt();
      default:
        return `update ${random.pick(['simultaneous', 'alternate(a: 5, b: 1)', this.#expr()])}`;
    }
  }

  #builtin(category: keyof typeof builtins): string {
    return this.random.chance(0.04) ? this.#expr() : this.#call(this.random.pick<Definition>(builtins[category]));
  }

  /** A call with arguments that are nearly always of the parameters' types. */
  #call(definition: Definition): string {
    const { random } = this;
    const args = definition.params.flatMap((param) => {
      const left = param.default !== undefined || param.optional === true || param.inferred === true;
      if (random.chance(left ? 0.75 : 0.05)) return [];
      const value = random.chance(0.05) ? this.#expr() : this.#value(param);
      return [random.chance(0.5) ? `${param.name}: ${value}` : value];
    });
    const odd = random.chance(0.03) ? [this.#expr()] : [];
    const all = [...args, ...odd];
    return all.length === 0 && random.chance(0.8) ? definition.name : `${definition.name}(${all.join(', ')})`;
  }

  #value({ type }: Param): string {
    const { random } = this;
    switch (type.kind) {
      case 'int':
      case 'float':
        return this.#number();
      case 'bool':
        return random.pick(['true', 'false']);
      case 'word':
        return random.pick(type.words);
      case 'pair':
        return random.chance(0.5) ? this.#number() : `[${this.#number()}, ${this.#number()}]`;
      case 'padding':
        return random.pick(['same', 'valid', '1', '[1, 2]']);
      case 'dims':
        return random.several(0, 3, () => this.#number()).join(', ') || '784';
      case 'builtin':
        if (this.#depth > 3) return random.pick<Definition>(builtins[type.category]).name;
        this.#depth += 1;
        try {
          return this.#call(random.pick<Definition>(builtins[type.category]));
        } finally {
          this.#depth -= 1;
        }
      default:
        return this.#path();
    }
  }

  #expr(): string {
    const { random } = this;
    if (this.#depth > 4) return this.#number();
    this.#depth += 1;
    try {
      switch (random.below(8)) {
        case 0:
        case 1:
          return this.#number();
        case 2:
          return this.#path();
        case 3:
          return `${this.#expr()} ${random.pick(['+', '-', '*', '/', '^'])} ${this.#expr()}`;
        case 4:
          return `-${this.#expr()}`;
        case 5:
          return `(${this.#expr()})`;
        case 6:
          return `[${random.several(0, 3, () => this.#expr()).join(', ')}]`;
        default:
          return random.pick([
            '_',
            '"text"',
            `${this.#name()}(${random.several(0, 2, () => this.#expr()).join(', ')})`,
            random.pick(layerNames),
          ]);
      }
    } finally {
      this.#depth -= 1;
    }
  }

  #type(): string {
    const { random } = this;
    return random.pick([
      '[4]',
      '[]',
      `[${this.#number()}]`,
      `category(${this.#number()})`,
      'distribution(3)',
      'token(vocab: 10)',
      'sequence([2], length: 3)',
      'tree([4], label: category(3)?)',
      '[3]?',
      '[4] of category(3)',
      '[2, 2 of real?]',
      '[3 of category(2)]?',
      `sequence([2] of real?, length: ${this.#number()})`,
      this.#expr(),
    ]);
  }

  #params(): string {
    const { random } = this;
    if (random.chance(0.6)) return '';
    return `(${random.several(0, 3, () => `${random.pick(['d', 'n', 'act', 'p', this.#name()])}: ${random.pick(['int', 'float', 'bool', 'activation', 'in'])}${random.chance(0.8) ? ` = ${random.pick([this.#number(), 'relu', 'true', this.#expr()])}` : ''}`).join(', ')})`;
  }

  #path(): string {
    return this.random.several(1, this.random.chance(0.2) ? 3 : 1, () => this.#name()).join('.');
  }

  #name(): string {
    return this.#word(nameWords);
  }

  #number(): string {
    return this.random.chance(0.1) ? this.#word(['d', 'n', 'p', 'd / 2', '2 * n']) : this.random.pick(numbers);
  }

  #word(words: readonly string[]): string {
    return this.random.pick(words);
  }
}

function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

export const grammatical = (random: Random): string => new Grammar(random).file();
