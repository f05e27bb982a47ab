// One Jest configuration for every project: ES modules, TypeScript through swc, sources instead of builds.
export function jestProject(displayName, overrides = {}) {
  return {
    displayName,
    testEnvironment: 'node',
    testMatch: ['<rootDir>/**/*.spec.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/dist/', '/out-tsc/', '/fixtures/'],
    modulePathIgnorePatterns: ['/dist/', '/out-tsc/'],
    extensionsToTreatAsEsm: ['.ts'],
    testEnvironmentOptions: {
      customExportConditions: ['@tributary/source', 'node', 'node-addons', 'import', 'default'],
    },
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        {
          swcrc: false,
          sourceMaps: 'inline',
          module: { type: 'es6' },
          jsc: {
            target: 'es2022',
            parser: { syntax: 'typescript', decorators: true },
            transform: { legacyDecorator: true, decoratorMetadata: true },
          },
        },
      ],
    },
    ...overrides,
  };
}
