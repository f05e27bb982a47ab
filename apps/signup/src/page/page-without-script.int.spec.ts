import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSent, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
import { newAddress, Tab } from './tab.fixture.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

describe('without JavaScript', () => {
  const plain = { javaScriptEnabled: false };

  it('signs up with a plain form and shows the status, which reloads itself', async () => {
    await using tab = await Tab.open(signup.url, plain);
    const email = newAddress();
    await tab.fill({ email });
    await tab.submit();
    const id = await tab.acceptedId();
    expect(await tab.heading()).toBe('You’re in.');
    expect(await tab.stateOf('welcome-mail')).toBe('pending');
    await system.publish(exampleEvent(MailSent, { userId: id }));
    await eventually(async () => expect(await tab.stateOf('welcome-mail')).toBe('done'));
    const rows = await system.prisma.$queryRaw<{ body: string }[]>`SELECT body::text FROM messaging.outbox`;
    const stated = rows.map(({ body }) => UserSignedUp.parse(JSON.parse(body)));
    expect(stated.filter(({ data }) => data.email === email)).toHaveLength(1);
  });

  it('shows errors beside the field with what was typed, escaped', async () => {
    await using tab = await Tab.open(signup.url, plain);
    await tab.fill({ displayName: '"><script>alert(1)</script>', email: 'nobody' });
    await tab.submit();
    await eventually(async () =>
      expect(await tab.errorOf('email')).toBe('Enter one address, such as ada@example.com.'),
    );
    expect(await tab.page.getByLabel('Your name').inputValue()).toBe('"><script>alert(1)</script>');
    expect(await tab.page.locator('form script').count()).toBe(0);
  });

  it('says that an address is taken beside the field', async () => {
    const email = newAddress();
    await signup.post({ email, displayName: 'Ada', workspaceName: 'Engines' });
    await using tab = await Tab.open(signup.url, plain);
    await tab.fill({ email });
    await tab.submit();
    await eventually(async () => expect(await tab.errorOf('email')).toBe('This address has already signed up.'));
  });

  it('makes one signup of a form that is sent twice', async () => {
    const form = await (await fetch(signup.url)).text();
    const idempotencyKey = /name="idempotencyKey" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const body = { idempotencyKey, email: newAddress(), displayName: 'Ada', workspaceName: 'Engines' };
    const send = () => fetch(signup.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(body) });
    const [first, second] = await Promise.all([send(), send()]);
    expect([first.status, second.status]).toEqual([303, 303]);
    expect(first.headers.get('location')).toMatch(/^\/welcome\//);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });
});
