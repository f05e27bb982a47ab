import pg from 'pg';
import type { Database, SqlTransaction } from './index.ts';

/** The part of a Prisma client that these libraries use, on a pool of plain connections: specs need no generated client then. */
export function pgDatabase(url: string): Database<SqlTransaction> & { pool: pg.Pool } {
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', () => undefined); // the database is dropped at the end, whoever is connected
  return {
    pool,
    async $transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work({
          $executeRawUnsafe: async (sql, ...values) => (await client.query(sql, values)).rowCount ?? 0,
          $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) =>
            (await client.query(sql, values)).rows as Rows,
        });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
  };
}
