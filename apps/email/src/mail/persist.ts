import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@tributary/telemetry';

const log = logger('outgoing-mail');

/**
 * Repeats `record`, which must be safe to repeat, until it succeeds or `deadline` (milliseconds since the epoch) is near.
 * What it records has happened and cannot be asked for again: forgetting it costs somebody a second copy.
 * @throws the last error of `record`
 */
export async function persist(record: () => Promise<void>, deadline: number): Promise<void> {
  for (let pause = 50; ; pause = Math.min(2 * pause, 1_000)) {
    try {
      return await record();
    } catch (err) {
      if (Date.now() + pause >= deadline) throw err;
      log.warn({ err }, 'could not record what became of a mail, trying again');
      await delay(pause);
    }
  }
}
