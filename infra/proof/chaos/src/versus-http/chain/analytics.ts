import pg from 'pg';
import { serve } from './serve.ts';

const db = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
db.on('error', () => undefined);

serve(async () => {
  await db.query('UPDATE counters SET signups = signups + 1');
  return {};
});
