import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkspaceProvisioned } from '@tributary/contracts';
import { deadLetters, Header } from '@tributary/messaging';
import { eventually, exampleEvent } from '@tributary/testing';
import { signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

describe('the same event id with another content', () => {
  it('changes nothing for anybody, and is dead', async () => {
    const [ada, grace] = [await signup.signUp(), await signup.signUp()];
    const first = exampleEvent(WorkspaceProvisioned, { userId: ada.id });
    await system.publishInOrder(first);
    await system.publish({ ...first, data: { ...first.data, userId: grace.id } });
    await eventually(async () =>
      expect(await system.vhost.management.peek(deadLetters('signup'))).toMatchObject([
        { id: first.id, headers: { [Header.reason]: 'event-id-reused' } },
      ]),
    );
    expect(await system.prisma.onboardingStep.findMany({ select: { userId: true } })).toEqual([{ userId: ada.id }]);
  });
});
