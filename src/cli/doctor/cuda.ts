/** Which CUDA a libtensorflow was built for, and the libraries that this means. It opens them by name at run time: they are no entries of its header. */
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface CudaLibrary {
  readonly name: string;
  /** The Python wheel that carries it: NVIDIA's libraries without an installer, and without rights on the machine. */
  readonly wheel: string;
}

export interface CudaNeeds {
  readonly cuda: string;
  readonly cudnn: string;
  readonly libraries: readonly CudaLibrary[];
  /** The oldest driver, by the first part of its version, that runs this CUDA. */
  readonly driver: number;
}

/** The libtensorflow that the packages' install scripts download. */
export const downloadedRelease = '2.9.1';

/** TensorFlow's tested configurations (tensorflow.org/install/source#gpu): from this release on, this CUDA and cuDNN. */
const configurations = [
  { release: [2, 18], cuda: '12.5', cudnn: '9.3' },
  { release: [2, 16], cuda: '12.3', cudnn: '8.9' },
  { release: [2, 15], cuda: '12.2', cudnn: '8.9' },
  { release: [2, 14], cuda: '11.8', cudnn: '8.7' },
  { release: [2, 12], cuda: '11.8', cudnn: '8.6' },
  { release: [2, 5], cuda: '11.2', cudnn: '8.1' },
] as const;

/** By the first part of CUDA's version. The libraries count their own versions. */
const librariesOf: Readonly<
  Record<string, { readonly driver: number; readonly names: Readonly<Record<string, string>> }>
> = {
  11: {
    driver: 450,
    names: {
      'libcudart.so.11.0': 'cuda-runtime',
      'libcublas.so.11': 'cublas',
      'libcublasLt.so.11': 'cublas',
      'libcufft.so.10': 'cufft',
      'libcurand.so.10': 'curand',
      'libcusolver.so.11': 'cusolver',
      'libcusparse.so.11': 'cusparse',
    },
  },
  12: {
    driver: 525,
    names: {
      'libcudart.so.12': 'cuda-runtime',
      'libcublas.so.12': 'cublas',
      'libcublasLt.so.12': 'cublas',
      'libcufft.so.11': 'cufft',
      'libcusolver.so.11': 'cusolver',
      'libcusparse.so.12': 'cusparse',
    },
  },
};

const major = (version: string): string => version.split('.')[0]!;

function needs(cuda: string, cudnn: string): CudaNeeds | undefined {
  const known = librariesOf[major(cuda)];
  if (known === undefined) return undefined;
  const wheel = (part: string): string => `nvidia-${part}-cu${major(cuda)}`;
  return {
    cuda,
    cudnn,
    driver: known.driver,
    libraries: [
      ...Object.entries(known.names).map(([name, part]) => ({ name, wheel: wheel(part) })),
      { name: `libcudnn.so.${major(cudnn)}`, wheel: `'${wheel('cudnn')}==${major(cudnn)}.*'` },
    ],
  };
}

/** What a wheel says of itself beside its libraries; else what TensorFlow's list says of the release. Undefined where neither knows. */
export function cudaNeeds(library: string, release: string | undefined): CudaNeeds | undefined {
  const info = join(dirname(library), 'python', 'platform', 'build_info.py');
  const text = existsSync(info) ? readFileSync(info, 'utf8') : '';
  const told = (key: string): string | undefined => new RegExp(`'${key}', '([\\d.]+)'`).exec(text)?.[1];
  const [cuda, cudnn] = [told('cuda_version'), told('cudnn_version')];
  if (cuda !== undefined && cudnn !== undefined) return needs(cuda, cudnn);
  const [first, second] = (release ?? releaseOf(library) ?? '').split('.').map(Number);
  const row = configurations.find(({ release: [a, b] }) => first === a && second! >= b);
  return row === undefined ? undefined : needs(row.cuda, row.cudnn);
}

/** `2.9.1` of `libtensorflow.so.2.9.1`. */
export const releaseOf = (library: string): string | undefined => /\.so\.(\d+\.\d+\.\d+)$/.exec(basename(library))?.[1];

/** A build for GPUs calls cuDNN by the names of its functions; one for the CPU holds none of them. */
export const usesCuda = (framework: string): boolean => matches(framework, /cudnnCreate/g).size > 0;

/** The folders beside its own, by their names under `nvidia`, in which a libtensorflow looks for CUDA's libraries: its header lists them. */
export const searchedFolders = (framework: string): ReadonlySet<string> =>
  new Set([...matches(framework, /\$ORIGIN\/\.\.\/nvidia\/\w+\/lib/g)].map((path) => path.split('/')[3]!));

/** Texts of a large file that match a pattern, each once. */
function matches(path: string, pattern: RegExp): ReadonlySet<string> {
  const found = new Set<string>();
  const chunk = Buffer.alloc(1 << 24);
  const longest = 64;
  const file = openSync(path, 'r');
  try {
    // Chunks overlap by the length of the longest text, which may lie across two of them.
    for (let at = 0; ; at += chunk.length - longest) {
      const length = readSync(file, chunk, 0, chunk.length, at);
      for (const [text] of chunk.toString('latin1', 0, length).matchAll(pattern)) found.add(text);
      if (length < chunk.length) return found;
    }
  } finally {
    closeSync(file);
  }
}
