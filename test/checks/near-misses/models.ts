/** Models that cases change in one place. */

/** What it is, its items or its whole file, and the names of all that is said of it. */
export type Case = readonly [what: string, text: string, says?: string];
export type Cases = Readonly<Record<string, readonly Case[]>>;

export const read = (encoder = 'code: dense(3, tanh)', type = '[6] in real'): string =>
  `input x: ${type}\nencoder(x) { ${encoder} }`;
export const decoded = (decoder = 'dense(6)'): string =>
  `decoder(code) { ${decoder} }\nreconstruct x from decoder by squared_error`;
export const plain = (more = ''): string => `${read()}\n${decoded()}\n${more}`;
export const variational = (more = '', kl = 'penalty kl(z)', prior = ''): string =>
  `input x: [6] in real\nencoder(x) { dense(5, tanh) }\nlatent z ~ normal(3)\n${prior}\ndecoder(z) { dense(6) }\nreconstruct x from decoder by gaussian(learned: true)\n${kl}\n${more}`;
export const conditional = (more: string, encoder: string, type = 'category(4)', kind = 'input'): string =>
  `input x: [6] in real\n${kind} c: ${type}\nencoder(${encoder}) { dense(5, tanh) }\nlatent z ~ normal(3)\nreconstruct x from decoder by gaussian(learned: true)\npenalty kl(z)\n${more}`;
export const game = (
  artist: string,
  more = '',
  type = '[0, 1]',
  critic = 'dense(5, tanh); dense(1)',
  judge = 'cross_entropy(critic(x), 1) + cross_entropy(critic(generator), 0)',
): string =>
  `input x: [6] in ${type}\ndraw z ~ normal(3)\ndecoder generator(z) { dense(5, tanh); ${artist} }\nnetwork critic(x) { ${critic} }\n${more}
train { player judge { train critic; ${judge.startsWith('maximize') ? judge : `minimize ${judge}`} }; player artist { train generator; minimize cross_entropy(critic(generator), 1) } }`;
