import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import { type ProvisioningSystem, provisioningSystem, someone } from './workspace-provisioning.fixture.ts';

let system: ProvisioningSystem;

beforeAll(async () => {
  system = await provisioningSystem();
  await system.start();
  // A sequence is not rolled back: it tells how often it was tried.
  await system.query('CREATE SEQUENCE tries START 1 MINVALUE 0');
});
afterAll(() => system[Symbol.asyncDispose]());
afterEach(() => system.query('DROP FUNCTION IF EXISTS refuse CASCADE'));

/** The database refuses to commit a workspace with this SQLSTATE, the first times or always. */
async function refuseWith(sqlState: string, { times = 1_000_000 } = {}) {
  await system.query(`SELECT setval('tries', 0)`);
  await system.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('tries') <= ${times} THEN RAISE EXCEPTION 'refused by the test' USING ERRCODE = '${sqlState}'; END IF;
    RETURN NEW; END $$`);
  await system.query('CREATE TRIGGER refuse BEFORE INSERT ON workspaces FOR EACH ROW EXECUTE FUNCTION refuse()');
}
const tries = async () => Number((await system.query<{ n: string }>('SELECT last_value AS n FROM tries'))[0]?.n);

describe('a fact whose data PostgreSQL refuses', () => {
  it('is dead at once, with the reason: a year it does not know', async () => {
    const ada = someone();
    await system.publish([{ ...ada.withdrawn, time: '0000-01-01T00:00:00.000Z' }]);
    await eventually(async () => expect(await system.deadOf(ada.withdrawn)).toBe('refused-by-database'));
  });

  it.each([
    ['text it cannot store', '22021'],
    ['a value that is missing', '23502'],
    ['a value that is forbidden', '23514'],
  ])('is dead at the first attempt: %s', async (_what, sqlState) => {
    const ada = someone();
    await refuseWith(sqlState);
    await system.publish([ada.signedUp]);
    await eventually(async () => expect(await system.deadOf(ada.signedUp)).toBe('refused-by-database'));
    expect(await tries()).toBe(1);
  });
});

describe.each([
  ['a key that another row has', '23505'],
  ['a row it refers to and that is not there', '23503'],
])('a fact that stands against another row: %s', (_what, sqlState) => {
  it('is tried again: the other one may have been a moment earlier, or be a moment late', async () => {
    const ada = someone();
    await refuseWith(sqlState, { times: 2 });
    await system.deliver(ada.signedUp);
    expect(await system.workspacesOf(ada.userId)).toHaveLength(1);
  });

  it('is dead when it still does at the third attempt', async () => {
    const ada = someone();
    await refuseWith(sqlState);
    await system.publish([ada.signedUp]);
    await eventually(async () => expect(await system.deadOf(ada.signedUp)).toBe('refused-by-database'));
    expect(await tries()).toBe(3);
  });
});
