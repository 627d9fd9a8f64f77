/** What several functions compute alike is a helper: it computes the same, whatever names stand in it. */
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../src/codegen/tfjs/blocks.js';
import { linesOf, type Statement } from '../../src/codegen/tfjs/body.js';
import { typesLeftOut } from '../../src/ir/graph/ops/type-text.js';
import { nested } from '../../src/codegen/tfjs/nested.js';
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
  live: 0,
  bytes: 1,
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
  const { bodies: outlines, helpers } = outlined(
    functions.map((statements) => ({
      statements,
      given,
      around: 'return out;',
      outputs: new Map(),
      update: 'adam',
      isFirst: false,
      isTold: true,
    })),
    ['tf', 'spec'],
  );
  const bodies = outlines.map(({ lines, inResult }) => [
    ...lines,
    ...[...inResult].map(([id, text]) => `const ${id} = ${text};`),
  ]);
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

describe('a value that is read once', () => {
  /** Numbers stand for tensors of a byte; what is there at one time is counted. */
  const chained = (most: number): readonly string[] =>
    nested(
      [
        { kind: 'value', id: 'a', expression: 'tf.relu(x)', isTensor: true, rooms: [{ live: 0, bytes: 1 }] },
        { kind: 'value', id: 'b', expression: 'tf.exp(a)', isTensor: true, rooms: [{ live: 1, bytes: 1 }] },
        { kind: 'free', ids: ['a'] },
        { kind: 'value', id: 'c', expression: 'tf.neg(b)', isTensor: true, rooms: [{ live: 1, bytes: 1 }] },
        { kind: 'free', ids: ['b', 'y'] },
      ],
      new Set(['c']),
      most,
    );

  it('stands where it is read, and what else dies there is freed behind the formula', () => {
    expect(chained(3)).toEqual(['const c = tf.tidy(() => tf.neg(tf.exp(tf.relu(x))));', 'y.dispose();']);
  });

  it('stands by itself where it would be kept longer than there is room for', () => {
    expect(chained(2)).toEqual([
      'const b = tf.tidy(() => tf.exp(tf.relu(x)));',
      'const c = tf.neg(b);',
      'tf.dispose([b, y]);',
    ]);
    expect(chained(1)).toEqual([
      'const a = tf.relu(x);',
      'const b = tf.exp(a);',
      'a.dispose();',
      'const c = tf.neg(b);',
      'tf.dispose([b, y]);',
    ]);
  });

  it('keeps its place where it would be computed after another', () => {
    const steps = (['tf.sub(a, b)', 'tf.sub(b, a)'] as const).map((last) =>
      nested(
        [
          { kind: 'value', id: 'a', expression: 'tf.relu(x)', isTensor: true, rooms: [] },
          { kind: 'value', id: 'b', expression: 'tf.exp(x)', isTensor: true, rooms: [] },
          { kind: 'value', id: 'c', expression: last, isTensor: true, rooms: [] },
          { kind: 'free', ids: ['a', 'b'] },
        ],
        new Set(['c']),
        0,
      ),
    );
    expect(steps).toEqual([
      ['const c = tf.tidy(() => tf.sub(tf.relu(x), tf.exp(x)));'],
      ['const a = tf.relu(x);', 'const b = tf.exp(x);', 'const c = tf.sub(b, a);', 'tf.dispose([a, b]);'],
    ]);
  });
});

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
      'const out = dense(size, 2);',
      'const out = dense(size, 4);',
      'const out = dense(size, 2);',
    ]);
    expect(made).toEqual(plain);
    expect(made).toEqual([127, 535, 127]);
  });

  it('are given sizes, of which products follow', () => {
    const { helpers, bodies, made, plain } = run(
      [
        [3, 5],
        [4, 7],
        [6, 2],
      ].map(([h, c]) => [
        value('one', `size * ${h!}`),
        value('two', `one + ${2 * h! * c!}`),
        value('three', `two - ${c!}`),
        value('four', `three * ${h! * h!}`),
        value('out', 'four + one'),
      ]),
    );
    expect(helpers[0]!.params.map(({ name }) => name)).toEqual(['factor', 'n', 'n2']);
    expect(helpers[0]!.body).toContain('2 * n * n2');
    expect(helpers[0]!.body).toContain('n * n');
    expect(bodies[0]).toMatch(/\(size, 3, 5\)/);
    expect(made).toEqual(plain);
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

  const update = (weight: string): readonly Statement[] => [
    origin(7, 'adam'),
    value(`m${weight}`, `slots["${weight}/m"]`, 'Input', 'm', 'input'),
    value(weight, `weights["${weight}"]`, 'Input', 'kernel', 'input'),
    value(`one${weight}`, `d${weight} * 2`),
    value(`new${weight}M`, `m${weight} + one${weight}`, 'Add', 'new.m'),
    value(`two${weight}`, `new${weight}M * size`),
    value(`new${weight}`, `${weight} - two${weight}`, 'Sub', 'new.kernel'),
    { kind: 'free', ids: [`d${weight}`] },
  ];

  it('are a loop over the gradients where they are updates in a row', () => {
    const names = ['a', 'b', 'c', 'd'];
    const outputs = new Map(
      names.flatMap((name): readonly (readonly [string, string])[] => [
        [`weights/${name}`, `new${name}`],
        [`slots/${name}/m`, `new${name}M`],
      ]),
    );
    const { bodies, helpers } = outlined(
      [
        {
          statements: [...names.map((name, i) => value(`d${name}`, `size + ${i}`)), ...names.flatMap(update)],
          given: new Map([...given, ['slots', undefined]]),
          around: `return [${[...outputs.values()].join(', ')}];`,
          outputs,
          update: 'adam',
          isFirst: false,
          isTold: true,
        },
      ],
      ['tf'],
    );
    const { moved, lines, inResult } = bodies[0]!;
    expect([...moved!.ids].sort()).toEqual([...outputs.values()].sort());
    const [helper] = helpers as readonly [(typeof helpers)[number]];
    expect(helper).toMatchObject({
      name: 'adam',
      params: [{ name: 'state' }, { name: 'gradients' }, { name: 'rate' }],
    });
    const freed: unknown[] = [];
    const gradient = (n: number): object => ({ valueOf: () => n, dispose: () => freed.push(n) });
    const state = { weights: { a: 1, b: 2, c: 3, d: 4, kept: 9 }, slots: { 'a/m': 5, 'b/m': 6, 'c/m': 7, 'd/m': 8 } };
    const body = lines.map((line) => line.replace(/size \+ (\d)/, 'gradient(size + $1)'));
    const code = `function adam(state, gradients, rate) {${typesLeftOut(helper.body)}}\n${body.join('\n')}\nreturn ${
      inResult.get(moved!.state) ?? moved!.state
    };`;
    const made = new Function('size', 'state', 'gradient', 'tf', code)(10, state, gradient, {
      tidy: (f: () => unknown) => f(),
    }) as unknown;
    expect(made).toEqual({
      weights: { a: 1 - 250, b: 2 - 280, c: 3 - 310, d: 4 - 340, kept: 9 },
      slots: { 'a/m': 25, 'b/m': 28, 'c/m': 31, 'd/m': 34 },
    });
    expect(freed).toEqual([10, 11, 12, 13]);
  });

  it('are a network where two functions have its layers, and nothing but what comes out', () => {
    const layerNames = ['h', 'k', 'l', 'm', 'code'];
    const layers = (input: string): readonly Statement[] =>
      layerNames.flatMap((name, i): readonly Statement[] => [
        origin(i + 1),
        value(`w${name}`, `weights["encoder.${name}"]`, 'Input', 'kernel', 'input'),
        { ...value(name, `${i === 0 ? input : layerNames[i - 1]!} * w${name}`), name: `encoder.${name}` } as Statement,
        ...(i === 0 ? [] : [{ kind: 'free', ids: [layerNames[i - 1]!] } as const]),
      ]);
    const functions = [
      [value('x', 'batch.x', 'Input', 'x', 'input'), ...layers('x')],
      [value('y', 'size', 'Input', 'y', 'input'), ...layers('y')],
      [value('x', 'batch.x', 'Input', 'x', 'input'), ...layers('x')],
    ] as const;
    const { bodies, helpers } = outlined(
      functions.map((statements, i) => ({
        statements,
        given: new Map([...given, ['batch', undefined]]),
        // The last one shows a layer inside.
        around: `return [code${i === 2 ? ', h' : ''}];`,
        outputs: new Map(),
        update: '',
        isFirst: false,
        isTold: false,
      })),
      ['tf'],
    );
    const [encoder] = helpers as readonly [(typeof helpers)[number]];
    expect(encoder).toMatchObject({ name: 'encoder', params: [{ name: 'weights' }, { name: 'x' }] });
    expect(bodies.map(({ inResult }) => inResult.get('code'))).toEqual([
      'encoder(weights, batch.x)',
      'encoder(weights, size)',
      'm * weights["encoder.code"]',
    ]);
    expect(encoder.body.match(/\.dispose\(\)/g)).toHaveLength(4);
  });
});
