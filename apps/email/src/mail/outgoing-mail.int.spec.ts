import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MailFailed, MailSent, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, smtpSink } from '@tributary/testing';
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

describe('a mail that the server takes', () => {
  it('is sent once and stated as a fact of the same conversation', async () => {
    const { userId, event, deliver, mails, row, facts } = room.someone();
    await deliver();
    const messageId = `<welcome.${userId}@tributary.example>`;
    expect(mails().map(({ headers }) => headers['message-id'])).toEqual([messageId]);
    const { id: mailId, ...mail } = await row();
    expect(mail).toMatchObject({ status: 'sent', copies: 1, leaseUntil: null });
    const data = { mailId, userId, kind: 'welcome', messageId };
    const conversation = { causationid: event.id, correlationid: event.correlationid };
    expect(await facts()).toEqual([expect.objectContaining({ type: MailSent.type, data, ...conversation })]);
    expect(room.counted).toEqual([
      { name: 'tributary.mail.attempts', attributes: { kind: 'welcome', outcome: 'accepted' } },
    ]);
  });

  it('is sent once when the event arrives twice', async () => {
    const { deliver, mails, facts } = room.someone();
    await deliver();
    await deliver();
    expect([mails().length, (await facts()).length]).toEqual([1, 1]);
  });

  it('is sent once when the event arrives several times at once', async () => {
    const { deliver, mails, facts } = room.someone();
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => deliver()));
    const refusals = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refusals).toEqual(Array(refusals.length).fill(expect.objectContaining({ code: 'EMAIL_IN_FLIGHT' })));
    await deliver();
    expect([mails().length, (await facts()).length]).toEqual([1, 1]);
  });

  it('is sent once when another event says the same of the same person', async () => {
    const { userId, email, deliver, mails, facts } = room.someone();
    await deliver();
    await deliver(exampleEvent(UserSignedUp, { userId, email }));
    expect([mails().length, (await facts()).length]).toEqual([1, 1]);
  });

  it('is recorded and stated in one commit or not at all', async () => {
    const { deliver, mails, row, facts } = room.someone();
    const add = jest.spyOn(room.outbox, 'add').mockRejectedValue(new Error('no room'));
    const delivered = deliver();
    await eventually(() => expect(add.mock.calls.length).toBeGreaterThan(2));
    expect([(await row()).status, (await facts()).length]).toEqual(['sending', 0]);
    add.mockRestore();
    await delivered;
    expect([(await row()).status, (await facts()).length]).toEqual(['sent', 1]);
    expect(mails()).toHaveLength(1);
  });

  it('is recorded although the database goes away before that, for a moment', async () => {
    const { email, deliver, mails, row, facts } = room.someone();
    room.sink.behave((recipient) =>
      recipient === email ? (room.proxy.cut({ refusing: true }), undefined) : undefined,
    );
    const record = jest.spyOn(room.outbox, 'transaction');
    const delivered = deliver();
    await eventually(() => expect(record.mock.calls.length).toBeGreaterThan(2));
    room.proxy.resume();
    await delivered;
    record.mockRestore();
    expect(mails()).toHaveLength(1);
    expect([(await row()).status, (await row()).copies, (await facts()).length]).toEqual(['sent', 1, 1]);
  });
});

describe('a mail that the server does not take', () => {
  it.each([{ rcpt: 450 }, { data: 451 }])('is tried again after %j, and is no extra copy', async (behaviour) => {
    const { email, deliver, mails, row } = room.someone();
    room.sink.behave({ [email]: behaviour });
    await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_DEFERRED' });
    expect(await row()).toMatchObject({ status: 'pending', leaseUntil: null });
    room.sink.behave({});
    await deliver();
    expect([mails().length, (await row()).status, (await row()).copies]).toEqual([1, 'sent', 1]);
  });

  it('is tried again when nobody listened', async () => {
    const { deliver, row } = room.someone();
    await room.sink.close();
    await expect(deliver()).rejects.toMatchObject({ code: 'EMAIL_DEFERRED' });
    expect(await row()).toMatchObject({ status: 'pending' });
    room.sink = await smtpSink({ port: room.sink.port });
    await deliver();
    expect(await row()).toMatchObject({ status: 'sent', copies: 1 });
  });

  it('has failed for good after 5xx: a stated fact, and nothing to retry', async () => {
    const { userId, email, event, deliver, row, facts } = room.someone();
    room.sink.behave({ [email]: { rcpt: 550 } });
    await deliver();
    const { id: mailId, ...mail } = await row();
    expect(mail).toMatchObject({ status: 'failed', smtpStatus: 550 });
    const data = { mailId, userId, kind: 'welcome', smtpStatus: 550 };
    expect(await facts()).toEqual([expect.objectContaining({ type: MailFailed.type, data, causationid: event.id })]);
    await deliver();
    expect([room.sink.attempts(email), (await facts()).length]).toEqual([1, 1]);
  });

  it('has failed for good when the server takes no such address: a stated fact, and nothing was sent', async () => {
    const { email, event, deliver, row, facts } = room.someone({}, 'ü');
    await room.sink.close();
    room.sink = await smtpSink({ port: room.sink.port, smtpUtf8: 'not offered' });
    await deliver();
    expect(await row()).toMatchObject({ status: 'failed', smtpStatus: 553 });
    const data = expect.objectContaining({ smtpStatus: 553 });
    expect(await facts()).toEqual([expect.objectContaining({ type: MailFailed.type, data, causationid: event.id })]);
    expect(room.sink.attempts(email)).toBe(0);
    await room.sink.close();
    room.sink = await smtpSink({ port: room.sink.port });
  });

  it('is not begun, and free at once, when its delivery is no longer awaited', async () => {
    const { email, event, deliver, row } = room.someone();
    await expect(deliver(event, AbortSignal.abort())).rejects.toMatchObject({ code: 'EMAIL_DEFERRED' });
    expect(room.sink.attempts(email)).toBe(0);
    expect(await row()).toMatchObject({ status: 'pending' });
  });
});
