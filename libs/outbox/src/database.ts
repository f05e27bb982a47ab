/** What the transaction of every generated Prisma client offers, and all that is needed of it. */
export interface SqlTransaction {
  /** @returns the number of affected rows */
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: unknown[]): Promise<Rows>;
}

interface TransactionOptions {
  /** Milliseconds to wait for a connection of the pool. */
  maxWait?: number;
  /** Milliseconds the whole transaction may take before it is rolled back. */
  timeout?: number;
  isolationLevel?: 'ReadCommitted' | 'RepeatableRead' | 'Serializable';
}

/** A generated Prisma client, or anything else that commits when `work` resolves and rolls back when it rejects. */
export interface Database<Tx extends SqlTransaction> {
  $transaction<Result>(work: (tx: Tx) => Promise<Result>, options?: TransactionOptions): Promise<Result>;
}

/**
 * Prisma's own timeout of 5 s is shorter than a wait for the same event's first delivery may be. Read committed whatever the server's
 * default is: under a stricter level a concurrent duplicate fails instead of being recognised.
 */
export const TRANSACTION: TransactionOptions = {
  maxWait: 2_000,
  timeout: 10_000,
  isolationLevel: 'ReadCommitted',
};
