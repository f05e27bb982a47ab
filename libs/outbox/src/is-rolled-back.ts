import { sqlStateOf } from '@tributary/messaging';

/** Data exception, integrity constraint violation, transaction rollback. */
const CLASSES = ['22', '23', '40'];

/**
 * Whether PostgreSQL refused what was asked of it: nothing was committed for certain, and the server is well, so that asking again without
 * the guilty item makes sense. Not so for a lost connection or a timeout.
 */
export function isRolledBack(error: unknown): boolean {
  return CLASSES.includes(sqlStateOf(error)?.slice(0, 2) ?? '');
}
