import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailAddressForgotten, MailSent, UserWithdrawn, WorkspaceProvisioned } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { type Email, type EmailStage, emailStage, signedUp } from '../email.fixture.ts';

let stage: EmailStage;
let service: Email;

beforeAll(async () => {
  stage = await emailStage();
  service = await stage.email();
});
beforeEach(() => stage.sink.behave({}));
afterAll(async () => {
  await service.close();
  await stage.close();
});

const withdrawn = (userId: string) => exampleEvent(UserWithdrawn, { userId });
const provisioned = (userId: string) => exampleEvent(WorkspaceProvisioned, { userId });

const factsAre = (userId: string, types: string[]) =>
  eventually(async () => expect((await service.facts(userId)).map(({ type }) => type)).toEqual(types));
const mailsAre = (userId: string, mails: Record<string, string>) =>
  eventually(async () => expect(await service.mails(userId)).toEqual(mails));

async function withdraw(userId: string): Promise<void> {
  await stage.publish(withdrawn(userId));
  await eventually(async () =>
    expect((await service.facts(userId)).map(({ type }) => type)).toContain(MailAddressForgotten.type),
  );
}

describe('someone withdraws', () => {
  it('is forgotten, and that is stated once, though the event arrives three times and another says the same', async () => {
    const event = signedUp();
    const { userId } = event.data;
    await stage.publish(event);
    await mailsAre(userId, { welcome: 'sent' });
    const withdrawal = withdrawn(userId);
    await Promise.all([stage.publish(withdrawal), stage.publish(withdrawal)]);
    await factsAre(userId, [MailSent.type, MailAddressForgotten.type]);
    await stage.publish(withdrawal);
    await stage.publish(withdrawn(userId));
    await withdraw(randomUUID());
    await factsAre(userId, [MailSent.type, MailAddressForgotten.type]);
    const { id: causationid, correlationid } = withdrawal;
    expect((await service.facts(userId))[1]).toMatchObject({ causationid, correlationid, data: { userId } });
  });

  it('leaves no address and no name in any table', async () => {
    const personal = {
      email: 'mary@example.org',
      displayName: 'Mary Somerville',
      workspaceName: 'Celestial Mechanics',
    };
    const event = signedUp(personal);
    const { userId } = event.data;
    await stage.publish(event);
    await mailsAre(userId, { welcome: 'sent' });
    expect(await service.dump()).toMatch(/mary@example\.org/);
    await stage.publish(exampleEvent(WorkspaceProvisioned, { userId, name: 'Celestial Mechanics', slug: 'celestial' }));
    await mailsAre(userId, { welcome: 'sent', 'workspace-ready': 'sent' });
    await withdraw(userId);
    const later = signedUp();
    await stage.publish({ ...event, id: randomUUID() });
    await stage.publish(later);
    await mailsAre(later.data.userId, { welcome: 'sent' });
    const dump = await service.dump();
    expect(dump).toContain(userId);
    expect(dump).not.toMatch(/mary|somerville|celestial/i);
  });

  it('gets no mail when they withdraw before anything else is heard of them', async () => {
    const event = signedUp();
    const { userId, email } = event.data;
    await withdraw(userId);
    await stage.publish(event);
    await stage.publish(provisioned(userId));
    await mailsAre(userId, { welcome: 'suppressed', 'workspace-ready': 'suppressed' });
    expect(stage.sink.attempts(email)).toBe(0);
    await factsAre(userId, [MailAddressForgotten.type]);
    expect(await service.dump()).not.toContain(email);
    expect(await stage.dead()).toEqual([]);
  });

  it('gets no further mail when they withdraw after the first', async () => {
    const event = signedUp();
    const { userId, email } = event.data;
    await stage.publish(event);
    await mailsAre(userId, { welcome: 'sent' });
    await withdraw(userId);
    await stage.publish(provisioned(userId));
    await mailsAre(userId, { welcome: 'sent', 'workspace-ready': 'suppressed' });
    expect(stage.sink.attempts(email)).toBe(1);
    await factsAre(userId, [MailSent.type, MailAddressForgotten.type]);
  });

  it('gets no mail that waited for their address', async () => {
    const { userId } = signedUp().data;
    await stage.publish(provisioned(userId));
    await withdraw(userId);
    await mailsAre(userId, { 'workspace-ready': 'suppressed' });
    await factsAre(userId, [MailAddressForgotten.type]);
  });

  it('gets no mail that the server wants to be asked for again', async () => {
    const event = signedUp();
    const { userId, email } = event.data;
    stage.sink.behave({ [email]: { data: 451 } });
    await stage.publish(event);
    await eventually(() => stage.sink.attempts(email) > 1);
    await withdraw(userId);
    stage.sink.behave({});
    await mailsAre(userId, { welcome: 'suppressed' });
    expect(stage.sink.mailsTo(email)).toEqual([]);
    await factsAre(userId, [MailAddressForgotten.type]);
  });

  it('does not keep a later signup with the same address from its mails', async () => {
    const email = `${randomUUID()}@example.com`;
    const [first, second] = [signedUp({ email }), signedUp({ email })];
    await withdraw(first.data.userId);
    await stage.publish(first);
    await stage.publish(second);
    await stage.publish(provisioned(second.data.userId));
    await mailsAre(first.data.userId, { welcome: 'suppressed' });
    await mailsAre(second.data.userId, { welcome: 'sent', 'workspace-ready': 'sent' });
    expect(stage.sink.mailsTo(email)).toHaveLength(2);
  });
});

describe('many sign up and withdraw at the same moment', () => {
  it('sends each a mail that is stated or none at all, and forgets them all', async () => {
    const events = Array.from({ length: 100 }, () => signedUp());
    const both = events.flatMap((event, index) => {
      const pair = [event, withdrawn(event.data.userId)];
      return index % 2 ? pair : pair.reverse();
    });
    await Promise.all(both.map(stage.publish));
    for (const { data } of events) {
      const status = await eventually(async () => {
        const { welcome } = await service.mails(data.userId);
        return (welcome === 'sent' || welcome === 'suppressed') && welcome;
      });
      const mails = stage.sink.mailsTo(data.email).length;
      expect({ status, mails }).toEqual(status === 'sent' ? { status, mails: 1 } : { status, mails: 0 });
      const types = status === 'sent' ? [MailAddressForgotten.type, MailSent.type] : [MailAddressForgotten.type];
      await eventually(async () =>
        expect((await service.facts(data.userId)).map(({ type }) => type).sort()).toEqual(types),
      );
      expect(await service.dump()).not.toContain(data.email);
    }
  });
});
