import tseslint from 'typescript-eslint';

/** Dependencies point one way: each layer may import those listed, and itself. */
const layers = {
  'src/diagnostics': ['src/parser'],
  'src/parser': ['src/diagnostics'],
  'src/format': ['src/parser', 'src/diagnostics'],
  'src/runtime': [],
  'src/builtins': ['src/ir'],
  'src/ir': ['src/builtins', 'src/diagnostics', 'src/parser', 'src/runtime'],
  'src/codegen': ['src/builtins', 'src/ir', 'src/runtime', 'src/compiler.js', 'src/version.js'],
  'src/cli': ['src/builtins', 'src/codegen', 'src/compiler.js', 'src/diagnostics', 'src/format', 'src/ir', 'src/parser', 'src/runtime', 'src/version.js'],
};

const everything = Object.keys(layers);

const oneWay = Object.entries(layers).map(([layer, allowed]) => ({
  files: [`${layer}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: everything
          .filter((other) => other !== layer && !allowed.includes(other))
          .map((other) => ({
            group: [`**/${other.slice('src/'.length)}/**`],
            message: `${layer} must not depend on ${other} (ARCHITECTURE.md).`,
          })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'runs/', 'build/', 'coverage/', '**/*.mjs'] },
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
