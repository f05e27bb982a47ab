import pg from 'pg';
import { callNext } from './call.ts';
import { serve } from './serve.ts';

const db = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
db.on('error', () => undefined);

// A repeated call finds the workspace there, and goes on.
const WORKSPACE = 'INSERT INTO workspaces (owner_id, name) VALUES ($1, $2) ON CONFLICT (owner_id) DO NOTHING';

serve(async (person) => {
  await db.query(WORKSPACE, [person.id, person.workspaceName]);
  await callNext(person, { timeoutMs: 1_500 });
  return {};
});
