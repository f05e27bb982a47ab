// SQLSTATE: connection, resources (disk full, too many clients), operator intervention and timeouts, read-only after a failover,
// lock not available, deadlock and serialisation. https://www.postgresql.org/docs/current/errcodes-appendix.html
const TRY_LATER = /^(08...|53...|57...|25006|55P03|40...)$/;
// Prisma: unreachable, timed out, closed, no connection in time, transaction not started or lost.
const PRISMA_TRY_LATER = /^P(1001|1002|1008|1011|1017|2024|2028|2034|2037)$/;
// The driver adapter's own kinds: all that the error of a raw query has.
const ADAPTER_TRY_LATER = /^(ConnectionClosed|DatabaseNotReachable|SocketTimeout|TooManyConnections)$/;
const NODE_TRY_LATER = /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
// pg's own errors have no code: the connection was lost under a query, or could not be made in time.
const PG_TRY_LATER =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** Whether the database is away, or too busy to say: repeating the request a little later may help, and nothing was promised. */
export function isDatabaseGone(error: unknown): boolean {
  const known = [TRY_LATER, PRISMA_TRY_LATER, ADAPTER_TRY_LATER, NODE_TRY_LATER, PG_TRY_LATER];
  return cluesOf(error).some((clue) => known.some((pattern) => pattern.test(clue)));
}

/** Every code and message in an error: Prisma keeps the adapter's in `meta`, the adapter keeps PostgreSQL's and Node's in `cause`. */
function cluesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { code, originalCode, kind, message, cause, meta, driverAdapterError } = error as Record<string, unknown>;
  const own = [code, originalCode, kind, message].filter((value) => typeof value === 'string');
  return [...own, ...[cause, meta, driverAdapterError].flatMap(cluesOf)];
}
