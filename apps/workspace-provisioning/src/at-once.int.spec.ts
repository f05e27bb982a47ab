import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Event } from '@tributary/contracts';
import { eventually } from '@tributary/testing';
import pg from 'pg';
import { type ProvisioningSystem, provisioningSystem, someone } from './workspace-provisioning.fixture.ts';

let system: ProvisioningSystem;

beforeAll(async () => {
  system = await provisioningSystem();
  await Promise.all([system.start(), system.start()]);
  await system.query(`CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END $$`);
  await system.query('CREATE TRIGGER gate BEFORE INSERT ON projects FOR EACH ROW EXECUTE FUNCTION gate()');
  await system.query(
    'CREATE TRIGGER gate BEFORE UPDATE OF withdrawn_at ON people FOR EACH ROW EXECUTE FUNCTION gate()',
  );
});
afterAll(() => system[Symbol.asyncDispose]());

/** Until it is opened, provisioning stops before its first project and removing before it notes the withdrawal. */
async function closedGate() {
  const keeper = new pg.Client({ connectionString: system.database.url });
  await keeper.connect();
  await keeper.query('SELECT pg_advisory_lock(1)');
  const open = () => keeper.end();
  return { open, [Symbol.asyncDispose]: open };
}

const waiting = async () =>
  (await system.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`))
    .length;
const isHandled = async ({ id }: Event) =>
  (await system.query('SELECT FROM messaging.inbox WHERE event_id = $1', id)).length === 1;

/** The first is in the middle of its transaction when the second comes, which then waits for it, or should. */
async function overlapping(first: Event, second: Event) {
  await using gate = await closedGate();
  await system.publish([first]);
  await eventually(async () => (await waiting()) === 1);
  await system.publish([second]);
  await eventually(async () => (await waiting()) === 2 || (await isHandled(second)));
  await gate.open();
  await system.handled([first, second]);
}

const typesAbout = async (userId: string) => (await system.facts(userId)).map(({ type }) => type);

describe('somebody who withdraws while their workspace is made', () => {
  it('has none in the end, and both is stated', async () => {
    const { userId, signedUp, withdrawn } = someone();
    await overlapping(signedUp, withdrawn);
    expect(await system.workspacesOf(userId)).toEqual([]);
    expect(await typesAbout(userId)).toEqual(['workspace.provisioned.v1', 'workspace.removed.v1']);
  });

  it('has none when the withdrawal was first', async () => {
    const { userId, signedUp, withdrawn } = someone();
    await overlapping(withdrawn, signedUp);
    expect(await system.workspacesOf(userId)).toEqual([]);
    expect(await typesAbout(userId)).toEqual(['workspace.removed.v1']);
  });

  it('has none when they have just chosen another name, whichever was first', async () => {
    const [ada, charles] = [someone('admin'), someone('admin')];
    await system.deliver(ada.signedUp, charles.signedUp);
    await overlapping(ada.chosen(2, 'Engines'), ada.withdrawn);
    await overlapping(charles.withdrawn, charles.chosen(2, 'Engines'));
    for (const { userId } of [ada, charles]) expect(await system.workspacesOf(userId)).toEqual([]);
  });

  it('has none, 150 times, with both facts on their way at once to two replicas', async () => {
    const people = Array.from({ length: 150 }, () => someone('Acme'));
    const events = people.flatMap(({ signedUp, withdrawn }, index) =>
      index % 2 ? [signedUp, withdrawn] : [withdrawn, signedUp],
    );
    await system.deliver(...events);
    expect(await system.query('SELECT FROM workspaces')).toEqual([]);
    const facts = await system.facts(...people.map(({ userId }) => userId));
    const removed = facts.filter(({ type }) => type === 'workspace.removed.v1');
    expect(new Set(removed.map(({ subject }) => subject)).size).toBe(150);
    expect(removed).toHaveLength(150);
    expect(await system.dead()).toBe(0);
  });
});

describe('two names of one person at once', () => {
  it('make one workspace', async () => {
    const { userId, chosen } = someone();
    await overlapping(chosen(2, 'Engines'), chosen(3, 'Looms'));
    expect(await system.workspacesOf(userId)).toMatchObject([{ name: 'Engines' }]);
    expect(await typesAbout(userId)).toEqual(['workspace.provisioned.v1']);
  });
});

describe('several replicas', () => {
  it('make one workspace per person, though every fact arrives twice and one of them stops halfway', async () => {
    const people = Array.from({ length: 150 }, (_, index) => someone(`Engines ${index % 10}`));
    const events = people.map(({ signedUp }) => signedUp);
    const leaving = await system.start();
    await system.publish([...events, ...events]);
    await system.handled(events.slice(0, 10));
    await leaving.close();
    await system.handled(events);
    expect(await system.facts(...people.map(({ userId }) => userId))).toHaveLength(150);
    for (const { userId } of people) expect(await system.workspacesOf(userId)).toHaveLength(1);
    expect(await system.dead()).toBe(0);
  });
});
