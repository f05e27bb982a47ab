// SQLSTATE classes for connection, resources, intervention and timeouts; Prisma's for unreachable, timed out and closed; Node's for sockets;
// and the adapter's own kinds, all that a raw query of Prisma's has.
const TRY_LATER = new RegExp(
  [
    '^(08...|53...|57...|P1001|P1002|P1008|P1011|P1017|P2024|P2037|ECONN\\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN',
    '|ConnectionClosed|DatabaseNotReachable|SocketTimeout|TooManyConnections)$',
  ].join(''),
);

/** Whether the database is away, or too busy to say: a little later the same question may be answered. */
export function isDatabaseGone(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  // Prisma keeps the adapter's error in `meta`, the adapter keeps PostgreSQL's in `cause`.
  const { code, originalCode, kind, cause, meta, driverAdapterError } = error as Record<string, unknown>;
  if ([code, originalCode, kind].some((each) => typeof each === 'string' && TRY_LATER.test(each))) return true;
  return [cause, meta, driverAdapterError].some(isDatabaseGone);
}
