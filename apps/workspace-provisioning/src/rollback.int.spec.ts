import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkspaceProvisioned } from '@tributary/contracts';
import { eventually } from '@tributary/testing';
import { type ProvisioningSystem, provisioningSystem, someone } from './workspace-provisioning.fixture.ts';

const TABLES = ['people', 'workspaces', 'memberships', 'projects', 'messaging.outbox', 'messaging.inbox'];

let system: ProvisioningSystem;

beforeAll(async () => {
  system = await provisioningSystem();
  await system.start();
  // A sequence is not rolled back: it tells how often it was tried.
  await system.query('CREATE SEQUENCE tries');
  await system.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM nextval('tries'); RAISE EXCEPTION 'refused by the test'; END $$`);
});
afterAll(() => system[Symbol.asyncDispose]());

const rows = async () =>
  Object.fromEntries(
    await Promise.all(
      TABLES.map(async (table) => [table, (await system.query(`SELECT FROM ${table}`)).length] as const),
    ),
  );
const tries = async () => Number((await system.query<{ n: string }>(`SELECT last_value::int AS n FROM tries`))[0]?.n);

describe('provisioning a workspace', () => {
  it.each([
    ...TABLES.map((table) => [`${table} cannot be written`, table, 'BEFORE INSERT']),
    // When everything is written already.
    ['it cannot be committed', 'messaging.inbox', 'AFTER INSERT DEFERRED'],
  ])('leaves nothing behind when %s, and everything once that is over', async (_, table, when) => {
    const before = await rows();
    const triedBefore = await tries();
    await system.query(
      when === 'BEFORE INSERT'
        ? `CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`
        : `CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    const ada = someone();
    await system.publish([ada.signedUp]);
    await eventually(async () => (await tries()) >= triedBefore + 2);
    expect(await rows()).toEqual(before);

    await system.query(`DROP TRIGGER refuse ON ${table}`);
    await system.handled([ada.signedUp]);
    expect(await system.facts(ada.userId)).toMatchObject([{ type: WorkspaceProvisioned.type }]);
    expect(await rows()).toEqual(Object.fromEntries(TABLES.map((name) => [name, (before[name] ?? 0) + 1])));
  });

  it('is tried again later, and leaves nothing behind, when every slug it can think of is taken', async () => {
    const before = await rows();
    const triedBefore = await tries();
    await system.query(`CREATE FUNCTION taken() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM nextval('tries'); RETURN NULL; END $$`);
    await system.query('CREATE TRIGGER taken BEFORE INSERT ON workspaces FOR EACH ROW EXECUTE FUNCTION taken()');
    const ada = someone();
    await system.publish([ada.signedUp]);
    await eventually(async () => (await tries()) >= triedBefore + 12);
    expect(await rows()).toEqual(before);
    await system.query('DROP TRIGGER taken ON workspaces');
    await system.handled([ada.signedUp]);
    expect(await system.workspacesOf(ada.userId)).toHaveLength(1);
  });
});
