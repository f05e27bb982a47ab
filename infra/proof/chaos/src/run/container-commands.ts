import { command } from '@tributary/local';
import { eventually } from '@tributary/testing';

/** Single containers of a Compose project: `email` is the first of its service, `email-2` the second. */
export class Containers {
  readonly #project: string;

  constructor(project: string) {
    this.#project = project;
  }

  kill = (name: string, signal: NodeJS.Signals) => docker('kill', '--signal', signal, this.#container(name));
  stop = (name: string) => docker('stop', '--time', '15', this.#container(name));
  /** All its processes; a SIGSTOP from outside reaches only the container's init. */
  pause = (name: string) => docker('pause', this.#container(name));
  unpause = (name: string) => docker('unpause', this.#container(name));

  /** Resolves when it is healthy. */
  async start(name: string): Promise<void> {
    const container = this.#container(name);
    await docker('start', container);
    const health = '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}';
    await eventually(async () => /^(healthy|running)/.test(await docker('inspect', '--format', health, container)), {
      timeoutMs: 120_000,
      intervalMs: 300,
    });
  }

  #container(name: string): string {
    return `${this.#project}-${name}${/-\d+$/.test(name) ? '' : '-1'}`;
  }
}

const docker = (...args: string[]): Promise<string> => command('docker', args);
