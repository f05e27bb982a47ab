import type { Intent } from '@tributary/e2e';
import { eventually } from '@tributary/testing';
import { firing, includes, inWords, type Labels } from './prometheus.ts';
import { isSettled, letPlay, signUp, type World } from './world.ts';

export interface Victim {
  service: string;
  /** Without it nobody can be accepted: whoever tries is accepted when it is back. */
  signupNeedsIt?: true;
  /** A mail may be in doubt when it ends between the mail server's 250 and email's record. */
  behindAMail?: true;
  /** Forgets the mails it has taken. */
  forgetsMails?: true;
  /** Stays down until these fire. */
  alerts?: Labels[];
}

/** Every container, mail server first: while nobody else signs up no mail can arrive unseen before it is killed. */
export const victims: Victim[] = [
  { service: 'maildev', behindAMail: true, forgetsMails: true },
  { service: 'signup', signupNeedsIt: true },
  { service: 'signup-relay' },
  { service: 'email', behindAMail: true },
  { service: 'email-relay' },
  { service: 'workspace-provisioning-relay' },
  { service: 'analytics' },
  { service: 'analytics-relay' },
  { service: 'jaeger' },
  { service: 'prometheus' },
  { service: 'postgres', signupNeedsIt: true, behindAMail: true },
  {
    service: 'workspace-provisioning',
    alerts: [
      { alertname: 'ProcessDown', process: 'workspace-provisioning' },
      { alertname: 'QueueWithoutConsumer', queue: 'workspace-provisioning.user.signed-up.v1' },
      { alertname: 'PromiseNotKept', service: 'workspace-provisioning', heard: 'user.signed-up.v1' },
    ],
  },
  {
    service: 'rabbitmq',
    alerts: [
      { alertname: 'ProcessDown', job: 'rabbitmq' },
      { alertname: 'OutboxNotPublished', process: 'signup-relay' },
    ],
  },
];

/**
 * SIGKILLs a service, all its replicas, while people sign up; somebody signs up while it is down; then it is started, and everything
 * catches up.
 * @returns what was seen, in words
 */
export async function killAndRecover(world: World, victim: Victim, people: readonly Intent[]): Promise<string[]> {
  const { compose, mailbox } = world;
  const { service, signupNeedsIt, behindAMail, forgetsMails, alerts = [] } = victim;
  if (forgetsMails) await mailbox.look();
  const playing = letPlay(world, people);
  playing.catch(() => undefined); // awaited below
  await compose.kill(service);
  if (behindAMail) world.crashes += 1;
  const accepted = signUp(world, `without-${service}`);
  accepted.catch(() => undefined);
  if (!signupNeedsIt) await accepted;
  const seen = signupNeedsIt ? [] : ['signed up meanwhile'];
  for (const alert of alerts) {
    await fires(world, alert);
    seen.push(`alert ${inWords(alert)}`);
  }
  const began = performance.now();
  await compose.start(service);
  const signup = await accepted;
  await eventually(() => isSettled(world, signup), { timeoutMs: 120_000, intervalMs: 200 });
  await playing;
  return [...seen, `caught up ${((performance.now() - began) / 1000).toFixed(1)} s after the start`];
}

/** @throws Error with what is firing instead */
export async function fires({ at }: World, alert: Labels): Promise<void> {
  const look = async () => {
    const now = await firing(at.prometheus);
    if (!includes(now, alert))
      throw new Error(`${inWords(alert)} does not fire; ${now.map(inWords).join(', ') || 'nothing'} does`);
  };
  await eventually(look, { timeoutMs: 120_000, intervalMs: 500 });
}
