/** Texts of one kind and any length: what takes twice as long must not be four times as slow. */
import { longFiles } from './long-files.js';

const times = (count: number, piece: (i: number) => string, between = ''): string =>
  Array.from({ length: count }, (_, i) => piece(i)).join(between);

const model = (inside: string, encoder = 'code: dense(2)'): string =>
  `autoencoder A {\n  input x: [4]\n  encoder { ${encoder} }\n  decoder { dense(4) }\n  reconstruct x by squared_error\n  ${inside}\n}\n`;

/** Of each kind a text with `n` of what it is made of. */
const kinds: Readonly<Record<string, (n: number) => string>> = {
  newlines: (n) => '\n'.repeat(n),
  semicolons: (n) => ';'.repeat(n),
  blanks: (n) => ' '.repeat(n),
  'semicolons in an autoencoder': (n) => `autoencoder A { ${';'.repeat(n)} }`,
  'opening parentheses': (n) => '('.repeat(n),
  'closing parentheses': (n) => ')'.repeat(n),
  'opening braces': (n) => '{'.repeat(n),
  'closing braces': (n) => '}'.repeat(n),
  'opening and closing, crosswise': (n) => '([{)]}'.repeat(n),
  'closing and opening': (n) => ')('.repeat(n),
  'a string without an end': (n) => `autoencoder A { figure "${'a'.repeat(n)}`,
  'a long string': (n) => model(`figure "${'a'.repeat(n)}"`),
  'a long name': (n) => model(`penalty l1(${'a'.repeat(n)})`),
  'a long layer': (n) => model('', `${'a'.repeat(n)}(3)`),
  'a long number': (n) => model('', `dense(${'1'.repeat(n)})`),
  'a long comment': (n) => `// ${'a'.repeat(n)}\n${model('')}`,
  comments: (n) => model(times(n, () => '// a\n')),
  documentation: (n) => `${times(n, () => '/// a\n')}${model('')}`,
  'comments of other languages': (n) => model(times(n, () => '/* a */ # b\n')),
  'foreign characters': (n) => model('§'.repeat(n)),
  'foreign characters apart': (n) => model('§ a '.repeat(n)),
  lookalikes: (n) => model(`penalty ${'1 − '.repeat(n)}1`),
  'single quotes': (n) => model("figure 'a'\n  ".repeat(n)),
  arguments: (n) => model('', `dense(${times(n, () => '1', ', ')})`),
  'named arguments': (n) => model('', `dense(${times(n, (i) => `a${i}: 1`, ', ')})`),
  'arguments without commas': (n) => model('', `dense(${times(n, () => '1', ' ')})`),
  commas: (n) => model('', `dense(${','.repeat(n)})`),
  'sizes of a shape': (n) =>
    `autoencoder A {\n  input x: [${times(n, () => '1', ', ')}]\n  encoder { flatten; dense(2) }\n  decoder { dense(1) }\n  reconstruct x by squared_error\n}\n`,
  'sizes of reshape': (n) => model('', `reshape(4, ${times(n, () => '1', ', ')}); flatten; dense(2)`),
  'a path': (n) => model(`penalty l1(${times(n, () => 'a', '.')})`),
  dots: (n) => model(`penalty l1(a${'.'.repeat(n)})`),
  'a sum': (n) => model(`penalty ${times(n, () => '1', ' + ')}`),
  signs: (n) => model(`penalty ${'-'.repeat(n)}1`),
  labels: (n) => model('', `${times(n, (i) => `a${i}`, ', ')}: dense(2)`),
  parameters: (n) => `autoencoder A(${times(n, (i) => `p${i}: int = ${i}`, ', ')}) {\n  input x: [4]\n}\n`,
  'parameters of one name': (n) => `autoencoder A(${times(n, () => 'p: int = 1', ', ')}) {\n  input x: [4]\n}\n`,
  'parameters of a block': (n) =>
    `block B(${times(n, (i) => `p${i}: int = ${i}`, ', ')}) { dense(p0) }\n${model('', 'B; dense(2)')}`,
  'arguments of a block': (n) =>
    `block B(${times(n, (i) => `p${i}: int`, ', ')}) { dense(4) }\n${model('', `B(${times(n, () => '1', ', ')}); dense(2)`)}`,
  'named arguments of a block': (n) =>
    `block B(${times(n, (i) => `p${i}: int`, ', ')}) { dense(4) }\n${model('', `B(${times(n, (i) => `p${n - 1 - i}: 1`, ', ')}); dense(2)`)}`,
  'blocks, one inside the other': (n) =>
    `block B0 { relu }\n${times(n, (i) => `block B${i + 1} { B${i} }\n`)}${model('', `B${n}; dense(2)`)}`,
  'uses of a block': (n) => `block B { dense(4) }\n${model('', `${'B; '.repeat(n)}dense(2)`)}`,
  'uses of a broken block': (n) => `block B { dnse(4); take q }\n${model('', `${'B; '.repeat(n)}dense(2)`)}`,
  'layers of one name': (n) => model('', 'h: dense(4); '.repeat(n)),
  'layers on one line': (n) => model('', 'dense(4); '.repeat(n)),
  'layers that take others': (n) =>
    model(
      '',
      times(n, (i) => `h${i}: dense(4); take h${Math.max(0, i - 1)}; `),
    ),
  'unknown layers on one line': (n) => model('', 'dnse(4); '.repeat(n)),
  'misspelled arguments on one line': (n) => model('', 'dense(4, rleu); '.repeat(n)),
  repetitions: (n) => model('', `${'repeat 2 { dense(4) }; '.repeat(n)}dense(2)`),
  'a repetition': (n) => model('', `repeat ${n} { dense(4) }; dense(2)`),
  'a repetition beside many lets': (n) =>
    `autoencoder A {\n  input x: [4]\n${times(n, (i) => `  let a${i} = 1\n`)}  encoder { repeat ${n} as i { dense(4) }; dense(2) }\n  decoder { dense(4) }\n  reconstruct x by squared_error\n}\n`,
  networks: (n) => model(times(n, (i) => `network n${i}(x) { h: dense(3) }\n  `)),
  'networks of one name': (n) => model(times(n, () => 'network n(x) { h: dense(3) }\n  ')),
  'names with many meanings': (n) =>
    model(`${times(n, (i) => `network n${i}(x) { h: dense(3) }\n  `)}${times(n, () => 'penalty l1(h)\n  ')}`),
  'inputs of a network': (n) => model(`network n(${times(n, () => 'x', ', ')}) { dense(3) }`),
  latents: (n) => model(times(n, (i) => `latent z${i} ~ normal(2)\n  `)),
  mirrors: (n) => model(times(n, (i) => `network m${i} mirror(encoder)\n  `)),
  'ties forwards': (n) =>
    model(
      times(n - 1, (i) => `tie h${i}.kernel = h${i + 1}.kernel\n  `),
      times(n, (i) => `h${i}: dense(4); `),
    ),
  'ties backwards': (n) =>
    model(
      times(n - 1, (i) => `tie h${n - 2 - i}.kernel = h${n - 1 - i}.kernel\n  `),
      times(n, (i) => `h${i}: dense(4); `),
    ),
  'ties and what is trained': (n) =>
    model(
      `${times(n - 1, (i) => `tie h${i}.kernel = h${i + 1}.kernel\n  `)}train { train encoder }`,
      times(n, (i) => `h${i}: dense(4); `),
    ),
  'penalties on all of many layers': (n) =>
    model(
      times(n, () => 'penalty weight_decay(all)\n  '),
      'dense(4); '.repeat(n),
    ),
  'phases that train all of many layers': (n) =>
    model(`train { ${times(n, (i) => `phase p${i} { train encoder }; `)} }`, 'dense(4); '.repeat(n)),
  'constraints on all of many layers': (n) =>
    model(
      times(n, () => 'constrain all by unit_norm\n  '),
      'dense(4); '.repeat(n),
    ),
  encoders: (n) => model(times(n, (i) => `encoder e${i}(x) { dense(2) }\n  `)),
  'decoders, and what may come from them': (n) =>
    model(`${times(n, (i) => `decoder d${i}(x) { dense(4) }\n  `)}${times(n, () => 'reconstruct x by gaussian\n  ')}`),
  'decoders, each with what it gives': (n) =>
    model(times(n, (i) => `decoder d${i}(x) { dense(4) }\n  reconstruct x from d${i} by gaussian\n  `)),
  'encoders that could read many inputs': (n) =>
    `autoencoder A {\n${times(n, (i) => `  input x${i}: [4]\n`)}${times(n, (i) => `  encoder e${i} { dense(2) }\n`)}}\n`,
  'heads one behind the other': (n) =>
    model(times(n, (i) => `head n${i}(${i === 0 ? 'x' : `n${i - 1}`}) { dense(4) }\n  `)),
  'copies of many layers': (n) =>
    model(`train { ${times(n, (i) => `phase p${i} { copy encoder to decoder }; `)} }`, 'dense(4); '.repeat(n)),
  'matches through many layers': (n) =>
    `autoencoder A {\n  input x: [4]\n  encoder { dense(4) }\n  decoder { first: dense(4); ${'dense(4); '.repeat(n)}out: dense(4) }\n  reconstruct x by gaussian\n  train { ${times(n, (i) => `phase p${i} { train first; minimize squared_error(out, stop(x)) }; `)} }\n}\n`,
  'latents and their priors': (n) =>
    model(times(n, (i) => `latent z${i} ~ normal(2)\n  prior z${i} ~ normal(0, 1)\n  penalty kl(z${i})\n  `)),
  targets: (n) => model(times(n, (i) => `target y${i}: category(3)\n  `)),
  'unknown settings': (n) => model(`train { ${times(n, (i) => `rate${i} 3; `)} }`),
  'joined inputs': (n) =>
    `autoencoder A {\n${times(n, (i) => `  input x${i}: [4]\n`)}  encoder(${times(n, (i) => `x${i}`, ', ')}) { dense(2) }\n}\n`,
  'additions of the first layer': (n) => model('', `h: dense(4); ${'add(h); '.repeat(n)}dense(2)`),
  'uses of a block with many parameters': (n) =>
    `block B(${times(n, (i) => `p${i}: int = 1`, ', ')}) { dense(4) }\n${model('', 'B; '.repeat(n))}`,
  'a path in front of many names': (n) =>
    model(`${times(n, (i) => `network n${i}(x) { h: dense(3) }\n  `)}${times(n, (i) => `penalty l1(n${i}.h)\n  `)}`),
  'where of a phase': (n) => model(`train { phase p { ${times(n, () => 'train encoder; ')} } }`),
  players: (n) => model(`train { ${times(n, (i) => `player p${i} { train encoder; minimize l1(code) }; `)} }`),
  'nested phases': (n) => model(`train { ${'phase p { '.repeat(n)}${'} '.repeat(n)} }`),
  'corruptions of an input': (n) =>
    `autoencoder A {\n  input x: [4]\n  corrupt x with ${times(n, () => 'gaussian(0.1)', ' then ')}\n}\n`,
  figures: (n) => model(times(n, () => 'figure pca(x)\n  ')),
  'a sweep': (n) =>
    `autoencoder A(d: int = 1) {\n  input x: [4]\n  sweep d in [${times(n, (i) => String(i), ', ')}]\n}\n`,
  sweeps: (n) => `autoencoder A(d: int = 1) {\n  input x: [4]\n${times(n, () => '  sweep d in [1, 2]\n')}}\n`,
  'imported names': (n) => `import { ${times(n, (i) => `B${i}`, ', ')} } from "none.ae"\n${model('')}`,
  'imports of one file': (n) => `${times(n, () => 'import "blocks.ae"\n')}${model('')}`,
  'imported names of a file': (n) => `import { ${times(n, (i) => `B${i}`, ', ')} } from "blocks.ae"\n${model('')}`,
  'autoencoders of one name': (n) => times(n, () => 'autoencoder A { input x: [4] }\n'),
  silences: (n) => model(`penalty l1(code) // aec-ignore${' AE4001'.repeat(n)}`),
  'silences of unknown codes': (n) => model(`penalty l1(code) // aec-ignore${' AE9999'.repeat(n)}`),
  'headers with colons': (n) => times(n, (i) => `autoencoder A${i}:\n  encoder:\n    dense(3)\n`),
  'missing parentheses': (n) => model(times(n, () => 'penalty l1(code\n  ')),
  'missing parentheses after commas': (n) => model(times(n, () => 'penalty l1(code,\n  ')),
  'missing braces': (n) => times(n, (i) => `autoencoder A${i} {\n  encoder {\n    dense(3)\n`),
  'half statements': (n) =>
    model(
      times(
        n,
        (i) =>
          `${['input', 'encoder', 'latent z', 'penalty', 'tie a', 'train {', 'reconstruct x by', 'let'][i % 8]!}\n  `,
      ),
    ),
  'stray words': (n) => 'word '.repeat(n),
  'stray lines': (n) => 'word\n'.repeat(n),
  'misspelled keywords': (n) => model('penaly 1\n  '.repeat(n)),
};

/** Of each kind a text of about `n` of what it is made of, and of about `n` lines. */
export const growing: readonly { readonly name: string; readonly text: (n: number) => string }[] = [
  ...Object.entries(kinds).map(([name, text]) => ({ name, text })),
  ...Object.keys(longFiles(10)).map((name) => ({ name, text: (n: number) => longFiles(n)[name]! })),
];
