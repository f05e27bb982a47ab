import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailFailed, MailSent } from '@tributary/contracts';
import { eventually } from '@tributary/testing';
import { type MailRoom, mailRoom } from './outgoing-mail.fixture.ts';

let room: MailRoom;

beforeAll(async () => {
  room = await mailRoom();
});
beforeEach(() => room.sink.behave({}));
afterAll(() => room.close());

describe('a mail to somebody nobody knows the address of', () => {
  it('leaves no trace and is tried again, until it is known', async () => {
    const { userId, deliver, deliverUnheardOf, mails } = room.someone();
    await expect(deliverUnheardOf()).rejects.toMatchObject({ name: 'AddressUnknown', code: 'EMAIL_ADDRESS_UNKNOWN' });
    expect(await room.db.mail.count({ where: { userId } })).toBe(0);
    await deliver();
    await deliverUnheardOf();
    expect(mails()).toHaveLength(1);
  });
});

describe('a mail to somebody who has withdrawn', () => {
  it.each([
    ['deferred', { data: 451 }, 'resend', 'EMAIL_DEFERRED'],
    ['of unknown fate', { drop: 'before-250' }, 'resend', 'EMAIL_UNANSWERED'],
    ['held', { drop: 'before-250' }, 'hold', 'EMAIL_OUTCOME_UNKNOWN'],
  ] as const)('is not sent again when it was %s, and nothing is stated', async (_, behaviour, MAIL_UNKNOWN, code) => {
    const { email, deliver, withdraw, row, facts } = room.someone({ MAIL_UNKNOWN });
    room.sink.behave({ [email]: behaviour });
    await expect(deliver()).rejects.toMatchObject({ code });
    await withdraw();
    room.sink.behave({});
    await deliver();
    await deliver();
    expect(await row()).toMatchObject({ status: 'suppressed', leaseUntil: null, attempt: 1, copies: 1 });
    expect([room.sink.attempts(email), await facts()]).toEqual([1, []]);
  });

  it('is not sent when an operator frees it', async () => {
    const { userId, deliver, withdraw, mails, row } = await room.crashed({ MAIL_UNKNOWN: 'hold', leaseEndsInMs: -1 });
    await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_OUTCOME_UNKNOWN' });
    await withdraw();
    await room.db.mail.updateMany({ where: { userId, status: 'unknown' }, data: { status: 'pending' } });
    await deliver();
    expect([mails().length, (await row()).status]).toEqual([1, 'suppressed']);
  });

  it('is not sent once more after a crash between the 250 and the record', async () => {
    const { deliver, withdraw, mails, row, facts } = await room.crashed({ leaseEndsInMs: -1 });
    await withdraw();
    await deliver();
    expect([mails().length, (await row()).status, await facts()]).toEqual([1, 'suppressed', []]);
  });

  it('waits while its sender may still be at it', async () => {
    const { deliver, withdraw, row } = await room.crashed({ leaseEndsInMs: 60_000 });
    await withdraw();
    await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_IN_FLIGHT' });
    expect(await row()).toMatchObject({ status: 'sending' });
  });
});

describe('a mail that is under way when its person withdraws', () => {
  it.each([
    ['sent', {}, [MailSent.type]],
    ['failed', { data: 554 }, [MailFailed.type]],
  ] as const)('is stated as %s when it is', async (status, behaviour, types) => {
    const { userId, deliver, withdraw, row, facts } = room.someone();
    let withdrawal: Promise<boolean> | undefined;
    room.sink.behave(() => ((withdrawal = withdraw()), { ...behaviour, delayMs: 100 }));
    await deliver();
    expect(await withdrawal).toBe(true);
    expect([(await row()).status, (await facts()).map(({ type }) => type)]).toEqual([status, types]);
    expect(await room.db.person.findUnique({ where: { userId } })).toMatchObject({ address: null });
  });

  it('is not tried again when it was not taken', async () => {
    const { email, deliver, withdraw, row } = room.someone();
    let withdrawal: Promise<boolean> | undefined;
    room.sink.behave(() => ((withdrawal = withdraw()), { data: 451 }));
    await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_DEFERRED' });
    await withdrawal;
    await deliver();
    expect([room.sink.attempts(email), (await row()).status]).toEqual([1, 'suppressed']);
  });

  it('is stated as sent although it was suppressed after its lease', async () => {
    const { userId, email, deliver, withdraw, row, facts } = room.someone();
    room.sink.behave({ [email]: { delayMs: 500 } });
    const slow = deliver();
    await eventually(() => room.sink.attempts(email) === 1);
    await room.db.mail.updateMany({ where: { userId }, data: { leaseUntil: new Date(0) } });
    await withdraw();
    await deliver();
    await slow;
    expect((await facts()).map(({ type }) => type)).toEqual([MailSent.type]);
    expect(await row()).toMatchObject({ status: 'sent', copies: 1 });
  });
});
