import type pg from 'pg';

// The runtime login works with rows; it creates nothing, and what setup remembers it only reads.
const MISSING_RIGHTS = `
  WITH own_table AS (
    SELECT c.oid, n.nspname, c.relname,
           CASE WHEN (n.nspname, c.relname) IN (('public', '_prisma_migrations'), ('messaging', '_migrations'), ('messaging', 'setup'))
                THEN ARRAY['SELECT'] ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END AS rights
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'messaging') AND c.relkind IN ('r', 'p')
  )
  SELECT format('USAGE ON SCHEMA %I', nspname) AS "right"
  FROM pg_namespace WHERE nspname IN ('public', 'messaging') AND NOT has_schema_privilege($1, oid, 'USAGE')
  UNION ALL
  SELECT format('%s ON TABLE %I.%I', string_agg(wanted, ', '), nspname, relname)
  FROM own_table, unnest(rights) AS wanted WHERE NOT has_table_privilege($1, oid, wanted)
  GROUP BY nspname, relname
  UNION ALL
  SELECT format('USAGE ON SEQUENCE %I.%I', n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('public', 'messaging')
    -- CASE, because AND may be evaluated from the right, and asking this of a table is an error.
    AND CASE WHEN c.relkind = 'S' THEN NOT has_sequence_privilege($1, c.oid, 'USAGE') ELSE false END`;

/**
 * Gives a login what a service needs at run time on the schemas public and messaging, and no more. Needs `withSetupLock`.
 * @returns a line per right granted
 */
export async function grantRuntimeRights(client: pg.Client, login: string): Promise<string[]> {
  const { rows } = await client.query<{ right: string }>(MISSING_RIGHTS, [login]);
  for (const { right } of rows) await client.query(`GRANT ${right} TO ${client.escapeIdentifier(login)}`);
  return rows.map(({ right }) => `granted ${login} ${right}`);
}
