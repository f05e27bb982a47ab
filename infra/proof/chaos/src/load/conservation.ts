import { eventually } from '@tributary/testing';
import type { LoadWorld } from './backlog.ts';

/** What must be there exactly once per signup, and what must not be there at all; a sentence each where it is not so. */
export async function whatIsWrong(world: LoadWorld, signups: number): Promise<string[]> {
  const { count, broker } = world;
  await eventually(async () => Object.values(await waitingIn(world)).every((messages) => messages === 0), {
    timeoutMs: 60_000,
    intervalMs: 1_000,
  }).catch(() => undefined);
  const expected: [what: string, is: Promise<number>, should: number][] = [
    ['workspaces', count('workspace-provisioning', 'SELECT count(*)::int AS count FROM workspaces'), signups],
    [
      'their owners',
      count('workspace-provisioning', 'SELECT count(DISTINCT owner_id)::int AS count FROM workspaces'),
      signups,
    ],
    ['signups that analytics knows', count('analytics', ofType('user.signed-up.v1')), signups],
    ['workspaces that analytics knows', count('analytics', ofType('workspace.provisioned.v1')), signups],
    ['facts not published', count('workspace-provisioning', 'SELECT count(*)::int AS count FROM messaging.outbox'), 0],
  ];
  const lines: string[] = [];
  for (const [what, is, should] of expected) {
    if ((await is) !== should) lines.push(`${what}: there are ${await is} instead of ${should}`);
  }
  for (const [queue, messages] of Object.entries(await broker.depths())) {
    if (messages !== 0) lines.push(`${queue}: ${messages} messages are left`);
  }
  return lines;
}

const ofType = (type: string) => `SELECT count(*)::int AS count FROM facts WHERE type = '${type}'`;

/** Without the dead, which nobody works off. */
async function waitingIn({ broker }: LoadWorld): Promise<Record<string, number>> {
  return Object.fromEntries(Object.entries(await broker.depths()).filter(([name]) => !name.endsWith('.dead')));
}
