import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Topology } from '@tributary/messaging';
import { outboxMigrations } from '@tributary/outbox';
import { testDatabase, type TestDatabase } from '@tributary/testing';
import pg from 'pg';
import { closeGaps, openGaps, readGaps } from './gaps.ts';

let database: TestDatabase;
let clients: [pg.Client, pg.Client];
beforeAll(async () => {
  database = await testDatabase({ migrations: [outboxMigrations] });
  clients = [new pg.Client(database.url), new pg.Client(database.url)];
  await Promise.all(clients.map((client) => client.connect()));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await database.drop();
});

it('a gap that one setup finds is not forgotten while another closes its own', async () => {
  const [setup, other] = clients;
  const topology = { service: 'email', hears: ['a.filled.v1', 'a.lost.v1'] } as Topology;
  for (let round = 0; round < 30; round++) {
    await openGaps(setup, topology, ['email.a.filled.v1']);
    await Promise.all([closeGaps(setup, ['a.filled.v1']), openGaps(other, topology, ['email.a.lost.v1'])]);
    expect(await readGaps(setup)).toContain('a.lost.v1');
    await closeGaps(setup, topology.hears);
    expect(await readGaps(setup)).toEqual([]);
  }
});

it('a backoff tier that was lost is a gap of everything that is heard', async () => {
  const [setup] = clients;
  const topology = { service: 'email', hears: ['a.filled.v1', 'a.lost.v1'] } as Topology;
  await openGaps(setup, topology, ['email.retry.1000']);
  expect(await readGaps(setup)).toEqual(topology.hears);
  await closeGaps(setup, topology.hears);
});
