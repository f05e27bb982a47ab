import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { identify, isRunning } from '../machine/process-identity.mjs';
import { RunFolder } from '../stack/run-folder.ts';
import { emptyLogFolder } from '../stack/start-stack.ts';
import { prepareDatabaseServer, type DatabaseServer } from './database-server.ts';

describe('a private database server', () => {
  let run: RunFolder;
  let server: DatabaseServer;
  let signup: string;
  let email: string;

  beforeAll(async () => {
    run = new RunFolder();
    server = await prepareDatabaseServer(run, emptyLogFolder('spec-postgres'));
    await server.process.start();
    signup = await server.createDatabase('signup');
    email = await server.createDatabase('email');
  }, 60_000);

  afterAll(async () => {
    const postmaster = identify(server.process.pid ?? 0);
    await server.process.stop();
    run.remove();
    expect(isRunning(postmaster)).toBe(false);
    expect(existsSync(run.path)).toBe(false);
  });

  it('gives each service a login that sees its own database and no other', async () => {
    await expect(query(email, 'SELECT current_user AS me')).resolves.toEqual([{ me: 'email' }]);
    await expect(query(email.replace(/\/email$/, '/signup'), 'SELECT 1')).rejects.toThrow(/permission denied/);
  });

  it('gives a login no right to create tables: that is what setup is for', async () => {
    await expect(query(signup, 'CREATE TABLE own (id int)')).rejects.toThrow(/permission denied/);
    await query(server.adminUrl('signup'), 'CREATE TABLE made_by_setup (id int)');
  });

  it('is in UTC, wherever the machine is', async () => {
    const ask = `SELECT setting, source FROM pg_settings WHERE name IN ('TimeZone', 'log_timezone')`;
    await expect(query(signup, ask)).resolves.toEqual(Array(2).fill({ setting: 'UTC', source: 'command line' }));
  });

  it('asks for a password', async () => {
    await expect(query(signup.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password authentication/);
  });

  it('starts again after a SIGKILL, with everything that was committed', async () => {
    await query(server.adminUrl('email'), 'CREATE TABLE kept AS SELECT 42 AS value');
    await server.process.kill('SIGKILL');
    expect(server.process.state).toBe('down');
    await server.process.start();
    await expect(query(server.adminUrl('email'), 'SELECT value FROM kept')).resolves.toEqual([{ value: 42 }]);
  }, 60_000);
});

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}
