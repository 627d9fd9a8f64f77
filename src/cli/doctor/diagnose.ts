/** All that the doctor looks at, in order. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { backendOrder, type BackendName } from '../backends.js';
import { fromWheel, rebuild } from './commands.js';
import { cudaNeeds, downloadedRelease, releaseOf, searchedFolders, usesCuda } from './cuda.js';
import { finding, type Finding } from './finding.js';
import { libtensorflowOf, locate, type NativePackage, type PackageKey } from './layout.js';
import { aboutCuda, aboutDriver, placesOf } from './libraries.js';
import { aboutLoading, refusedLibraries, tryToLoad, type Outcome } from './load-check.js';
import { absent, examine } from './packages.js';

export interface Diagnosis {
  /** Do Node and WASM work? The native packages are optional. */
  readonly ok: boolean;
  /** What `aec train` takes here; null where its choice would end or hang the process, or nothing runs. */
  readonly backend: BackendName | null;
  readonly findings: readonly Finding[];
  /** The native packages that loaded and computed. */
  readonly working: readonly PackageKey[];
}

/** What was found, and how loading went where it was tried. */
interface PackageDiagnosis {
  readonly findings: readonly Finding[];
  readonly outcome?: Outcome;
}

/** Looks at everything; a package gets so many seconds to load. */
export async function diagnose(seconds: number): Promise<Diagnosis> {
  const embedded = [nodeVersion(), await wasm()];
  const packages = {
    'node-gpu': await diagnosePackage('node-gpu', seconds),
    node: await diagnosePackage('node', seconds),
  };
  const runs = {
    wasm: embedded[1]!.ok ? 'works' : 'threw',
    cpu: 'works',
    'node-gpu': packages['node-gpu'].outcome?.kind,
    node: packages.node.outcome?.kind,
  } as const;
  // `aec train` goes on to the next where one throws or is absent; one that dies or hangs takes it along.
  const chosen = backendOrder().find((backend) => runs[backend] !== undefined && runs[backend] !== 'threw')!;
  return {
    ok: embedded.every(({ ok }) => ok),
    backend: runs[chosen] === 'works' ? chosen : null,
    findings: [...embedded, ...packages.node.findings, ...packages['node-gpu'].findings],
    working: (['node', 'node-gpu'] as const).filter((key) => runs[key] === 'works'),
  };
}

async function diagnosePackage(key: PackageKey, seconds: number): Promise<PackageDiagnosis> {
  const native = locate(key);
  if (native === undefined) return { findings: [absent(key)] };
  const { findings, mayLoad } = examine(native);
  const outcome = mayLoad ? await tryToLoad(native.entry, seconds) : undefined;
  return {
    findings: [
      ...findings,
      ...(key === 'node-gpu' ? gpu(native, outcome) : []),
      ...(outcome === undefined ? [] : [aboutLoading(native, outcome)]),
    ],
    ...(outcome === undefined ? {} : { outcome }),
  };
}

/** CUDA and the driver, where the package's libtensorflow is there and was built for them. Their names are known for Linux. */
function gpu(native: NativePackage, outcome: Outcome | undefined): readonly Finding[] {
  if (process.platform !== 'linux') return [];
  const library = libtensorflowOf(native.root);
  if (library.kind !== 'whole') return [];
  const [cuda, driver] = [`${native.name} CUDA`, `${native.name} driver`];
  if (!usesCuda(library.framework)) {
    const downloaded = cudaNeeds(library.library, downloadedRelease)!;
    return [
      finding(cuda, false, 'its libtensorflow is built without CUDA: it runs on the CPU', [
        `for a GPU, download libtensorflow ${downloadedRelease} (CUDA ${downloaded.cuda}, cuDNN ${downloaded.cudnn}; this empties deps first):`,
        rebuild(native.name),
        ...fromWheel(native.key),
      ]),
    ];
  }
  const release = outcome?.kind === 'works' ? outcome.libtensorflow : releaseOf(library.library);
  const needs = cudaNeeds(library.library, release);
  const refused = refusedLibraries(outcome?.log ?? '');
  const places = placesOf(native.root, searchedFolders(library.framework));
  return [
    needs === undefined
      ? finding(
          cuda,
          false,
          `which CUDA libtensorflow ${release ?? '(version unknown)'} wants is not known here${refused.length === 0 ? '' : `; it did not find ${refused.join(', ')}`}`,
        )
      : aboutCuda(cuda, needs, refused, places),
    aboutDriver(driver, needs, places),
  ];
}

function nodeVersion(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const ok = major > 20 || (major === 20 && minor >= 20);
  return finding('Node', ok, process.versions.node, ok ? [] : ['install Node 20.20 or later']);
}

async function wasm(): Promise<Finding> {
  try {
    const { setBackend } = await import('@tensorflow/tfjs-core');
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
    const ok = await setBackend('wasm');
    return finding('WASM backend', ok, ok ? 'runs' : 'refused to start');
  } catch (error) {
    return finding('WASM backend', false, error instanceof Error ? error.message : String(error), [
      'install aec again: npm install aec',
    ]);
  }
}
