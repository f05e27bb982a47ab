/** Milliseconds that one attempt may be given at most, see SMTP_TIMEOUT_MS. */
export const MAX_SMTP_TIMEOUT_MS = 120_000;

/** What is left of the lease to record the outcome in, also while the database is away for a moment. */
export const RECORDING_MS = 20_000;

/** Mails that one process sends at once at most, and so the most connections it can use. More at once: more replicas. */
export const MAX_AT_ONCE = 10;

/**
 * For every handler that sends a mail. An attempt ends by itself, so the handler's own time limit is only a backstop. The
 * prefetch is the concurrency: no delivery waits behind another, and the broker's `consumer_timeout` (30 min) stays far away.
 */
export const SENDING = { concurrency: MAX_AT_ONCE, timeoutMs: MAX_SMTP_TIMEOUT_MS + RECORDING_MS + 10_000 };

const MINUTE = 60_000;

/** A mail server that is down for a night's half must not end in dead letters: about six hours, then a person looks. */
export const RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 2 * MINUTE, ...Array<number>(36).fill(10 * MINUTE)];
