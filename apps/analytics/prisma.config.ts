import { defineConfig } from 'prisma/config';

// `prisma generate`, `validate` and `format` refuse to start unless this names an existing file, and download one where it
// is not set; they never run it. Commands that do run it (`migrate`, `db`) are left to Prisma.
if (process.argv.some((argument) => ['generate', 'validate', 'format'].includes(argument))) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Only `prisma migrate` connects, and only when someone writes a migration.
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
});
