/** The page of a browser project: it trains in the browser or opens weights beside it, and shows what came of it. */
import { packageName } from '../../version.js';
import { runtimeModule, type RuntimePlace } from '../runtime-names.js';

/** A page that runs without a bundler: the import map says where the bare names are. */
export const pageHtml = (name: string, place: RuntimePlace): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${name}</title>
    <script type="importmap">
      ${JSON.stringify(importMap(place), null, 2).replaceAll('\n', '\n      ')}
    </script>
    <style>
      :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
      body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      canvas { image-rendering: pixelated; width: 100%; }
      label { display: grid; grid-template-columns: 4rem 1fr 4rem; gap: 0.5rem; }
      pre { overflow-x: auto; }
    </style>
  </head>
  <body>
    <h1>${name}</h1>
    <p>Backend: <a href="?backend=webgpu">webgpu</a>, <a href="?backend=webgl">webgl</a>, <a href="?backend=wasm">wasm</a></p>
    <main id="shown"></main>
    <pre id="log"></pre>
    <script type="module" src="main.js"></script>
  </body>
</html>
`;

const modules = './node_modules/@tensorflow';

/** Flat bundles of tfjs; the WASM one names Node's own modules too, which a page has not got. */
const importMap = (place: RuntimePlace): object => ({
  imports: {
    '@tensorflow/tfjs': `${modules}/tfjs/dist/tf.fesm.js`,
    '@tensorflow/tfjs-core': `${modules}/tfjs/dist/tf.fesm.js`,
    '@tensorflow/tfjs-backend-wasm': `${modules}/tfjs-backend-wasm/dist/tf-backend-wasm.fesm.js`,
    '@tensorflow/tfjs-backend-webgpu': `${modules}/tfjs-backend-webgpu/dist/tf-backend-webgpu.fesm.js`,
    ...(place === 'bundled'
      ? {}
      : { [runtimeModule(place, 'core')]: `./node_modules/${packageName}/dist/runtime/index.js` }),
    ...Object.fromEntries(
      ['fs', 'path', 'perf_hooks', 'os'].map((name) => [name, 'data:text/javascript,export default {}']),
    ),
  },
});

/** Opens the weights beside the page, or trains on procedural data; works as it is and through Vite. */
export const pageScript = (place: RuntimePlace): string => `import * as tf from '@tensorflow/tfjs';
import * as runtime from '${runtimeModule(place, 'core')}';
import { load, withWeights } from './model.js';
import { program } from './program.js';
import { show } from './show.js';

const log = (text) => {
  document.getElementById('log').textContent += text + '\\n';
};

/** WebGPU and WASM are packages of their own; WebGL comes with tfjs. */
async function chooseBackend(name) {
  if (name === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  if (name === 'wasm') {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(new URL('./node_modules/@tensorflow/tfjs-backend-wasm/dist/', document.baseURI).href);
  }
  if (!(await tf.setBackend(name))) throw new Error(name + ' does not run in this browser');
  await tf.ready();
}

async function trainHere(data) {
  const result = await runtime.train(program, data, {
    onEvent: (event) => {
      if (event.kind === 'epoch') log(JSON.stringify(event));
    },
  });
  if (!result.ok) throw new Error(runtime.renderDataError(result.error));
  return result.value.snapshot;
}

const parameters = new URLSearchParams(location.search);
try {
  await chooseBackend(parameters.get('backend') ?? 'webgl');
  log(program.spec.name + ' on ' + tf.getBackend());
  const set = runtime.generateSet(parameters.get('data') ?? 'strokes:count=500');
  const data = set.ok ? runtime.fitDataset(set.value, program.spec.variables, program.spec) : set;
  if (!data.ok) throw new Error(runtime.renderDataError(data.error));
  const weights = parameters.get('weights');
  const snapshot = weights === null ? await trainHere(data.value) : undefined;
  const model = snapshot === undefined ? await load(weights) : withWeights(snapshot.weights);
  await show(document.getElementById('shown'), model, data.value);
  log('done');
  // For the console: await model.encode({ x }).z.data(), and its sisters.
  Object.assign(globalThis, { aec: { tf, runtime, program, model, data: data.value, snapshot } });
} catch (error) {
  log('failed: ' + error.message);
}
`;

/** Draws what a model makes of data, of its code and of its prior. */
export const showScript = (place: RuntimePlace): string => `import * as tf from '@tensorflow/tfjs';
import { batchTensors, imageShape, release } from '${runtimeModule(place, 'core')}';

/** Pictures side by side, black and white at the ends of what they hold; of what is none, a strip. */
async function draw(canvas, tensor) {
  const [count, ...shape] = tensor.shape;
  // WebGPU has no way to wait for numbers without giving the page back.
  const values = await tensor.data();
  const size = values.length / count;
  const { height, width, channels } = imageShape(shape) ?? { height: 1, width: size, channels: 1 };
  const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [0, 1]);
  const picture = new ImageData(count * width, height);
  for (let i = 0; i < count * height * width; i++) {
    const [k, y, x] = [Math.floor(i / (height * width)), Math.floor((i % (height * width)) / width), i % width];
    for (let c = 0; c < 3; c++) {
      const value = values[k * size + (y * width + x) * channels + (channels === 3 ? c : 0)];
      picture.data[4 * (y * count * width + k * width + x) + c] = (255 * (value - low)) / (high - low);
    }
    picture.data[4 * (y * count * width + k * width + x) + 3] = 255;
  }
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext('2d').putImageData(picture, 0, 0);
}

