// Every argument is written out: what is left unset means different things on RabbitMQ 3.10 and 4, and a queue's
// arguments can never be changed afterwards.

/**
 * At-least-once dead lettering needs `reject-publish`. There is no `x-max-length`: one full queue would make the publisher
 * see a failure while its siblings got their copy. The delivery limit is a backstop against a message that kills its
 * reader; graceful restarts use it up too, so it is high.
 */
export const subscriptionQueueArguments = (deadLetterExchange: string) => ({
  'x-queue-type': 'quorum',
  'x-delivery-limit': 100,
  'x-overflow': 'reject-publish',
  'x-dead-letter-exchange': deadLetterExchange,
  'x-dead-letter-strategy': 'at-least-once',
});

/** Nobody reads it: messages leave when their time is up. No dead-letter routing key, so each keeps its own way back. */
export const retryQueue = (delayMs: number, returnExchange: string) => ({
  'x-queue-type': 'quorum',
  'x-message-ttl': delayMs,
  'x-delivery-limit': NEVER,
  'x-overflow': 'reject-publish',
  'x-dead-letter-exchange': returnExchange,
  'x-dead-letter-strategy': 'at-least-once',
});

/** The end of the road: nothing may push a message out, neither a limit nor somebody looking at it too often. */
export const deadQueue = () => ({
  'x-queue-type': 'quorum',
  'x-delivery-limit': NEVER,
  'x-overflow': 'reject-publish',
});

/**
 * The broker drops whole segments only: a fact is gone at the latest seven days after the segment it is in was full, and the
 * small segments keep that close to seven days.
 */
export const eventLog = () => ({
  'x-queue-type': 'stream',
  'x-max-age': '7D',
  'x-max-length-bytes': 2_000_000_000,
  'x-stream-max-segment-size-bytes': 5_000_000,
});

// -1 would drop the message at its first requeue on 3.10, and leaving it out means 20 on 4.
const NEVER = 1_000_000_000;
