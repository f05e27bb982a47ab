import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testServer, testVhost, type TestVhost } from '@tributary/testing';
import { Child, run } from '../fixtures/child.ts';
import { withClient } from './database.ts';

/** Everything that is percent-encoded in a URL, a percent sign that looks like encoding, and more than Latin-1. */
const SPECIAL = `@:/%+ ü漢&="'\\%C3 %zz`;
/** `?` and `#` cannot be in the name of a database: pg has no way to be told. */
const MORE = `${SPECIAL}?#`;

let vhost: TestVhost;
let env: Record<string, string>;
const name = `test ${crypto.randomUUID()}`;
const database = `${name}${SPECIAL}`;
const login = `${name}${MORE}`.slice(0, 50);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const asAdmin = (sql: string) => withClient(testServer('database').href, 'spec', (client) => client.query(sql));

/** `url` with another login, and another path. */
function as(url: URL, user: string, password: string, path = url.pathname): string {
  const own = Object.assign(new URL(url), {
    username: encodeURIComponent(user),
    password: encodeURIComponent(password),
  });
  return Object.assign(own, { pathname: path }).href;
}

beforeAll(async () => {
  vhost = await testVhost({ suffix: MORE });
  const user = vhost.name;
  await vhost.management.call('PUT', `/users/${encodeURIComponent(user)}`, { password: MORE, tags: '' });
  await vhost.management.allow(user);
  await asAdmin(`CREATE DATABASE ${quoted(database)}`);
  await asAdmin(`CREATE ROLE ${quoted(login)} LOGIN PASSWORD '${MORE.replaceAll("'", "''")}'`);
  const amqp = as(new URL(vhost.url), user, MORE);
  const path = `/${encodeURIComponent(database)}`;
  env = {
    AMQP_URL: amqp,
    DATABASE_URL: as(testServer('database'), login, MORE, path),
    SETUP_DATABASE_URL: Object.assign(testServer('database'), { pathname: path }).href,
    HEALTH_HOST: '127.0.0.1',
    HEALTH_PORT: '0',
    GREETING: 'Hello',
  };
});
afterAll(async () => {
  await vhost.management.call('DELETE', `/users/${encodeURIComponent(vhost.name)}`);
  await vhost.delete();
  await asAdmin(`DROP DATABASE IF EXISTS ${quoted(database)} WITH (FORCE)`);
  await asAdmin(`DROP ROLE IF EXISTS ${quoted(login)}`);
});

describe('with special characters in login, password, vhost and database', () => {
  it('a service is set up', async () => {
    const { code, output } = await run(['setup'], env);
    expect(output).toContain(`greeter: granted ${login} `);
    expect(code).toBe(0);
  });

  it.each(['serve', 'relay'])('%s becomes ready', async (command) => {
    const child = new Child([command], env);
    try {
      await child.ready();
    } finally {
      child.process.kill('SIGKILL');
      await child.ended;
    }
  });
});
