import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Event } from '@tributary/contracts';
import { type ProvisioningSystem, provisioningSystem, someone } from './workspace-provisioning.fixture.ts';

let system: ProvisioningSystem;

beforeAll(async () => {
  system = await provisioningSystem();
  await system.start();
});
afterAll(() => system[Symbol.asyncDispose]());

/** Delivers them one after the other: what was stated in the end, and which workspaces there are. */
async function outcome(userId: string, ...events: Event[]) {
  for (const event of events) await system.deliver(event);
  const facts = (await system.facts(userId)).map(({ type, data, causationid }) => {
    const { attempt } = data as { attempt?: number };
    const cause = events.findIndex(({ id }) => id === causationid);
    return `${type.replace(/^workspace\.|\.v1$/g, '')}${attempt ? ` ${attempt}` : ''}, by ${events[cause]?.type}`;
  });
  const workspaces = (await system.workspacesOf(userId)).map(({ name }) => name);
  const [person] = await system.query<{ withdrawn: boolean }>(
    'SELECT withdrawn_at IS NOT NULL AS withdrawn FROM people WHERE user_id = $1',
    userId,
  );
  return { facts, workspaces, withdrawn: person?.withdrawn };
}

const MADE = 'provisioned 1, by user.signed-up.v1';
const REFUSED = 'provisioning-failed 1, by user.signed-up.v1';
const made = (attempt: number) => `provisioned ${attempt}, by workspace-name.chosen.v1`;
const refused = (attempt: number) => `provisioning-failed ${attempt}, by workspace-name.chosen.v1`;
const REMOVED = 'removed, by user.withdrawn.v1';

describe('signed up and withdrawn', () => {
  it('in this order makes the workspace and removes it', async () => {
    const { userId, signedUp, withdrawn } = someone();
    expect(await outcome(userId, signedUp, withdrawn)).toEqual({
      facts: [MADE, REMOVED],
      workspaces: [],
      withdrawn: true,
    });
  });

  it('the other way round makes none, and says that there is none', async () => {
    const { userId, signedUp, withdrawn } = someone();
    expect(await outcome(userId, withdrawn, signedUp)).toEqual({ facts: [REMOVED], workspaces: [], withdrawn: true });
    expect((await system.facts(userId))[0]?.data).toEqual({ userId });
  });

  it('the other way round refuses nothing either', async () => {
    const { userId, signedUp, withdrawn } = someone('admin');
    expect(await outcome(userId, withdrawn, signedUp)).toMatchObject({ facts: [REMOVED] });
  });

  it('are each stated once, though both are delivered again the other way round', async () => {
    const { userId, signedUp, withdrawn } = someone();
    const facts = [MADE, REMOVED];
    expect(await outcome(userId, signedUp, withdrawn, withdrawn, signedUp)).toMatchObject({ facts, workspaces: [] });
  });
});

describe('another name chosen and withdrawn', () => {
  it('in this order makes the workspace and removes it', async () => {
    const { userId, signedUp, chosen, withdrawn } = someone('admin');
    const facts = [REFUSED, made(2), REMOVED];
    expect(await outcome(userId, signedUp, chosen(2, 'Engines'), withdrawn)).toEqual({
      ...{ facts, workspaces: [], withdrawn: true },
    });
  });

  it('the other way round makes none', async () => {
    const { userId, signedUp, chosen, withdrawn } = someone('admin');
    expect(await outcome(userId, signedUp, withdrawn, chosen(2, 'Engines'))).toEqual({
      ...{ facts: [REFUSED, REMOVED], workspaces: [], withdrawn: true },
    });
  });
});

describe('a reserved name at signup and another chosen', () => {
  it('in this order is a failure and a workspace', async () => {
    const { userId, signedUp, chosen } = someone('admin');
    expect(await outcome(userId, signedUp, chosen(2, 'Engines'))).toEqual({
      ...{ facts: [REFUSED, made(2)], workspaces: ['Engines'], withdrawn: false },
    });
  });

  it('the other way round is a workspace: the late signup is old news', async () => {
    const { userId, signedUp, chosen } = someone('admin');
    expect(await outcome(userId, chosen(2, 'Engines'), signedUp)).toEqual({
      ...{ facts: [made(2)], workspaces: ['Engines'], withdrawn: false },
    });
  });

  it('the other way round, and reserved as well, is one failure: the late signup is old news', async () => {
    const { userId, signedUp, chosen } = someone('Engines');
    expect(await outcome(userId, chosen(2, 'admin'), signedUp)).toMatchObject({ facts: [refused(2)], workspaces: [] });
  });
});

describe('names chosen twice', () => {
  it('in this order, the first reserved, are a failure and a workspace', async () => {
    const { userId, chosen } = someone();
    const facts = [refused(2), made(3)];
    expect(await outcome(userId, chosen(2, 'root'), chosen(3, 'Engines'))).toMatchObject({
      ...{ facts, workspaces: ['Engines'] },
    });
  });

  it('the other way round are a workspace', async () => {
    const { userId, chosen } = someone();
    expect(await outcome(userId, chosen(3, 'Engines'), chosen(2, 'root'))).toMatchObject({
      ...{ facts: [made(3)], workspaces: ['Engines'] },
    });
  });

  it('are one workspace, though both names would do: whichever comes first', async () => {
    const [ada, charles] = [someone(), someone()];
    expect(await outcome(ada.userId, ada.chosen(2, 'Engines'), ada.chosen(3, 'Looms'))).toMatchObject({
      ...{ facts: [made(2)], workspaces: ['Engines'] },
    });
    expect(await outcome(charles.userId, charles.chosen(3, 'Looms'), charles.chosen(2, 'Engines'))).toMatchObject({
      ...{ facts: [made(3)], workspaces: ['Looms'] },
    });
  });
});
