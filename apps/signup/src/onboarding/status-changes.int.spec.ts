import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { eventually, testDatabase } from '@tributary/testing';
import { StatusChanges } from './status-changes.ts';

it('never looks twice at once, and looks again after what changed meanwhile', async () => {
  const database = await testDatabase({ migrations: [] });
  const changes = new StatusChanges({ DATABASE_URL: database.url });
  const looks: (() => void)[] = [];
  changes.onChange(() => new Promise<void>((resolve) => looks.push(resolve)));
  changes.check();
  await eventually(() => looks.length === 1);
  changes.check();
  const before = looks.length;
  await delay(200);
  expect(looks).toHaveLength(before);
  looks[0]?.();
  await eventually(() => looks.length === 2);
  looks[1]?.();
  await changes.onApplicationShutdown();
  await database.drop();
});
