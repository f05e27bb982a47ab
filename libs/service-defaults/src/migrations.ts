import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';

/** A folder of `<name>/migration.sql`, applied in the order of their names, and the table that remembers them. */
export interface MigrationSource {
  directory: URL;
  table: { schema: string; name: string };
}

export interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the file in hex, as Prisma computes it. */
  checksum: string;
}

export interface MigrationState {
  /** Not applied yet, in order. */
  pending: Migration[];
  /** Sentences: what was applied is not what the files say, and no command of ours repairs that. */
  conflicts: string[];
}

/** Compares the files with what the database remembers. Migrations it knows and we do not are a newer version's: fine. */
export async function migrationState(client: pg.ClientBase, source: MigrationSource): Promise<MigrationState> {
  const files = await readMigrations(source.directory);
  const applied = await appliedMigrations(client, source.table);
  const conflicts: string[] = [];
  for (const { migration_name: name, checksum, finished_at } of applied) {
    const file = files.find((each) => each.name === name);
    if (!finished_at)
      conflicts.push(`migration ${name} failed halfway under another tool: see "prisma migrate resolve"`);
    else if (file && file.checksum !== checksum) {
      conflicts.push(
        `migration ${name} was changed after it was applied: undo the change and put it into a new migration`,
      );
    }
  }
  const known = new Set(applied.map((each) => each.migration_name));
  return { pending: files.filter(({ name }) => !known.has(name)), conflicts };
}

async function readMigrations(directory: URL): Promise<Migration[]> {
  const folder = directory.href.endsWith('/') ? directory : new URL(`${directory.href}/`);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const file = await readFile(new URL(`${encodeURIComponent(name)}/migration.sql`, folder));
      return { name, sql: file.toString(), checksum: createHash('sha256').update(file).digest('hex') };
    }),
  );
}

interface Applied {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

async function appliedMigrations(client: pg.ClientBase, table: MigrationSource['table']): Promise<Applied[]> {
  const { rowCount } = await client.query('SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = $2', [
    table.schema,
    table.name,
  ]);
  if (!rowCount) return [];
  const { rows } = await client.query<Applied>(
    `SELECT migration_name, checksum, finished_at FROM ${tableName(table)} WHERE rolled_back_at IS NULL`,
  );
  return rows;
}

export function tableName({ schema, name }: MigrationSource['table']): string {
  return `"${schema}"."${name}"`;
}
