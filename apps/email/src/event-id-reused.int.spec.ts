import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UserWithdrawn, WorkspaceProvisioned } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { type Email, type EmailStage, emailStage, signedUp } from './email.fixture.ts';

let stage: EmailStage;
let service: Email;

beforeAll(async () => {
  stage = await emailStage();
  service = await stage.email();
});
afterAll(async () => {
  await service.close();
  await stage.close();
});

const deadOf = async (id: string) => (await stage.dead()).filter(([dead]) => dead === id).map(([, reason]) => reason);
const REUSED = ['event-id-reused'];
const person = async (userId: string) =>
  (await service.query('SELECT address, display_name FROM people WHERE user_id = $1', userId))[0];
const settled = (userId: string) =>
  eventually(async () => expect(await service.mails(userId)).toEqual({ welcome: 'sent' }));

describe('the same event id with another content', () => {
  it.each([
    ['another address and name', () => ({ email: `${randomUUID()}@example.com`, displayName: 'Eve' })],
    ['another person', () => ({ userId: randomUUID(), email: `${randomUUID()}@example.com` })],
  ])('welcomes the first only, and is dead: %s', async (_what, otherwise) => {
    const first = signedUp();
    const second = { ...first, data: { ...first.data, ...otherwise() } };
    await stage.publish(first);
    await settled(first.data.userId);
    await stage.publish(second);
    await eventually(async () => expect(await deadOf(first.id)).toEqual(REUSED));
    expect(stage.sink.attempts(second.data.email)).toBe(0);
    expect(await person(first.data.userId)).toEqual({ address: first.data.email, display_name: 'Ada Lovelace' });
    if (second.data.userId !== first.data.userId) expect(await person(second.data.userId)).toBeUndefined();
  });

  it('welcomes the first only, though the mail server has not taken its mail yet', async () => {
    const first = signedUp();
    const second = { ...first, data: { ...first.data, email: `${randomUUID()}@example.com` } };
    stage.sink.behave({ [first.data.email]: { rcpt: 451 } });
    await stage.publish(first);
    await eventually(() => stage.sink.attempts(first.data.email) > 0);
    await stage.publish(second);
    await eventually(async () => expect(await deadOf(first.id)).toEqual(REUSED));
    stage.sink.behave({});
    await settled(first.data.userId);
    expect([stage.sink.mailsTo(first.data.email).length, stage.sink.attempts(second.data.email)]).toEqual([1, 0]);
  });

  it('is dead also as a fact of another type, whichever came first', async () => {
    const { userId, ...ada } = signedUp().data;
    const welcome = signedUp({ userId, ...ada });
    await stage.publish(welcome);
    await settled(userId);
    await stage.publish({ ...exampleEvent(WorkspaceProvisioned, { userId }), id: welcome.id });
    await eventually(async () => expect(await deadOf(welcome.id)).toEqual(REUSED));
    expect(await service.mails(userId)).toEqual({ welcome: 'sent' });

    const withdrawn = exampleEvent(UserWithdrawn, { userId });
    await stage.publish(withdrawn);
    await eventually(async () => expect(await person(userId)).toMatchObject({ address: null }));
    const late = { ...signedUp(), id: withdrawn.id };
    await stage.publish(late);
    await eventually(async () => expect(await deadOf(withdrawn.id)).toEqual(REUSED));
    expect(stage.sink.attempts(late.data.email)).toBe(0);
  });

  it('is no other fact when it was only written otherwise', async () => {
    const first = signedUp();
    await stage.publish(first);
    await settled(first.data.userId);
    const { data, ...rest } = first;
    await stage.publish({ data: Object.fromEntries(Object.entries(data).reverse()), ...rest, more: 1 } as never);
    const last = signedUp();
    await stage.publish(last);
    await settled(last.data.userId);
    expect(await deadOf(first.id)).toEqual([]);
  });
});
