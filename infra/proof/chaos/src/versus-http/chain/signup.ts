import pg from 'pg';
import { callNext } from './call.ts';
import { serve } from './serve.ts';

const db = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
db.on('error', () => undefined); // an idle connection that broke; the next query opens another

// Whoever tries again keeps the account they have, and the rest of the chain runs again.
const ACCOUNT = `INSERT INTO users (email, display_name) VALUES ($1, $2)
  ON CONFLICT (email) DO UPDATE SET display_name = excluded.display_name RETURNING id`;

serve(async (person) => {
  const { rows } = await db.query<{ id: string }>(ACCOUNT, [person.email, person.displayName]);
  const id = rows[0]?.id;
  await callNext({ ...person, id }, { timeoutMs: 8_000 });
  return { id };
});
