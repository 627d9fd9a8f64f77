/** Which CUDA libraries count as found: the loader's view, not the disk's. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cudaNeeds, searchedFolders } from '../../src/cli/doctor/cuda.js';
import { depsLinks, recognise } from '../../src/cli/doctor/layout.js';
import { aboutCuda, look, placesOf, type Places } from '../../src/cli/doctor/libraries.js';
import { emptyFolder, write } from './doctor-packages.js';

let folder: string;
let places: Places;
beforeAll(() => {
  folder = emptyFolder();
  write(folder, 'loader/libcudart.so.11.0', '');
  write(folder, 'usual/libcublas.so.11', '');
  write(folder, 'usual/libcufft.so.11', '');
  places = {
    folders: [join(folder, 'loader'), join(folder, 'absent')],
    cache: new Map([['libcudnn.so.8', '/lib/libcudnn.so.8']]),
    usual: [join(folder, 'usual')],
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a library is where the loader looks, where it does not look, or missing', () => {
  expect(look('libcudart.so.11.0', places)).toEqual({ kind: 'found', folder: join(folder, 'loader') });
  expect(look('libcudnn.so.8', places)).toEqual({ kind: 'found', folder: '/lib' });
  expect(look('libcublas.so.11', places)).toEqual({ kind: 'unreached', folder: join(folder, 'usual') });
  expect(look('libcufft.so.10', places)).toEqual({ kind: 'missing', other: join(folder, 'usual/libcufft.so.11') });
  expect(look('libcurand.so.10', places)).toEqual({ kind: 'missing' });
});

test('libtensorflow 2.9.1 wants what its makers say', () => {
  expect(cudaNeeds('/deps/lib/libtensorflow.so.2.9.1', undefined)!.libraries.map(({ name }) => name)).toEqual([
    'libcudart.so.11.0',
    'libcublas.so.11',
    'libcublasLt.so.11',
    'libcufft.so.10',
    'libcurand.so.10',
    'libcusolver.so.11',
    'libcusparse.so.11',
    'libcudnn.so.8',
  ]);
  expect(cudaNeeds('/deps/lib/libtensorflow.so.2', undefined)).toBeUndefined();
  expect(cudaNeeds('/deps/lib/libtensorflow.so.2', '1.15.0')).toBeUndefined();
});

test('each kind of absence has its own command', () => {
  const { ok, found, fix } = aboutCuda('CUDA', cudaNeeds('/deps/lib/libtensorflow.so', '2.9.1')!, [], places);
  expect(ok).toBe(false);
  expect(found).toContain(`found libcudart.so.11.0 in ${join(folder, 'loader')}; libcudnn.so.8 in /lib`);
  expect(found).toContain(`where the loader does not look: libcublas.so.11 in ${join(folder, 'usual')}`);
  expect(found).toContain(`libcufft.so.10 (another version: ${join(folder, 'usual/libcufft.so.11')})`);
  expect(fix).toContain(`export LD_LIBRARY_PATH="${join(folder, 'usual')}:$LD_LIBRARY_PATH"`);
  // cuBLAS is missing in one of its two libraries; cudart and cuDNN are there.
  expect(fix).toContain(
    'pip install --target cuda-11.2 nvidia-cublas-cu11 nvidia-cufft-cu11 nvidia-curand-cu11 nvidia-cusolver-cu11 nvidia-cusparse-cu11\n',
  );
});

test('what libtensorflow refused counts as unreached where it is there', () => {
  const { ok, fix } = aboutCuda(
    'CUDA',
    cudaNeeds('/deps/lib/libtensorflow.so', '2.9.1')!,
    ['libcudart.so.11.0'],
    places,
  );
  expect(ok).toBe(false);
  expect(fix).toContain(`export LD_LIBRARY_PATH="${join(folder, 'loader')}:${join(folder, 'usual')}:$LD_LIBRARY_PATH"`);
});

test('a folder beside libtensorflow counts where its header names it', () => {
  const framework = write(
    folder,
    'named/libtensorflow_framework.so.2',
    `${'x'.repeat((1 << 24) - 30)}$ORIGIN/../nvidia/cublas/lib:$ORIGIN/../../nvidia/cusolver/lib`,
  );
  expect(searchedFolders(framework)).toEqual(new Set(['cublas']));
  for (const part of ['cublas', 'cusolver'])
    mkdirSync(join(folder, 'package/deps/nvidia', part, 'lib'), { recursive: true });
  const found = placesOf(join(folder, 'package'), searchedFolders(framework));
  expect(found.folders).toContain(join(folder, 'package/deps/nvidia/cublas/lib'));
  expect(found.usual).toContain(join(folder, 'package/deps/nvidia/cusolver/lib'));
});

test('cusolver gets a name under which libtensorflow looks', () => {
  for (const file of [
    'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/libtensorflow_framework.so.2',
    'tensorflow/include/tensorflow/c/c_api.h',
    'tensorflow/include/tensorflow/c/eager/c_api.h',
    'nvidia/__init__.py',
    'nvidia/cusolver/lib/a',
    'nvidia/cublas/lib/a',
  ])
    write(folder, `wheel/${file}`, '');
  const source = join(folder, 'wheel/tensorflow');
  const recognised = recognise(source);
  if (!('form' in recognised)) throw new Error('no wheel');
  const links = depsLinks('/package', { folder: source, form: recognised.form }).filter(([link]) =>
    link.includes('nvidia'),
  );
  expect(Object.fromEntries(links)).toEqual({
    '/package/deps/nvidia/cublas': join(folder, 'wheel/nvidia/cublas'),
    '/package/deps/nvidia/cusolver': join(folder, 'wheel/nvidia/cusolver'),
    '/package/deps/nvidia/nvshmem': join(folder, 'wheel/nvidia/cusolver'),
  });
});
