/**
 * The SQL that every connection begins with. Prisma's adapter writes times without an offset and drops the offset it reads: outside UTC they
 * would be others, whatever host, role and database say. Statements and no start-up parameters, because PgBouncer refuses most of those;
 * TimeZone and DateStyle it keeps for each of its clients, in transaction mode too.
 */
export function beginSession(settings: Record<string, number> = {}): string {
  const all = { TimeZone: "'UTC'", DateStyle: "'ISO'", ...settings };
  return Object.entries(all)
    .map(([name, value]) => `SET ${name} = ${value}`)
    .join('; ');
}
