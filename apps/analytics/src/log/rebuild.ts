import { setTimeout as delay } from 'node:timers/promises';
import { LogReader } from '@tributary/messaging';
import { sessionUrl } from '@tributary/service-defaults';
import type { Config } from '../config.ts';
import { LogTooShort } from '../errors.ts';
import { Projection } from '../projections/projection.ts';
import { firstRecord, lossWithout } from './loss.ts';
import { insistOnReading, type ReaderSession } from './reader-lock.ts';

const LOOK_EVERY_MS = 500;
/** Only where the end is not known, because the log is another one than was read before. */
const QUIET_MS = 5_000;

export interface RebuildOptions {
  config: Pick<Config, 'AMQP_URL' | 'DATABASE_URL' | 'SESSION_DATABASE_URL'>;
  /** Go on although the log does not reach back as far as the projections do. */
  acceptLoss: boolean;
  /** Told what is going on, a sentence each. */
  tell: (sentence: string) => void;
  signal: AbortSignal;
}

/**
 * Drops the projections and reads the log again, up to where it was read before. Serving processes stand by meanwhile and show what is there.
 * Ended at any moment, by whatever, it leaves a consistent part, and whoever reads next goes on from there.
 * @throws LogTooShort saying what would be lost, before anything is
 */
export async function rebuild({ config, acceptLoss, tell, signal }: RebuildOptions): Promise<void> {
  await using session = await insistOnReading(sessionUrl(config), signal);
  const projection = new Projection(session.client);
  const position = await projection.position();
  if (position === 'first') return tell('nothing has been read yet: there is nothing to rebuild');

  const end = position.next;
  const first = await firstRecord(config.AMQP_URL, signal);
  const loss = await lossWithout(session.client, first);
  if (loss && !acceptLoss)
    throw new LogTooShort(`${loss}. Nothing was changed; rebuild-accepting-loss drops them for good`);
  if (loss) tell(loss);
  await projection.reset();
  tell(`the projections are empty, reading the log up to offset ${end - 1}`);
  if (!first) return tell('the log is empty: done');
  await readAgain(session, projection, { config, end, tell, signal });
}

interface ReadAgain extends Omit<RebuildOptions, 'acceptLoss'> {
  /** The first offset that was not read before. */
  end: number;
}

async function readAgain(session: ReaderSession, projection: Projection, options: ReadAgain): Promise<void> {
  const { config, end, tell, signal } = options;
  const reader = new LogReader({ url: config.AMQP_URL, name: 'analytics rebuild' });
  const done = new AbortController();
  let next = 0;
  let moved = performance.now();
  let handling = false;
  const run = reader.run({
    position: () => projection.position(),
    handle: async (batch) => {
      handling = true;
      await projection.apply(batch).finally(() => (handling = false));
      next = (batch.at(-1)?.offset ?? 0) + 1;
      moved = performance.now();
      if (next >= end) done.abort();
    },
    signal: AbortSignal.any([signal, session.over, done.signal]),
  });
  for (let told = 0; !(await Promise.race([run.then(() => true), delay(LOOK_EVERY_MS, false)]));) {
    if (next > told) tell(`read up to offset ${(told = next) - 1} (${Math.floor((100 * next) / end)} %)`);
    const [problem] = reader.health().problems;
    if (problem || handling) moved = performance.now();
    else if (performance.now() - moved > QUIET_MS) done.abort();
  }
  if (!done.signal.aborted) throw new Error(`ended at offset ${next}: the next reader goes on from there`);
  tell(`done: read up to offset ${next - 1}`);
}
