import type pg from 'pg';
import type { Topology } from '../world.ts';
import type { Attempt } from './attempt.ts';

/** What this service's login tries in its own database. Nothing of it would change a row if it were allowed. */
export function databaseAttempts({ service }: Topology, all: readonly Topology[]): Attempt<pg.Client>[] {
  const login = `"${service}"`;
  const other = all.find((topology) => topology.service !== service)?.service ?? '';
  const each = (what: string, statements: string[], may = false): Attempt<pg.Client>[] =>
    statements.map((sql) => ({ what, detail: sql, may, run: (client) => client.query(sql) }));
  return [
    ...each(
      'read and write its own rows',
      [
        'SELECT FROM messaging.outbox LIMIT 1',
        'DELETE FROM messaging.inbox WHERE false',
        'SELECT FROM messaging.setup LIMIT 1',
      ],
      true,
    ),
    ...each('change what setup remembers', [
      'UPDATE messaging.setup SET value = value WHERE false',
      'DELETE FROM messaging._migrations WHERE false',
      'DELETE FROM public._prisma_migrations WHERE false',
    ]),
    ...each('create anything', [
      'CREATE TABLE public.more (id int)',
      'CREATE TABLE messaging.more (id int)',
      'CREATE TEMPORARY TABLE more (id int)',
      'CREATE SCHEMA more',
      `CREATE FUNCTION public.more() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    ]),
    ...each('change or remove its own tables', [
      'ALTER TABLE messaging.outbox ADD COLUMN more int',
      'TRUNCATE messaging.outbox',
      'DROP TABLE messaging.outbox',
      'CREATE INDEX more ON messaging.outbox (id)',
    ]),
    ...each('act as an administrator', [
      'CREATE DATABASE more',
      'CREATE ROLE more',
      `ALTER ROLE ${login} SUPERUSER`,
      'SET ROLE setup',
      `SET ROLE "${other}"`,
      `ALTER SYSTEM SET work_mem = '1MB'`,
      'SELECT pg_reload_conf()',
      'SELECT rolpassword FROM pg_authid',
      'CHECKPOINT',
    ]),
    ...each("reach the server's files and programs", [
      `SELECT pg_read_file('PG_VERSION')`,
      `SELECT pg_ls_dir('.')`,
      `SELECT lo_import('/etc/hostname')`,
      `COPY (SELECT 1) TO '/tmp/more'`,
      `COPY (SELECT 1) TO PROGRAM 'true'`,
    ]),
  ];
}
