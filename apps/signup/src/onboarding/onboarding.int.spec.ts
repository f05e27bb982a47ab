import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MailFailed, MailSent, type Event } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
import { MailFailedHandler } from './mail-failed.handler.ts';
import { MailSentHandler } from './mail-sent.handler.ts';
import { Onboarding } from './onboarding.ts';
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

async function signUp(): Promise<string> {
  const response = await signup.post({
    email: `${crypto.randomUUID()}@example.com`,
    displayName: 'Ada',
    workspaceName: 'Engines',
  });
  return ((await response.json()) as { id: string }).id;
}
const mailOf = async (id: string) => {
  const status = (await (await fetch(`${signup.url}/signups/${id}`)).json()) as Status;
  return status.steps.find(({ name }) => name === 'welcome-mail');
};
const sent = (userId: string, kind: 'welcome' | 'workspace-ready' = 'welcome') =>
  exampleEvent(MailSent, { userId, kind });
const failed = (userId: string) => exampleEvent(MailFailed, { userId });
const publishInOrder = async (...facts: Event[]) => {
  for (const fact of facts) {
    await system.publish(fact);
    await eventually(
      async () =>
        (
          await system.prisma.$queryRaw<unknown[]>`
      SELECT FROM messaging.inbox WHERE event_id = ${fact.id}::uuid`
        ).length === 1,
    );
  }
};

describe('the welcome mail', () => {
  it('is done once its fact has been heard, at the time of the fact', async () => {
    const id = await signUp();
    expect(await mailOf(id)).toMatchObject({ state: 'pending' });
    const fact = sent(id);
    await system.publish(fact);
    await eventually(async () => expect(await mailOf(id)).toMatchObject({ state: 'done', at: fact.time }));
  });

  it('has failed once that has been heard', async () => {
    const id = await signUp();
    await system.publish(failed(id));
    await eventually(async () => expect(await mailOf(id)).toMatchObject({ state: 'failed' }));
  });

  it('is done when it failed first and was sent later, in whichever order that is heard', async () => {
    const [one, other] = [await signUp(), await signUp()];
    await publishInOrder(failed(one), sent(one));
    await publishInOrder(sent(other), failed(other));
    expect(await mailOf(one)).toMatchObject({ state: 'done' });
    expect(await mailOf(other)).toMatchObject({ state: 'done' });
  });

  it('is recorded once, however often its fact is delivered', async () => {
    const id = await signUp();
    const fact = sent(id);
    await publishInOrder(fact);
    await system.prisma.onboardingStep.deleteMany({ where: { userId: id } });
    await signup.app.get(MailSentHandler).welcomeMailIsDone(fact);
    expect(await mailOf(id)).toMatchObject({ state: 'pending' });
  });

  it('is not touched by a mail of another kind', async () => {
    const id = await signUp();
    await signup.app.get(MailSentHandler).welcomeMailIsDone(sent(id, 'workspace-ready'));
    await signup.app
      .get(MailFailedHandler)
      .welcomeMailHasFailed(exampleEvent(MailFailed, { userId: id, kind: 'workspace-failed' }));
    expect(await mailOf(id)).toMatchObject({ state: 'pending' });
  });
});

it('a fact about nobody we know is left alone', async () => {
  const stranger = crypto.randomUUID();
  await publishInOrder(sent(stranger));
  expect((await fetch(`${signup.url}/signups/${stranger}`)).status).toBe(404);
});

it('a fact that arrives while the database is away is heard when it is back', async () => {
  const id = await signUp();
  const record = jest.spyOn(signup.app.get(Onboarding), 'record');
  system.proxy.cut({ refusing: true });
  await system.publish(sent(id));
  await eventually(() => expect(record).toHaveBeenCalled());
  await expect(record.mock.results[0]?.value).rejects.toThrow();
  system.proxy.resume();
  await eventually(async () => expect(await mailOf(id)).toMatchObject({ state: 'done' }));
});
