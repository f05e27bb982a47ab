import { CLOUDEVENTS_CONTENT_TYPE } from '@tributary/contracts';
import {
  ConfirmTimeout,
  Disconnected,
  EVENTS_EXCHANGE,
  Header,
  type PublishedMessage,
  type Publisher,
} from '@tributary/messaging';
import type { OutboxRow } from './relay-sql.ts';

const LOOK_EVERY_MS = 50;

/** What became of a window of rows. */
export interface Outcome {
  /** Safe in every queue. */
  confirmed: OutboxRow[];
  /** Refused, and it is the row's own fault. */
  failed: { row: OutboxRow; error: string }[];
  /** Failed together, because the channel or the connection ended: any of them may be why. */
  suspects: OutboxRow[];
}

/**
 * Publishes all rows at once and waits for their confirms, at most `deadlineMs`, not at all once the broker is blocked. Rows in none of the
 * three lists are as they were: nobody knows whether the broker has them, so they are published again.
 * @param options.alone nothing else is in flight, so that the channel's end is this row's fault
 */
export async function publishRows(
  rows: OutboxRow[],
  publisher: Pick<Publisher, 'publish' | 'status'>,
  { deadlineMs, alone }: { deadlineMs: number; alone: boolean },
): Promise<Outcome> {
  const outcome: Outcome = { confirmed: [], failed: [], suspects: [] };
  // Asked again, right before: what never left this process must not take the blame for what the broker did meanwhile.
  if (!publisher.status().connected) return outcome;
  const answers = new Map<OutboxRow, 'confirmed' | Error>();
  const publishing = rows.map(async (row) => {
    try {
      await publisher.publish(messageOf(row));
      answers.set(row, 'confirmed');
    } catch (error) {
      if (!(error instanceof ConfirmTimeout)) answers.set(row, error as Error);
    }
  });
  await longEnough(Promise.all(publishing), deadlineMs, () => publisher.status().blocked);
  // A broker that answers others has a reason not to answer for this row; one that answers nobody is just silent. But who is alone must
  // not be tried for ever, whatever the reason: somebody waits behind it.
  const late = (alone || answers.size > 0) && !publisher.status().blocked;

  for (const row of rows) {
    const answer = answers.get(row) ?? (late ? new ConfirmTimeout(`no confirm within ${deadlineMs} ms`) : undefined);
    if (answer === 'confirmed') outcome.confirmed.push(row);
    else if (answer instanceof Disconnected && !alone) outcome.suspects.push(row);
    else if (answer) outcome.failed.push({ row, error: `${answer.name}: ${answer.message}`.slice(0, 500) });
  }
  return outcome;
}

function messageOf({ event_id, type, stated_at, body, traceparent, tracestate }: OutboxRow): PublishedMessage {
  return {
    exchange: EVENTS_EXCHANGE,
    routingKey: type,
    body: Buffer.from(body),
    messageId: event_id,
    type,
    timestamp: stated_at,
    contentType: CLOUDEVENTS_CONTENT_TYPE,
    headers: {
      ...(traceparent && { traceparent }),
      ...(tracestate && { tracestate }),
      [Header.publishedAt]: Date.now(),
    },
  };
}

async function longEnough(done: Promise<unknown>, deadlineMs: number, givenUp: () => boolean): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = setInterval(() => {
    if (performance.now() >= deadline || givenUp()) resolve();
  }, LOOK_EVERY_MS);
  await Promise.race([done, promise]);
  clearInterval(look);
}
