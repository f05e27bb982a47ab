import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkspaceProvisioned, WorkspaceProvisioningFailed, WorkspaceRemoved } from '@tributary/contracts';
import { type ProvisioningSystem, provisioningSystem, someone } from './workspace-provisioning.fixture.ts';

let system: ProvisioningSystem;

beforeAll(async () => {
  system = await provisioningSystem();
  await Promise.all([system.start(), system.start()]);
});
afterAll(() => system[Symbol.asyncDispose]());

describe('someone signed up', () => {
  it('has one workspace with its owner and a first project, though the event arrives five times', async () => {
    const [ada, later] = [someone(), someone('Later')];
    await system.publish(Array(4).fill(ada.signedUp));
    await system.handled([ada.signedUp]);
    await system.deliver(ada.signedUp, later.signedUp);

    const { id, correlationid } = ada.signedUp;
    const named = { name: 'Analytical Engines', slug: 'analytical-engines' };
    const [workspace, ...others] = await system.workspacesOf(ada.userId);
    expect(workspace).toMatchObject({ ...named, members: [`${ada.userId} owner`], projects: ['First project'] });
    expect(others).toEqual([]);
    const data = { workspaceId: workspace?.id, userId: ada.userId, attempt: 1, ...named };
    expect(await system.facts(ada.userId)).toEqual([
      expect.objectContaining({ type: WorkspaceProvisioned.type, causationid: id, correlationid, data }),
    ]);
  });

  it('is told that the name is reserved, and has a workspace as soon as they choose another', async () => {
    const ada = someone(' ÁDMIN ');
    const chosen = ada.chosen(2, 'Difference Engines');
    await system.deliver(ada.signedUp);
    expect(await system.workspacesOf(ada.userId)).toEqual([]);
    await system.deliver(chosen);

    expect(await system.workspacesOf(ada.userId)).toMatchObject([
      { name: 'Difference Engines', slug: 'difference-engines' },
    ]);
    const { userId } = ada;
    expect(await system.facts(userId)).toEqual([
      expect.objectContaining({
        type: WorkspaceProvisioningFailed.type,
        causationid: ada.signedUp.id,
        data: { userId, attempt: 1, workspaceName: ' ÁDMIN ', reason: 'name-reserved' },
      }),
      expect.objectContaining({
        type: WorkspaceProvisioned.type,
        causationid: chosen.id,
        correlationid: ada.signedUp.correlationid,
        data: expect.objectContaining({ userId, attempt: 2, name: 'Difference Engines' }),
      }),
    ]);
    expect(await system.dead()).toBe(0);
  });

  it('has a slug of their own, though 200 choose the same name at once', async () => {
    const crowd = Array.from({ length: 200 }, () => someone('Acme'));
    await system.deliver(...crowd.map(({ signedUp }) => signedUp));

    const facts = await system.facts(...crowd.map(({ userId }) => userId));
    expect(facts.filter(({ type }) => type === WorkspaceProvisioned.type)).toHaveLength(200);
    const slugs = (await system.query<{ slug: string }>(`SELECT slug FROM workspaces WHERE name = 'Acme'`)).map(
      ({ slug }) => slug,
    );
    expect(new Set(slugs).size).toBe(200);
    expect(slugs).toEqual(expect.arrayContaining(['acme', 'acme-2', 'acme-3', 'acme-4', 'acme-5']));
    expect(await system.dead()).toBe(0);
  });

  it('waits in the queue while the database is slow, instead of failing for want of a connection', async () => {
    await using slow = await provisioningSystem({ retryDelaysMs: [] });
    await slow.query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END $$`);
    await slow.query('CREATE TRIGGER slow BEFORE INSERT ON projects FOR EACH ROW EXECUTE FUNCTION slow()');
    const crowd = Array.from({ length: 140 }, (_, index) => someone(`Engines ${index}`));
    await slow.publish(crowd.map(({ signedUp }) => signedUp));
    await slow.start();
    await slow.handled(crowd.map(({ signedUp }) => signedUp));
    expect(await slow.dead()).toBe(0);
  });

  it('is dealt with once, though the inbox has forgotten and everything is delivered again', async () => {
    const people = [someone('root'), someone(), someone(' ÁDMIN ')] as const;
    const [ada, charles, mary] = people;
    const events = [ada.signedUp, ada.chosen(2, 'Engines'), charles.signedUp, charles.withdrawn, mary.signedUp];
    for (const event of events) await system.deliver(event);
    const facts = () => system.facts(...people.map(({ userId }) => userId));
    const before = await facts();
    await system.query('DELETE FROM messaging.inbox');
    for (const event of events) await system.deliver(event);
    expect(await facts()).toEqual(before);
    expect(before).toHaveLength(5);
  });
});

describe('someone who withdraws', () => {
  it('leaves nothing but their id, and their slug to others', async () => {
    const [ada, charles] = [someone('Notes'), someone('Notes')];
    await system.deliver(ada.signedUp);
    const [workspace] = await system.workspacesOf(ada.userId);
    await system.deliver(ada.withdrawn);
    await system.deliver(charles.signedUp);

    expect(await system.facts(ada.userId)).toEqual([
      expect.objectContaining({ type: WorkspaceProvisioned.type }),
      expect.objectContaining({
        type: WorkspaceRemoved.type,
        causationid: ada.withdrawn.id,
        correlationid: ada.signedUp.correlationid,
        data: { userId: ada.userId, workspaceId: workspace?.id },
      }),
    ]);
    for (const table of ['memberships', 'projects']) {
      expect(await system.query(`SELECT FROM ${table} WHERE workspace_id = $1`, workspace?.id)).toEqual([]);
    }
    expect(await system.workspacesOf(ada.userId)).toEqual([]);
    expect(await system.query('SELECT * FROM people WHERE user_id = $1', ada.userId)).toEqual([
      { user_id: ada.userId, withdrawn_at: new Date(ada.withdrawn.time), attempt: 1 },
    ]);
    expect(await system.workspacesOf(charles.userId)).toMatchObject([{ slug: 'notes' }]);
  });
});
