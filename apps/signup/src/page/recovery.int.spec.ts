import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSent, UserWithdrawn, WorkspaceProvisioned, WorkspaceProvisioningFailed } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
import { Tab } from './tab.fixture.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

describe.each([
  ['with its script', {}],
  ['without JavaScript', { javaScriptEnabled: false }],
])('the page, %s', (_how, options) => {
  /** A tab of somebody who has just signed up. */
  async function signedUp(url = signup.url): Promise<Tab & { id: string }> {
    const tab = await Tab.open(url, options);
    await tab.fill();
    await tab.submit();
    return Object.assign(tab, { id: await tab.acceptedId() });
  }
  async function refused(): Promise<Tab & { id: string }> {
    const tab = await signedUp();
    await system.publish(exampleEvent(WorkspaceProvisioningFailed, { userId: tab.id }));
    await eventually(async () => expect(await tab.stateOf('workspace')).toBe('failed'));
    return tab;
  }

  it('shows the failure in words with a form for another name, and goes on from there', async () => {
    await using tab = await refused();
    expect(await tab.page.getByText('The name you gave your workspace is reserved.').isVisible()).toBe(true);
    expect(await tab.stepShown('workspace-mail')).toBe(false);
    await tab.takeOtherName('Difference Engines');
    await eventually(async () => expect(await tab.stateOf('workspace')).toBe('pending'));
    expect(await tab.page.getByLabel('Another name').isVisible()).toBe(false);
    await system.publish(exampleEvent(WorkspaceProvisioned, { userId: tab.id, attempt: 2 }));
    await eventually(async () => expect(await tab.stateOf('workspace')).toBe('done'));
    expect(await tab.stepShown('workspace-mail')).toBe(true);
    await system.publish(exampleEvent(MailSent, { userId: tab.id, kind: 'workspace-ready' }));
    await eventually(async () => expect(await tab.stateOf('workspace-mail')).toBe('done'));
  });

  it('shows what is wrong with the other name beside it, and keeps what was typed', async () => {
    await using tab = await refused();
    await tab.takeOtherName('Analytical Engines');
    await eventually(async () => expect(await tab.errorOf('otherName')).toMatch(/could not be had/));
    await tab.takeOtherName('<b>'.repeat(40));
    await eventually(async () => expect(await tab.errorOf('otherName')).toBe('Use at most 100 characters.'));
    expect(await tab.page.getByLabel('Another name').inputValue()).toBe('<b>'.repeat(40));
    expect(await tab.stateOf('workspace')).toBe('failed');
    await tab.takeOtherName('Difference Engines');
    await eventually(async () => expect(await tab.stateOf('workspace')).toBe('pending'));
  });

  it('does not reload while a name is being typed', async () => {
    await using tab = await refused();
    expect(await tab.page.locator('meta[http-equiv=refresh]').count()).toBe(0);
  });

  it('says of each step that takes longer than usual that nothing is lost', async () => {
    const hasty = await system.start({ LATE_AFTER_MS: '1' });
    await using tab = await signedUp(hasty.url);
    await eventually(async () => expect(await tab.lateSteps()).toEqual(['welcome-mail', 'workspace']));
    await system.publish(exampleEvent(MailSent, { userId: tab.id }));
    await eventually(async () => expect(await tab.lateSteps()).toEqual(['workspace']));
    expect(await tab.page.getByText('Nothing is lost: your workspace comes as soon as it can.').isVisible()).toBe(true);
  });

  it('withdraws after asking once more, says so, and still says so later', async () => {
    await using tab = await signedUp();
    await tab.withdraw();
    await eventually(async () => expect(await tab.heading()).toBe('You have withdrawn.'));
    expect((await system.statedAbout(tab.id)).at(-1)?.type).toBe(UserWithdrawn.type);
    await tab.page.goto(`${signup.url}/welcome/${tab.id}`);
    expect(await tab.heading()).toBe('You have withdrawn.');
  });

  it('does not withdraw whoever thinks better of it', async () => {
    await using tab = await signedUp();
    await tab.page.getByRole('link', { name: 'Withdraw my signup' }).click();
    await tab.page.getByRole('link', { name: 'No, keep it' }).click();
    await eventually(async () => expect(await tab.heading()).toMatch(/^You’re in/));
    expect((await fetch(`${signup.url}/signups/${tab.id}`)).status).toBe(200);
  });

  it('has withdrawn in every other tab too', async () => {
    await using tab = await signedUp();
    const other = await tab.page.context().newPage();
    await other.goto(tab.page.url());
    await tab.withdraw();
    await eventually(async () => expect(await other.locator('h1:visible').textContent()).toBe('You have withdrawn.'));
  });

  it('tells another browser that only the one that signed up can do this', async () => {
    await using tab = await refused();
    await tab.page.context().clearCookies();
    await tab.takeOtherName('Difference Engines');
    await eventually(() => tab.page.getByText('Only the browser that signed up').isVisible());
  });

  it('keeps the manage token where no script finds it, and out of every address', async () => {
    await using tab = await refused();
    const token = (await tab.page.context().cookies(`${signup.url}/signups/${tab.id}`))[0]?.value ?? 'none';
    const asked: string[] = [];
    tab.page.on('request', (request) => asked.push(request.url()));
    await tab.takeOtherName('Difference Engines');
    await eventually(async () => expect(await tab.stateOf('workspace')).toBe('pending'));
    await tab.withdraw();
    await eventually(async () => expect(await tab.heading()).toBe('You have withdrawn.'));
    expect(asked.length).toBeGreaterThan(1);
    expect([...asked, await tab.page.content()].join()).not.toContain(token);
    expect(await tab.page.evaluate('document.cookie + JSON.stringify(sessionStorage)')).toBe('{}');
  });
});
