// What `./dev lint` holds TypeScript and JavaScript against: the recommended rules, and those that
// find mistakes. ESLint 9, because Debian 12 has Node.js 18.
import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import typescript from 'typescript-eslint';

const mistakes = {
  'array-callback-return': 'error',
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-constructor-return': 'error',
  'no-eval': 'error',
  'no-implicit-coercion': 'error',
  'no-implied-eval': 'error',
  'no-param-reassign': 'error',
  'no-promise-executor-return': 'error',
  'no-self-compare': 'error',
  'no-template-curly-in-string': 'error',
  'no-throw-literal': 'error',
  'no-unmodified-loop-condition': 'error',
  'no-unreachable-loop': 'error',
  // It takes `this.#frame ||= …` for a value that nobody reads.
  'no-unused-private-class-members': 'off',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-promise-reject-errors': 'error',
  radix: 'error',
};

const javascript = {
  'consistent-return': 'error',
  'no-shadow': 'error',
  'no-unused-expressions': 'error',
  'no-unused-vars': ['error', { ignoreRestSiblings: true }],
  // What a function mentions may be defined by the time that it is called.
  'no-use-before-define': ['error', { functions: false, variables: false }],
};

const page = {
  ...hooks.configs.recommended.rules,
  '@typescript-eslint/no-shadow': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
  // `!` stands where the lines around it say why there is something.
  '@typescript-eslint/no-non-null-assertion': 'off',
  // An effect of ours often follows one thing of what it reads, and says so by its list.
  'react-hooks/exhaustive-deps': 'off',
  // Signals are read and written outside of a render, and refs keep the newest callback.
  'react-hooks/refs': 'off',
  'react-hooks/immutability': 'off',
  'react-hooks/set-state-in-effect': 'off',
  'max-lines': ['error', { max: 300 }],
};

export default [
  { ignores: ['**/node_modules/**'] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, rules: mistakes },
  { files: ['**/*.mjs', '**/*.js'], rules: javascript },
  ...typescript.configs.recommended.map((config) => ({ ...config, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { 'react-hooks': hooks },
    languageOptions: { globals: globals.browser },
    rules: page,
  },
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
];
