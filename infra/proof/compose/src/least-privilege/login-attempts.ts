import { connectAmqp } from '@tributary/testing';
import pg from 'pg';
import { type Addresses, secret } from '../addresses.ts';
import type { Topology } from '../world.ts';
import type { Attempt } from './attempt.ts';

/** Doors that this service's passwords must not open. */
export function loginAttempts({ service }: Topology, all: readonly Topology[]): Attempt<Addresses>[] {
  const others = all.map((topology) => topology.service).filter((name) => name !== service);
  const each = (what: string, names: string[], run: (at: Addresses, name: string) => unknown, may = false) =>
    names.map((name): Attempt<Addresses> => ({ what, detail: name, may, run: (at) => run(at, name) }));
  const database = async (url: string) => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    await client.end();
  };
  const broker = async (url: string) => (await connectAmqp(url)).close();
  return [
    ...each('connect to its own database', [service], (at) => database(at.database(service, service)), true),
    ...each("connect to another's database", [...others, 'postgres', 'template1'], (at, name) =>
      database(at.database(name, service)),
    ),
    ...each('log in to the database as another', [...others, 'setup'], (at, name) =>
      database(at.database(service, name, secret(service))),
    ),
    ...each('log in to the broker as another', [...others, 'setup', 'guest'], (at, name) =>
      broker(at.amqp(name, secret(service))),
    ),
    ...each("use the broker's management", ['whoami', 'queues', 'definitions'], async (at, path) => {
      const { origin } = at.management(service);
      const authorization = `Basic ${Buffer.from(`${service}:${secret(service)}`).toString('base64')}`;
      const { status } = await fetch(`${origin}/api/${path}`, { headers: { authorization } });
      if (status !== 200) throw Object.assign(new Error(`answered ${status}`), { status });
    }),
  ];
}
