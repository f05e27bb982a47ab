import { fileURLToPath } from 'node:url';

const cache = (name) => fileURLToPath(new URL(`.tributary/cache/${name}`, import.meta.url));

// Else swc unpacks itself into the user's home. Jest's workers inherit it.
process.env.SWC_NATIVE_BINDING_CACHE ??= cache('swc');

// One Jest configuration for every project: ES modules, TypeScript through swc, sources instead of builds.
export function jestProject(displayName, overrides = {}) {
  return {
    displayName,
    testEnvironment: 'node',
    cacheDirectory: cache('jest'),
    maxWorkers: '50%',
    // With one worker Jest would run every spec in its own process, where what one of them leaves open keeps Jest from ending. A
    // limit makes it start a worker, which Jest ends by force.
    workerIdleMemoryLimit: '1GB',
    // Longer than what `eventually` waits for, so that it can say what did not come.
    testTimeout: 30_000,
    reporters: ['default', fileURLToPath(new URL('infra/local/jest-reporter.mjs', import.meta.url))],
    testMatch: ['<rootDir>/**/*.spec.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/dist/', '/out-tsc/', '/fixtures/'],
    modulePathIgnorePatterns: ['/dist/', '/out-tsc/'],
    extensionsToTreatAsEsm: ['.ts'],
    testEnvironmentOptions: {
      // Jest adds 'import' or 'require' itself; with 'import' here, pg's require('pg-pool') would get the ES module.
      customExportConditions: ['@tributary/source', 'node', 'node-addons'],
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
