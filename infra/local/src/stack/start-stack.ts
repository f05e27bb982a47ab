import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../machine/free-ports.ts';
import { eventually } from '../machine/eventually.ts';
import { logFolder } from '../machine/places.ts';
import { prepareDatabaseServer } from '../postgres/database-server.ts';
import { prepareBroker } from '../rabbitmq/broker.ts';
import { build } from './build.ts';
import { prepareMailbox } from './maildev.ts';
import { cleanLeftovers, RunFolder } from './run-folder.ts';
import { prepareService } from './service-processes.ts';
import { services as allServices } from './services.ts';
import { Stack } from './stack.ts';

export type Part = 'broker' | 'postgres' | 'maildev' | 'services';

export interface StackOptions {
  /** Which parts to start; default all. Services need broker and postgres. */
  only?: Part[];
  /** Which services; default all. */
  services?: string[];
  /** Default 1: the process `rabbitmq`. With 3 it is a cluster behind one address: `rabbitmq-1` to `rabbitmq-3`. */
  brokerNodes?: 1 | 3;
  /** Where mail goes, as smtp://host:port, instead of MailDev. */
  smtp?: string;
  /** OTLP/HTTP endpoint that the services send spans and metrics to. */
  otlp?: string;
  /** Where a person reads a trace, with `{traceId}` in place of its id. */
  trace?: string;
  /** More environment for the services, by service name. */
  environment?: Record<string, Record<string, string>>;
  /** False when the apps are known to be built already. */
  build?: boolean;
  /** Folder of the process logs below .tributary/logs; emptied first. Two stacks at once need two names. */
  label?: string;
  /** What is being done, what took how long. */
  onProgress?: (line: string) => void;
  /** Stops a start in progress, and the stack after it. */
  signal?: AbortSignal;
}

/** Starts the system, or parts of it, and resolves when every process is ready. If one is not, nothing is left. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { onProgress = () => undefined } = options;
  for (const line of await cleanLeftovers()) onProgress(line);
  options.signal?.throwIfAborted(); // its event has passed
  const run = new RunFolder();
  const stack = new Stack(run);
  options.signal?.addEventListener('abort', () => void stack.stop());
  try {
    await begin(stack, run, options, onProgress);
    return stack;
  } catch (error) {
    await stack.stop();
    run.remove(); // what was under way when a stop came may have made a folder in it anew
    throw error;
  }
}

async function begin(stack: Stack, run: RunFolder, options: StackOptions, tell: (line: string) => void): Promise<void> {
  const wants = (part: Part) => options.only?.includes(part) ?? true;
  const services = wants('services') ? allServices.filter(({ name }) => options.services?.includes(name) ?? true) : [];
  const logs = emptyLogFolder(options.label ?? 'stack');
  const step = timed(tell);
  const [broker, database] = await together([
    wants('broker')
      ? step('rabbitmq', () => startBroker(stack, run, logs, { tell, nodes: options.brokerNodes }), versionOf)
      : undefined,
    wants('postgres') ? step('postgres', () => startDatabase(stack, run, logs), versionOf) : undefined,
    wants('maildev') && !options.smtp ? step('maildev', () => startMailbox(stack, run, logs)) : undefined,
    services.length && options.build !== false
      ? step('build', () =>
          build(
            services.map(({ name }) => name),
            tell,
          ),
        )
      : undefined,
  ]);
  if (options.smtp) stack.urls.smtp = options.smtp;
  if (options.trace) stack.urls.trace = options.trace;
  if (!services.length) return;
  if (!broker || !database) throw new Error('services need broker and postgres');
  const otlp: Record<string, string> = options.otlp
    ? { OTEL_EXPORTER_OTLP_ENDPOINT: options.otlp, OTEL_BSP_SCHEDULE_DELAY: '500' } // somebody is watching
    : {};
  // Known to all before any is set up: email's mails lead to signup's page.
  for (const { name } of services.filter(({ http }) => http)) {
    const [port] = await freePorts(1);
    stack.urls.services[name] = `http://127.0.0.1:${port}`;
  }
  const prepared = await together(
    services.map((service) =>
      step(`setup ${service.name}`, () =>
        prepareService(
          service,
          { broker, database, urls: stack.urls },
          {
            environment: { ...otlp, ...options.environment?.[service.name] },
            logs,
            run,
          },
        ),
      ),
    ),
  );
  for (const { topology } of prepared) stack.topologies[topology.service] = topology;
  await together(
    prepared.flatMap(({ processes }) =>
      processes.map((process) => step(process.spec.name, () => stack.launch(process))),
    ),
  );
}

async function startBroker(
  stack: Stack,
  run: RunFolder,
  logs: string,
  { tell, nodes }: { tell: (line: string) => void; nodes: number | undefined },
) {
  const broker = await prepareBroker(run, logs, tell, { nodes });
  tell(`rabbitmq: ${broker.what}`);
  stack.closeInTheEnd(broker.close);
  await together(broker.nodes.map((node) => stack.launch(node)));
  await eventually('every node of the broker knows the others', broker.joined, { timeoutMs: 60_000 });
  stack.urls.amqp = broker.amqpUrl();
  stack.urls.management = broker.managementUrl;
  return broker;
}

async function startDatabase(stack: Stack, run: RunFolder, logs: string) {
  const database = await prepareDatabaseServer(run, logs);
  await stack.launch(database.process);
  stack.urls.database = database.adminUrl();
  return database;
}

async function startMailbox(stack: Stack, run: RunFolder, logs: string) {
  const mailbox = await prepareMailbox(run, logs);
  await stack.launch(mailbox.process);
  stack.urls.smtp = mailbox.smtpUrl;
  stack.urls.mail = mailbox.webUrl;
}

/** Like Promise.all, but a failure is reported when all have come to rest: nothing starts behind the back of a stop. */
async function together<Results extends readonly unknown[]>(
  work: readonly [...{ [Key in keyof Results]: Promise<Results[Key]> | undefined }],
): Promise<Results> {
  const outcomes = await Promise.allSettled(work);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as unknown as Results;
}

function timed(tell: (line: string) => void) {
  return async <Result>(
    what: string,
    work: () => Promise<Result>,
    detail: (result: Result) => Promise<string> = async () => '',
  ): Promise<Result> => {
    const began = Date.now();
    const result = await work();
    const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(5);
    tell(`${what.padEnd(28)} ready  ${seconds} s  ${await detail(result)}`.trimEnd());
    return result;
  };
}

const versionOf = ({ version }: { version: () => Promise<string> }) => version();

export function emptyLogFolder(label: string): string {
  const folder = join(logFolder, label);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