function section(parent, title) {
  const made = parent.appendChild(document.createElement('section'));
  made.appendChild(document.createElement('h2')).textContent = title;
  return made;
}

const canvasIn = (parent) => parent.appendChild(document.createElement('canvas'));

/** Inputs above reconstructions, sliders for the code, draws from the prior: whatever the model has. */
export async function show(parent, model, data) {
  const { spec } = model;
  const rows = Int32Array.from({ length: Math.min(10, data.size) }, (_, i) => i);
  const batch = batchTensors(data, spec.variables, rows);
  const output = spec.outputs.find(({ variable, name }) => variable === name && batch[variable] !== undefined);
  if (model.reconstruct !== undefined && output !== undefined) {
    const made = model.reconstruct(batch);
    const place = section(parent, 'Data and reconstructions');
    await draw(canvasIn(place), batch[output.variable]);
    await draw(canvasIn(place), made[output.name]);
    release([made]);
  }
  if (model.encode !== undefined && output !== undefined && spec.decodeReads.length === 0)
    await sliders(section(parent, 'Code'), model, batch, output.name);
  if (model.sample !== undefined && output !== undefined && spec.sampleReads.length === 0) {
    const place = section(parent, 'Samples');
    const [canvas, again] = [canvasIn(place), place.appendChild(document.createElement('button'))];
    again.textContent = 'others';
    let seed = 0;
    again.onclick = async () => {
      const drawn = model.sample(10, { seed: ++seed });
      await draw(canvas, drawn[output.name]);
      release([drawn]);
    };
    await again.onclick();
  }
  release([batch]);
}

/** One slider for each number of the code of the first example, up to twelve, and what is decoded beside them. */
async function sliders(place, model, batch, output) {
  const first = Object.fromEntries(Object.entries(batch).map(([name, x]) => [name, tf.slice(x, 0, 1)]));
  const code = model.encode(first);
  const values = {};
  for (const [name, z] of Object.entries(code))
    values[name] = { shape: z.shape, dtype: z.dtype, numbers: (await z.data()).slice() };
  release([first, code]);
  const canvas = canvasIn(place);
  const update = async () => {
    const moved = Object.fromEntries(
      Object.entries(values).map(([name, { shape, dtype, numbers }]) => [name, tf.tensor(numbers, shape, dtype)]),
    );
    const decoded = model.decode(moved);
    await draw(canvas, decoded[output]);
    release([moved, decoded]);
  };
  const entries = Object.entries(values).flatMap(([name, { numbers }]) =>
    Array.from(numbers, (value, i) => ({ name, numbers, value, i })),
  );
  for (const { name, numbers, value, i } of entries.slice(0, 12)) {
    const label = place.appendChild(document.createElement('label'));
    label.append(name + '.' + i);
    const slider = label.appendChild(document.createElement('input'));
    const shown = label.appendChild(document.createElement('output'));
    const reach = Math.max(3, 2 * Math.abs(value));
    Object.assign(slider, { type: 'range', min: -reach, max: reach, step: reach / 100, value });
    shown.textContent = value.toFixed(2);
    slider.oninput = () => {
      numbers[i] = Number(slider.value);
      shown.textContent = numbers[i].toFixed(2);
      update();
    };
  }
  await update();
}
`;
