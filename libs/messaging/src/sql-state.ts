/**
 * What PostgreSQL calls an error: https://www.postgresql.org/docs/current/errcodes-appendix.html. Read from errors of `pg`, of Prisma's
 * adapter for it (which a failed commit brings), and of Prisma, which keeps the adapter's in `meta`; its own `code` is another list.
 */
export function sqlStateOf(error: unknown): string | undefined {
  const { code, cause, meta } = (error ?? {}) as {
    code?: unknown;
    cause?: { originalCode?: unknown };
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const state = meta?.driverAdapterError?.cause?.originalCode ?? cause?.originalCode ?? code;
  return typeof state === 'string' && /^[0-9A-Z]{5}$/.test(state) ? state : undefined;
}

/** Data exceptions, a value that is missing, a value that is forbidden: about the data alone, which no later attempt changes. */
const OF_THE_DATA = /^(22...|23502|23514)$/;
/** A key that is taken, a row that is not there or is referred to: another transaction may have been a moment earlier, or be a moment late. */
const OF_OTHER_ROWS = /^23...$/;
const MOMENTS = 2;

/**
 * Whether trying again is useless, because PostgreSQL said so of the data in this `attempt` (from 1). A handler that expects something
 * of the kind, such as a fact that comes before the one it builds on, looks for it and throws an error of its own.
 */
export function isRefusedForGood(error: unknown, attempt: number): boolean {
  const state = sqlStateOf(error) ?? '';
  return OF_THE_DATA.test(state) || (OF_OTHER_ROWS.test(state) && attempt > MOMENTS);
}
