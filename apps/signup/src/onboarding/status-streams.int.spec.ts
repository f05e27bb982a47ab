import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MailSent } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { once } from 'node:events';
import pg from 'pg';
import { lockUsers, signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
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

/** Somebody whose welcome mail is all that is still to come. */
async function signUp(): Promise<string> {
  const { id } = await signup.signUp();
  const done = { userId: id, state: 'done' as const, at: new Date(), factId: id };
  const data = ['workspace', 'workspace-mail'].map((step) => ({ ...done, step }));
  await system.prisma.onboardingStep.createMany({ data });
  return id;
}
const sent = (userId: string) => exampleEvent(MailSent, { userId });

interface Heard {
  id: string;
  status: Status;
}

/** Reads an event stream as a browser does. `ended` is the stream's end as the server meant it. */
async function watch(url: string, id: string, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  const response = await fetch(`${url}/signups/${id}/events`, { headers, signal: controller.signal });
  const heard: Heard[] = [];
  let withdrawn = false;
  const read = async () => {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const found = /^event: status\nid: (.*)\ndata: (.*)$/.exec(block);
        if (block.startsWith('event: withdrawn')) withdrawn = true;
        if (found) heard.push({ id: found[1] ?? '', status: JSON.parse(found[2] ?? '') as Status });
      }
    }
  };
  const ended = response.ok ? read() : Promise.resolve();
  const leave = () => {
    controller.abort();
    return ended.catch(() => undefined);
  };
  return { response, heard, withdrawn: () => withdrawn, ended, leave };
}
const states = ({ heard }: { heard: Heard[] }) => heard.map(({ status }) => status.steps[1]?.state);

