import tseslint from 'typescript-eslint';

/** Dependencies point one way: each folder may import those listed, and itself. */
const folders = {
  'src/diagnostics': [],
  'src/parser': ['src/diagnostics'],
  'src/format': ['src/parser', 'src/diagnostics'],
  'src/runtime': [],
  'src/runtime/node': ['src/runtime'],
  'src/ir/graph': ['src/diagnostics'],
  'src/builtins': ['src/ir/graph'],
  'src/ir/model': ['src/ir/graph', 'src/builtins', 'src/parser', 'src/diagnostics', 'src/runtime'],
  'src/ir/resolve': ['src/builtins', 'src/parser', 'src/diagnostics'],
  'src/ir/elaborate': [
    'src/ir/resolve',
    'src/ir/model',
    'src/ir/graph',
    'src/builtins',
    'src/parser',
    'src/diagnostics',
    'src/runtime',
  ],
  'src/ir/checks': ['src/ir/model', 'src/ir/graph', 'src/builtins', 'src/diagnostics', 'src/runtime'],
  'src/ir/lower': ['src/ir/model', 'src/ir/graph', 'src/builtins', 'src/runtime'],
  'src/codegen': [
    'src/ir/model',
    'src/ir/graph',
    'src/ir/lower',
    'src/ir/elaborate',
    'src/ir/checks',
    'src/builtins',
    'src/diagnostics',
    'src/runtime',
  ],
  'src/service': [
    'src/ir/checks',
    'src/ir/resolve',
    'src/ir/elaborate',
    'src/ir/model',
    'src/ir/lower',
    'src/ir/graph',
    'src/builtins',
    'src/codegen',
    'src/diagnostics',
    'src/format',
    'src/parser',
    'src/runtime',
  ],
  'src/cli': [
    'src/builtins',
    'src/codegen',
    'src/diagnostics',
    'src/format',
    'src/ir/model',
    'src/parser',
    'src/runtime',
    'src/runtime/node',
    'src/service',
  ],
};

const every = Object.keys(folders);

/** How the files of a folder write the path of another. */
const paths = (from, to) => {
  const [parent, name] = [to.slice(0, to.lastIndexOf('/')), to.slice(to.lastIndexOf('/') + 1)];
  if (from.startsWith(`${to}/`)) return [];
  if (to.startsWith(`${from}/`)) return [`./${name}/**`, `../${name}/**`];
  const beside = parent !== 'src' && from.startsWith(`${parent}/`);
  return beside ? [`../${name}/**`, `../../${name}/**`] : [`**/${to.slice('src/'.length)}/**`];
};

/** The shells alone know files, processes and terminals. */
const shells = ['src/cli', 'src/runtime/node'];

const oneWay = every.map((folder) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...every
            .filter((other) => other !== folder && !folders[folder].includes(other))
            .flatMap((other) => {
              const group = paths(folder, other);
              return group.length === 0
                ? []
                : [{ group, message: `${folder} must not depend on ${other} (ARCHITECTURE.md).` }];
            }),
          ...(shells.includes(folder)
            ? []
            : [{ group: ['node:*'], message: `${folder} must run in a browser (ARCHITECTURE.md).` }]),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'runs/', 'build/', 'coverage/', '**/*.mjs', '**/*.cjs', 'tmp/'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  ...oneWay,
);
