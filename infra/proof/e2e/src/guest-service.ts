import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { command, freePorts, repository, type ServiceTopology } from '@tributary/local';
import { eventually } from '@tributary/testing';
import type { World } from './world.ts';

/** Ends with the test process's patience at the latest: nothing may outlive a run that was killed. */
const LIMITS = { timeout: 240_000, killSignal: 'SIGKILL' } as const;

/** A service that the stack does not know, run as a stranger would run it: built, let in by an administrator, and started. */
export class GuestService implements AsyncDisposable {
  readonly #program: string;
  readonly #env: Record<string, string>;
  readonly #children: ChildProcess[] = [];

  private constructor(program: string, env: Record<string, string>) {
    this.#program = program;
    this.#env = env;
  }

  /** @param folder of its sources; compiled there */
  static async admit(world: World, name: string, folder: string): Promise<GuestService> {
    await command(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    const program = join(folder, 'dist', 'main.js');
    const topology = JSON.parse(await command(process.execPath, [program, 'topology'])) as ServiceTopology;
    const password = randomBytes(12).toString('hex');
    await letInBroker(world, topology, password);
    await letInDatabase(world, name, password);
    const as = (url: string, login?: string) => {
      const own = new URL(url);
      if (login) Object.assign(own, { username: encodeURIComponent(login), password: encodeURIComponent(password) });
      return own;
    };
    const database = (login?: string) =>
      Object.assign(as(world.stack.urls.database, login), { pathname: `/${name}` }).href;
    return new GuestService(program, {
      PATH: dirname(process.execPath),
      AMQP_URL: as(world.stack.urls.amqp, name).href,
      SETUP_AMQP_URL: world.stack.urls.amqp,
      DATABASE_URL: database(name),
      SETUP_DATABASE_URL: database(),
      OTEL_EXPORTER_OTLP_ENDPOINT: world.spans.url,
    });
  }

  /** Runs one of its commands to the end. @returns what it prints */
  command(...args: string[]): Promise<string> {
    return command(process.execPath, [this.#program, ...args], { env: this.#env });
  }

  /** `serve` or `relay`, without the administrator's credentials. Resolves when it is ready. */
  async start(verb: 'serve' | 'relay'): Promise<void> {
    const { SETUP_AMQP_URL: _, SETUP_DATABASE_URL: __, ...own } = this.#env;
    const [port = 0] = await freePorts(1);
    const env = { ...own, HEALTH_PORT: String(port), LOG_LEVEL: 'warn' };
    const child = spawn(process.execPath, [this.#program, verb], {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      ...LIMITS,
    });
    this.#children.push(child);
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, { timeoutMs: 30_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = this.#children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ended = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGTERM');
    await Promise.all(ended);
  }
}

/** The rights that its `topology` prints, and no more. */
async function letInBroker({ broker }: World, { service, rights }: ServiceTopology, password: string): Promise<void> {
  await broker.call('PUT', `/users/${service}`, { password, tags: '' });
  await broker.grant(service, rights);
}

async function letInDatabase({ query }: World, name: string, password: string): Promise<void> {
  await query('postgres', `CREATE ROLE "${name}" LOGIN PASSWORD '${password}'`);
  await query('postgres', `CREATE DATABASE "${name}"`);
  await query('postgres', `REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`);
  await query('postgres', `GRANT CONNECT ON DATABASE "${name}" TO "${name}"`);
}