describe('GET /signups/:id/events', () => {
  it('tells the status, then each change, and ends when nothing is pending', async () => {
    const id = await signUp();
    const stream = await watch(signup.url, id);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('content-security-policy')).toContain("default-src 'none'");
    await eventually(() => expect(states(stream)).toEqual(['pending']));
    await system.publish(sent(id));
    await stream.ended;
    expect(states(stream)).toEqual(['pending', 'done']);
  });

  it('tells those who watch on another replica than the one that heard the fact', async () => {
    const id = await signUp();
    const watchers = await system.start();
    const deaf = await watch(watchers.url, id);
    await eventually(() => expect(states(deaf)).toEqual(['pending']));
    // Two replicas share the queue: with enough facts each of them hears some.
    const ids = await Promise.all(Array.from({ length: 10 }, signUp));
    const streams = await Promise.all([signup, watchers].flatMap(({ url }) => ids.map((one) => watch(url, one))));
    await Promise.all([id, ...ids].map((one) => system.publish(sent(one))));
    await Promise.all([deaf, ...streams].map(({ ended }) => ended));
    for (const stream of streams) expect(states(stream).at(-1)).toBe('done');
    await watchers.close();
  });

  it('announces changes to every replica after the commit', async () => {
    const client = new pg.Client({ connectionString: system.database.url });
    await client.connect();
    await client.query('LISTEN onboarding_status');
    const notified = once(client, 'notification');
    const id = await signUp();
    await system.publish(sent(id));
    await notified;
    expect(await system.prisma.onboardingStep.count({ where: { userId: id, step: 'welcome-mail' } })).toBe(1);
    await client.end();
  });

  it('does not repeat what the browser has seen before its connection broke', async () => {
    const id = await signUp();
    const first = await watch(signup.url, id);
    await eventually(() => expect(first.heard).toHaveLength(1));
    await first.leave();
    const second = await watch(signup.url, id, { 'last-event-id': first.heard[0]?.id ?? '' });
    await system.publish(sent(id));
    await second.ended;
    expect(states(second)).toEqual(['done']);
    const third = await watch(signup.url, id, { 'last-event-id': second.heard[0]?.id ?? '' });
    expect(third.response.status).toBe(204);
  });

  it('finds out by itself while notifications do not get through', async () => {
    const id = await signUp();
    const look = jest.spyOn(signup.app.get(Onboarding), 'statusesOf');
    const stream = await watch(signup.url, id);
    // Past the look that opening a stream causes.
    await eventually(() => expect(look).toHaveBeenCalled());
    await look.mock.results.at(-1)?.value;
    look.mockRestore();
    // What a fact heard by another replica looks like when its notification is lost.
    await system.prisma.onboardingStep.create({
      data: { userId: id, step: 'welcome-mail', state: 'done', at: new Date(), factId: id },
    });
    await stream.ended;
    expect(states(stream)).toEqual(['pending', 'done']);
  });

  it('goes on after the database was away', async () => {
    const id = await signUp();
    const stream = await watch(signup.url, id);
    await eventually(() => expect(states(stream)).toEqual(['pending']));
    system.proxy.cut({ refusing: true });
    system.proxy.resume();
    await system.publish(sent(id));
    await stream.ended;
    expect(states(stream)).toEqual(['pending', 'done']);
  });

  it('refuses one client more streams than agreed, and gives the place back when one leaves', async () => {
    const small = await system.start({ MAX_STREAMS_PER_CLIENT: '2' });
    const id = await signUp();
    const streams = [await watch(small.url, id), await watch(small.url, id)];
    const refused = await watch(small.url, id);
    expect(refused.response.status).toBe(429);
    expect(await refused.response.json()).toMatchObject({ code: 'TOO_MANY_STREAMS' });
    await streams[0]?.leave();
    const next = await eventually(async () => {
      const stream = await watch(small.url, id);
      return stream.response.status === 200 && stream;
    });
    await Promise.all([next, ...streams].map(({ leave }) => leave()));
  });

  it('refuses one network more streams than ten of its clients may have, and nobody elsewhere', async () => {
    const small = await system.start({ MAX_STREAMS_PER_CLIENT: '1', TRUSTED_PROXIES: '127.0.0.1' });
    const id = await signUp();
    const watchFrom = (client: string) => watch(small.url, id, { 'x-forwarded-for': client });
    const streams = [];
    for (let n = 1; n <= 11; n++) streams.push(await watchFrom(`2001:db8:1:${n}::1`));
    streams.push(await watchFrom('2001:db8:2:1::1'));
    expect(streams.map(({ response }) => response.status)).toEqual([...Array(10).fill(200), 429, 200]);
    await Promise.all(streams.map(({ leave }) => leave()));
  });

  it('refuses everybody more streams than it can hold', async () => {
    const small = await system.start({ MAX_STREAMS: '1' });
    const id = await signUp();
    const stream = await watch(small.url, id);
    const refused = await watch(small.url, id);
    expect(refused.response.status).toBe(503);
    expect(refused.response.headers.get('retry-after')).toBe('5');
    await stream.leave();
  });

  it('keeps no place for a HEAD request, which reads nothing', async () => {
    const small = await system.start({ MAX_STREAMS: '1' });
    const id = await signUp();
    const head = await fetch(`${small.url}/signups/${id}/events`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    const stream = await eventually(async () => {
      const stream = await watch(small.url, id);
      return stream.response.status === 200 && stream;
    });
    await stream.leave();
  });

  it('keeps no place for somebody who has left before the status was known', async () => {
    const small = await system.start({ MAX_STREAMS: '1' });
    const id = await signUp();
    const users = await lockUsers(system);
    const impatient = new AbortController();
    const left = fetch(`${small.url}/signups/${id}/events`, { signal: impatient.signal });
    await eventually(users.someoneWaits);
    impatient.abort();
    await expect(left).rejects.toThrow();
    await users.release();
    const stream = await eventually(async () => {
      const stream = await watch(small.url, id);
      return stream.response.status === 200 && stream;
    });
    await stream.leave();
  });

  it('ends when the service stops, and does not hold it up', async () => {
    const stopping = await system.start();
    const id = await signUp();
    const stream = await watch(stopping.url, id);
    await eventually(() => expect(states(stream)).toEqual(['pending']));
    await stopping.close();
    await stream.ended;
    expect(states(stream)).toEqual(['pending']);
  });

  it('tells those who watch that the person has withdrawn, on every replica, and ends', async () => {
    const { id, manageToken } = await signup.signUp();
    const other = await system.start();
    const streams = [await watch(signup.url, id), await watch(other.url, id)];
    await eventually(() => expect(streams.map(states)).toEqual([['pending'], ['pending']]));
    const headers = { authorization: `Bearer ${manageToken}` };
    expect((await fetch(`${signup.url}/signups/${id}`, { method: 'DELETE', headers })).status).toBe(204);
    await Promise.all(streams.map(({ ended }) => ended));
    expect(streams.map(({ withdrawn }) => withdrawn())).toEqual([true, true]);
    const late = await watch(signup.url, id);
    expect(late.response.status).toBe(410);
    await other.close();
  });

  it('is a problem for an id that nobody has', async () => {
    const { response } = await watch(signup.url, crypto.randomUUID());
    expect(response.status).toBe(404);
  });
});
