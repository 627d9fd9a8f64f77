/** Every example and every template of `aec init` computes what the interpreter computes. */
import { beforeAll, describe, expect, it } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { examples } from '../../examples/list.js';
import { compile } from '../../src/compiler.js';
import { checkExample } from '../support/emitted.js';
import { showDifference } from './compare/agreement.js';
import { judge } from './compare/judge.js';
import { caseOf, observe } from './compare/observe.js';
import { quickRunner } from './compare/runner.js';

beforeAll(async () => {
  await setBackend('cpu');
});

describe.each(examples.map((e) => e.path))('%s', (path) => {
  it('agrees', () => {
    const checked = checkExample(path);
    const compiled = compile(checked.models[0]!, checked);
    const runner = quickRunner(compiled);
    let t = Date.now();
    const c = caseOf(compiled.model, compiled.spec, runner, 3, 5);
    const o = { cpu: observe(c, runner) };
    const a = Date.now() - t; t = Date.now();
    const outcome = judge(c, o);
    console.log(path, a, Date.now() - t, outcome.tie, outcome.compared);
    expect(outcome.differences.map(showDifference)).toEqual([]);
  });
});
