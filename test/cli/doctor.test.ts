/** What `aec doctor` finds in packages of every state, and what it says to do. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { locate, type PackageKey } from '../../src/cli/doctor/layout.js';
import { errorFix } from '../../src/cli/doctor/messages.js';
import { node23 } from '../../src/cli/doctor/packages.js';
import {
  addon,
  addonAt,
  computes,
  eachInAnEmptyFolder,
  fakePackage,
  libraryFor,
  whole,
  write,
  writeProgram,
  type Fake,
} from './doctor-packages.js';
import { aec } from './run.js';

let folder: string;
eachInAnEmptyFolder((made) => {
  folder = made;
});

interface Diagnosis {
  readonly ok: boolean;
  readonly backend: string | null;
  readonly findings: readonly Finding[];
}

function diagnose(...args: readonly string[]): Diagnosis {
  const { code, out } = aec(['doctor', '--json', ...args], folder);
  const diagnosis = JSON.parse(out) as Diagnosis;
  expect(code).toBe(diagnosis.ok ? 0 : 1);
  return diagnosis;
}

/** The finding about a part of tfjs-node, or of tfjs-node-gpu. */
const about = ({ findings }: Diagnosis, part: string, name = 'tfjs-node'): Finding =>
  findings.find(({ what }) => what === `@tensorflow/${name}${part === '' ? '' : ` ${part}`}`)!;

const without = (...names: readonly string[]): NonNullable<Fake['files']> =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => !names.some((one) => name.startsWith(one))));

describe('without native packages', () => {
  test('all is well: WASM does the work, and how to install them is said', () => {
    const diagnosis = diagnose();
    expect(diagnosis).toMatchObject({ ok: true, backend: 'wasm' });
    expect(Object.keys(diagnosis)).toEqual(['version', 'ok', 'backend', 'findings']);
    expect(diagnosis.findings.map(({ what }) => what)).toEqual([
      'Node',
      'WASM backend',
      '@tensorflow/tfjs-node',
      '@tensorflow/tfjs-node-gpu',
    ]);
    expect(about(diagnosis, '')).toMatchObject({ ok: false, found: 'not installed (optional)' });
    expect(about(diagnosis, '', 'tfjs-node-gpu').fix).toMatch(/^npm install @tensorflow\/tfjs-node-gpu@4\.22\.0$/m);
  });

  test('people read marks, and fixes below them', () => {
    const { out } = aec(['doctor'], folder);
    expect(out).toMatch(/^✓ WASM backend: runs$/m);
    expect(out).toMatch(/^· @tensorflow\/tfjs-node: not installed \(optional\)\n {4}npm install /m);
    expect(out).toContain('aec train takes wasm here');
  });
});

