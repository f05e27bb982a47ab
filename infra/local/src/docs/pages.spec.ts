import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { catalog } from '@tributary/contracts';
import { repository } from '../machine/places.ts';
import { markdownPages } from './markdown-pages.ts';
import { pages } from './pages.ts';
import { type DescribedService, readParticipants } from './participants.ts';
import { scheduleInWords } from './retries.ts';

let participants: DescribedService[];
beforeAll(async () => {
  participants = await readParticipants();
}, 60_000);

const committed = (page: string) => readFileSync(join(repository, page), 'utf8');

it('the pages made from the code are what "npm run docs" would write now', () => {
  const written = pages(participants);
  expect(Object.fromEntries(Object.keys(written).map((page) => [page, committed(page)]))).toEqual(written);
});

it('whatever page tells delays in a row, they are those that every service has', () => {
  const told = markdownPages.flatMap((page) =>
    (committed(page).match(/\d+ (?:ms|s|min|h)(?:, \d+ (?:ms|s|min|h)){2,}/g) ?? []).map((delays) => [page, delays]),
  );
  const schedules = participants.map(({ retryDelaysMs }) => scheduleInWords(retryDelaysMs));
  expect(told.map(([page]) => page)).toContain('README.md');
  expect(told.filter(([, delays = '']) => !schedules.every((schedule) => schedule.startsWith(delays)))).toEqual([]);
});

it('the README names only facts and queues that there are', () => {
  const facts = catalog.map(({ type }) => type);
  const queues = participants.flatMap(({ service, hears }) => hears.map(({ type }) => `${service}.${type}`));
  const named = committed('README.md').match(/\b[a-z][a-z-]*(\.[a-z-]+)+\.v\d+\b/g) ?? [];
  expect(named).toContain('email.user.signed-up.v1');
  expect(named.filter((name) => ![...facts, ...queues].includes(name))).toEqual([]);
});
