import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';

// Bad sources are linted in place of real files: a path that stops existing fails the test instead of proving nothing.
const root = fileURLToPath(new URL('../../../', import.meta.url));
const eslint = new ESLint({ cwd: root });

/** The problems of `code` if it stood in `file`, as `rule: message`. */
async function problems(file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: `${root}${file}` });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
}

const CONTRACTS = 'libs/contracts/src/index.ts';
const CONTRACTS_SPEC = 'libs/contracts/src/create-event.spec.ts';
const MESSAGING = 'libs/messaging/src/index.ts';
const APP = 'apps/email/src/main.ts';
const BOUNDARY = '@nx/enforce-module-boundaries: ';
const IMPORT = '@typescript-eslint/no-restricted-imports: ';

describe('the rules of the workspace', () => {
  it.each([
    ['contracts import no package but zod', CONTRACTS, `import 'pg';`, BOUNDARY],
    ['contracts import no other library', CONTRACTS, `import '@tributary/telemetry';`, BOUNDARY],
    ['no two projects import each other', CONTRACTS, `import '@tributary/messaging';`, `${BOUNDARY}Circular`],
    ['a library imports only what lies below it', MESSAGING, `import '@tributary/service-defaults';`, BOUNDARY],
    ['libs/http knows no broker', 'libs/http/src/index.ts', `import '@tributary/messaging';`, BOUNDARY],
    ['a library imports no app', MESSAGING, `import '@tributary/email/src/main.ts';`, BOUNDARY],
    ['apps import no app', APP, `import '@tributary/signup/src/main.ts';`, BOUNDARY],
    ['apps import no app by its path', APP, `import '../../signup/src/main.ts';`, BOUNDARY],
    ['apps import no infra', APP, `import '@tributary/local';`, BOUNDARY],
    ['apps import no AMQP client', APP, `import 'amqplib';`, BOUNDARY],
    ['one function connects to the broker', MESSAGING, `import { connect } from 'amqplib';`, 'no-restricted-imports: '],
    ['apps import no HTTP client from npm', APP, `import 'axios';`, IMPORT],
    ['apps import no HTTP client from Node', APP, `import { request } from 'node:https';`, IMPORT],
    ['apps call no fetch', APP, `await fetch('http://signup/');`, 'no-restricted-globals: '],
    ['testing helpers stay out of apps', APP, `import '@tributary/testing';`, IMPORT],
    ['testing helpers stay out of libraries', MESSAGING, `import '@tributary/testing';`, IMPORT],
    ['an app reads process.env in config.ts only', APP, `void process.env.PORT;`, 'no-restricted-properties: '],
    ['a library reads no process.env', MESSAGING, `const { env } = process; void env;`, 'no-restricted-properties: '],
    ['nobody imports process to get at it', APP, `import { env } from 'node:process'; void env;`, IMPORT],
    ['a spec reads no process.env', CONTRACTS_SPEC, `void process.env.PORT;`, 'no-restricted-properties: '],
    ['a spec imports what Jest offers', CONTRACTS_SPEC, `it('works', () => undefined);`, 'no-restricted-globals: '],
    [
      'every test runs',
      CONTRACTS_SPEC,
      `import { it } from '@jest/globals'; it.only('works', () => undefined);`,
      'no-restricted-syntax: ',
    ],
    [
      'no promise is left alone',
      APP,
      `async function work() { await null; } work();`,
      '@typescript-eslint/no-floating-promises: ',
    ],
    [
      'no promise is taken for a condition',
      APP,
      `async function work() { await null; } if (work()) throw new Error();`,
      '@typescript-eslint/no-misused-promises: ',
    ],
    [
      'types are imported as types',
      CONTRACTS,
      `import { Event } from './event.ts'; export type Fact = Event;`,
      '@typescript-eslint/consistent-type-imports: ',
    ],
    [
      'a switch covers every case',
      CONTRACTS,
      `export function size(of: 'a' | 'b') { switch (of) { case 'a': return 1; } return 0; }`,
      '@typescript-eslint/switch-exhaustiveness-check: ',
    ],
    ['nothing is left over', CONTRACTS, `const left = 1;`, '@typescript-eslint/no-unused-vars: '],
    ['equal means the same', CONTRACTS, `export const same = process.pid == 1;`, 'eqeqeq: '],
    ['a file stays under 250 lines', CONTRACTS, '\n'.repeat(251), 'max-lines: '],
  ])('%s', async (_, file, code, expected) => {
    expect(await problems(file, code)).toContainEqual(expect.stringContaining(expected));
  });

  it.each([
    [
      'contracts import zod and Node',
      CONTRACTS,
      `import { hash } from 'node:crypto';\nimport { z } from 'zod';\nexport { hash, z };\n`,
    ],
    ['config.ts reads process.env', 'apps/email/src/config.ts', `export const port = process.env.PORT;\n`],
    [
      'an app imports libraries, and types of node:http',
      APP,
      `import type { IncomingMessage } from 'node:http';\nimport { On } from '@tributary/messaging';\nexport type { IncomingMessage };\nexport { On };\n`,
    ],
    [
      'a class that Nest injects stays a value import',
      APP,
      `import { ModuleRef } from '@nestjs/core';\nimport { Injectable } from '@nestjs/common';\n` +
        `@Injectable()\nexport class Thing {\n  constructor(readonly ref: ModuleRef) {}\n}\n`,
    ],
    [
      'a spec uses testing helpers, and a client for what it tests',
      'apps/email/src/welcome-email/welcome-email.spec.ts',
      `import { it } from '@jest/globals';\nimport { testVhost } from '@tributary/testing';\nit('works', async () => {\n  await fetch((await testVhost()).url);\n});\n`,
    ],
  ])('let pass: %s', async (_, file, code) => {
    expect(await problems(file, code)).toEqual([]);
  });
});

describe('each package.json', () => {
  const manifest = 'libs/contracts/package.json';
  const withDependencies = (dependencies: object) => JSON.stringify({ name: '@tributary/contracts', dependencies });

  it('names every package that the sources import', async () => {
    expect(await problems(manifest, withDependencies({}))).toContainEqual(expect.stringMatching(/missing.*zod/s));
  });

  it('names none that they do not import', async () => {
    const both = withDependencies({ zod: '4.6.7', pg: '8.23.1' });
    expect(await problems(manifest, both)).toEqual([expect.stringMatching(/"pg".*not used/)]);
  });
});
