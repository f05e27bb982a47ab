import type pg from 'pg';

const AT_ONCE_MS = 5_000;

/** For what a server answers at once, or is not there to answer: the projections' own statements may take minutes. */
export function briefly(text: string, values: unknown[] = []): pg.QueryConfig {
  return { text, values, query_timeout: AT_ONCE_MS } as pg.QueryConfig; // pg knows it, its types do not
}
