import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkspaceNameChosen, WorkspaceProvisioned } from '@tributary/contracts';
import { exampleEvent } from '@tributary/testing';
import type { Status } from '../onboarding/status.ts';
import { signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
import { codeOf, Holder } from './holder.fixture.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const chosenBy = async ({ id }: Holder) =>
  (await system.statedAbout(id)).filter(({ type }) => type === WorkspaceNameChosen.type);
const countOf = (responses: Response[], status: number) => responses.filter((one) => one.status === status).length;

describe('PUT /signups/:id/workspace-name', () => {
  it('takes another name after a failure and states it, caused by the failure', async () => {
    const holder = await Holder.refused(system, signup);
    const response = await holder.choose(' Difference Engines ');
    expect(response.status).toBe(202);
    const { attempt, steps, links } = (await response.json()) as Status;
    expect(attempt).toBe(2);
    expect(steps[2]).toMatchObject({ name: 'workspace', state: 'pending' });
    expect(links).not.toHaveProperty('workspaceName');

    const [signedUp, chosen] = await system.statedAbout(holder.id);
    expect(chosen).toMatchObject({
      type: WorkspaceNameChosen.type,
      correlationid: signedUp?.id,
      causationid: holder.failure.id,
      data: { userId: holder.id, attempt: 2, workspaceName: 'Difference Engines' },
    });
    expect(steps[2]?.since).toBe(chosen?.time);
    const user = await system.prisma.user.findUnique({ where: { id: holder.id } });
    expect(user).toMatchObject({ attempt: 2, workspaceName: 'Difference Engines' });
  });

  it('takes a third one when the second has failed too', async () => {
    const holder = await Holder.refused(system, signup);
    await holder.choose('root');
    const second = holder.refusal(2);
    await system.publishInOrder(second);
    expect((await holder.choose('Difference Engines')).status).toBe(202);
    expect((await chosenBy(holder)).map(({ causationid }) => causationid)).toEqual([holder.failure.id, second.id]);
  });

  it('accepts the same name again while it is pending and when it is done, and states nothing twice', async () => {
    const holder = await Holder.refused(system, signup);
    await holder.choose('Difference Engines');
    expect((await holder.choose('Difference Engines')).status).toBe(202);
    await system.publishInOrder(exampleEvent(WorkspaceProvisioned, { userId: holder.id, attempt: 2 }));
    expect((await holder.choose('Difference Engines')).status).toBe(202);
    expect(await chosenBy(holder)).toHaveLength(1);
  });

  it('needs no name while the first one is pending, nor when there is a workspace', async () => {
    const holder = await Holder.new(signup);
    for (const name of ['Engines', 'Difference Engines']) {
      const response = await holder.choose(name);
      expect(response.status).toBe(409);
      expect(await codeOf(response)).toBe('WORKSPACE_NAME_NOT_NEEDED');
    }
    await system.publishInOrder(exampleEvent(WorkspaceProvisioned, { userId: holder.id, attempt: 1 }));
    expect(await codeOf(await holder.choose('Difference Engines'))).toBe('WORKSPACE_NAME_NOT_NEEDED');
    expect(await chosenBy(holder)).toEqual([]);
  });

  it('refuses the very name that has failed', async () => {
    const holder = await Holder.refused(system, signup);
    const response = await holder.choose('Engines');
    expect(response.status).toBe(409);
    expect(await codeOf(response)).toBe('WORKSPACE_NAME_REFUSED');
  });

  it('gives up after a thousand names, which is all that a fact can say', async () => {
    const holder = await Holder.refused(system, signup);
    await system.prisma.user.update({ where: { id: holder.id }, data: { attempt: 1_000 } });
    expect(await codeOf(await holder.choose('Difference Engines'))).toBe('WORKSPACE_NAMES_EXHAUSTED');
  });

  it.each([undefined, '', 'x'.repeat(101), 'Engines\u202e', 7])('names the field when it holds %j', async (name) => {
    const holder = await Holder.refused(system, signup);
    const response = await holder.choose(name);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'SIGNUP_INVALID', errors: [{ pointer: '#/workspaceName' }] });
  });

  it('accepts 50 who put the same name at once on two replicas, and states it once', async () => {
    const holder = await Holder.refused(system, signup);
    const other = await system.start();
    const choose = (n: number) =>
      fetch(`${(n % 2 ? signup : other).url}/signups/${holder.id}/workspace-name`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...holder.token },
        body: JSON.stringify({ workspaceName: 'Difference Engines' }),
      });
    const responses = await Promise.all(Array.from({ length: 50 }, (_, n) => choose(n)));
    expect(countOf(responses, 202)).toBe(50);
    expect(await chosenBy(holder)).toHaveLength(1);
    await other.close();
  });

  it('accepts one of 50 who put different names at once, and states that one', async () => {
    const holder = await Holder.refused(system, signup);
    const responses = await Promise.all(Array.from({ length: 50 }, (_, n) => holder.choose(`Engines ${n}`)));
    expect([countOf(responses, 202), countOf(responses, 409)]).toEqual([1, 49]);
    const accepted = responses.findIndex(({ status }) => status === 202);
    expect((await chosenBy(holder)).map(({ data }) => data)).toEqual([
      { userId: holder.id, attempt: 2, workspaceName: `Engines ${accepted}` },
    ]);
  });
});
