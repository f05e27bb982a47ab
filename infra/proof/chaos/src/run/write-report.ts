import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '@tributary/local';
import { reportPage } from '../report/page.ts';
import type { RunRecord } from '../report/record.ts';
import type { Target } from './target.ts';

/** The page and, beside it, the figures it was made from. @returns the page's path */
export function writeReport(record: RunRecord): string {
  const folder = join(repository, '.tributary', 'chaos');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), JSON.stringify(record));
  const page = join(folder, 'report.html');
  writeFileSync(page, reportPage(record));
  return page;
}

export const inOneLine = (versions: Record<string, string>) =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

/** Of what the system stands on. */
export async function versionsOf({ broker, query }: Target): Promise<Record<string, string>> {
  const { rabbitmq_version } = await broker.call<{ rabbitmq_version: string }>('GET', '/overview');
  const [row] = await query<{ server_version: string }>('postgres', 'SHOW server_version');
  return {
    'Node.js': process.versions.node,
    RabbitMQ: rabbitmq_version,
    PostgreSQL: row?.server_version.split(' ')[0] ?? '',
  };
}
