import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Arrival } from './arrivals.ts';
import { burst, type Outcome } from './burst.ts';
import { startChain } from './chain-system.ts';
import type { System } from './system.ts';

const { signal } = new AbortController();
const person = (who: string): Arrival => ({
  who,
  email: `${who}@example.com`,
  displayName: who,
  workspaceName: 'Engines',
  atMs: 0,
});

describe('the chain of HTTP calls', () => {
  let chain: System;
  beforeAll(async () => {
    chain = await startChain({ signal });
  }, 120_000);
  afterAll(async () => chain?.[Symbol.asyncDispose]());

  const signUp = async (who: string): Promise<Outcome> => {
    const [outcome] = await burst(chain.url, [person(who)], signal);
    if (!outcome) throw new Error('nobody signed up');
    return outcome;
  };
  const mailsTo = (who: string) => chain.mails.filter(({ to }) => to.includes(`${who}@example.com`)).length;
  const workspaces = async (id: string | undefined) =>
    (await chain.query<{ owner_id: string }>('workspace-provisioning', 'SELECT owner_id FROM workspaces')).filter(
      ({ owner_id }) => owner_id === id,
    ).length;

  it('does everything before it answers while all is well: account, mail, workspace, count', async () => {
    const { id, requests } = await signUp('ada');
    expect(requests).toBe(1);
    expect(await chain.query('signup', 'SELECT id, email FROM users')).toEqual([{ id, email: 'ada@example.com' }]);
    expect([mailsTo('ada'), await workspaces(id)]).toEqual([1, 1]);
    expect(await chain.query('analytics', 'SELECT signups FROM counters')).toEqual([{ signups: 1 }]);
  });

  it('fails whoever comes while a service is dead, half-done and welcomed again and again; who comes back later gets it all', async () => {
    await chain.killProvisioning();
    expect(await signUp('bob')).toMatchObject({ requests: 2 });
    const accounts = await chain.query<{ id: string; email: string }>('signup', 'SELECT id, email FROM users');
    const bob = accounts.find(({ email }) => email === 'bob@example.com')?.id;
    expect(bob).toBeDefined();
    expect([mailsTo('bob'), await workspaces(bob)]).toEqual([4, 0]); // two requests, and signup repeats each

    await chain.startProvisioning();
    expect(await signUp('bob')).toMatchObject({ id: bob, requests: 1 });
    expect([mailsTo('bob'), await workspaces(bob)]).toEqual([5, 1]);
  });
});