// The layout of Linux is faked.
describe.skipIf(process.platform !== 'linux')('a package', () => {
  test('whose install script has not run: every way out, by command', () => {
    fakePackage(folder, { files: {} });
    const diagnosis = diagnose();
    const { ok, found, fix } = about(diagnosis, 'libtensorflow');
    expect(ok).toBe(false);
    expect(found).toContain('install script was skipped');
    for (const part of [
      'storage.googleapis.com',
      'HTTPS_PROXY=',
      'TFJS_NODE_CDN_STORAGE=',
      'npm rebuild @tensorflow/tfjs-node',
      'aec doctor --build-addon',
    ])
      expect(fix).toContain(part);
    expect(about(diagnosis, 'tried')).toBeUndefined();
    expect(diagnosis.backend).toBe('wasm');
  });

  test('whose addon is missing is to be compiled against the library that is there', () => {
    const root = fakePackage(folder, { files: without('lib/') });
    const diagnosis = diagnose();
    expect(about(diagnosis, 'libtensorflow').ok).toBe(true);
    expect(about(diagnosis, 'addon')).toMatchObject({ ok: false, found: `${addonAt(8)} is missing` });
    expect(about(diagnosis, 'addon').fix).toContain(`aec doctor --build-addon ${root}/deps --package node`);
  });

  test.each([
    [
      'another Node-API version',
      { ...without('lib/'), [addonAt(5)]: addon },
      /built for Node-API 5, but Node \S+ takes the one for Node-API 8/,
    ],
    [
      'another processor',
      { ...whole, [addonAt(8)]: libraryFor(process.arch === 'x64' ? 'arm64' : 'x64') },
      /^built for linux-/,
    ],
    [
      'another system',
      { ...whole, [addonAt(8)]: Buffer.concat([Buffer.from('cffaedfe0c000001', 'hex'), Buffer.alloc(64)]) },
      /^built for darwin-arm64/,
    ],
    [
      'nothing: a page of a proxy',
      { ...whole, [addonAt(8)]: '<html><title>Access denied</title></html>' },
      /is no shared library/,
    ],
  ])('whose addon is for %s', (_, files, found) => {
    fakePackage(folder, { files });
    const one = about(diagnose(), 'addon');
    expect(one).toMatchObject({ ok: false, found: expect.stringMatching(found) as string });
    expect(one.fix).toMatch(/npm rebuild|--build-addon/);
  });

  test('whose libtensorflow is missing, or linked to what is gone', () => {
    fakePackage(folder, { files: without('deps/lib/libtensorflow.so') });
    const root = fakePackage(folder, { name: 'tfjs-node-gpu', files: without('deps/lib/libtensorflow.so') });
    symlinkSync('/nowhere/libtensorflow_cc.so.2', join(root, 'deps/lib/libtensorflow.so'));
    const diagnosis = diagnose();
    expect(about(diagnosis, 'libtensorflow')).toMatchObject({
      ok: false,
      found: 'deps/lib lacks libtensorflow.so, libtensorflow.so.2',
    });
    expect(about(diagnosis, 'libtensorflow', 'tfjs-node-gpu').found).toBe(
      'deps/lib/libtensorflow.so links to /nowhere/libtensorflow_cc.so.2, which is gone',
    );
  });

  test('whose addon asks for a library that the loader does not find', () => {
    writeProgram(folder, 'bin/ldd', 'echo "	libtensorflow.so.2 => not found"; echo "	libc.so.6 => /lib/libc.so.6"');
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH']}`);
    fakePackage(folder);
    expect(about(diagnose(), 'addon')).toMatchObject({
      ok: false,
      found: `${addonAt(8)} asks for libtensorflow.so.2, which the loader does not find`,
    });
  });

  test('that works is tried, and taken by aec train', () => {
    fakePackage(folder, { script: computes('2.9.1') });
    const diagnosis = diagnose();
    expect(about(diagnosis, 'tried')).toMatchObject({
      ok: true,
      found: 'works: libtensorflow 2.9.1, computes on the CPU',
    });
    expect(diagnosis.backend).toBe('node');
  });

  test('that throws: the first line, and the next backend is taken', () => {
    fakePackage(folder, {
      script: 'throw new Error("libtensorflow.so.2: cannot open shared object file: No such file\\nmore");',
    });
    const diagnosis = diagnose();
    expect(about(diagnosis, 'tried')).toMatchObject({
      ok: false,
      found: 'libtensorflow.so.2: cannot open shared object file: No such file',
    });
    expect(about(diagnosis, 'tried').fix).toContain('--build-addon');
    expect(diagnosis.backend).toBe('wasm');
  });

  test('that computes wrongly does not work', () => {
    fakePackage(folder, { script: computes().replace('a + b', 'a - b') });
    expect(about(diagnose(), 'tried')).toMatchObject({ ok: false, found: '1 + 2 gave -1' });
  });

  test('that ends the process: by which signal, its last words, and that aec train would end too', () => {
    fakePackage(folder, {
      script: 'require("node:fs").writeSync(2, "terminate called\\n"); process.kill(process.pid, "SIGILL");',
    });
    const diagnosis = diagnose();
    expect(about(diagnosis, 'tried')).toMatchObject({
      ok: false,
      found: 'the process that loads it dies (SIGILL): terminate called',
    });
    expect(about(diagnosis, 'tried').fix).toContain('AVX');
    expect(diagnosis).toMatchObject({ ok: true, backend: null });
    expect(aec(['doctor'], folder).out).toContain('give it --backend wasm');
  });

  test('that hangs is ended, and said to hang', () => {
    fakePackage(folder, { script: 'for (;;) {}' });
    const diagnosis = diagnose('--timeout', '1');
    expect(about(diagnosis, 'tried')).toMatchObject({ ok: false, found: 'hangs: nothing after 1 s, then ended' });
    expect(diagnosis.backend).toBeNull();
  });

  test('that still calls what Node 23 removed finds it again', () => {
    fakePackage(folder, { script: `require("node:util").isNullOrUndefined(0);\n${computes()}` });
    expect(about(diagnose(), 'tried').ok).toBe(true);
  });
});

test('from Node 23 on, what aec mends and what own scripts need is said', () => {
  expect(node23('@tensorflow/tfjs-node', '22.12.0')).toEqual([]);
  const [said] = node23('@tensorflow/tfjs-node', '23.1.0');
  expect(said).toMatchObject({ ok: true, found: expect.stringContaining('aec puts it back itself') as string });
  expect(said!.fix).toContain('util.isNullOrUndefined ??= ');
});

