import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { run } from '../fixtures/child.ts';
import { surround, type Surroundings } from '../fixtures/surroundings.ts';
import { withClient } from './database.ts';

jest.setTimeout(60_000);

let surroundings: Surroundings;
let env: Record<string, string>;
beforeAll(async () => {
  surroundings = await surround();
  ({ env } = surroundings);
});
afterAll(() => surroundings.remove());
const query: Surroundings['query'] = (...args) => surroundings.query(...args);

describe('the command line', () => {
  it('explains every command and every variable, without needing any', async () => {
    const { code, output } = await run(['--help'], {});
    expect(code).toBe(0);
    for (const word of [
      'serve',
      'relay',
      'setup',
      'catch-up',
      'topology',
      'say',
      'GREETING',
      'AMQP_URL',
      'What it says.',
    ])
      expect(output).toContain(word);
  });

  it('lists every configuration problem and ends with 1', async () => {
    const { code, output } = await run(['serve'], { LOG_LEVEL: 'loud' });
    expect(code).toBe(1);
    for (const name of ['DATABASE_URL', 'AMQP_URL', 'LOG_LEVEL', 'GREETING']) expect(output).toContain(`  ${name} `);
  });

  it('fits its help in 100 columns', async () => {
    for (const command of [[], ['catch-up'], ['serve']]) {
      const { output } = await run([...command, '--help'], {});
      expect(output.split('\n').filter((line) => line.length > 100)).toEqual([]);
    }
  });

  it('refuses a command it does not have, and names the one that was meant', async () => {
    const { code, output } = await run(['serv'], env);
    expect(code).toBe(1);
    expect(output).toMatch(/^error: unknown command 'serv'\n\(Did you mean serve\?\)\n/);
    expect((await run(['dance'], env)).output).toMatch(/^error: unknown command 'dance'\n/);
  });

  it('prints its version and that of Node.js', async () => {
    const { code, output } = await run(['--version'], {});
    expect({ code, output }).toEqual({ code: 0, output: `greeter 0.1.0, Node.js ${process.version}\n` });
  });

  it('prints the topology without connecting to anything', async () => {
    const { code, output } = await run(['topology'], {});
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      service: 'greeter',
      hears: ['user.signed-up.v1'],
      readsLog: false,
      rights: { configure: '^$', topics: { exchange: 'events', read: '^(user\\.signed-up\\.v1)$' } },
    });
  });

  it('has the commands of the service itself, with its whole configuration', async () => {
    const { code, output } = await run(['say'], env);
    expect({ code, output }).toEqual({ code: 0, output: 'Hello!\n' });
  });

  it('ends with 1 and the reason when a command of the service fails', async () => {
    const { code, output } = await run(['say'], { ...env, MISBEHAVE: 'refuse' });
    expect({ code, output }).toEqual({ code: 1, output: 'greeter say failed: it is lost for words\n' });
  });
});

describe('before setup', () => {
  it.each(['serve', 'relay'])('%s refuses to start and says what to do', async (command) => {
    const { code, output } = await run([command], env);
    expect(code).toBe(1);
    expect(output).toContain('greeter is not set up for this version');
    expect(output).toContain('Run \\"greeter setup\\" first');
  });
});

describe('setup', () => {
  it('is safe to run by two at once: every change is made and told once', async () => {
    const both = await Promise.all([run(['setup'], env), run(['setup'], env)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const outputs = both.map(({ output }) => output);
    expect(outputs).toContain('greeter: nothing to change\n');
    const changes = outputs.find((output) => !output.includes('nothing to change')) ?? '';
    expect(changes).toContain('greeter: applied migration 0001_messaging\n');
    expect(changes).toContain('greeter: applied migration 0001_greeting\n');
    expect(changes).toContain(
      `greeter: granted ${surroundings.login} SELECT, INSERT, UPDATE, DELETE ON TABLE public.greeting\n`,
    );
    expect(changes).toContain('greeter: created queue greeter.user.signed-up.v1 (quorum)\n');
  });

  it('gives the runtime login rows and nothing more', async () => {
    const as = (sql: string) => withClient(env['DATABASE_URL'] ?? '', 'spec', (client) => client.query(sql));
    await as('DELETE FROM greeting');
    await expect(as('CREATE TABLE mine (id int)')).rejects.toThrow('permission denied');
    await expect(as('DROP TABLE greeting')).rejects.toThrow('must be owner');
    await expect(as('DELETE FROM messaging.setup')).rejects.toThrow('permission denied');
    await expect(as('DELETE FROM _prisma_migrations')).rejects.toThrow('permission denied');
  });

  it('says why it failed and ends with 1', async () => {
    await query(`UPDATE _prisma_migrations SET checksum = 'other'`);
    const { code, output } = await run(['setup'], env);
    await query(`DELETE FROM _prisma_migrations`);
    await query('DROP TABLE greeting');
    expect(code).toBe(1);
    expect(output).toMatch(/^greeter could not be set up: migration 0001_greeting was changed after it was applied/);
  });

  it('repairs what is missing', async () => {
    const { output } = await run(['setup'], env);
    expect(output).toContain('applied migration 0001_greeting');
    expect(output).not.toContain('created queue');
  });
});
