/** What is said once, or not at all, of what follows from something that is wrong already. */
import { expect, it } from 'vitest';
import { check } from '../../src/compiler.js';
import { wordsOf } from '../../src/diagnostics/finding.js';

const said = (items: string): readonly string[] =>
  check('a.ae', `autoencoder A {\n${items}\n}`, () => undefined).findings.map((one) => wordsOf(one).title);

it.each([
  ['normal(2, nope: 3)', '`normal` has no argument `nope`'],
  ['nothing(2)', 'there is no distribution called `nothing`'],
  ['normal(2 + nope)', 'no number is called `nope`'],
])('of names inside of a latent that is %s, nothing but that', (of, title) => {
  const names = (distribution: string): readonly string[] =>
    said(
      `input x: [4] in real\nencoder { dense(3) }\nlatent z ~ ${distribution}\ndecoder(z) { dense(4) }\nreconstruct x by squared_error\npenalty kl(z) + l2(z.mean) + l2(z.foo)`,
    );
  expect(names(of)).toEqual([title]);
  expect(names('normal(2)')).toContain('nothing here is called `z.foo`');
});

it('of what stands beside players, nothing but that it cannot', () => {
  const beside = (statement: string, players = 'player p { train encoder }; player q { train decoder }'): unknown =>
    said(
      `input x: [4] in real\nencoder(x) { dense(3) }\ndecoder { dense(4) }\nreconstruct x by squared_error\ntrain { phase a { ${statement}; ${players} } }`,
    );
  for (const [word, rest] of [
    ['minimize', 'l2(nothing)'],
    ['train', 'nothing'],
    ['freeze', 'nothing'],
  ] as const) {
    expect(beside(`${word} ${rest}`)).toEqual([`\`${word}\` cannot stand beside players`]);
    expect(beside(`${word} ${rest}`, 'epochs 2')).toEqual(['nothing here is called `nothing`']);
  }
});

it('a network that is lost for what it reads of itself is not lost without a word', () => {
  const of = (body: string, items = 'network n(x, y) { dense(2) }'): readonly string[] =>
    said(
      `input x: [4] in real\ninput y: [4] in real\n${items}\nencoder(x) { h: dense(4); ${body}; code: dense(2, tanh) }\ndecoder(code) { dense(4) }\nreconstruct x by squared_error`,
    );
  expect(of('n(h)')).toEqual([]);
  for (const body of ['n(exp(h))', 'n(2 * h)', 'take n(x, exp(h))'])
    expect(of(body)).toEqual(['`encoder` reads itself']);
  // What is taken is no function of it; that is so whatever the function stands on.
  for (const taken of ['h', 'y']) expect(of(`take exp(${taken})`)).toEqual(['nothing here is called `exp`']);
  // What is computed of other tensors than its own may be read.
  expect(of('n(exp(y))')).toEqual([]);
});
