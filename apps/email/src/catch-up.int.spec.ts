import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEvent, UserWithdrawn } from '@tributary/contracts';
import { eventually } from '@tributary/testing';
import { type EmailStage, emailStage, signedUp } from './email.fixture.ts';

let stage: EmailStage;
beforeAll(async () => {
  stage = await emailStage();
});
afterAll(() => stage.close());

describe('catching up from the event log', () => {
  it('puts back no fact whose mail is sent, refused or no longer wanted, and every other', async () => {
    const [sent, refused, waiting, withdrawn] = [signedUp(), signedUp(), signedUp(), signedUp()];
    stage.sink.behave({ [refused.data.email]: { data: 554 }, [waiting.data.email]: { rcpt: 451 } });
    await using service = await stage.email();
    const leave = createEvent(UserWithdrawn, { userId: withdrawn.data.userId });
    await stage.publish(leave);
    await eventually(async () => expect(await service.facts(withdrawn.data.userId)).toHaveLength(1));
    for (const event of [sent, refused, waiting, withdrawn]) await stage.publish(event);
    const statusOf = async ({ data }: typeof sent) => (await service.mails(data.userId))['welcome'];
    await eventually(async () => {
      const statuses = await Promise.all([sent, refused, withdrawn].map(statusOf));
      expect(statuses).toEqual(['sent', 'failed', 'suppressed']);
    });
    await eventually(() => stage.sink.attempts(waiting.data.email) > 0);

    await eventually(async () => expect(await service.readLogAgain()).toMatchObject({ heard: 5, missing: 1 }), {
      timeoutMs: 30_000,
    });
    stage.sink.behave({});
    await eventually(async () => expect(await statusOf(waiting)).toBe('sent'));
    await eventually(async () => expect(await service.readLogAgain()).toMatchObject({ heard: 5, missing: 0 }), {
      timeoutMs: 30_000,
    });
    for (const { data } of [sent, waiting]) expect(stage.sink.mailsTo(data.email)).toHaveLength(1);
    expect(stage.sink.attempts(refused.data.email)).toBe(1);
  }, 90_000);

  it('learns from the first time that a mail was sent by a version that did not note it', async () => {
    const event = signedUp();
    await using service = await stage.email();
    await stage.publish(event);
    await eventually(async () => expect(await service.mails(event.data.userId)).toEqual({ welcome: 'sent' }));
    await service.query('DELETE FROM messaging.inbox WHERE event_id = $1', event.id);
    expect(await service.readLogAgain()).toMatchObject({ missing: 1 });
    await eventually(async () => expect(await service.readLogAgain()).toMatchObject({ missing: 0 }), {
      timeoutMs: 30_000,
    });
    expect(stage.sink.mailsTo(event.data.email)).toHaveLength(1);
  }, 90_000);
});
