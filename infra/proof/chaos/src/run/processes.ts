import { startWorld, verdictOf } from '@tributary/e2e';
import type { ReceivedMail } from '@tributary/testing';
import { isBehindAMail, type Target, type TargetOptions } from './target.ts';

/** The whole system as processes of this machine, with a mail server in this one. */
export async function startProcesses({ brokerNodes, signal, say }: TargetOptions): Promise<Target> {
  const world = await startWorld({
    label: 'chaos',
    build: true,
    traces: false,
    brokerNodes,
    signal,
    onProgress: say,
  });
  const { stack, smtp, ledger, broker } = world;
  const frozen = new Set<string>();
  const inDoubt = (name: string) => void (target.crashes += isBehindAMail(name) ? 1 : 0);
  const thaw = async (name: string) => {
    frozen.delete(name);
    await stack.kill(name, 'SIGCONT');
  };

  const target: Target = {
    kind: 'processes',
    processes: stack.names,
    services: Object.keys(stack.topologies),
    brokers: stack.names.filter((name) => name.startsWith('rabbitmq')),
    async kill(name, killSignal) {
      await stack.kill(name, killSignal);
      inDoubt(name);
    },
    start: (name) => stack.start(name),
    async stop(name) {
      const began = Date.now();
      await stack.stop(name);
      return Date.now() - began;
    },
    async freeze(name) {
      frozen.add(name);
      await stack.kill(name, 'SIGSTOP');
      inDoubt(name);
    },
    thaw,
    double: (name) => stack.double(name),
    control: (name, args) => stack.control(name, args),
    command: (service, args) => stack.command(service, args),
    broker,
    amqpUrl: stack.urls.amqp,
    http: (service) => stack.urls.services[service] ?? '',
    databaseUrl: (database) => Object.assign(new URL(stack.urls.database), { pathname: `/${database}` }).href,
    database: world.database,
    query: world.query,
    smtp,
    welcomed: welcomesAmong(smtp.mails),
    ledger,
    crashes: 0,
    play: world.play,
    verdict: () => verdictOf(Object.assign(world, { crashes: target.crashes })),
    endAtOnce: () => stack.stopAtOnce(),
    async [Symbol.asyncDispose]() {
      // A sleeping process would not hear that it is to end.
      await Promise.all([...frozen].map(thaw));
      await world[Symbol.asyncDispose]();
    },
  };
  return target;
}

/** Looks at each mail once, and forgets its text: the ledger reads the headers, and tens of thousands of texts would fill the memory. */
function welcomesAmong(mails: readonly ReceivedMail[]): () => Promise<number> {
  let [seen, welcomes] = [0, 0];
  return async () => {
    for (const mail of mails.slice(seen)) {
      if (mail.headers['message-id']?.startsWith('<welcome.')) welcomes += 1;
      mail.raw = '';
    }
    seen = mails.length;
    return welcomes;
  };
}
