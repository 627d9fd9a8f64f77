/** Expressions, calls and types after the grammar. Calls are drawn from the registry's names and parameters. */
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
export class Expressions {
  protected depth = 0;

  constructor(protected readonly random: Random) {}

  protected builtin(category: keyof typeof builtins): string {
    return this.random.chance(0.04) ? this.expr() : this.call(this.random.pick<Definition>(builtins[category]));
  }

  /** A call with arguments that are nearly always of the parameters' types. */
  protected call(definition: Definition): string {
    const { random } = this;
    const args = definition.params.flatMap((param) => {
      const left = param.default !== undefined || param.optional === true || param.inferred === true;
      if (random.chance(left ? 0.75 : 0.05)) return [];
      const value = random.chance(0.05) ? this.expr() : this.value(param);
      return [random.chance(0.5) ? `${param.name}: ${value}` : value];
    });
    const odd = random.chance(0.03) ? [this.expr()] : [];
    const all = [...args, ...odd];
    return all.length === 0 && random.chance(0.8) ? definition.name : `${definition.name}(${all.join(', ')})`;
  }

  protected value({ type }: Param): string {
    const { random } = this;
    switch (type.kind) {
      case 'int':
      case 'float':
        return this.number();
      case 'bool':
        return random.pick(['true', 'false']);
      case 'word':
        return random.pick(type.words);
      case 'pair':
        return random.chance(0.5) ? this.number() : `[${this.number()}, ${this.number()}]`;
      case 'padding':
        return random.pick(['same', 'valid', '1', '[1, 2]']);
      case 'dims':
        return random.several(0, 3, () => this.number()).join(', ') || '784';
      case 'builtin':
        if (this.depth > 3) return random.pick<Definition>(builtins[type.category]).name;
        this.depth += 1;
        try {
          return this.call(random.pick<Definition>(builtins[type.category]));
        } finally {
          this.depth -= 1;
        }
      default:
        return this.path();
    }
  }

  protected expr(): string {
    const { random } = this;
    if (this.depth > 4) return this.number();
    this.depth += 1;
    try {
      switch (random.below(8)) {
        case 0:
        case 1:
          return this.number();
        case 2:
          return this.path();
        case 3:
          return `${this.expr()} ${random.pick(['+', '-', '*', '/', '^'])} ${this.expr()}`;
        case 4:
          return `-${this.expr()}`;
        case 5:
          return `(${this.expr()})`;
        case 6:
          return `[${random.several(0, 3, () => this.expr()).join(', ')}]`;
        default:
          return random.pick([
            '_',
            '"text"',
            `${this.name()}(${random.several(0, 2, () => this.expr()).join(', ')})`,
            random.pick(layerNames),
          ]);
      }
    } finally {
      this.depth -= 1;
    }
  }

  protected type(): string {
    const { random } = this;
    return random.pick([
      '[4]',
      '[]',
      `[${this.number()}]`,
      `category(${this.number()})`,
      'distribution(3)',
      'token(vocab: 10)',
      'sequence([2], length: 3)',
      'tree([4], label: category(3)?)',
      '[3]?',
      '[4] of category(3)',
      '[2, 2 of real?]',
      '[3 of category(2)]?',
      `sequence([2] of real?, length: ${this.number()})`,
      this.expr(),
    ]);
  }

  protected params(): string {
    const { random } = this;
    if (random.chance(0.6)) return '';
    return `(${random.several(0, 3, () => `${random.pick(['d', 'n', 'act', 'p', this.name()])}: ${random.pick(['int', 'float', 'bool', 'activation', 'in'])}${random.chance(0.8) ? ` = ${random.pick([this.number(), 'relu', 'true', this.expr()])}` : ''}`).join(', ')})`;
  }

  protected path(): string {
    return this.random.several(1, this.random.chance(0.2) ? 3 : 1, () => this.name()).join('.');
  }

  protected name(): string {
    return this.word(nameWords);
  }

  protected number(): string {
    return this.random.chance(0.1) ? this.word(['d', 'n', 'p', 'd / 2', '2 * n']) : this.random.pick(numbers);
  }

  protected word(words: readonly string[]): string {
    return this.random.pick(words);
  }
}
