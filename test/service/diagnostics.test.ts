import { describe, expect, it } from 'vitest';
import { allToJson } from '../../src/diagnostics/json.js';
import { diagnosticsOf } from '../../src/service/diagnostics.js';
import { Service } from '../../src/service/service.js';
import { checkFile, filesIn } from '../corpus/reading.js';
import { marked } from './marked.js';

/** The code, the severity and the span of each finding are as marked. */
function expectFound(input: string, ...expected: readonly string[]): void {
  const source = marked(input);
  const all = [...diagnosticsOf(source.service)].flatMap(([file, ones]) =>
    ones.map((one) => ({ file, start: one.span.start, end: one.span.end, what: `${one.code} ${one.severity}` })),
  );
  expect(all).toEqual(source.spans.map((span, i) => ({ ...span, what: expected[i] })));
}

const model = (decoder: string, rest = ''): string => `autoencoder A {
  input x: [784] in [0, 1]
  encoder { code: dense(32, relu) }
  decoder { ${decoder} }
  reconstruct x by bernoulli${rest}
}
`;

describe('diagnostics', () => {
  it('stand where the mistake is', () => {
    expectFound(model('«dens»(784, sigmoid)'), 'AE2002 error');
    expectFound(model('dense(784, sigmoid)'));
  });

  it('of a path that is being typed are that it is not closed', () => {
    expectFound(`import «"»\n${model('dense(784, sigmoid)')}`, 'AE1003 error');
    expectFound(`import «"nowhere»\n${model('dense(784, sigmoid)')}`, 'AE1003 error');
    expectFound(`import «"nowhere"»\n${model('dense(784, sigmoid)')}`, 'AE2009 error');
  });

  it('of an imported file stand in it, once however many files import it', () => {
    expectFound(
      `--- a.ae\nimport "b.ae"\n${model('P; dense(784, sigmoid)')}--- c.ae\nimport "b.ae"\n${model('P; dense(784, sigmoid)')}--- b.ae\nblock P { «dens»(4) }\n`,
      'AE2002 error',
    );
  });

  it('follow what is not saved, and what is stored once the buffer is closed', () => {
    const service = new Service({ read: (path) => (path === '/b.ae' ? 'block P { relu }\n' : undefined) });
    const codes = (): readonly string[] =>
      diagnosticsOf(service)
        .get('/a.ae')!
        .map(({ code }) => code);
    service.edit('/a.ae', `import "b.ae"\n${model('P; dense(784, sigmoid)')}`);
    expect(codes()).toEqual([]);
    service.edit('/b.ae', 'block Q { relu }\n');
    expect(codes()).toEqual(['AE2002']);
    service.close('/b.ae');
    expect(codes()).toEqual([]);
    service.edit('/b.ae', 'block Q { relu }\n');
    service.edit('/a.ae', service.read('/a.ae')!.replace('P;', 'Q;'));
    expect(codes()).toEqual([]);
  });

  it('do not follow from blocks that are in sight and not used', () => {
    const text = (path: string): string => `import "${path}"
autoencoder A {
  input x: [8] in [0, 1]
  encoder(x, c) { code: dense(4, tanh) }
  decoder { dense(8, sigmoid) }
  head label(code) { dense(1) }
  reconstruct x by bernoulli
}
`;
    const service = new Service({ read: (path) => (path === '/b.ae' ? 'block C { relu }\n' : undefined) });
    const codes = (): readonly string[] =>
      diagnosticsOf(service)
        .get('/a.ae')!
        .map(({ code }) => code);
    service.edit('/a.ae', text('b.ae'));
    // A use of C without a name would be called `c`: there is none.
    expect(codes()).toEqual(['AE2001']);
    service.edit('/a.ae', text('other.ae'));
    expect(codes()).toEqual(['AE2009']);
  });

  it('fade what nothing uses', () => {
    const { service, path } = marked(model('dense(784, sigmoid)', '\n  target y: category(10)'));
    expect(
      diagnosticsOf(service)
        .get(path)!
        .map(({ code, unused }) => [code, unused]),
    ).toEqual([['AE4013', true]]);
    expectFound(
      `autoencoder A(n: int = 3, «m»: int = 4) {
  input x: [9] in real
  let «half» = n / 2
  encoder { dense(n) }
  decoder { dense(9) }
  reconstruct x by gaussian
}
block B(units: int, «act»: activation = relu) { dense(units) }
`,
      ...['AE2014 info', 'AE2014 info', 'AE2014 info'],
    );
  });

  it('are those of the command line, over the whole corpus', () => {
    for (const file of [...filesIn('bad'), ...filesIn('good')]) {
      if (/^\/\/ --set/m.test(file.text)) continue;
      const checked = checkFile(file);
      const service = new Service({ read: (path) => checked.files.get(path.slice(1))?.text });
      service.edit(`/${file.name}`, file.text);
      const texts = (name: string): string | undefined => checked.files.get(name)?.text;
      const told = allToJson(checked.findings, checked.locate, texts).map((one) => [
        `/${one.place.file}`,
        one.code,
        one.severity,
        one.title,
        one.place.range.start.offset,
      ]);
      const shown = [...diagnosticsOf(service)].flatMap(([path, ones]) =>
        ones.map((one) => [path, one.code, one.severity, one.message.split('\n')[0], one.span.start]),
      );
      const what = (rows: readonly (readonly unknown[])[]): readonly string[] =>
        rows.map((row) => row.slice(0, 4).join(' ')).sort();
      expect(what(shown), file.name).toEqual(what(told));
      // What is empty at the end of a line is shown on the character before.
      for (const [path, , , title, at] of shown)
        expect(
          told.some((one) => one[0] === path && one[3] === title && (one[4] === at || one[4] === (at as number) + 1)),
          `${file.name}: ${String(title)}`,
        ).toBe(true);
    }
  });

  it('carry the place that a finding speaks of besides', () => {
    const { service, path } = marked(model('dense(700, sigmoid)'));
    const [one] = diagnosticsOf(service).get(path)!;
    expect(one!.code).toBe('AE3001');
    expect(one!.related.length).toBeGreaterThan(0);
    expect(one!.message).toMatch(/expected: .*784.*\nfound: .*700/s);
  });
});
