import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, freePorts, logFolder, plainEnvironment, repository } from '@tributary/local';
import { eventually } from '@tributary/testing';

/** Every port that docker-compose.yml and compose.check.yml publish, by the variable that sets it. */
const PORTS = [
  ...['SIGNUP_PORT', 'ANALYTICS_PORT', 'MAILDEV_PORT', 'RABBITMQ_PORT', 'JAEGER_PORT', 'PROMETHEUS_PORT'],
  ...['AMQP_PORT', 'DATABASE_PORT'],
] as const;

const FILES = ['docker-compose.yml', 'infra/proof/compose/compose.check.yml'];

export interface Container {
  service: string;
  name: string;
  /** `running`, `exited`, … */
  state: string;
  /** Empty for an image that has no health check. */
  health: string;
}

type Listed = Partial<Record<'Service' | 'Name' | 'State' | 'Health', string>>;

/** The project's own docker-compose.yml, beside any other copy of it: with a name and ports of its own. */
export class Compose {
  /** The same for every run of this copy of the repository, so that what a killed run left is found and removed. */
  readonly project = `tributary-check-${createHash('sha256').update(repository).digest('hex').slice(0, 6)}`;
  readonly #environment: Record<string, string>;

  private constructor(ports: number[]) {
    const published = PORTS.map((name, index): [string, string] => [name, String(ports[index])]);
    this.#environment = {
      ...plainEnvironment(),
      ...Object.fromEntries(published),
    };
    this.brokerImage = process.env['RABBITMQ_IMAGE'];
  }

  static async withFreePorts(): Promise<Compose> {
    return new Compose(await freePorts(PORTS.length));
  }

  /** Of the next `up`; undefined for the one that docker-compose.yml pins. */
  set brokerImage(image: string | undefined) {
    if (image) this.#environment['RABBITMQ_IMAGE'] = image;
    else delete this.#environment['RABBITMQ_IMAGE'];
  }

  /** `http://127.0.0.1:<port>` */
  address(port: (typeof PORTS)[number], scheme = 'http'): string {
    return `${scheme}://127.0.0.1:${this.#environment[port]}`;
  }

  /** One `docker compose` command. All that is said is in `.tributary/logs/compose-check.log`. */
  run(...args: string[]): Promise<string> {
    const files = FILES.flatMap((file) => ['--file', file]);
    return command('docker', ['compose', '--project-name', this.project, ...files, ...args], {
      cwd: repository,
      env: this.#environment,
      log: join(logFolder, 'compose-check.log'),
    });
  }

  /** SIGKILL, as an accident would; no restart policy brings it back. */
  kill = (service: string) => this.run('kill', '--signal', 'SIGKILL', service);

  /** Starts what was killed, and waits until all its replicas are ready. */
  async start(service: string): Promise<void> {
    await this.run('start', service);
    await eventually(() => this.isReady(service), { timeoutMs: 120_000, intervalMs: 300 });
  }

  async isReady(service: string): Promise<boolean> {
    const replicas = await this.containers(service);
    return (
      replicas.length > 0 && replicas.every(({ state, health }) => state === 'running' && /^(healthy)?$/.test(health))
    );
  }

  /** Those that have ended too. */
  async containers(...services: string[]): Promise<Container[]> {
    const lines = (await this.run('ps', '--all', '--format', 'json', ...services)).trim().split('\n').filter(Boolean);
    // One object per line; before Compose 2.21 one list.
    const listed = lines.flatMap((line) => [JSON.parse(line) as Listed | Listed[]].flat());
    return listed.map(({ Service = '', Name = '', State = '', Health = '' }) => ({
      service: Service,
      name: Name,
      state: State,
      health: Health,
    }));
  }

  /** What the containers said, to look into after a failure. @returns the file */
  async keepLogs(): Promise<string> {
    const file = join(logFolder, 'compose-containers.log');
    writeFileSync(file, await this.run('logs', '--no-color', '--timestamps', '--tail', '2000'));
    return file;
  }

  down = () => this.run('down', '--volumes', '--remove-orphans', '--timeout', '5');
}
