/** Milliseconds that one attempt may be given at most, see SMTP_TIMEOUT_MS. */
export const MAX_SMTP_TIMEOUT_MS = 120_000;

/** What is left of the lease to record the outcome in, also while the database is away for a moment. */
export const RECORDING_MS = 20_000;

/** Mails of one kind that one process sends at once at most. More at once: more replicas. */
const MAX_AT_ONCE = 10;

/**
 * Of all three kinds, each of which has a queue of its own. With fewer connections a mail waits for one after its claim; behind
 * a server that is slow to answer its time then runs out halfway, and nobody knows what became of it.
 */
export const MAX_CONNECTIONS = 3 * MAX_AT_ONCE;

/**
 * For every handler that sends a mail. An attempt ends by itself, so the handler's own time limit is only a backstop. The
 * prefetch is the concurrency: no delivery waits behind another, and the broker's `consumer_timeout` (30 min) stays far away.
 */
export const SENDING = { concurrency: MAX_AT_ONCE, timeoutMs: MAX_SMTP_TIMEOUT_MS + RECORDING_MS + 10_000 };
