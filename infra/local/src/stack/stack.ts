import { EventEmitter } from 'node:events';
import { command, endCommands } from '../machine/command.ts';
import type { ServiceTopology } from '../rabbitmq/definitions.ts';
import { appProgram } from './build.ts';
import type { RunFolder } from './run-folder.ts';
import { another } from './service-processes.ts';
import type { ProcessState, SupervisedProcess } from './supervised-process.ts';

/** Where everything listens; all on loopback. Empty strings for parts that were not asked for. */
export interface StackUrls {
  /** HTTP interface by service, e.g. `services.signup`. */
  services: Record<string, string>;
  /** MailDev's page; its API is at /api/email. */
  mail: string;
  smtp: string;
  /** AMQP with the administrator's login. */
  amqp: string;
  /** RabbitMQ's management page and API, with the administrator's login. */
  management: string;
  /** The administrator's login on the database `postgres`; a service's own database has the service's name. */
  database: string;
  /** Where a person reads a trace, with `{traceId}` in place of its id. */
  trace: string;
}

export interface ProcessStatus {
  name: string;
  state: ProcessState;
  pid: number | undefined;
  /** Milliseconds in this state. */
  forMs: number;
  /** Why it is down, in words. */
  ended: string | undefined;
  /** What it waits for while it is 'not ready', in words. */
  problem: string | undefined;
}

const SERVERS = ['rabbitmq', 'rabbitmq-1', 'rabbitmq-2', 'rabbitmq-3', 'postgres', 'maildev'];

/** A running system, process by process. Nothing is started again by itself. */
export class Stack {
  readonly urls: StackUrls = { services: {}, mail: '', smtp: '', amqp: '', management: '', database: '', trace: '' };
  /** Derived topology by service: who hears and who states what. */
  readonly topologies: Record<string, ServiceTopology> = {};
  /** 'state' with a process status whenever one changes. */
  readonly changes = new EventEmitter();
  readonly #run: RunFolder;
  readonly #processes = new Map<string, SupervisedProcess>();
  readonly #closing: (() => Promise<void>)[] = [];
  #ended: Promise<void> | undefined;

  constructor(run: RunFolder) {
    this.#run = run;
  }

  get names(): string[] {
    const all = [...this.#processes.keys()];
    return [...SERVERS, ...all.filter((name) => !SERVERS.includes(name))].filter((name) => all.includes(name));
  }

  /** Takes a process under its care and starts it. */
  async launch(process: SupervisedProcess): Promise<void> {
    if (this.#ended) throw new Error('stopped');
    this.#processes.set(process.spec.name, process);
    process.changes.on('state', () => this.changes.emit('state', statusOf(process)));
    await process.start();
  }

  /** Takes care of something that is no process and has to end with the stack. */
  closeInTheEnd(close: () => Promise<void>): void {
    this.#closing.push(close);
  }

  status(): ProcessStatus[] {
    return this.names.map((name) => statusOf(this.#process(name)));
  }

  /** `environment` is added for this start only. */
  async start(name: string, environment?: Record<string, string>): Promise<void> {
    if (this.#ended) throw new Error('everything is being stopped');
    await this.#process(name).start(environment);
  }

  /** Starts a second process like this one beside it. @returns its name, `email-relay-2` */
  async double(name: string): Promise<string> {
    const twin = `${name}-2`;
    if (this.#processes.has(twin)) await this.start(twin);
    else await this.launch(await another(twin, this.#process(name).spec, this.#run));
    return twin;
  }

  /** What the process is configured with. */
  environment(name: string): Readonly<Record<string, string>> {
    return this.#process(name).spec.env;
  }

  async restart(name: string): Promise<void> {
    await this.#process(name).stop();
    await this.start(name);
  }

  /** As an accident would: SIGKILL unless another signal is given. Resolves when it is gone. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#process(name).kill(signal);
  }

  /** Runs the command line tool of a server that has one: rabbitmqctl. @returns what it prints */
  async control(name: string, args: string[]): Promise<string> {
    const { control } = this.#process(name).spec;
    if (!control) throw new Error(`${name} has no command line tool of its own`);
    return control(args);
  }

  /** Runs a command of a service beside it, with the rights of its setup: `setup`, `catch-up`. @returns what it prints */
  async command(service: string, args: string[]): Promise<string> {
    if (!this.topologies[service]) {
      throw new Error(`there is no service "${service}": ${Object.keys(this.topologies).join(', ')}`);
    }
    const database = Object.assign(new URL(this.urls.database), { pathname: `/${service}` }).href;
    const env = { ...this.environment(service), SETUP_AMQP_URL: this.urls.amqp, SETUP_DATABASE_URL: database };
    return command(process.execPath, [appProgram(service), ...args], { env });
  }

  /** The last lines of its log. */
  logs(name: string, lines = 50): string {
    return this.#process(name).logs(lines);
  }

  logFile(name: string): string {
    return this.#process(name).spec.logFile;
  }

  /** One process in an orderly way; or, without a name, everything: no process and no data is left. */
  async stop(name?: string): Promise<void> {
    if (name !== undefined) return this.#process(name).stop();
    this.#ended ??= this.#stopAll();
    await this.#ended;
  }

  /** For whoever has no patience: SIGKILL to all. */
  async stopAtOnce(): Promise<void> {
    this.#ended ??= Promise.resolve();
    endCommands();
    await Promise.all([...this.#processes.values()].map((process) => process.stop('SIGKILL')));
    await Promise.all(this.#closing.map((close) => close()));
    this.#run.remove();
  }

  async #stopAll(): Promise<void> {
    endCommands();
    const all = [...this.#processes.values()];
    const servers = all.filter(({ spec }) => SERVERS.includes(spec.name));
    await Promise.all(all.filter((process) => !servers.includes(process)).map((process) => process.stop()));
    // Their data is thrown away: no need to wait for a broker that closes its queues in an orderly way.
    await Promise.all(servers.map((process) => process.stop(process.spec.stopSignal, 2000)));
    await Promise.all(this.#closing.map((close) => close()));
    this.#run.remove();
  }

  #process(name: string): SupervisedProcess {
    const process = this.#processes.get(name);
    if (!process) throw new Error(`there is no process "${name}": ${this.names.join(', ')}`);
    return process;
  }
}

function statusOf({ spec, state, pid, since, ended, problem }: SupervisedProcess): ProcessStatus {
  return { name: spec.name, state, pid, forMs: Date.now() - since, ended, problem };
}
