/**
 * Files after the grammar: nearly always without syntax errors, and with meanings from right to absurd.
 */
import type { Definition } from '../../src/builtins/define.js';
import { builtins } from '../../src/builtins/index.js';
import { Expressions } from './expressions.js';
import type { Random } from './random.js';

export class Grammar extends Expressions {
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
        () => `block ${this.word(['Unit', 'Stage', 'B', 'Round'])}${this.params()} ${this.#body()}`,
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
    const ends = [`reconstruct x by ${this.builtin('likelihood')}`];
    const extra = random.several(0, 5, () => this.#item());
    const items = random.chance(0.7)
      ? [...plain, ...networks, ...ends, ...extra]
      : shuffled(random, [...plain, ...networks, ...ends, ...extra]);
    return `autoencoder ${random.pick(['A', 'Model', 'B'])}${this.params()} {\n  ${items.join('\n  ')}\n}`;
  }

  #item(): string {
    const { random } = this;
    switch (random.below(16)) {
      case 0:
        return `target ${this.name()}: ${this.type()}`;
      case 1:
        return `input ${this.name()}: ${this.type()}${random.chance(0.5) ? ` in ${random.pick(['[0, 1]', '[1, 0]', '[0, _]', '[_, _]', 'real', 'binary', 'counts'])}` : ''}`;
      case 2:
        return `let ${this.name()} = ${this.expr()}`;
      case 3:
        return this.#corrupt();
      case 4:
        return `${this.#termName()}penalty ${this.#term()}${this.#where()}${this.#site(0.05)}`;
      case 5:
        return `constrain ${this.path()}.kernel by ${this.builtin('constraint')}`;
      case 6:
        return `tie ${this.path()}.kernel = ${random.chance(0.5) ? `transpose(${this.path()}.kernel)` : `${this.path()}.kernel`}`;
      case 7:
        return this.#network(random.pick(['encoder', 'decoder', 'head', 'network']));
      case 8:
        return `prior ${this.name()} ~ ${this.builtin('distribution')}`;
      case 9:
        return this.#latent(this.name());
      case 10:
        return `preprocess ${this.path()} with ${random.several(1, 2, () => this.builtin('preprocessing')).join(' then ')}`;
      case 11:
        return `sweep ${this.name()} in [${random.several(0, 4, () => this.expr()).join(', ')}]`;
      case 12:
        return `figure ${this.builtin('figure')}`;
      case 13:
        return `draw ${this.name()} ~ ${this.builtin('distribution')}`;
      case 14:
        return `${this.#termName()}reconstruct ${this.path()}${random.chance(0.4) ? ` from ${this.path()}` : ''} by ${this.builtin('likelihood')}${this.#where()}${this.#site(0.1)}${random.chance(0.3) ? ` weight ${this.number()}` : ''}`;
      default:
        return `train { ${random.several(0, 5, () => this.#training()).join('; ')} }`;
    }
  }

  #corrupt(): string {
    return `corrupt ${this.path()} with ${this.random.several(1, 2, () => this.builtin('corruption')).join(' then ')}`;
  }

  #latent(name: string): string {
    const through = this.random.chance(0.1) ? ` through planar(${this.number()})` : '';
    const by = this.random.chance(0.2) ? ` by ${this.builtin('expectation')}` : '';
    return `latent ${name} ~ ${this.builtin('distribution')}${this.random.chance(0.5) ? through + by : by + through}`;
  }

  #termName(): string {
    return this.random.chance(0.1) ? `${this.name()}: ` : '';
  }

  /** What is minimised: a penalty, a likelihood of two tensors, sums of them. */
  #term(): string {
    const { random } = this;
    const weight = random.chance(0.4) ? `${this.number()} * ` : '';
    const one = random.chance(0.7)
      ? this.builtin('penalty')
      : `${random.pick<Definition>(builtins.likelihood).name}(${this.#tensor()}, stop(${this.#tensor()}))`;
    return random.chance(0.15)
      ? `${weight}${one} + ${random.pick(['mean', 'abs', 'clean'])}(${this.#tensor()})`
      : `${weight}${one}`;
  }

  /** A tensor: a path, or a network that is applied. */
  #tensor(): string {
    const { random } = this;
    if (random.chance(0.8)) return this.path();
    return `${this.name()}(${random.several(0, 2, () => this.path()).join(', ')})${random.chance(0.4) ? `.${this.name()}` : ''}`;
  }

  #where(): string {
    const { random } = this;
    if (random.chance(0.8)) return '';
    const condition = (): string =>
      random.pick([
        this.path(),
        `${this.name()}.known`,
        `${this.name()}.missing`,
        'hole',
        `${this.path()} = ${this.number()}`,
      ]);
    return ` where ${random.several(1, 2, condition).join(' and ')}`;
  }

  #site(share: number): string {
    return this.random.chance(share) ? ` at ${this.random.pick(['nodes', 'leaves', 'inner nodes', this.name()])}` : '';
  }

  #network(role: string): string {
    const { random } = this;
    const name = random.chance(0.2) ? ` ${this.name()}` : '';
    const inputs = random.chance(0.15)
      ? `(${random.several(1, 3, () => `${random.chance(0.05) ? 'previous ' : ''}${this.path()}`).join(', ')})`
      : '';
    if (role === 'decoder' && random.chance(0.3))
      return `${role}${name} mirror(${random.pick(['encoder', this.name()])}${random.chance(0.3) ? ', tied' : ''})`;
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
    const label = random.chance(0.3) ? `${random.several(1, 2, () => this.name()).join(', ')}: ` : '';
    if (this.depth < 3 && random.chance(0.1)) {
      this.depth += 1;
      const repeat = `repeat ${random.pick(['0', '1', '2', '3', '10', '1000', '1e9', this.expr()])}${random.chance(0.4) ? ' as i' : ''} ${this.#body()}`;
      this.depth -= 1;
      return repeat;
    }
    if (random.chance(0.07)) return `take ${this.#tensor()}`;
    if (random.chance(0.1))
      return `${label}${random.pick(['Unit', 'Stage', 'B', 'Empty', 'Torn', 'Round', 'act', 'dnse'])}${random.chance(0.5) ? `(${this.expr()})` : ''}`;
    return `${label}${this.call(random.pick(builtins.layer))}`;
  }

  #training(): string {
    const { random } = this;
    switch (random.below(14)) {
      case 0:
        return `optimizer ${this.builtin('optimizer')}`;
      case 1:
        return `${random.pick(['batch', 'epochs', 'seed', 'validation'])} ${this.number()}${random.chance(0.1) ? random.pick([' clean', ` with ${this.number()} of ${this.path()}`]) : ''}`;
      case 2:
        return `schedule ${this.builtin('schedule')}`;
      case 3:
        return `phase ${this.name()} { ${random.several(0, 4, () => this.#training()).join('; ')} }`;
      case 4:
        return `player ${this.name()} { ${random.several(0, 3, () => this.#training()).join('; ')} }`;
      case 5:
        return `${random.pick(['train', 'freeze'])} ${random.several(1, 3, () => this.path()).join(', ')}`;
      case 6:
        return `match ${this.path()} to ${this.path()}${random.chance(0.3) ? ` by ${this.builtin('likelihood')}` : ''}`;
      case 7:
        return `copy ${this.path()} to ${this.path()}`;
      case 8:
        return `${random.pick(['minimize', 'maximize'])} ${this.#term()}`;
      case 9:
        return `clean ${random.several(1, 2, () => this.path()).join(', ')}`;
      case 10:
        return `rate ${random.several(1, 2, () => this.path()).join(', ')} by ${this.number()}`;
      case 11:
        return this.#corrupt();
      default:
        return `update ${random.pick(['simultaneous', 'alternate(a: 5, b: 1)', this.expr()])}`;
    }
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
