import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['node_modules/**', '.data/**', '**/*.generated.ts', 'eslint.config.js', '.dependency-cruiser.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'only-environment-reads-env: platform/runtime/environment.ts reads it, once.',
        },
      ],
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    // Product code parses untrusted text: a regular expression with super-linear run time would block all requests.
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false, ignorePartial: false }],
    },
  },
  {
    files: ['platform/runtime/environment.ts', 'embedded/**', 'testing/**', '**/*.test.ts', 'bench/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Who is shown what is decided by the steps of a list, and said by nobody else.
    files: ['**/*.ts'],
    ignores: ['platform/graphql/list.ts', '**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSAsExpression > TSTypeReference[typeName.name="Visible"]',
          message: 'only-lists-decide-what-is-visible: platform/graphql/list.ts makes what is visible.',
        },
      ],
    },
  },
  {
    // If `beforeAll` fails, its variables are undefined in `afterAll`, which their types do not say.
    files: ['**/*.test.ts'],
    rules: { '@typescript-eslint/no-unnecessary-condition': 'off' },
  },
  {
    // Tests must pass on a busy machine, and failures must be reproducible.
    files: ['**/*.test.ts', 'testing/**'],
    ignores: ['testing/random.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.object.name="vi"][callee.property.name=/^wait(For|Until)$/][arguments.length=1]',
          message: 'Give a timeout (testing/waiting.ts): one second is too short on a busy machine.',
        },
        {
          selector: 'MemberExpression[object.name="Math"][property.name="random"]',
          message: 'Use the random numbers of testing/random.ts, which prints their seed.',
        },
      ],
    },
  },
)
