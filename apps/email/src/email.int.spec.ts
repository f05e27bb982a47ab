import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailFailed, MailSent } from '@tributary/contracts';
import { eventually } from '@tributary/testing';
import pg from 'pg';
import { type EmailStage, emailStage, signedUp } from './email.fixture.ts';

let stage: EmailStage;
let sink: EmailStage['sink'];

beforeAll(async () => {
  stage = await emailStage();
  sink = stage.sink;
});
afterAll(() => stage.close());

describe('someone signed up', () => {
  it('gets one welcome mail, though the event arrives three times', async () => {
    await using service = await stage.email();
    const [event, later] = [signedUp(), signedUp()];
    await Promise.all([stage.publish(event), stage.publish(event)]);
    await eventually(async () => expect(await service.facts(event.data.userId)).toHaveLength(1));
    await stage.publish(event);
    await stage.publish(later);
    await eventually(async () => expect(await service.facts(later.data.userId)).toHaveLength(1));
    const facts = await service.facts(event.data.userId);
    await service.close(); // whatever was delivered is answered now

    expect(facts).toEqual([expect.objectContaining({ type: MailSent.type, causationid: event.id })]);
    const mails = sink.mailsTo(event.data.email);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.headers).toMatchObject({
      subject: 'Welcome, Ada Lovelace',
      to: `Ada Lovelace <${event.data.email}>`,
      from: 'Tributary <hello@tributary.example>',
      'message-id': `<welcome.${event.data.userId}@tributary.example>`,
    });
    expect(await stage.dead()).toEqual([]);
  });

  it('gets the mail when the server wants to be asked again', async () => {
    const event = signedUp();
    sink.behave((recipient, attempt) => (recipient === event.data.email && attempt <= 3 ? { rcpt: 451 } : undefined));
    await using service = await stage.email();
    await stage.publish(event);
    await eventually(async () => expect(await service.facts(event.data.userId)).toHaveLength(1));
    expect([sink.attempts(event.data.email), sink.mailsTo(event.data.email).length]).toEqual([4, 1]);
  });

  it('is told to have no mail when the server refuses it for good, and no dead letter is left', async () => {
    const event = signedUp();
    sink.behave({ [event.data.email]: { data: 554 } });
    await using service = await stage.email();
    await stage.publish(event);
    await eventually(async () => expect(await service.facts(event.data.userId)).toHaveLength(1));
    const facts = await service.facts(event.data.userId);
    await service.close();
    const data = expect.objectContaining({ kind: 'welcome', smtpStatus: 554 });
    expect(facts).toEqual([expect.objectContaining({ type: MailFailed.type, data })]);
    expect(await stage.dead()).toEqual([]);
  });

  it('gets a second copy with the same Message-ID when the first was never answered for', async () => {
    const event = signedUp();
    const lost = { drop: 'instead-of-250' } as const;
    sink.behave((recipient, attempt) => (recipient === event.data.email && attempt === 1 ? lost : undefined));
    await using service = await stage.email();
    await stage.publish(event);
    await eventually(async () => expect(await service.facts(event.data.userId)).toHaveLength(1));
    const ids = sink.mailsTo(event.data.email).map(({ headers }) => headers['message-id']);
    expect(ids).toEqual(Array(2).fill(`<welcome.${event.data.userId}@tributary.example>`));
  });

  it('waits for an operator instead, where mails of unknown fate are to be held', async () => {
    const event = signedUp();
    sink.behave({ [event.data.email]: { drop: 'instead-of-250' } });
    await using service = await stage.email({ MAIL_UNKNOWN: 'hold' });
    await stage.publish(event);
    await eventually(async () => expect(await stage.dead()).toEqual([[event.id, 'permanent-failure']]));
    expect(await service.mails(event.data.userId)).toEqual({ welcome: 'unknown' });
    expect([sink.mailsTo(event.data.email).length, (await service.facts(event.data.userId)).length]).toEqual([1, 0]);
  });

  it('leaves a mail that is under way at shutdown free for whoever takes over', async () => {
    const event = signedUp();
    await using service = await stage.email({ SMTP_TIMEOUT_MS: '60000' });
    sink.behave({ [event.data.email]: { delayMs: 60_000 } });
    await stage.publish(event);
    await eventually(() => sink.attempts(event.data.email) === 1);
    sink.behave({});
    await service.close();
    await using successor = await stage.email();
    await eventually(async () => expect(await successor.mails(event.data.userId)).toEqual({ welcome: 'sent' }));
    expect(sink.attempts(event.data.email)).toBe(2);
  });

  it('gives every mail that is under way at shutdown back before it goes, however slowly the database takes it', async () => {
    const events = Array.from({ length: 6 }, () => signedUp());
    await using service = await stage.email({ SMTP_TIMEOUT_MS: '60000', DATABASE_POOL_SIZE: '2' });
    sink.behave(() => ({ delayMs: 60_000 }));
    await Promise.all(events.map(stage.publish));
    for (const { data } of events) await eventually(() => sink.attempts(data.email) === 1);
    await service.query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END $$`);
    await service.query('CREATE TRIGGER slow BEFORE UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION slow()');
    await service.close();
    const witness = new pg.Client({ connectionString: stage.database.url });
    await witness.connect();
    await witness.query('DROP FUNCTION slow CASCADE');
    const { rows } = await witness.query<{ status: string }>('SELECT status FROM mails WHERE user_id = ANY($1)', [
      events.map(({ data }) => data.userId),
    ]);
    await witness.end();
    sink.behave({});
    expect(rows.map(({ status }) => status)).toEqual(Array(6).fill('unknown'));
  });
});
