/** Milliseconds that one attempt may be given at most, see SMTP_TIMEOUT_MS. */
export const MAX_SMTP_TIMEOUT_MS = 120_000;

/** What is left of the lease to record the outcome in, also while the database is away for a moment. */
export const RECORDING_MS = 20_000;

/** Welcome mails that one process sends at once at most. More at once: more replicas. */
const WELCOMES_AT_ONCE = 10;

/**
 * Of each kind that needs the address, which comes with the welcome. With as many places as the welcome they overtake it under load and
 * go through the backoff tiers: of 2,400 signups at full speed 3,200 deliveries did with 10 places, 980 with 5, 60 with 3, and
 * everything was done after 36, 33 and 28 s.
 */
const FOLLOWERS_AT_ONCE = 3;

/**
 * Of all three kinds, each of which has a queue of its own. With fewer connections a mail waits for one after its claim; behind
 * a server that is slow to answer its time then runs out halfway, and nobody knows what became of it.
 */
export const MAX_CONNECTIONS = WELCOMES_AT_ONCE + 2 * FOLLOWERS_AT_ONCE;

/**
 * For the handler that sends the welcome. An attempt ends by itself, so the handler's own time limit is only a backstop. The
 * prefetch is the concurrency: no delivery waits behind another, and the broker's `consumer_timeout` (30 min) stays far away.
 */
export const WELCOMING = { concurrency: WELCOMES_AT_ONCE, timeoutMs: MAX_SMTP_TIMEOUT_MS + RECORDING_MS + 10_000 };

/** The same for the handlers of mails that come after it. */
export const FOLLOWING = { ...WELCOMING, concurrency: FOLLOWERS_AT_ONCE };
