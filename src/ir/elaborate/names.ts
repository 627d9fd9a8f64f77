/** The names of a model while it is being elaborated, and how paths find them. */
import type { ArgValue, TensorRef } from '../../builtins/define.js';
import type { PathExpr, Span } from '../../parser/ast.js';
import type { Layer, Network, Variable, Latent, Weight } from '../model.js';
import { suggestion, type Reporter, type Scope } from './context.js';
import type { NameResolver } from './bind.js';

/** What has been elaborated so far. The only mutable state of the stage. */
export class Names {
  readonly variables = new Map<string, Variable>();
  readonly latents = new Map<string, Latent>();
  readonly networks = new Map<string, Network>();
  readonly layers = new Map<string, Layer>();
  readonly weights = new Map<string, Weight>();
  /** Full path of every tensor. */
  readonly #tensors = new Map<string, TensorRef>();

  declare(path: string, ref: TensorRef): void {
    this.#tensors.set(path, ref);
  }

  has(path: string): boolean {
    return this.#tensors.has(path);
  }

  get paths(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  /**
   * From the inside out: `h` in block `encoder.s1` is `encoder.s1.h`, else `encoder.h`, else `h`;
   * last, whatever single path ends in `.h`.
   */
  lookup(name: string, prefix: string): TensorRef | readonly string[] | undefined {
    for (let at = prefix; ; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const found = this.#tensors.get(at === '' ? name : `${at}.${name}`);
      if (found !== undefined) return found;
      if (at === '') break;
    }
    const endings = [...this.#tensors.keys()].filter((path) => path.endsWith(`.${name}`));
    const refs = new Map(endings.map((path) => [JSON.stringify(this.#tensors.get(path)), path]));
    if (refs.size === 1) return this.#tensors.get(endings[0]!);
    return refs.size === 0 ? undefined : endings;
  }
}

const textOf = (path: PathExpr): string => path.parts.map((p) => p.text).join('.');

/** Resolves paths as seen from inside `prefix`. */
export function resolver(scope: Scope, reporter: Reporter, names: Names, prefix: string): NameResolver {
  const unknown = (path: PathExpr, what: string, known: readonly string[]): undefined => {
    const name = textOf(path);
    reporter.report(scope, 'AE2001', path.span, {
      title: `nothing here is called \`${name}\``,
      cause: `A name must be declared above the place that uses it.`,
      expected: what,
      found: `\`${name}\``,
      ...suggestion(scope, name, path.span, known),
    });
    return undefined;
  };
  const ambiguous = (path: PathExpr, span: Span, choices: readonly string[]): undefined => {
    reporter.report(scope, 'AE2008', span, {
      title: `\`${textOf(path)}\` could be ${choices.map((c) => `\`${c}\``).join(' or ')}`,
      cause: 'Several things end in this name.',
      hint: 'write the path in full',
      fixes: choices.map((choice) => ({ title: `write \`${choice}\``, edits: [{ place: { file: scope.file.file, span }, newText: choice }] })),
    });
    return undefined;
  };
  const tensor = (path: PathExpr): TensorRef | undefined => {
    const found = names.lookup(textOf(path), prefix);
    if (found === undefined) {
      const short = names.paths.map((p) => p.split('.').at(-1)!);
      return unknown(path, 'an input, a latent or a named layer', [...new Set([...names.paths, ...short])]);
    }
    return 'kind' in found ? found : ambiguous(path, path.span, found);
  };
  return {
    tensor,
    layer: (path) => {
      const found = tensor(path);
      if (found === undefined || found.kind === 'layer') return found;
      return unknown(path, 'a layer', [...names.layers.keys()]);
    },
    latent: (path) => {
      const name = textOf(path);
      return names.latents.has(name) ? { kind: 'latent', name } : unknown(path, 'a latent', [...names.latents.keys()]);
    },
    weights: (path, quiet) => {
      const found = weightsBehind(names, textOf(path), prefix);
      if (found.length > 0) return { kind: 'weights', names: found } as ArgValue;
      return quiet ? undefined : unknown(path, 'a weight, a layer, a network or `all`', [...names.weights.keys(), ...names.networks.keys(), 'all']);
    },
  };
}

/** A weight by its path; else the kernels of the layer or network of that path; `all` means every kernel. */
export function weightsBehind(names: Names, path: string, prefix: string): readonly string[] {
  const all = [...names.weights.values()];
  const kernels = all.filter((w) => w.declaration.role === 'kernel').map((w) => w.name);
  if (path === 'all') return kernels;
  if (names.weights.has(path)) return [path];
  const inside = names.weights.has(`${prefix}.${path}`) ? [`${prefix}.${path}`] : all.filter((w) => w.name.endsWith(`.${path}`)).map((w) => w.name);
  if (inside.length === 1) return inside;
  const owner = names.lookup(path, prefix);
  const id = names.networks.has(path) ? path : owner !== undefined && 'kind' in owner && owner.kind === 'layer' ? owner.id : undefined;
  return id === undefined ? [] : kernels.filter((name) => name.startsWith(`${id}.`));
}
