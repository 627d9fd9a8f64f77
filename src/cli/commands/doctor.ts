import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tfjsVersion } from '../../codegen/project.js';
import { installed, nodePackages } from '../backends.js';
import { out, outJson } from '../io.js';

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  readonly fix?: string;
}

/** `aec doctor`: what can run here, and how to get what cannot. */
export async function doctorCommand(options: { readonly json?: boolean }): Promise<number> {
  const findings: Finding[] = [nodeVersion(), await embedded('@tensorflow/tfjs-backend-wasm'), ...Object.values(nodePackages).map(native)];
  if (options.json === true) outJson({ ok: findings.slice(0, 2).every((f) => f.ok), findings });
  else {
    for (const { what, ok, found, fix } of findings) out(`${ok ? '✓' : '·'} ${what}: ${found}${fix === undefined ? '' : `\n    ${fix}`}`);
    out('\naec train uses the first of node-gpu, node, wasm that runs; --backend chooses one.');
  }
  // The native packages are optional: without them WASM does the work.
  return findings.slice(0, 2).every((f) => f.ok) ? 0 : 1;
}

function nodeVersion(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const ok = major > 20 || (major === 20 && minor >= 20);
  return { what: 'Node', ok, found: process.versions.node, ...(ok ? {} : { fix: 'install Node 20.20 or later' }) };
}

async function embedded(name: string): Promise<Finding> {
  try {
    const { setBackend } = await import('@tensorflow/tfjs-core');
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(installed(name)!)}/`);
    const ok = await setBackend('wasm');
    return { what: 'WASM backend', ok, found: ok ? 'runs' : 'refused to start' };
  } catch (error) {
    return { what: 'WASM backend', ok: false, found: error instanceof Error ? error.message : String(error), fix: 'run npm ci again' };
  }
}

/** Installed, and does its addon lie where it is looked for? Loading it could end the process, so it is not loaded. */
function native(name: string): Finding {
  const entry = installed(name);
  if (entry === undefined) {
    return { what: name, ok: false, found: 'not installed (optional)', fix: `npm install ${name}@${tfjsVersion}   (downloads libtensorflow while it installs)` };
  }
  const root = entry.slice(0, entry.lastIndexOf(name) + name.length);
  const lib = join(root, 'lib');
  const addon = existsSync(lib) && readdirSync(lib).some((folder) => existsSync(join(lib, folder, 'tfjs_binding.node')));
  if (!addon) return { what: name, ok: false, found: 'installed, but its addon tfjs_binding.node is missing: the download was blocked or skipped', fix: `npm rebuild ${name} --build-addon-from-source` };
  const library = existsSync(join(root, 'deps', 'lib'));
  return library ? { what: name, ok: true, found: 'installed, with addon and libtensorflow' } : { what: name, ok: false, found: 'installed, but libtensorflow is missing under deps/lib', fix: `npm rebuild ${name}` };
}
