/** What several functions compute alike is a helper: it computes the same, whatever names stand in it. */
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../src/codegen/tfjs/blocks.js';
import { linesOf, type Statement } from '../../src/codegen/tfjs/body.js';
import { typesLeftOut } from '../../src/ir/graph/ops/type-text.js';
import { freedLate, lineText, type Line } from '../../src/codegen/tfjs/lines.js';
import { nested, type Step } from '../../src/codegen/tfjs/nested.js';
import { outlined } from '../../src/codegen/tfjs/outline.js';

const value = (id: string, expression: string, op = 'Add', hint = op): Statement => ({
  kind: 'value',
  id,
  expression,
  op,
  hint,
  from: 'tensor',
  live: 0,
  bytes: 1,
});
const input = (id: string, of: string, name: string, hint: string): Statement => ({
  kind: 'value',
  id,
  expression: `${of}["${name}"]`,
  op: 'Input',
  hint,
  from: 'input',
  member: { of, name },
  live: 0,
  bytes: 0,
});
const origin = (line: number, entry = 'dense'): Statement => ({
  kind: 'origin',
  line: `// a.ae:${line}`,
  entry,
  isAdjoint: false,
});
const freeing = (id: string, bytes = 1): Statement => ({ kind: 'free', dead: [{ id, bytes, owner: 0 }] });

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
      isTraining: true,
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
  const step = (id: string, expression: string, live: number): Step => ({
    kind: 'value',
    ids: [id],
    expression,
    isTensor: true,
    rooms: [{ live, top: 1, own: 1, nameless: 0 }],
  });
  const dead = (...ids: readonly string[]): Step => ({
    kind: 'free',
    dead: ids.map((id, owner) => ({ id, owner, bytes: [1] })),
  });
  const chained = (most: number): readonly string[] =>
    nested(
      [step('a', 'tf.relu(x)', 0), step('b', 'tf.exp(a)', 1), dead('a'), step('c', 'tf.neg(b)', 1), dead('b', 'y')],
      new Set(['c']),
      [most],
    ).map(lineText);

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
        [step('a', 'tf.relu(x)', 0), step('b', 'tf.exp(x)', 0), step('c', last, 0), dead('a', 'b')],
        new Set(['c']),
        [9],
      ).map(lineText),
    );
    expect(steps).toEqual([
      ['const c = tf.tidy(() => tf.sub(tf.relu(x), tf.exp(x)));'],
      ['const a = tf.relu(x);', 'const b = tf.exp(x);', 'const c = tf.sub(b, a);', 'tf.dispose([a, b]);'],
    ]);
  });

  it('is a call that takes more inside than it leaves, where that much room is', () => {
    const calls = (most: number): readonly string[] =>
      nested(
        [
          { ...step('a', 'conv(x)', 1), rooms: [{ live: 1, top: 5, own: 1, nameless: 0 }] } as Step,
          step('b', 'tf.relu(a)', 2),
          dead('a'),
        ],
        new Set(['b']),
        [most],
      ).map(lineText);
    expect(calls(6)).toEqual(['const b = tf.tidy(() => tf.relu(conv(x)));']);
    expect(calls(5)).toEqual(['const a = conv(x);', 'const b = tf.relu(a);', 'a.dispose();']);
  });
});

