/** What editors ask of a tree: the roles of its words, the nodes around an offset. */
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/parser/parse.js';
import { locateIn } from '../../src/parser/locate.js';
import { childrenOf, nodesOf, pathAt } from '../../src/parser/visit.js';
import { declarationsOf } from './reading.js';

/** Each piece of a text with its role. */
const rolesOf = (text: string): string =>
  parse('a.ae', text)
    .units.flatMap(({ unit }) => unit.tokens.map(({ role, start, end }) => `${role}:${unit.text.slice(start, end)}`))
    .filter((piece) => !piece.startsWith('punctuation'))
    .join(' ');

describe('roles', () => {
  it('tell keywords from names', () => {
    expect(rolesOf('autoencoder A { input of: [3] of real in [0, _] }')).toBe(
      'keyword:autoencoder name:A keyword:input name:of number:3 connective:of name:real connective:in number:0 name:_',
    );
    expect(rolesOf('autoencoder A { rec: penalty where where y.known and c = 3 at inner nodes }')).toBe(
      'keyword:autoencoder name:A name:rec keyword:penalty name:where connective:where name:y name:known connective:and name:c operator:= number:3 connective:at name:inner name:nodes',
    );
    expect(rolesOf('autoencoder A { decoder(z, previous s) { take: relu; take h } }')).toBe(
      'keyword:autoencoder name:A keyword:decoder name:z connective:previous name:s name:take name:relu keyword:take name:h',
    );
    expect(rolesOf('autoencoder A { train { clean x; rate a by 0.1; validation 0.1 clean } }')).toBe(
      'keyword:autoencoder name:A keyword:train keyword:clean name:x keyword:rate name:a connective:by number:0.1 name:validation number:0.1 name:clean',
    );
  });

  it('are there in damaged text too', () => {
    expect(rolesOf('/// d\n// c\nautoencodr A {\n  /* old */ inptu x: [3\n  let a = $$ 20% "open\n}')).toBe(
      'documentation:/// d comment:// c keyword:autoencodr name:A comment:/* old */ keyword:inptu name:x number:3 keyword:let name:a operator:= unknown:$$ number:20% string:"open',
    );
  });
});

const text = '// first\nblock B { relu }\nautoencoder A {\n  penalty 2 * critic(x).feat where y.known\n}\n';

describe('pathAt', () => {
  const ast = parse('a.ae', text);
  const unit = ast.units[1]!.unit;
  const kindsAt = (word: string, into = 1): string[] =>
    pathAt(unit, unit.text.indexOf(word) + into).map((node) =>
      'kind' in node ? node.kind : 'text' in node ? node.text : '',
    );

  it('leads from the declaration to the innermost node', () => {
    expect(kindsAt('critic')).toEqual(['autoencoder', 'penalty', 'binary', 'member', 'call', 'critic']);
    expect(kindsAt('x)')).toEqual(['autoencoder', 'penalty', 'binary', 'member', 'call', '', 'path', 'x']);
    expect(kindsAt('feat')).toEqual(['autoencoder', 'penalty', 'binary', 'member', 'feat']);
    expect(kindsAt('known')).toEqual(['autoencoder', 'penalty', 'holds', 'path', 'known']);
  });

  it('prefers what ends at the offset, and is what is being typed', () => {
    expect(kindsAt('critic(', 6).at(-1)).toBe('critic');
    expect(kindsAt('A {', 1).at(-1)).toBe('A');
  });

  it('finds what is missing', () => {
    const { unit: damaged } = parse('a.ae', 'autoencoder A { corrupt x with }').units[0]!;
    const path = pathAt(damaged, damaged.text.indexOf('with') + 4);
    expect(path.at(-1)).toMatchObject({ kind: 'missing', expects: 'corruption' });
  });

  it('is empty between declarations', () => {
    expect(pathAt(unit, unit.text.length)).toEqual([]);
  });
});

describe('childrenOf', () => {
  it('gives the nodes right below in source order, whatever the order of the properties', () => {
    const text = 'autoencoder A { latent z ~ a by b through c }';
    const [declaration] = declarationsOf(parse('a.ae', text));
    const latent = childrenOf(declaration!)[1]!;
    const shown = childrenOf(latent).map(({ span }) => text.slice(span.start, span.end));
    expect(shown).toEqual(['z', 'a', 'b', 'c']);
    expect([...nodesOf(latent)]).toHaveLength(8);
  });
});

describe('locateIn', () => {
  it('follows units where they move', () => {
    const before = parse('a.ae', text);
    const place = { unit: before.units[1]!.unit, span: { start: 0, end: 11 } };
    const after = parse('a.ae', `\n\n${text}`, before);
    expect(locateIn(before)(place)).toEqual({ file: 'a.ae', span: { start: 26, end: 37 } });
    expect(locateIn(after)(place)).toEqual({ file: 'a.ae', span: { start: 28, end: 39 } });
  });
});
