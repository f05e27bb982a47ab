import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSent, WorkspaceProvisioned, WorkspaceProvisioningFailed } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { type Email, type EmailStage, emailStage, signedUp } from '../email.fixture.ts';

let stage: EmailStage;
let service: Email;

beforeAll(async () => {
  stage = await emailStage();
  service = await stage.email({ PUBLIC_URL: 'https://tributary.example' });
});
afterAll(async () => {
  await service.close();
  await stage.close();
});

const mailsAre = (userId: string, mails: Record<string, string>) =>
  eventually(async () => expect(await service.mails(userId)).toEqual(mails));
const provisioned = (userId: string) => exampleEvent(WorkspaceProvisioned, { userId });
const failed = (userId: string, attempt = 1) => exampleEvent(WorkspaceProvisioningFailed, { userId, attempt });

/** Somebody whose address is known. */
async function someone() {
  const { data } = await published(signedUp());
  await mailsAre(data.userId, { welcome: 'sent' });
  return data;
}
const published = async <Fact extends Parameters<EmailStage['publish']>[0]>(event: Fact) => {
  await stage.publish(event);
  return event;
};
const headersTo = (email: string, header: string) => stage.sink.mailsTo(email).map(({ headers }) => headers[header]);

describe('a workspace is there', () => {
  it('tells its owner once, though the fact arrives three times', async () => {
    const { userId, email } = await someone();
    const event = provisioned(userId);
    await Promise.all([stage.publish(event), stage.publish(event)]);
    await mailsAre(userId, { welcome: 'sent', 'workspace-ready': 'sent' });
    await stage.publish(event);
    await someone();
    expect(headersTo(email, 'subject')).toEqual([
      'Welcome, Ada Lovelace',
      'Your workspace Analytical Engines is ready',
    ]);
    expect(headersTo(email, 'to')[1]).toBe(`Ada Lovelace <${email}>`);
    expect(headersTo(email, 'message-id')[1]).toBe(`<workspace-ready.${userId}@tributary.example>`);
    const data = expect.objectContaining({ kind: 'workspace-ready', userId });
    expect((await service.facts(userId)).slice(1)).toEqual([
      expect.objectContaining({ type: MailSent.type, causationid: event.id, data }),
    ]);
  });
});

describe('a workspace could not be made', () => {
  it('sends one mail for each attempt, though each fact arrives twice', async () => {
    const { userId, email } = await someone();
    const events = [failed(userId, 1), failed(userId, 2)];
    for (const event of [...events, ...events]) await stage.publish(event);
    const [first, second] = ['workspace-failed attempt-1', 'workspace-failed attempt-2'];
    await mailsAre(userId, { welcome: 'sent', [first]: 'sent', [second]: 'sent' });
    await someone();
    expect(headersTo(email, 'message-id').slice(1).sort()).toEqual([
      `<workspace-failed.${userId}.attempt-1@tributary.example>`,
      `<workspace-failed.${userId}.attempt-2@tributary.example>`,
    ]);
    const stated = (await service.facts(userId)).slice(1);
    expect(stated.map(({ data }) => data['kind'])).toEqual(['workspace-failed', 'workspace-failed']);
    expect(stated.map(({ causationid }) => causationid).sort()).toEqual(events.map(({ id }) => id).sort());
  });

  it('says where to choose another name', async () => {
    const { userId, email } = await someone();
    await stage.publish(failed(userId));
    await eventually(() => stage.sink.mailsTo(email).length === 2);
    const unfolded = stage.sink.mailsTo(email)[1]?.raw.replaceAll('=\r\n', ''); // RFC 2045 section 6.7
    expect(unfolded).toContain(`https://tributary.example/welcome/${userId}`);
  });
});

describe('the outcome is heard before the signup', () => {
  it.each([
    ['workspace-ready', provisioned],
    ['workspace-failed attempt-1', failed],
  ] as const)('sends %s when the address is known', async (mail, outcome) => {
    const userId = randomUUID();
    const event = await published(outcome(userId));
    const other = await someone();
    expect([await service.mails(userId), stage.sink.mailsTo(other.email).length]).toEqual([{}, 1]);
    await stage.publish(signedUp({ userId, email: `${userId}@example.com` }));
    await mailsAre(userId, { welcome: 'sent', [mail]: 'sent' });
    expect(stage.sink.mailsTo(`${userId}@example.com`)).toHaveLength(2);
    expect((await service.facts(userId)).map(({ causationid }) => causationid)).toContain(event.id);
    expect(await stage.dead()).toEqual([]);
  });
});
