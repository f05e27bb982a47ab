import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { command, plainEnvironment } from '../machine/command.ts';
import { repository } from '../machine/places.ts';
import { nxEnvironment } from './nx-environment.ts';

const installed = (path: string) => join(repository, 'node_modules', path);

describe("the user's home", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'tributary-home-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('gets nothing from a run of Nx', async () => {
    await run([installed('nx/dist/bin/nx.js'), 'show', 'projects'], { env: nxEnvironment });
    expect(left()).toEqual([]);
  });

  it('gets nothing from a run of Jest', async () => {
    const spec = join(repository, 'infra/local/src/install/npm-progress.spec.ts');
    await run(
      ['--experimental-vm-modules', installed('jest/bin/jest.js'), '--reporters=default', '--runTestsByPath', spec],
      {
        cwd: join(repository, 'infra/local'),
      },
    );
    expect(left()).toEqual([]);
  });

  it("gets nothing from the generation of an app's database client but what npm itself leaves", async () => {
    // A copy: other tests read the client that is there.
    const copy = join(mkdtempSync(join(mkdir(join(repository, '.tributary')), 'home-')), 'apps/email');
    try {
      for (const name of ['package.json', 'prisma.config.ts', 'prisma']) {
        cpSync(join(repository, 'apps/email', name), join(copy, name), { recursive: true });
      }
      await command('npm', ['run', 'generate'], { cwd: copy, env: environment() });
      expect(readdirSync(join(copy, 'src/generated'))).toEqual(['prisma']);
    } finally {
      rmSync(join(copy, '../..'), { recursive: true });
    }
    expect(left()).toEqual(['.npm']);
  });

  function run(args: string[], { cwd = repository, env = {} }: { cwd?: string; env?: Record<string, string> } = {}) {
    return command(process.execPath, args, { cwd, env: { ...environment(), ...env } });
  }

  function environment(): Record<string, string> {
    const plain = Object.entries(plainEnvironment()).filter(([name]) => !name.startsWith('XDG_'));
    return { ...Object.fromEntries(plain), HOME: home };
  }

  function left(): string[] {
    return readdirSync(home);
  }
});

function mkdir(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}
