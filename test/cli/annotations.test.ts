/** Findings as annotations: one command each, whatever its words hold. */
import { expect, test } from 'vitest';
import { annotationOf } from '../../src/cli/annotations.js';
import { allToJson, type JsonFinding } from '../../src/diagnostics/json.js';
import { checkText } from '../support/emitted.js';

const text = `autoencoder A {
  input x: [8] in [0, 1]
  encoder { code: dence(3) }
  decoder { dense(8, sigmoid) }
  reconstruct x by bernoulli
}
`;

const findings = (): readonly JsonFinding[] => {
  const checked = checkText(text);
  return allToJson(checked.findings, checked.locate, () => text);
};

/** As the runner of GitHub Actions reads a command. */
function read(line: string): { readonly level: string; readonly at: Record<string, string>; readonly message: string } {
  const [, level, properties, message] = /^::(\w+) (.*?)::(.*)$/.exec(line)!;
  const plain = (value: string): string =>
    value.replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%');
  const at = Object.fromEntries(
    properties!.split(',').map((one) => {
      const [name, ...value] = one.split('=');
      return [name, plain(value.join('='))];
    }),
  );
  return { level: level!, at, message: plain(message!) };
}

test('stand where the mistake is, in the folder of its file', () => {
  const [first] = findings();
  const { level, at, message } = read(annotationOf(first!, 'models/one'));
  expect(level).toBe('error');
  expect(at).toMatchObject({ file: 'models/one/test.ae', line: '3', endLine: '3', col: '19', endColumn: '24' });
  expect(at['title']).toBe(`${first!.code}: ${first!.title}`);
  expect(message.split('\n')[0]).toBe(first!.cause);
});

test('whatever signs are in their words', () => {
  const [first] = findings();
  const odd = { ...first!, title: 'a: 5%, b\nc::d', cause: 'half: 50%\r\nand ::error::', severity: 'info' as const };
  const line = annotationOf(odd, '.');
  expect(line).not.toContain('\n');
  const { level, at, message } = read(line);
  expect(level).toBe('notice');
  expect(at['title']).toBe(`${odd.code}: ${odd.title}`);
  expect(message.startsWith(odd.cause)).toBe(true);
});
