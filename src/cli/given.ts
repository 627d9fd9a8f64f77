/** `--given c=3`: what a draw from a conditional model is conditioned on. */
import { tensor } from '@tensorflow/tfjs-core';
import type { ProgramSpec, Tensors, VariableSpec } from '../runtime/program.js';
import { refuse } from './refusal.js';

/** The conditions of `count` draws, a row for each. The caller disposes them. */
export interface Given {
  readonly tensors: Tensors;
  readonly count: number;
}

/**
 * From `name=value` texts. A category that is left out runs through its classes, the same number of draws for each.
 * @param namesOf what the labels of a variable are called, from 0 on
 *
 * Refuses names that nothing reads, labels that are none, and variables that one number cannot give.
 */
export function givenOf(
  spec: ProgramSpec,
  texts: readonly string[],
  count: number,
  namesOf: (variable: string) => readonly string[] | undefined = () => undefined,
): Given {
  const written = new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      return at < 1
        ? refuse(
            `error: --given ${text}`,
            '  expected: name=value',
            `  for example: --given ${spec.sampleReads[0] ?? 'c'}=3`,
          )
        : ([text.slice(0, at), text.slice(at + 1)] as const);
    }),
  );
  for (const name of written.keys()) {
    if (!spec.sampleReads.includes(name))
      refuse(
        `error: a draw from ${spec.name} does not depend on ${name}`,
        `  expected: ${spec.sampleReads.join(' or ') || 'no --given'}`,
        `  found: --given ${name}=${written.get(name)!}`,
      );
  }
  const variables = spec.sampleReads.map((name) => spec.variables.find((v) => v.name === name)!);
  const free = variables.filter(({ name, domain }) => !written.has(name) && domain.kind === 'category');
  const [classes, ...others] = free;
  if (others.length > 0)
    refuse(
      `error: a draw from ${spec.name} depends on ${free.map(({ name }) => name).join(' and ')}`,
      '  expected: all of them but one',
      `  for example: ${others.map(({ name }) => `--given ${name}=0`).join(' ')}`,
    );
  const each = classes?.domain.kind === 'category' ? Math.max(1, Math.ceil(count / classes.domain.classes)) : 0;
  const total = classes?.domain.kind === 'category' ? each * classes.domain.classes : count;
  return {
    count: total,
    tensors: Object.fromEntries(
      variables.map((variable) => [
        variable.name,
        valuesOf(variable, written.get(variable.name), total, each, namesOf(variable.name)),
      ]),
    ),
  };
}

function valuesOf(
  variable: VariableSpec,
  text: string | undefined,
  count: number,
  each: number,
  names: readonly string[] = [],
): Tensors[string] {
  const { name, domain, shape } = variable;
  if (domain.kind === 'category') {
    const named = text === undefined ? -1 : names.indexOf(text.trim());
    const label = named >= 0 ? named : Number(text ?? 0);
    if (text !== undefined && !(text.trim() !== '' && Number.isInteger(label) && label >= 0 && label < domain.classes))
      refuse(
        `error: --given ${name}=${text}`,
        `  expected: ${names.length > 0 && names.length <= 20 ? `${names.join(', ')}, or ` : ''}a label from 0 to ${domain.classes - 1} (${variable.origin})`,
        `  found: ${text}`,
      );
    return tensor(
      Int32Array.from({ length: count }, (_, i) => (text === undefined ? Math.floor(i / each) : label)),
      [count, ...shape],
      'int32',
    );
  }
  const size = shape.reduce((a, b) => a * b, 1);
  if (text === undefined)
    return refuse(
      `error: a draw depends on ${name}: [${shape.join(', ')}] (${variable.origin})`,
      `  expected: --given ${name}=…`,
      '  found: nothing',
    );
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (numbers.length !== size || !numbers.every(Number.isFinite)) {
    return refuse(
      `error: --given ${name}=${text}`,
      `  expected: ${size === 1 ? 'a number' : `${size} numbers, with commas between them`} (${variable.origin})`,
      `  found: ${numbers.length === size ? text : `${numbers.length}`}`,
    );
  }
  return tensor(
    Float32Array.from({ length: count * size }, (_, i) => numbers[i % size]!),
    [count, ...shape],
    'float32',
  );
}
