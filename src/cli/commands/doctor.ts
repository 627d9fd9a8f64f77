import { renderDataError } from '../../runtime/index.js';
import { nodePackages } from '../backends.js';
import { buildAddon, sourceAt } from '../doctor/build-addon.js';
import { diagnose, type Diagnosis } from '../doctor/diagnose.js';
import { renderFinding } from '../doctor/finding.js';
import { locate, type PackageKey } from '../doctor/layout.js';
import { err, out, outJson, refuse } from '../refusal.js';

export interface DoctorOptions {
  readonly json?: boolean;
  /** Seconds that a package may take to load. */
  readonly timeout: number;
  readonly buildAddon?: string;
  readonly package?: PackageKey;
}

/** `aec doctor`: what can run here, and how to get what cannot. */
export async function doctorCommand(options: DoctorOptions): Promise<number> {
  if (options.buildAddon === undefined) {
    if (options.package !== undefined)
      return refuse(
        'error: --package goes with --build-addon',
        `  try: aec doctor --build-addon FOLDER --package ${options.package}`,
      );
    const diagnosis = await diagnose(options.timeout);
    print(diagnosis, options);
    return diagnosis.ok ? 0 : 1;
  }
  const built = await build(options.buildAddon, options.package);
  const diagnosis = await diagnose(options.timeout);
  print(diagnosis, options);
  return built.every((key) => diagnosis.working.includes(key)) ? 0 : 1;
}

function print({ ok, backend, findings }: Diagnosis, { json }: DoctorOptions): void {
  if (json === true) return outJson({ ok, backend, findings });
  for (const one of findings) out(renderFinding(one));
  out(
    backend === null
      ? '\naec train would end or hang while it loads what is above; until that is mended, give it --backend wasm.'
      : `\naec train takes ${backend} here; --backend chooses another.`,
  );
}

/** Builds the addon of the one package, or of all that are installed. */
async function build(folder: string, only: PackageKey | undefined): Promise<readonly PackageKey[]> {
  const source = sourceAt(folder);
  if (!source.ok) return refuse(`error: ${renderDataError(source.error)}`);
  const wanted = only === undefined ? (Object.keys(nodePackages) as PackageKey[]) : [only];
  const installed = wanted.flatMap((key) => locate(key) ?? []);
  if (installed.length === 0) {
    const names = wanted.map((key) => nodePackages[key]);
    return refuse(
      `error: ${names.join(' and ')} not installed, as seen from ${process.cwd()}`,
      `  try: npm install --ignore-scripts ${names[0]!}`,
    );
  }
  for (const native of installed) {
    const started = Date.now();
    err(`${native.name} ${native.version} in ${native.root}`);
    const built = await buildAddon(native, source.value, (line) => err(`  ${line}`));
    if (!built.ok) return refuse(`error: ${renderDataError(built.error)}`);
    err(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
  err('');
  return installed.map(({ key }) => key);
}