test.each([
  ['node', 'util_1.isNullOrUndefined is not a function', 'util.isNullOrUndefined ??='],
  [
    'node',
    'The module was compiled against a different Node.js version using\nNODE_MODULE_VERSION 93.',
    'built for another Node',
  ],
  ['node', "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found", 'newer system'],
  ['node', 'Error loading shared library ld-linux-x86-64.so.2: No such file or directory', 'Alpine'],
  ['node', 'tfjs_binding.node: invalid ELF header', 'another machine'],
  ['node-gpu', 'tfjs_binding.node: undefined symbol: TFE_NewContext', 'different builds'],
  ['node-gpu', "Cannot find module '@mapbox/node-pre-gyp'", 'npm install @tensorflow/tfjs-node-gpu@4.22.0'],
  ['node', 'something never seen', 'npm rebuild @tensorflow/tfjs-node'],
] as const)('%s: %s', (key: PackageKey, message, fix) => {
  fakePackage(folder, { name: key === 'node' ? 'tfjs-node' : 'tfjs-node-gpu' });
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  expect(errorFix(locate(key)!, message).join('\n')).toContain(fix);
  vi.restoreAllMocks();
});

describe.skipIf(process.platform !== 'linux')('tfjs-node-gpu', () => {
  const gpuFiles = {
    ...whole,
    'deps/lib/libtensorflow_framework.so.2': `${'x'.repeat((1 << 24) - 5)}cudnnCreate`,
    'deps/lib/libtensorflow_framework.so': '',
  };
  const gpu = (part: string): Finding => about(diagnose(), part, 'tfjs-node-gpu');

  test('built without CUDA runs on the CPU, and how to get a GPU is said', () => {
    fakePackage(folder, { name: 'tfjs-node-gpu', script: computes('2.21.0') });
    const diagnosis = diagnose();
    expect(about(diagnosis, 'CUDA', 'tfjs-node-gpu')).toMatchObject({
      ok: false,
      found: 'its libtensorflow is built without CUDA: it runs on the CPU',
    });
    expect(about(diagnosis, 'CUDA', 'tfjs-node-gpu').fix).toContain('tensorflow[and-cuda]');
    expect(about(diagnosis, 'driver', 'tfjs-node-gpu')).toBeUndefined();
    expect(diagnosis.backend).toBe('node-gpu');
  });

  test('finds the libraries of its release, and the GPUs', () => {
    for (const name of [
      'libcudart.so.11.0',
      'libcublas.so.11',
      'libcublasLt.so.11',
      'libcufft.so.10',
      'libcurand.so.10',
      'libcusolver.so.11',
      'libcusparse.so.11',
      'libcudnn.so.8',
      'libcuda.so.1',
    ])
      write(folder, `cuda/${name}`, '');
    writeProgram(folder, 'bin/nvidia-smi', 'echo "Tesla T4, 15360 MiB, 470.82.01"');
    vi.stubEnv('LD_LIBRARY_PATH', join(folder, 'cuda'));
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH']}`);
    fakePackage(folder, { name: 'tfjs-node-gpu', script: computes('2.9.1', true), files: gpuFiles });
    const diagnosis = diagnose();
    expect(about(diagnosis, 'CUDA', 'tfjs-node-gpu')).toMatchObject({
      ok: true,
      found: expect.stringMatching(
        /^wants CUDA 11\.2 and cuDNN 8\.1; found libcudart\.so\.11\.0, .*libcudnn\.so\.8 in /,
      ) as string,
    });
    expect(about(diagnosis, 'driver', 'tfjs-node-gpu')).toMatchObject({
      ok: true,
      found: 'Tesla T4, 15360 MiB, driver 470.82.01',
    });
    expect(about(diagnosis, 'tried', 'tfjs-node-gpu').found).toBe('works: libtensorflow 2.9.1, computes on the GPU');
  });

  test('wants the CUDA that a wheel says it was built for, and a driver for it', () => {
    writeProgram(folder, 'bin/nvidia-smi', 'echo "Tesla T4, 15360 MiB, 470.82.01"');
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH']}`);
    write(folder, 'cuda/libcuda.so.1', '');
    vi.stubEnv('LD_LIBRARY_PATH', join(folder, 'cuda'));
    fakePackage(folder, {
      name: 'tfjs-node-gpu',
      script: computes('2.9.1'),
      files: {
        ...gpuFiles,
        'deps/lib/python/platform/build_info.py':
          "build_info = dict([('cuda_version', '12.5.1'), ('cudnn_version', '9')])",
      },
    });
    expect(gpu('CUDA').found).toContain('wants CUDA 12.5.1 and cuDNN 9');
    expect(gpu('driver').found).toContain('CUDA 12.5.1 wants driver 525 or later');
  });

  test('says which CUDA library it refused, though no list has it', () => {
    const script = `require("node:fs").writeSync(2, "W dso_loader.cc:64] Could not load dynamic library 'libcupti.so.11.2'; dlerror: …\\n");\n${computes()}`;
    fakePackage(folder, { name: 'tfjs-node-gpu', script, files: gpuFiles });
    expect(gpu('CUDA').found).toContain('libcupti.so.11.2');
  });
});
