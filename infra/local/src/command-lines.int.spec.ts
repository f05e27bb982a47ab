import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { plainEnvironment } from './machine/command.ts';
import { repository } from './machine/places.ts';

const FLAGS = ['--conditions=@tributary/source', '--no-warnings', '--experimental-transform-types'];

async function run(entry: string, ...args: string[]) {
  const child = spawn(process.execPath, [...FLAGS, join(repository, entry), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: plainEnvironment(),
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, stdout, stderr };
}

describe.each([
  ['npm run demo', 'infra/local/src/demo.ts'],
  ['npm run docs', 'infra/local/src/docs.ts'],
  ['npm run chaos', 'infra/proof/chaos/src/main.ts'],
  ['npm run compose:check', 'infra/proof/compose/src/main.ts'],
  ['npm run ledger', 'infra/proof/e2e/src/run-ledger.ts'],
])('%s', (script, entry) => {
  it.each(['--help', '-h'])('%s says how it is used, and does nothing', async (option) => {
    const { code, stdout, stderr } = await run(entry, option);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.startsWith(script)).toBe(true);
  });

  it.each([['--no-such-option'], ['no-such-argument'], ['--seed=-1'], ['--seed']])(
    'refuses %s with what there is',
    async (...args) => {
      const { code, stdout, stderr } = await run(entry, ...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`\n\n${script}`);
      expect(stderr).not.toMatch(/^ +at /m);
    },
  );
});

it('npm run compose:check refuses an unknown option behind a known one', async () => {
  expect(await run('infra/proof/compose/src/main.ts', '--no-build', '--fast')).toMatchObject({ code: 1, stdout: '' });
});
