import { duration } from './choreography.ts';
import { code, table } from './markdown.ts';

/** A service with the delays of its backoff tiers, as its `topology` prints them. */
export interface Retries {
  service: string;
  retryDelaysMs: readonly number[];
}

/** When each service tries again what has failed, and when it gives up. */
export function retriesTable(services: readonly Retries[]): string {
  const rows = services.map(({ service, retryDelaysMs }) => [
    code(service),
    scheduleInWords(retryDelaysMs),
    String(retryDelaysMs.length),
    inAll(retryDelaysMs.reduce((sum, delayMs) => sum + delayMs, 0)),
  ]);
  return table([['service', 'tries again after', 'retries', 'in all'], ...rows]);
}

/** "1 s, 5 s, 10 min (36 times)" */
export function scheduleInWords(delaysMs: readonly number[]): string {
  const runs: { delayMs: number; times: number }[] = [];
  for (const delayMs of delaysMs) {
    const last = runs.at(-1);
    if (last?.delayMs === delayMs) last.times += 1;
    else runs.push({ delayMs, times: 1 });
  }
  return (
    runs.map(({ delayMs, times }) => `${duration(delayMs)}${times > 1 ? ` (${times} times)` : ''}`).join(', ') || '–'
  );
}

function inAll(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [`${Math.floor(seconds / 3600)} h`, `${Math.floor((seconds % 3600) / 60)} min`, `${seconds % 60} s`];
  return parts.filter((part) => !part.startsWith('0 ')).join(' ') || '0 s';
}
