import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The way imports run (docs/architecture.md): a folder may import those after it and itself, never those before it.
 * Folders in one group do not know each other.
 */
const LAYERS = [
  ['health', 'openapi', 'back-office'],
  ['reconciliation'],
  ['movements'],
  ['sessions'],
  ['wallets', 'games'],
  ['auth'],
  ['launches', 'operator-keys', 'parent-systems'],
  ['audit'],
  ['database', 'http', 'validation'],
  ['errors'],
  ['logging', 'metrics'],
];

const boundaries = LAYERS.flatMap((group, index) =>
  group.map((folder) => {
    const above = LAYERS.slice(0, index).flat();
    const beside = group.filter((other) => other !== folder);
    const later = LAYERS.slice(index + 1).flat();
    return {
      files: [`src/${folder}/**/*.ts`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                regex: `^(\\.\\./)+(${[...above, ...beside].join('|')})/`,
                message: `${folder} must not know this folder: see LAYERS in eslint.config.js.`,
              },
              {
                regex: `^(\\.\\./)+(${later.join('|')})/.*(\\.repository|\\.controller)\\.js$`,
                message: 'Another module shows its module, its service and its types only.',
              },
              { regex: '^(\\.\\./)+app\\.', message: 'Only main and tests know the whole application.' },
            ].filter(({ regex }) => !regex.includes('()')),
          },
        ],
      },
    };
  }),
);

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'data']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-function-return-type': ['error', { allowExpressions: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // DTOs and entities are plain values whose class documents and maps them.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      '@typescript-eslint/explicit-function-return-type': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  ...boundaries,
);
