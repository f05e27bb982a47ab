import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { command, plainEnvironment } from '../machine/command.ts';
import { eventually } from '../machine/eventually.ts';
import { freePorts } from '../machine/free-ports.ts';
import type { RunFolder } from '../stack/run-folder.ts';
import { SupervisedProcess } from '../stack/supervised-process.ts';
import { postgresBinaries } from './binaries.ts';

export interface DatabaseServer {
  process: SupervisedProcess;
  /** Of the running server: `PostgreSQL 18.4`. */
  version: () => Promise<string>;
  /** As the administrator `setup`, who owns every database. */
  adminUrl: (database?: string) => string;
  /** Creates a database and a login of the same name that may do nothing but connect to it. Returns the login's URL. */
  createDatabase: (name: string) => Promise<string>;
}

/** A PostgreSQL server of our own on loopback with an empty data folder, not yet started. */
export async function prepareDatabaseServer(run: RunFolder, logs: string): Promise<DatabaseServer> {
  const { bin, owner } = await postgresBinaries(run);
  const [port = 0] = await freePorts(1);
  const password = randomBytes(12).toString('hex');
  const logFile = join(logs, 'postgres.log');
  const folder = run.folder('postgres');
  const data = join(folder, 'data');
  if (owner.uid) chownSync(folder, owner.uid, owner.gid ?? owner.uid);
  await initialise({ bin, owner, folder, data, password, logFile });
  const adminUrl = (database = 'postgres') => `postgres://setup:${password}@127.0.0.1:${port}/${database}`;
  const process = new SupervisedProcess(
    {
      name: 'postgres',
      command: join(bin, 'postgres'),
      args: ['-D', data, '-p', String(port), ...settings()],
      env: plainEnvironment(),
      cwd: folder,
      ...owner,
      logFile,
      // After a SIGKILL its children need a moment to notice; until then a new server refuses the folder.
      before: async () => {
        await eventually('the end of the last server', async () => !isAnybodyIn(data));
      },
      stopSignal: 'SIGINT', // "fast": ends sessions instead of waiting for them
      stopWithinMs: 10_000,
      ready: () => asAdmin(adminUrl(), async () => true),
      readyWithinMs: 60_000,
    },
    run,
  );
  return {
    process,
    version: () =>
      asAdmin(adminUrl(), async (client) => {
        const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
        return `PostgreSQL ${rows[0]?.server_version.split(' ')[0]}`;
      }),
    adminUrl,
    createDatabase: (name) => createDatabase(adminUrl(), name, port),
  };
}

/** Where there is no /proc nobody is found, and the server's own message has to do. */
function isAnybodyIn(folder: string): boolean {
  const pids = existsSync('/proc/self') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.some((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false; // gone, or somebody else's
    }
  });
}

function settings(): string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC', // initdb takes the machine's
    log_timezone: 'UTC',
    dynamic_shared_memory_type: 'mmap', // in the data folder: nothing stays in /dev/shm after a SIGKILL
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function initialise(to: {
  bin: string;
  owner: { uid?: number; gid?: number };
  folder: string;
  data: string;
  password: string;
  logFile: string;
}): Promise<void> {
  const passwordFile = join(to.folder, 'password');
  writeFileSync(passwordFile, to.password, { mode: 0o600 });
  if (to.owner.uid) chownSync(passwordFile, to.owner.uid, to.owner.gid ?? to.owner.uid);
  const args = ['-D', to.data, '-U', 'setup', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'];
  const options = { ...to.owner, cwd: to.folder, log: to.logFile };
  await command(join(to.bin, 'initdb'), [...args, '--locale=C', '--no-sync'], options);
  rmSync(passwordFile);
}

async function createDatabase(adminUrl: string, name: string, port: number): Promise<string> {
  const password = randomBytes(12).toString('hex');
  await asAdmin(adminUrl, async (client) => {
    await client.query(`CREATE ROLE "${name}" LOGIN PASSWORD '${password}'`);
    await client.query(`CREATE DATABASE "${name}"`);
    await client.query(`REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE "${name}" TO "${name}"`);
  });
  return `postgres://${name}:${password}@127.0.0.1:${port}/${name}`;
}

async function asAdmin<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined); // the server may go away; the query that notices says so
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
