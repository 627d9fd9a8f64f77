/** `aec doctor --build-addon`: what it refuses, and that a build which fails changes nothing. */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { addonAt, eachInAnEmptyFolder, fakePackage, whole, write, writeProgram } from './doctor-packages.js';
import { aec, type Outcome } from './run.js';

let folder: string;
eachInAnEmptyFolder((made) => {
  folder = made;
});

const build = (...args: readonly string[]): Outcome => aec(['doctor', '--build-addon', ...args], folder);

/** A folder with the files of a wheel. */
function wheel(name: string): void {
  for (const file of [
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so.2',
    'include/tensorflow/c/c_api.h',
    'include/tensorflow/c/eager/c_api.h',
  ])
    write(folder, `${name}/${file}`, '');
}

/** A package with sources, whose node-pre-gyp does as told. */
function package_(nodePreGyp: string): string {
  write(folder, 'node_modules/@mapbox/node-pre-gyp/package.json', '{ "name": "@mapbox/node-pre-gyp" }');
  write(folder, 'node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp', nodePreGyp);
  return fakePackage(folder, { files: { ...whole, 'binding.gyp': '{}', 'binding/a.cc': '' } });
}

describe.skipIf(process.platform === 'win32')('refuses', () => {
  test('without a stack trace, what is no folder', () => {
    write(folder, 'file', '');
    for (const [path, found] of [
      ['nowhere', 'nothing there'],
      ['file', 'a file'],
    ] as const) {
      const { code, err } = build(path);
      expect(code).toBe(1);
      expect(err).toContain(path);
      expect(err).toMatch(new RegExp(`found +${found}`));
      expect(err).not.toMatch(/\n\s+at /);
    }
  });

  test('a folder that lacks files, by their names', () => {
    wheel('wheel');
    rmSync(join(folder, 'wheel/libtensorflow_framework.so.2'));
    const { code, err } = build('wheel');
    expect(code).toBe(1);
    expect(err).toContain('the tensorflow folder of a wheel it lacks libtensorflow_framework.so.2;');
    expect(err).toContain('the unpacked C library it lacks lib/libtensorflow.so.2, lib/libtensorflow_framework.so.2');
  });

  test('the folder above the right one, and names that', () => {
    wheel('unpacked/tensorflow');
    expect(build('unpacked').err).toContain('hint: unpacked/tensorflow is such a folder');
  });

  test('where no package is installed, or not the one asked for', () => {
    wheel('wheel');
    expect(build('wheel').err).toContain('@tensorflow/tfjs-node and @tensorflow/tfjs-node-gpu not installed');
    fakePackage(folder);
    const { code, err } = build('wheel', '--package', 'node-gpu');
    expect(code).toBe(1);
    expect(err).toContain('npm install --ignore-scripts @tensorflow/tfjs-node-gpu');
  });

  test('a package without its sources', () => {
    wheel('wheel');
    fakePackage(folder);
    expect(build('wheel').err).toContain('binding.gyp, binding missing');
  });

  test('a machine without a compiler, and says how to get one', () => {
    wheel('wheel');
    package_('');
    vi.stubEnv('CXX', 'no-such-compiler');
    const { code, err } = build('wheel');
    expect(code).toBe(1);
    expect(err).toContain('no-such-compiler does not run');
    expect(err).toMatch(/hint: (sudo apt-get|xcode-select)/);
  });

  test('--package alone', () => {
    expect(aec(['doctor', '--package', 'node'], folder).err).toContain('--package goes with --build-addon');
  });
});

describe.skipIf(process.platform !== 'linux')('a build that fails', () => {
  test.each([
    [
      'while it compiles',
      'console.error("binding/a.cc:7: fatal error: no such header"); process.exit(1);',
      'binding/a.cc:7: fatal error: no such header',
    ],
    [
      'with an addon that does not load',
      `require('node:fs').mkdirSync('lib/napi-v8', { recursive: true }); require('node:fs').writeFileSync('${addonAt(8)}', 'no library');`,
      'expected an addon that loads',
    ],
  ])('%s leaves the package as it was', (_, nodePreGyp, said) => {
    for (const tool of ['g++', 'make', 'python3']) writeProgram(folder, `bin/${tool}`, 'exit 0');
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH']}`);
    vi.stubEnv('CXX', undefined);
    wheel('wheel');
    const root = package_(nodePreGyp);
    const { code, err } = build('wheel');
    expect(code).toBe(1);
    expect(err).toContain(said);
    for (const [file, content] of Object.entries(whole))
      expect(readFileSync(join(root, file)).equals(Buffer.from(content as string)), file).toBe(true);
    expect(readdirSync(root).filter((name) => name.startsWith('.aec'))).toEqual([]);
    expect(existsSync(join(root, 'build-addon.log'))).toBe(true);
    expect(err).toContain(join(root, 'build-addon.log'));
  });
});
