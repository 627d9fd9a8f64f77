/** What several functions compute alike is a helper: it computes the same, whatever names stand in it. */
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../src/codegen/tfjs/blocks.js';
import { linesOf, type Statement } from '../../src/codegen/tfjs/body.js';
import { outlined } from '../../src/codegen/tfjs/outline.js';

const value = (
  id: string,
  expression: string,
  op = 'Add',
  hint = op,
  from: 'tensor' | 'input' = 'tensor',
): Statement => ({
  kind: 'value',
  id,
  expression,
  op,
  hint,
  from,
});
const origin = (line: number, entry = 'dense'): Statement => ({ kind: 'origin', line: `// a.ae:${line}`, entry });

const given = new Map<string, Kind | undefined>([
  ['size', 'number'],
  ['weights', undefined],
]);

/** The module's code, and what each function makes of 3. Numbers stand for tensors; what is freed is noted. */
function run(functions: readonly (readonly Statement[])[]): {
  readonly helpers: ReturnType<typeof outlined>['helpers'];
  readonly bodies: readonly string[];
  readonly made: readonly unknown[];
  readonly plain: readonly unknown[];
} {
  const { bodies, helpers } = outlined(
    functions.map((statements) => ({ statements, given, around: 'return out;', update: 'adam', isFirst: false })),
    ['tf', 'spec'],
  );
  const declared = helpers.map(
    ({ name, params, body }) => `function ${name}(${params.map((param) => param.name).join(', ')}) {\n${body}\n}`,
  );
  const made = (lines: readonly string[]): unknown =>
    (
      new Function('size', 'weights', 'tf', `${declared.join('\n')}\n${lines.join('\n')}\nreturn out;`) as (
        ...args: readonly unknown[]
      ) => unknown
    )(3, { a: 5, b: 7 }, { dispose: () => undefined });
  return {
    helpers,
    bodies: bodies.map((lines) => lines.join('\n')),
    made: bodies.map(made),
    plain: functions.map((statements) => made(statements.flatMap(linesOf))),
  };
}

const chain = (start: string, n: string, out = 'out'): readonly Statement[] => [
  value('one', `${start} + size`),
  value('two', `one * ${n}`),
  value('three', 'two - 1'),
  value('four', 'three * three'),
  value(out, 'four + one'),
];

describe('places that compute alike', () => {
  it('call one function, with the numbers that differ', () => {
    const { helpers, bodies, made, plain } = run([
      [origin(1), ...chain('size', '2')],
      [origin(2), ...chain('size', '4')],
      [origin(1), ...chain('size', '2')],
    ]);
    expect(helpers.map(({ name, params, about }) => ({ name, params, about }))).toEqual([
      {
        name: 'dense',
        params: [
          { name: 'factor', type: 'number' },
          { name: 'n', type: 'number' },
        ],
        about: 'a.ae:1, and another line alike',
      },
    ]);
    expect(bodies).toEqual([
      '// a.ae:1\nconst out = dense(size, 2);',
      '// a.ae:2\nconst out = dense(size, 4);',
      '// a.ae:1\nconst out = dense(size, 2);',
    ]);
    expect(made).toEqual(plain);
    expect(made).toEqual([127, 535, 127]);
  });

  it('stand as they are where a function would be no shorter', () => {
    expect(
      run([
        [origin(1), ...chain('size', '2')],
        [origin(1), ...chain('size', '2')],
      ]).helpers,
    ).toEqual([]);
  });

  it('are not those that subtract where others add', () => {
    const other = chain('size', '2').map((one) =>
      one.kind === 'value' && one.id === 'three' ? value('three', 'two + 1') : one,
    );
    const { helpers, made, plain } = run([chain('size', '2'), other, chain('size', '2'), other]);
    expect(helpers).toEqual([]);
    expect(made).toEqual(plain);
  });

  it('hide no name of a function inside of them', () => {
    const nested = [
      value('w', 'size * 2', 'MatMul'),
      value('r', '((row) => { const matMul = row + 1; return matMul * w; })(size)', 'Fold'),
      value('s', 'r - w'),
      value('t', 's * s'),
      value('out', 't + r'),
    ];
    const { helpers, made, plain } = run([nested, nested, nested]);
    expect(helpers).toHaveLength(1);
    expect(made).toEqual(plain);
    expect(made[0]).toBe(348);
  });

  it('read what a function is given once where it is used, and are named by the update that they are', () => {
    const update = [
      value('a', "weights['a']", 'Input', 'kernel', 'input'),
      value('x', 'a + size'),
      value('y', 'x * x'),
      value('z', 'y - 1'),
      value('v', 'z + x'),
      value('out', 'v + a', 'Add', 'new.kernel'),
    ];
    const { helpers, bodies, made, plain } = run([update, update, update]);
    expect(helpers[0]).toMatchObject({ name: 'adam', params: [{ name: 'kernel' }, { name: 'factor' }] });
    expect(bodies[0]).toBe("const out = adam(weights['a'], size);");
    expect(made).toEqual(plain);
  });
});
