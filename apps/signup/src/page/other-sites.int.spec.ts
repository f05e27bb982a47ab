import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
import { newAddress, Tab } from './tab.fixture.ts';

let system: SignupSystem;
let signup: Replica;
/** Not over HTTPS and not on localhost: there a browser sends no Sec-Fetch-Site. */
let plain: string;
const hosts = ['--host-resolver-rules=MAP tributary.example 127.0.0.1,MAP evil.example 127.0.0.1'];

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
  plain = signup.url.replace('127.0.0.1', 'tributary.example');
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

/** A page of another site whose form is sent as soon as somebody opens it. */
const foreignForm = (action: string, email: string, head: string) => `<!doctype html>${head}
<form method="post" action="${action}/">
<input name="email" value="${email}"><input name="displayName" value="Ada"><input name="workspaceName" value="Engines">
</form><script>document.forms[0].submit()</script>`;

describe.each(['localhost', 'plain HTTP'])('on %s', (where) => {
  const url = () => (where === 'localhost' ? signup.url : plain);

  it.each([true, false])('our own form is accepted, with a script: %s', async (javaScriptEnabled) => {
    await using tab = await Tab.open(url(), { javaScriptEnabled }, hosts);
    await tab.fill();
    await tab.submit();
    const id = await tab.acceptedId();
    await tab.page.goto(`${url()}/welcome/${id}/withdraw`);
    await tab.page.getByRole('button', { name: 'Yes, withdraw' }).click();
    await tab.page.getByText('You have withdrawn.').waitFor();
  });

  it.each([
    ['that says where it is', ''],
    ['that hides where it is', '<meta name="referrer" content="no-referrer">'],
  ])('the form of another site is refused: one %s', async (_what, head) => {
    const email = newAddress();
    await using tab = await Tab.open(url(), {}, hosts);
    const body = foreignForm(url(), email, head);
    await tab.page.route('http://evil.example/', (route) => route.fulfill({ contentType: 'text/html', body }));
    await tab.page.goto('http://evil.example/');
    await tab.page.getByText('This form was not sent from our own page.').waitFor();
    expect(await system.prisma.user.count({ where: { email } })).toBe(0);
  });
});
