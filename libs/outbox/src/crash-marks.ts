import type { CrashMarks } from '@tributary/messaging';
import type pg from 'pg';

const COUNT = `SELECT marks FROM messaging.crash_marks WHERE queue = $1 AND event_id = $2::uuid`;
const ADD = `
  INSERT INTO messaging.crash_marks (queue, event_id)
  VALUES ($1, $2::uuid)
  ON CONFLICT (queue, event_id) DO UPDATE SET marks = crash_marks.marks + 1, marked_at = now()`;
const CLEAR = `DELETE FROM messaging.crash_marks WHERE queue = $1 AND event_id = $2::uuid`;

/** For `EventConsumer`: a committed row per redelivered message that is being handled. What stays is pruned by the relay, with the inbox. */
export function crashMarks(client: Pick<pg.Pool, 'query'>): CrashMarks {
  return {
    async count(eventId, queue) {
      const { rows } = await client.query<{ marks: number }>(COUNT, [queue, eventId]);
      return rows[0]?.marks ?? 0;
    },
    add: async (eventId, queue) => void (await client.query(ADD, [queue, eventId])),
    clear: async (eventId, queue) => void (await client.query(CLEAR, [queue, eventId])),
  };
}
