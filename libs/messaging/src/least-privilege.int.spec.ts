import { describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, testVhost } from '@tributary/testing';
import { announcementOf } from './announcement.ts';
import { applyTopology } from './apply-topology.ts';
import { catchUp } from './catch-up.ts';
import { rightsOf } from './rights.ts';
import { handling, QUEUE, rawClient, startService } from './service.fixture.ts';
import { topologyOf } from './topology.ts';

/** A vhost of any name with a topology, and a login with the rights that this gives: it configures nothing, and reads no log. */
async function stage() {
  const vhost = await testVhost({ suffix: '/ü %' });
  const { management } = vhost;
  const login = vhost.name.slice(0, 18);
  await management.call('PUT', `/users/${login}`, { password: login, tags: '' });
  await management.grant(login, rightsOf(topologyOf({ service: 'email', handlers: [handling(() => undefined)] })));
  const raw = await rawClient(vhost.url);
  const dispose = async () => {
    await raw.close();
    await management.call('DELETE', `/users/${login}`);
    await vhost.delete();
  };
  const url = Object.assign(new URL(vhost.url), { username: login, password: login }).href;
  return { vhost, raw, url, [Symbol.asyncDispose]: dispose };
}

describe('with no more rights than it needs', () => {
  it('a service reads, retries, and binds its queue again within one look when a binding is lost', async () => {
    await using on = await stage();
    const attempts: number[] = [];
    const handler = handling((_event, { attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw new Error('so that it comes back through the tier');
    });
    await using service = await startService(on.url, { setupUrl: on.vhost.url, handlers: [handler] });
    const bound = async () => {
      const bindings = (await on.vhost.management.bindings()).filter(({ destination }) => destination === QUEUE);
      return bindings.map(({ source }) => source).filter((source) => source !== '');
    };
    for (const exchange of ['events', 'email.return']) {
      await on.vhost.management.deleteBinding(exchange, QUEUE);
      await eventually(async () => expect((await bound()).sort()).toEqual(['email.return', 'events']));
    }
    await on.raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(attempts).toEqual([1, 2]));
    expect(service.consumer.health().problems).toEqual([]);
  });

  it('a service cannot read the log: catching up takes the login of setup, and says so', async () => {
    await using on = await stage();
    const source = { service: 'email', handlers: [handling(() => undefined)] };
    const topology = topologyOf(source);
    await applyTopology(on.vhost.url, topology);
    const marker = () => announcementOf(source);
    const options = { topology, marker, since: 'first', handled: async () => new Set<string>() } as const;
    await expect(catchUp({ ...options, url: on.url })).rejects.toThrow(/^queue events\.log: .*ACCESS_REFUSED/);
    await expect(catchUp({ ...options, url: on.vhost.url })).resolves.toMatchObject({ missing: 0 });
  });
});
