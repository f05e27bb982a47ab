import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type MeterProvider, metrics, type ObservableCallback } from '@opentelemetry/api';
import { prismaOptions } from '@tributary/service-defaults';
import pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.ts';
import { Projected } from '../projections/projected.fixture.ts';
import { joined, Person, recordsOf } from '../projections/records.fixture.ts';
import { LatePromises } from './late-promises.ts';

let projected: Projected;
let pool: pg.Pool;

beforeAll(async () => {
  projected = await Projected.create();
  pool = new pg.Pool({ connectionString: projected.database.url });
});
afterAll(async () => {
  metrics.disable();
  await pool.end();
  await projected[Symbol.asyncDispose]();
});

it('reports how many reactions are overdue for every promise, none included', async () => {
  const callbacks = new Set<ObservableCallback>();
  const gauge = {
    addCallback: (callback: ObservableCallback) => callbacks.add(callback),
    removeCallback: (callback: ObservableCallback) => callbacks.delete(callback),
  };
  metrics.setGlobalMeterProvider({
    getMeter: () => ({ createObservableGauge: () => gauge }),
  } as unknown as MeterProvider);
  const late = new LatePromises(new PrismaClient(prismaOptions(pool)));
  late.onApplicationBootstrap();

  const [waiting, forgotten, served] = [new Person(), new Person(), new Person()]; // long ago
  const justNow = new Person(590);
  const reader = await projected.reader();
  const facts = [
    joined('email'),
    waiting.signedUp,
    forgotten.signedUp,
    served.signedUp,
    served.mail(served.signedUp),
    justNow.signedUp,
  ];
  await reader.apply(recordsOf(facts, 0));

  const reported: Record<string, number> = {};
  const result = {
    observe: (value: number, { service, heard }: Record<string, string>) =>
      (reported[`${service} on ${heard}`] = value),
  };
  for (const observe of callbacks) await observe(result as never);
  expect(reported).toMatchObject({ 'email on user.signed-up.v1': 2, 'email on workspace.provisioned.v1': 0 });

  late.onModuleDestroy();
  expect(callbacks.size).toBe(0);
});
