/** Data exception, integrity constraint violation, transaction rollback: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const CLASSES = ['22', '23', '40'];

/**
 * Whether PostgreSQL refused what was asked of it: nothing was committed for certain, and the server is well, so that asking again without
 * the guilty item makes sense. Not so for a lost connection or a timeout. Reads errors of `pg` and of Prisma's adapter for it.
 */
export function isRolledBack(error: unknown): boolean {
  const { code, meta } = error as {
    code?: unknown;
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const state = meta?.driverAdapterError?.cause?.originalCode ?? code;
  return typeof state === 'string' && /^[0-9A-Z]{5}$/.test(state) && CLASSES.includes(state.slice(0, 2));
}
