import { describe, expect, it } from '@jest/globals';
import { testDatabase } from '@tributary/testing';
import { connect, disconnect } from './connection.ts';

describe('a connection of the relay', () => {
  it('is in UTC and has its limits, whatever the database says', async () => {
    await using database = await testDatabase({ migrations: [] });
    const settings = { timezone: "'America/New_York'", statement_timeout: 0, idle_in_transaction_session_timeout: 0 };
    const connection = await connect(database.url, 'spec');
    for (const [name, value] of Object.entries(settings)) {
      await connection.query(`ALTER DATABASE ${database.name} SET ${name} = ${value}`);
    }
    await disconnect(connection);
    const next = await connect(database.url, 'spec');
    const { rows } = await next.query(`SELECT name, setting FROM pg_settings WHERE name = ANY ($1) ORDER BY name`, [
      ['TimeZone', 'statement_timeout', 'idle_in_transaction_session_timeout', 'tcp_user_timeout'],
    ]);
    await disconnect(next);
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      TimeZone: 'UTC',
      idle_in_transaction_session_timeout: '5000',
      statement_timeout: '5000',
      tcp_user_timeout: '5000',
    });
  });
});
