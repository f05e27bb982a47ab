import { json } from './addresses.ts';

export type Labels = Record<string, string>;

/** What Prometheus scrapes, and whether it answers. */
export async function targets(prometheus: string): Promise<{ labels: Labels; health: string }[]> {
  const answer = await json<{ data: { activeTargets: { labels: Labels; health: string }[] } }>(
    `${prometheus}/api/v1/targets?state=active`,
  );
  return answer.data.activeTargets;
}

/** The labels of the alerts that are firing now, `alertname` among them. */
export async function firing(prometheus: string): Promise<Labels[]> {
  const answer = await json<{ data: { alerts: { labels: Labels; state: string }[] } }>(`${prometheus}/api/v1/alerts`);
  return answer.data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels);
}

/** Whether one of them has all labels that are asked for. */
export const includes = (alerts: readonly Labels[], asked: Labels) =>
  alerts.some((labels) => Object.entries(asked).every(([name, value]) => labels[name] === value));

/** `ProcessDown (process email)` */
export function inWords({ alertname, ...labels }: Labels): string {
  return `${alertname} (${Object.entries(labels)
    .map((label) => label.join(' '))
    .join(', ')})`;
}
