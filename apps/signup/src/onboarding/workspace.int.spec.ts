import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Event,
  MailFailed,
  MailSent,
  WorkspaceProvisioned,
  WorkspaceProvisioningFailed,
} from '@tributary/contracts';
import { exampleEvent } from '@tributary/testing';
import { Holder } from '../manage/holder.fixture.ts';
import { signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
import type { Status } from './status.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const statusOf = async (holder: Holder) => (await (await holder.status()).json()) as Status;
const stepOf = async (holder: Holder, step: string) => (await statusOf(holder)).steps.find(({ name }) => name === step);

/** One person hears the facts in this order, another one in the opposite one. */
async function bothWays(factsAbout: (userId: string) => Event[], person = () => Holder.new(signup)) {
  const [one, other] = [await person(), await person()];
  await system.publishInOrder(...factsAbout(one.id));
  await system.publishInOrder(...factsAbout(other.id).toReversed());
  return [one, other];
}

describe('the workspace', () => {
  it('is done once its fact has been heard, at the time of the fact', async () => {
    const holder = await Holder.new(signup);
    expect(await stepOf(holder, 'workspace')).toMatchObject({ state: 'pending' });
    const fact = exampleEvent(WorkspaceProvisioned, { userId: holder.id });
    await system.publishInOrder(fact);
    expect(await stepOf(holder, 'workspace')).toMatchObject({ state: 'done', at: fact.time });
  });

  it('has failed once that has been heard, says why and where another name is put', async () => {
    const holder = await Holder.refused(system, signup);
    expect(await stepOf(holder, 'workspace')).toMatchObject({ state: 'failed', reason: 'name-reserved' });
    const { attempt, links } = await statusOf(holder);
    expect(attempt).toBe(1);
    const self = `/signups/${holder.id}`;
    const expected = { self, events: `${self}/events`, page: `/welcome/${holder.id}` };
    expect(links).toEqual({ ...expected, workspaceName: `${self}/workspace-name` });
  });

  it('that failed under its first name does not fail under the next one, in whichever order that is heard', async () => {
    const renamed = async () => {
      const holder = await Holder.refused(system, signup);
      await holder.choose('Difference Engines');
      return holder;
    };
    const people = await bothWays(
      (userId) => [
        exampleEvent(WorkspaceProvisioningFailed, { userId, attempt: 1 }),
        exampleEvent(WorkspaceProvisioned, { userId, attempt: 2 }),
      ],
      renamed,
    );
    for (const holder of people) expect(await stepOf(holder, 'workspace')).toMatchObject({ state: 'done' });
  });

  it('is pending under its next name, whatever is heard late about the first', async () => {
    const holder = await Holder.refused(system, signup);
    await holder.choose('Difference Engines');
    await system.publishInOrder(
      holder.refusal(1),
      exampleEvent(WorkspaceProvisioned, { userId: holder.id, attempt: 1 }),
    );
    expect(await stepOf(holder, 'workspace')).toMatchObject({ state: 'pending' });
  });

  it('stays done when a failure of the same attempt is heard, in whichever order', async () => {
    const people = await bothWays((userId) => [
      exampleEvent(WorkspaceProvisioningFailed, { userId }),
      exampleEvent(WorkspaceProvisioned, { userId }),
    ]);
    for (const holder of people) {
      const step = await stepOf(holder, 'workspace');
      expect(step).toMatchObject({ state: 'done' });
      expect(step).not.toHaveProperty('reason');
    }
  });

  it('and another name at once end consistently: the late failure is never shown for the new name', async () => {
    for (let n = 0; n < 20; n++) {
      const holder = await Holder.refused(system, signup);
      const repeated = holder.refusal(1);
      await Promise.all([holder.choose('Difference Engines'), system.publishInOrder(repeated)]);
      expect(await stepOf(holder, 'workspace')).toMatchObject({ state: 'pending' });
    }
  });
});

describe('the mail about the workspace', () => {
  const ready = (userId: string) => exampleEvent(MailSent, { userId, kind: 'workspace-ready' });
  const refused = (userId: string) => exampleEvent(MailFailed, { userId, kind: 'workspace-ready' });

  it('is done after the workspace, in whichever order the two are heard', async () => {
    const people = await bothWays((userId) => [exampleEvent(WorkspaceProvisioned, { userId }), ready(userId)]);
    for (const holder of people) expect(await stepOf(holder, 'workspace-mail')).toMatchObject({ state: 'done' });
  });

  it('has failed without touching the workspace', async () => {
    const people = await bothWays((userId) => [exampleEvent(WorkspaceProvisioned, { userId }), refused(userId)]);
    for (const holder of people) {
      expect(await stepOf(holder, 'workspace')).toMatchObject({ state: 'done' });
      expect(await stepOf(holder, 'workspace-mail')).toMatchObject({ state: 'failed' });
    }
  });

  it('settles everything when it is the last, and a mail about a failure is no step', async () => {
    const holder = await Holder.new(signup);
    const userId = holder.id;
    await system.publish(exampleEvent(MailSent, { userId, kind: 'workspace-failed' }));
    await system.publishInOrder(exampleEvent(MailSent, { userId }), exampleEvent(WorkspaceProvisioned, { userId }));
    expect((await statusOf(holder)).settled).toBe(false);
    await system.publishInOrder(ready(userId));
    const { settled, steps } = await statusOf(holder);
    expect(settled).toBe(true);
    expect(steps.map(({ name }) => name)).toEqual(['account', 'welcome-mail', 'workspace', 'workspace-mail']);
  });
});
