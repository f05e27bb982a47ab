import type { Event } from '@tributary/contracts';
import { catchUp, type CatchUpProgress, type Topology } from '@tributary/messaging';
import { handledEvents } from '@tributary/outbox';
import { type Command, InvalidArgumentError } from 'commander';
import type pg from 'pg';
import { z } from 'zod';
import { withClient } from './database.ts';
import { readHeardSince } from './gaps.ts';
import type { MigrationSource } from './migrations.ts';
import { runCommand } from './run-command.ts';
import type { ServiceConfig } from './service-config.ts';
import { checkSetUp } from './set-up-state.ts';

/** A run takes 2 s at least: a short one says only what it has done. */
const REPORT_EVERY_MS = 3_000;

export interface CatchingUp {
  config: ServiceConfig;
  topology: Topology;
  announcement: () => Event;
}

/** Adds the command `catch-up` to a service's program. */
export function addCatchUp(program: Command, options: () => CatchingUp & { sources: MigrationSource[] }): void {
  const service = program.name();
  program
    .command('catch-up')
    .summary('Read the event log and handle what was missed, or what there was before this service.')
    .description(
      `Read the event log up to the present and put into the queues of ${service} what it hears and has not handled. It handles them as always ` +
        'while it runs: before, now or later. Safe to repeat, to interrupt and to run while facts arrive. Needs the rights of setup: it uses SETUP_AMQP_URL.',
    )
    .option(
      '--since <time>',
      'from where on: an RFC 3339 time, or "first" for all that the log has; from when on it hears them unless given',
      timeOrFirst,
    )
    .option('--only <types...>', 'facts of these types, such as user.signed-up.v1; all it hears unless given')
    .addHelpText('after', HELP)
    .action(async ({ since, only }: { since?: Date | 'first'; only?: string[] }) => {
      const { sources, ...rest } = options();
      await runCommand(`${service} catch-up`, async (signal) => {
        refuseUnheard(rest.topology, only);
        await withClient(rest.config.DATABASE_URL, `${service} catch-up`, async (client) => {
          await checkSetUp(client, rest.topology, sources);
          await tellingProgress(service, (onProgress) =>
            catchUpWith(client, { ...rest, since, only, onProgress, signal }),
          );
        });
      });
    });
}

const HELP = `
Exit codes: 0 done, 1 failed, 130 or 143 stopped by Ctrl-C or SIGTERM.
After either of the last two run it again.

Examples:
  whatever it missed                      catch-up
  what it missed since a binding was lost  catch-up --since 2026-11-23T08:00:00Z
  a service that is new                    setup, then catch-up --since first, then serve`;

interface Reading extends CatchingUp {
  /** For each type the time from which on the service hears it, unless given: a queue may have been lost with all that waited in it. */
  since?: Date | 'first';
  only?: readonly string[];
  onProgress?: (progress: CatchUpProgress) => void;
  signal?: AbortSignal;
}

/** With the rights of `setup` on the broker. `client` may read the inbox and what setup remembers. */
export async function catchUpWith(client: pg.ClientBase, reading: Reading): Promise<CatchUpProgress> {
  const { config, topology, announcement, since, only = topology.hears, onProgress, signal } = reading;
  const heardSince = await readHeardSince(client);
  const times = Map.groupBy(only, (type) => since ?? heardSince[type] ?? 'first');
  let total: CatchUpProgress = { read: 0, heard: 0, missing: 0 };
  for (const [time, types] of times) {
    const before = total;
    const progress = await catchUp({
      url: config.SETUP_AMQP_URL ?? config.AMQP_URL,
      topology,
      since: time === 'first' ? time : new Date(time),
      only: types,
      handled: (ids) => handledEvents(client, topology.service, ids),
      marker: announcement,
      onProgress: (progress) => onProgress?.(sum(before, progress)),
      signal,
    });
    total = sum(before, progress);
  }
  return total;
}

const sum = (a: CatchUpProgress, b: CatchUpProgress): CatchUpProgress => ({
  read: a.read + b.read,
  heard: a.heard + b.heard,
  missing: a.missing + b.missing,
  beginsAt: a.beginsAt ?? b.beginsAt,
});

/** The inbox knows neither what waits in a queue, or among the dead, nor what was handled by a natural key alone. */
const ONCE = ' (none of them takes effect twice)';

async function tellingProgress(
  service: string,
  work: (onProgress: (progress: CatchUpProgress) => void) => Promise<CatchUpProgress>,
): Promise<void> {
  const tell = (text: string) => process.stdout.write(`${service}: ${text}\n`);
  let last: CatchUpProgress = { read: 0, heard: 0, missing: 0 };
  const ticking = setInterval(() => tell(inWords(last)), REPORT_EVERY_MS);
  try {
    const total = await work((progress) => (last = progress));
    tell(`caught up: ${inWords(total)}${total.missing > 0 ? ONCE : ''}`);
    if (total.beginsAt) tell(tooLate(total.beginsAt));
  } catch (error) {
    tell(`not caught up: ${inWords(last)}`);
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

/** A warning: what was asked for is not all there. */
export const tooLate = (beginsAt: string) =>
  `WARNING: the event log has nothing from before ${beginsAt} any more. What was missed until then is not put back`;

export function inWords({ read, heard, missing }: CatchUpProgress): string {
  const [all, own, known, put] = [read, heard, heard - missing, missing].map((count) => count.toLocaleString('en'));
  return `read ${all} facts, ${own} for us: ${known} handled already, ${put} put into the queues`;
}

function timeOrFirst(text: string): Date | 'first' {
  if (text === 'first') return text;
  if (!z.iso.datetime({ offset: true }).safeParse(text).success) {
    throw new InvalidArgumentError('It must be "first" or a time such as 2026-11-23T08:00:00Z.');
  }
  const time = new Date(text);
  if (time.getTime() > Date.now()) throw new InvalidArgumentError('It must be in the past.');
  return time;
}

function refuseUnheard({ service, hears }: Topology, only: string[] = []): void {
  const unheard = only.filter((type) => !hears.includes(type));
  if (unheard.length > 0) throw new Error(`${service} does not hear ${unheard.join(', ')}, only ${hears.join(', ')}`);
}
