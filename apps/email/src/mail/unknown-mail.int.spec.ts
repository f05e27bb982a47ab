import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailFailed, MailSent } from '@tributary/contracts';
import { eventually } from '@tributary/testing';
import { MAX_COPIES } from './mail-state.ts';
import { type MailRoom, mailRoom } from './outgoing-mail.fixture.ts';

let room: MailRoom;

beforeAll(async () => {
  room = await mailRoom();
});
beforeEach(() => {
  room.counted.length = 0;
  room.sink.behave({});
});
afterAll(() => room.close());

describe('a mail that may have been sent or not', () => {
  const extraCopy = { name: 'tributary.mail.extra_copies', attributes: { kind: 'welcome' } };

  it('waits while its sender may still be at it', async () => {
    const { deliver, mails } = await room.crashed({ leaseEndsInMs: 60_000 });
    await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_IN_FLIGHT' });
    expect(mails()).toHaveLength(1);
  });

  it('is sent once more with the same Message-ID after a crash between the 250 and the record, and counted', async () => {
    const { deliver, mails, row, facts } = await room.crashed({ leaseEndsInMs: -1 });
    await deliver();
    await deliver();
    expect(new Set(mails().map(({ headers }) => headers['message-id'])).size).toBe(1);
    expect([mails().length, (await row()).status, (await row()).copies]).toEqual([2, 'sent', 2]);
    expect(await facts()).toHaveLength(1);
    expect(room.counted.filter(({ name }) => name === extraCopy.name)).toEqual([extraCopy]);
  });

  it.each([{ drop: 'before-250' }, { drop: 'instead-of-250' }] as const)(
    'is sent once more after %j, each copy counted',
    async (behaviour) => {
      const { email, deliver, mails, row, facts } = room.someone();
      room.sink.behave({ [email]: behaviour });
      await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_UNANSWERED' });
      expect([(await row()).status, (await facts()).length]).toEqual(['unknown', 0]);
      room.sink.behave({});
      await deliver();
      expect([mails().length, (await row()).copies]).toEqual([behaviour.drop === 'before-250' ? 1 : 2, 2]);
      expect(await facts()).toHaveLength(1);
      expect(room.counted).toContainEqual(extraCopy);
    },
  );

  it('is sent once more when the answer takes longer than we wait', async () => {
    const { email, deliver, row } = room.someone({ SMTP_TIMEOUT_MS: '500' });
    room.sink.behave({ [email]: { delayMs: 60_000 } });
    await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_UNANSWERED' });
    room.sink.behave({});
    await deliver();
    expect(await row()).toMatchObject({ status: 'sent', copies: 2 });
  });

  it('is stated once when its sender was only slow, and another event had it sent again', async () => {
    const { userId, email, event, deliver, row, facts } = room.someone();
    room.sink.behave((_, attempt) => (attempt === 1 ? { delayMs: 1_000 } : undefined));
    const slow = deliver();
    await eventually(() => room.sink.attempts(email) === 1);
    await room.db.mail.updateMany({ where: { userId }, data: { leaseUntil: new Date(0) } });
    await deliver({ ...event, id: randomUUID() });
    await slow;
    expect(await facts()).toHaveLength(1);
    expect(await row()).toMatchObject({ status: 'sent', copies: 2 });
  });

  it('is stated as sent although its first sender comes back late with a refusal', async () => {
    const { userId, email, deliver, row, facts } = room.someone();
    room.sink.behave((_, attempt) => (attempt === 1 ? { delayMs: 500, data: 554 } : { delayMs: 1_500 }));
    const late = deliver().catch((error: unknown) => error);
    await eventually(() => room.sink.attempts(email) === 1);
    await room.db.mail.updateMany({ where: { userId }, data: { leaseUntil: new Date(0) } });
    const current = deliver();
    await late;
    expect(await facts()).toEqual([]);
    await current;
    expect((await facts()).map(({ type }) => type)).toEqual([MailSent.type]);
    expect(await row()).toMatchObject({ status: 'sent' });
  });

  it('has failed when its last copy is refused, whatever became of the one before', async () => {
    const { email, deliver, row, facts } = room.someone();
    room.sink.behave((_, attempt) => (attempt === 1 ? { drop: 'instead-of-250' } : { data: 554 }));
    await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_UNANSWERED' });
    await deliver();
    expect(room.sink.attempts(email)).toBe(2);
    expect(await row()).toMatchObject({ status: 'failed', copies: 2 });
    expect((await facts()).map(({ type }) => type)).toEqual([MailFailed.type]);
  });

  it('is not sent without end to somebody whose server never answers', async () => {
    const { email, deliver, mails, row } = room.someone();
    room.sink.behave({ [email]: { drop: 'instead-of-250' } });
    for (let copy = 1; copy <= MAX_COPIES; copy++) {
      await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_UNANSWERED' });
    }
    await expect(deliver()).rejects.toMatchObject({ name: 'PermanentFailure', code: 'EMAIL_OUTCOME_UNKNOWN' });
    expect([mails().length, (await row()).status]).toEqual([MAX_COPIES, 'unknown']);
  });

  it('is held when configured so, until an operator frees it', async () => {
    const { userId, deliver, mails, row } = await room.crashed({ MAIL_UNKNOWN: 'hold', leaseEndsInMs: -1 });
    const held = { name: 'PermanentFailure', code: 'EMAIL_OUTCOME_UNKNOWN' };
    await expect(deliver()).rejects.toMatchObject(held);
    await expect(deliver()).rejects.toMatchObject(held);
    expect([mails().length, (await row()).status]).toEqual([1, 'unknown']);
    await room.db.mail.updateMany({
      where: { userId, status: 'unknown' },
      data: { status: 'pending', copies: { increment: 1 } },
    });
    await deliver();
    expect([mails().length, (await row()).status, (await row()).copies]).toEqual([2, 'sent', 2]);
  });

  it('is held at once when configured so and the connection drops', async () => {
    const { email, deliver, row } = room.someone({ MAIL_UNKNOWN: 'hold' });
    room.sink.behave({ [email]: { drop: 'instead-of-250' } });
    await expect(deliver()).rejects.toMatchObject({ name: 'PermanentFailure', code: 'EMAIL_OUTCOME_UNKNOWN' });
    expect(await row()).toMatchObject({ status: 'unknown', copies: 1 });
  });
});
