// What `./dev lint` holds JavaScript against: ESLint's recommended rules, and those that find mistakes.
import js from "@eslint/js";
import globals from "globals";

const mistakes = {
  "array-callback-return": "error",
  "consistent-return": "error",
  eqeqeq: ["error", "always", { null: "ignore" }],
  "no-constructor-return": "error",
  "no-eval": "error",
  "no-implicit-coercion": "error",
  "no-implied-eval": "error",
  "no-param-reassign": "error",
  "no-promise-executor-return": "error",
  "no-self-compare": "error",
  "no-shadow": "error",
  "no-template-curly-in-string": "error",
  "no-throw-literal": "error",
  "no-unmodified-loop-condition": "error",
  "no-unreachable-loop": "error",
  "no-unused-expressions": "error",
  // It takes `this.#frame ||= …` for a value that nobody reads, and pictures that are held so that the
  // browser keeps them loaded.
  "no-unused-private-class-members": "off",
  "no-unused-vars": ["error", { ignoreRestSiblings: true }],
  // What a function mentions may be defined by the time that it is called.
  "no-use-before-define": ["error", { functions: false, variables: false }],
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-promise-reject-errors": "error",
  radix: "error",
};

export default [
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: mistakes,
  },
  { files: ["web/**"], languageOptions: { globals: globals.browser } },
  {
    files: ["tests/web/**", "bench/peers/**"],
    languageOptions: { globals: globals.node },
  },
];
