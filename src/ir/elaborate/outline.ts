/** What an autoencoder declares, read off its Ast before anything is elaborated: for messages about order. */
import { isMissing, type AutoencoderDecl, type BodyStatement, type Ident, type Missing, type Span } from '../../parser/ast.js';

export interface Outline {
  /** Where each item and each layer is declared; of several with one name, the first. */
  readonly declared: ReadonlyMap<string, Span>;
  /** Of those, variables, latents and networks. */
  readonly items: ReadonlyMap<string, Span>;
  readonly encoders: readonly Span[];
  /** Where each input and each latent stands; of several with one name, the first. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly latents: ReadonlyMap<string, number>;
  /** Latents whose prior is written. */
  readonly priors: ReadonlySet<string>;
}

export function outlineOf(decl: AutoencoderDecl): Outline {
  const encoders: Span[] = [];
  const inputs = new Map<string, number>();
  const latents = new Map<string, number>();
  const place = ({ text, span }: Ident, among: Map<string, number>): void => {
    if (!among.has(text)) among.set(text, span.start);
  };
  const priors = new Set<string>();
  const declared = new Map<string, Span>();
  const items = new Map<string, Span>();
  const add = (name: Ident | Missing | undefined, path: string): void => {
    if (name !== undefined && !isMissing(name) && !declared.has(path)) declared.set(path, name.span);
  };
  const layers = (network: string, statements: readonly BodyStatement[]): void => {
    for (const statement of statements) {
      if (statement.kind === 'repeat' && !isMissing(statement.body)) layers(network, statement.body.statements);
      if (statement.kind !== 'layer') continue;
      for (const name of statement.names) {
        add(name, name.text);
        add(name, `${network}.${name.text}`);
      }
    }
  };
  for (const item of decl.items) {
    if ((item.kind === 'variable' || item.kind === 'latent') && !isMissing(item.name)) {
      add(item.name, item.name.text);
      if (!items.has(item.name.text)) items.set(item.name.text, item.name.span);
    }
    if (item.kind === 'latent' && !isMissing(item.name)) place(item.name, latents);
    if (item.kind === 'variable' && item.role === 'input' && !isMissing(item.name)) place(item.name, inputs);
    if (item.kind === 'prior' && !isMissing(item.name)) priors.add(item.name.text);
    if (item.kind !== 'network') continue;
    if (item.role === 'encoder') encoders.push(item.span);
    const name = item.name?.text ?? item.role;
    const span = item.name?.span ?? { start: item.span.start, end: item.span.start + item.role.length };
    if (!declared.has(name)) declared.set(name, span);
    if (!items.has(name)) items.set(name, span);
    if (item.definition.kind === 'body') layers(name, item.definition.body.statements);
    if (item.definition.kind === 'recursive') {
      for (const { role, body } of item.definition.clauses) if (!isMissing(body)) layers(`${name}.${role}`, body.statements);
    }
  }
  return { declared, items, encoders, inputs, latents, priors };
}
