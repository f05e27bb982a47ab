import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { eventually } from './eventually.ts';

const PLACES = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'];

export interface PgBouncer extends AsyncDisposable {
  /** What it leads to, through it. The login is one of those it was started with. */
  through(url: string): string;
}

/** The program that tests run behind: TRIBUTARY_TEST_PGBOUNCER, or the machine's own; undefined where there is none. */
export const testPgBouncer = (): string | undefined =>
  process.env['TRIBUTARY_TEST_PGBOUNCER'] || PLACES.find((place) => existsSync(place));

/** PgBouncer as it is without settings, but for the mode, in front of the server of these URLs and for their logins. */
export async function pgBouncer(mode: 'session' | 'transaction', ...urls: string[]): Promise<PgBouncer> {
  const program = testPgBouncer();
  if (!program) throw new Error('No PgBouncer found: install it, or name its executable in TRIBUTARY_TEST_PGBOUNCER');
  const { hostname, port: serverPort } = new URL(urls[0] ?? '');
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o644 });
    return join(folder, name);
  };
  chmodSync(folder, 0o755);
  const logins = urls.map((url) => new URL(url)).map(({ username, password }) => `"${username}" "${password}"\n`);
  const config = file(
    'pgbouncer.ini',
    `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
admin_users = ${new URL(urls[0] ?? '').username}
auth_file = ${file('logins', logins.join(''))}
pool_mode = ${mode}
`,
  );
  const asWhom = process.getuid?.() === 0 ? ['-u', 'nobody'] : []; // it refuses to run as root
  const child = spawn(program, [...asWhom, config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  };
  const through = (url: string) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href;
  try {
    await answers(child, Object.assign(new URL(through(urls[0] ?? '')), { pathname: '/pgbouncer' }).href);
  } catch (error) {
    await stop();
    throw error;
  }
  return { through, [Symbol.asyncDispose]: stop };
}

/** @param console its own database: nobody else answers there, should the port be taken */
async function answers(child: ChildProcess, console: string): Promise<void> {
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2_000)));
  child.on('error', ({ message }) => (said += message));
  await eventually(async () => {
    const client = new pg.Client({ connectionString: console });
    try {
      await client.connect();
      await client.query('SHOW VERSION');
    } catch (cause) {
      throw new Error(`PgBouncer does not answer: ${said}`, { cause });
    } finally {
      await client.end();
    }
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
