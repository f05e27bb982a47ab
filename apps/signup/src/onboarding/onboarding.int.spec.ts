import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MailFailed, MailSent } from '@tributary/contracts';
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

const signUp = async () => (await signup.signUp()).id;
const mailOf = async (id: string) => {
  const status = (await (await fetch(`${signup.url}/signups/${id}`)).json()) as Status;
  return status.steps.find(({ name }) => name === 'welcome-mail');
};
const sent = (userId: string, kind: 'welcome' | 'workspace-ready' = 'welcome') =>
  exampleEvent(MailSent, { userId, kind });
const failed = (userId: string) => exampleEvent(MailFailed, { userId });

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
    await system.publishInOrder(failed(one), sent(one));
    await system.publishInOrder(sent(other), failed(other));
    expect(await mailOf(one)).toMatchObject({ state: 'done' });
    expect(await mailOf(other)).toMatchObject({ state: 'done' });
  });

  it('is recorded once, however often its fact is delivered', async () => {
    const id = await signUp();
    const fact = sent(id);
    await system.publishInOrder(fact);
    await system.prisma.onboardingStep.deleteMany({ where: { userId: id } });
    await signup.app.get(MailSentHandler).mailIsDone(fact);
    expect(await mailOf(id)).toMatchObject({ state: 'pending' });
  });

  it('is not touched by a mail of another kind', async () => {
    const id = await signUp();
    await signup.app.get(MailSentHandler).mailIsDone(sent(id, 'workspace-ready'));
    await signup.app
      .get(MailFailedHandler)
      .mailHasFailed(exampleEvent(MailFailed, { userId: id, kind: 'workspace-failed' }));
    expect(await mailOf(id)).toMatchObject({ state: 'pending' });
  });
});

it('a fact about nobody we know is left alone', async () => {
  const stranger = crypto.randomUUID();
  await system.publishInOrder(sent(stranger));
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
