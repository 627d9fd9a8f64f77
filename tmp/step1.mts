import { checkText } from '../test/support/emitted.ts';
import { compile } from '../src/compiler.ts';
import { nodeGraph, nodeOps } from '../test/interpreter/compare/native.ts';
import { batchOf, statisticsOf } from '../test/interpreter/compare/inputs.ts';
import { step } from '../test/interpreter/interpret/program.ts';
import { randomAt } from '../src/runtime/random.ts';
import { filters } from '../test/interpreter/drifting.ts';
const checked = checkText(filters);
const compiled = compile(checked.models[0]!, checked);
const g = nodeGraph(1);
await g.start();
const runner = await g.runner(compiled);
let st: any = { weights: runner.initialize(randomAt(1, 0xffff_ffff), {}), slots: {} };
for (let at = 0; at < 3; at++) {
  const batch = batchOf(compiled.spec, 15, 1 + at);
  const m = { step: at, stepsPerEpoch: 8 };
  const a: any = await runner.trainStep(st, batch, m, randomAt(1, at));
  const e: any = step(compiled.model as any, st, batch, m);
  for (const name of ['encoder.code.kernel', 'decoder.dense.bias']) {
    const w0 = st.weights[name].data, w1 = a.state.weights[name].data, w2 = e.state.weights[name].data;
    console.log(at, name, [0,1,2,3,4].map(i => ((w1[i]-w0[i])/(w2[i]-w0[i])).toFixed(6)).join(' '), Object.keys(a.state.slots).filter(k=>k.startsWith(name)).map(k => k.split('/')[1] + ' ' + [0,1,2].map(i => (a.state.slots[k][i]/e.state.slots[k][i]).toFixed(7)).join(' ')).join(' | '));
  }
  st = a.state;
}
