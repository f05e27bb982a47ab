import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailFailed, MailSent } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { Withdraw } from '../manage/withdraw.ts';
import { lockUsers, signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
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

describe('the page', () => {
  it('shows each step turning from pending to done as its fact arrives', async () => {
    await using tab = await Tab.open(signup.url);
    await tab.fill();
    await tab.submit();
    const id = await tab.acceptedId();
    expect(await tab.heading()).toBe('You’re in, Ada Lovelace.');
    await eventually(async () => expect(await tab.stateOf('account')).toBe('done'));
    expect(await tab.stateOf('welcome-mail')).toBe('pending');
    await system.publish(exampleEvent(MailSent, { userId: id }));
    await eventually(async () => expect(await tab.stateOf('welcome-mail')).toBe('done'));
    expect(await tab.page.getByText('Your welcome mail is on its way').isVisible()).toBe(true);
  });

  it('says that the mail was refused, and that the account works', async () => {
    await using tab = await Tab.open(signup.url);
    await tab.fill();
    await tab.submit();
    await system.publish(exampleEvent(MailFailed, { userId: await tab.acceptedId() }));
    await eventually(async () => expect(await tab.stateOf('welcome-mail')).toBe('failed'));
    expect(await tab.page.getByText('Your account works all the same').isVisible()).toBe(true);
  });

  it('shows at once that it is under way, and claims nothing before it is accepted', async () => {
    await using tab = await Tab.open(signup.url);
    const { promise: answer, resolve: letThrough } = Promise.withResolvers<void>();
    await tab.page.route('**/signups', async (route) => {
      await answer;
      await route.continue();
    });
    await tab.fill();
    await tab.submit();
    await eventually(async () => expect(await tab.heading()).toBe('One moment, Ada Lovelace …'));
    expect(await tab.shownSteps()).toEqual(['account']);
    expect(await tab.stateOf('account')).toBe('pending');
    expect(await tab.page.title()).toBe('One moment · Tributary');
    letThrough();
    await eventually(async () => expect(await tab.heading()).toBe('You’re in, Ada Lovelace.'));
    await eventually(async () => expect(await tab.stateOf('account')).toBe('done'));
    expect(await tab.shownSteps()).toEqual(['account', 'welcome-mail', 'workspace']);
  });

  it('claims nothing as long as the service answers 503, and says to stay', async () => {
    const hasty = await system.start({ LATE_AFTER_MS: '1' });
    await using tab = await Tab.open(hasty.url);
    await using users = await lockUsers(system);
    await tab.fill();
    const refused = tab.page.waitForResponse((response) => response.status() === 503);
    await tab.submit();
    await refused;
    await eventually(async () => expect(await tab.lateSteps()).toEqual(['account']));
    expect(await tab.heading()).toBe('One moment, Ada Lovelace …');
    const shown = await tab.page.locator('main').innerText();
    expect(shown).toContain('Nothing is accepted yet: leave this page open.');
    expect(shown).not.toMatch(/You’re in|Nothing is lost|happens by itself|Withdraw/);
    await users.release();
    await eventually(async () => expect(await tab.heading()).toBe('You’re in, Ada Lovelace.'), { timeoutMs: 20_000 });
    expect(await tab.page.getByText('Withdraw my signup').isVisible()).toBe(true);
    await eventually(async () => expect(await tab.lateSteps()).toEqual(['welcome-mail', 'workspace']));
  });

  it('says plainly when it takes longer than usual, and takes it back when the fact arrives', async () => {
    const hasty = await system.start({ LATE_AFTER_MS: '1' });
    await using tab = await Tab.open(hasty.url);
    await tab.fill();
    await tab.submit();
    await eventually(async () => expect(await tab.lateSteps()).toContain('welcome-mail'));
    const id = await tab.acceptedId();
    await system.publish(exampleEvent(MailSent, { userId: id }));
    await eventually(async () => expect(await tab.lateSteps()).not.toContain('welcome-mail'));
    expect(await tab.stateOf('welcome-mail')).toBe('done');
  });

  it('goes on where it was after a reload', async () => {
    await using tab = await Tab.open(signup.url);
    await tab.fill();
    await tab.submit();
    const id = await tab.acceptedId();
    await tab.page.reload();
    expect(await tab.stateOf('account')).toBe('done');
    expect(await tab.lateSteps()).toEqual([]);
    await system.publish(exampleEvent(MailSent, { userId: id }));
    await eventually(async () => expect(await tab.stateOf('welcome-mail')).toBe('done'));
  });

  it('asks instead where event streams do not get through', async () => {
    await using tab = await Tab.open(signup.url);
    await tab.page.route('**/events', (route) => route.fulfill({ status: 403 }));
    await tab.fill();
    await tab.submit();
    await system.publish(exampleEvent(MailSent, { userId: await tab.acceptedId() }));
    await eventually(async () => expect(await tab.stateOf('welcome-mail')).toBe('done'));
  });

  it('asks for a withdrawal too where event streams do not get through', async () => {
    await using tab = await Tab.open(signup.url);
    await tab.page.route('**/events', (route) => route.fulfill({ status: 403 }));
    await tab.fill();
    await tab.submit();
    const id = await tab.acceptedId();
    await signup.app.get(Withdraw).withdraw(id);
    await eventually(async () => expect(await tab.heading()).toBe('You have withdrawn.'));
  });

  it('shows what is wrong beside the field, and goes back for an address that is taken', async () => {
    const email = newAddress();
    await signup.post({ email, displayName: 'Ada', workspaceName: 'Engines' });
    await using tab = await Tab.open(signup.url);
    await tab.submit();
    expect(await tab.errorOf('displayName')).toBe('This is needed.');
    await tab.fill({ email: 'ada@example.com, bob@example.com' });
    await tab.submit();
    await eventually(async () =>
      expect(await tab.errorOf('email')).toBe('Enter one address, such as ada@example.com.'),
    );
    expect(await tab.errorOf('displayName')).toBe('');
    await tab.fill({ email });
    await tab.submit();
    await eventually(async () => expect(await tab.errorOf('email')).toBe('This address has already signed up.'));
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('email');
    expect(await tab.page.getByLabel('Your name').inputValue()).toBe('Ada Lovelace');
    await tab.fill();
    await tab.submit();
    await tab.acceptedId();
  });

  it('makes one signup of one whose answer was lost', async () => {
    await using tab = await Tab.open(signup.url);
    let lost = 0;
    await tab.page.route('**/signups', async (route) => {
      if (lost++ > 0) return route.continue();
      await route.fetch();
      await route.abort('connectionreset');
    });
    const email = newAddress();
    await tab.fill({ email });
    await tab.submit();
    const id = await tab.acceptedId();
    expect(lost).toBe(2);
    expect(await system.prisma.user.findMany({ where: { email } })).toEqual([expect.objectContaining({ id })]);
  });

  it('gives the form back, filled in, when the service stays away', async () => {
    await using tab = await Tab.open(signup.url);
    await tab.page.route('**/signups', (route) => route.abort());
    await tab.fill();
    await tab.submit();
    await eventually(() => tab.page.getByRole('alert').isVisible(), { timeoutMs: 20_000 });
    expect(await tab.page.getByRole('alert').textContent()).toMatch(/^We cannot be reached right now/);
    expect(await tab.page.getByLabel('Your name').inputValue()).toBe('Ada Lovelace');
  });

  it('shows markup in a name as text', async () => {
    await using tab = await Tab.open(signup.url);
    await tab.fill({ displayName: '<img src=x onerror=alert(1)>' });
    await tab.submit();
    await tab.acceptedId();
    expect(await tab.heading()).toBe('You’re in, <img src=x onerror=alert(1)>.');
    expect(await tab.page.locator('h1 img').count()).toBe(0);
  });

  it('can be used with the keyboard alone', async () => {
    await using tab = await Tab.open(signup.url);
    await tab.page.getByLabel('Your name').focus();
    await tab.page.keyboard.type('Ada');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.type(newAddress());
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.type('Engines');
    await tab.page.keyboard.press('Enter');
    await tab.acceptedId();
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('welcome');
  });
});