describe('what is read no more', () => {
  /** a, b and c of 1, 4 and 2 bytes come and go one by one; a view of b is freed with it. */
  const lines: readonly Line[] = (
    [
      ['a', 0, 1],
      ['b', 1, 4],
      ['view', 5, 0],
      ['c', 4, 2],
      ['d', 2, 3],
    ] as const
  ).flatMap(([id, live, bytes], i): readonly Line[] => [
    {
      kind: 'value',
      ids: [id],
      expression: `f(${id})`,
      isScope: id === 'd',
      rooms: [{ live, top: bytes + 1, own: bytes, nameless: 1 }],
    },
    ...(
      [
        [],
        [],
        [
          ['a', 0, 1],
          ['view', 1, 0],
        ],
        [['b', 1, 4]],
        [['c', 3, 2]],
      ] as const
    )[i]!.map(([one, owner, size]): Line => ({ kind: 'free', dead: [{ id: one, owner, bytes: [size] }] })),
  ]);
  const laid = (
    most: number,
    isScope: boolean,
  ): { readonly text: readonly string[]; readonly left: readonly string[] } => {
    const found = freedLate(lines, [most], () => isScope);
    return { text: found.lines.map(lineText), left: found.left.map(({ id }) => id) };
  };

  it('waits for the end where there is room for it', () => {
    expect(laid(11, true)).toEqual({
      text: ['const a = f(a);', 'const b = f(b);', 'const view = f(view);', 'const c = f(c);', 'const d = f(d);'],
      left: ['a', 'view', 'b', 'c'],
    });
    expect(laid(11, false).text.at(-1)).toBe('const d = tf.tidy(() => f(d));');
  });

  it('is freed in front of what needs its place: as little as there must be, views with what they show', () => {
    expect(laid(8, true)).toEqual({
      text: [
        'const a = f(a);',
        'const b = f(b);',
        'const view = f(view);',
        'const c = f(c);',
        'tf.dispose([view, b]);',
        'const d = f(d);',
      ],
      left: ['a', 'c'],
    });
    expect(laid(7, true).left).toEqual(['c']);
  });

  it('takes no more than there may be', () => {
    for (let most = 7; most < 12; most++) {
      const { peaks } = freedLate(lines, [most], () => true);
      expect(peaks[0]).toBeLessThanOrEqual(most);
    }
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
      input('a', 'weights', 'a', 'kernel'),
      value('x', 'a + size'),
      value('y', 'x * x'),
      value('z', 'y - 1'),
      value('v', 'z + x'),
      value('out', 'v + a', 'Add', 'new.kernel'),
    ];
    const { helpers, bodies, made, plain } = run([update, update, update]);
    expect(helpers[0]).toMatchObject({ name: 'adam', params: [{ name: 'kernel' }, { name: 'factor' }] });
    expect(bodies[0]).toBe('const out = adam(weights["a"], size);');
    expect(made).toEqual(plain);
  });

  const update = (weight: string): readonly Statement[] => [
    origin(7, 'adam'),
    input(`m${weight}`, 'slots', `${weight}/m`, 'm'),
    input(weight, 'weights', weight, 'kernel'),
    value(`one${weight}`, `d${weight} * 2`),
    value(`new${weight}M`, `m${weight} + one${weight}`, 'Add', 'new.m'),
    value(`two${weight}`, `new${weight}M * size`),
    value(`new${weight}`, `${weight} - two${weight}`, 'Sub', 'new.kernel'),
    freeing(`d${weight}`),
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
          isTraining: true,
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
    const layers = (from: string): readonly Statement[] =>
      layerNames.flatMap((name, i): readonly Statement[] => [
        origin(i + 1),
        input(`w${name}`, 'weights', `encoder.${name}`, 'kernel'),
        { ...value(name, `${i === 0 ? from : layerNames[i - 1]!} * w${name}`), name: `encoder.${name}` } as Statement,
        ...(i === 0 ? [] : [freeing(layerNames[i - 1]!)]),
      ]);
    const functions = [
      [input('x', 'batch', 'x', 'x'), ...layers('x')],
      [input('y', 'batch', 'y', 'y'), ...layers('y')],
      [input('x', 'batch', 'x', 'x'), ...layers('x')],
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
        isTraining: true,
        isTold: false,
      })),
      ['tf'],
    );
    const [encoder] = helpers as readonly [(typeof helpers)[number]];
    expect(encoder).toMatchObject({ name: 'encoder', params: [{ name: 'weights' }, { name: 'x' }] });
    expect(bodies.map(({ inResult }) => inResult.get('code'))).toEqual([
      'encoder(weights, batch["x"])',
      'encoder(weights, batch["y"])',
      'm * weights["encoder.code"]',
    ]);
    expect(encoder.body).toMatch(/^return tf\.tidy\(/);
  });
});
