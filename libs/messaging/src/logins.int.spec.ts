import { describe, expect, it } from '@jest/globals';
import { CLOUDEVENTS_CONTENT_TYPE, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, testVhost } from '@tributary/testing';
import { announcementOf } from './announcement.ts';
import { applyTopology, missingQueues } from './apply-topology.ts';
import { catchUp } from './catch-up.ts';
import { connectToBroker } from './connect.ts';
import { reading } from './log-reader.fixture.ts';
import { EVENTS_EXCHANGE } from './names.ts';
import { Publisher } from './publisher.ts';
import { handling, startService } from './service.fixture.ts';
import { topologyOf } from './topology.ts';

/** What stands in a URL percent-encoded, and more than Latin-1. */
const SPECIAL = "@:/%+ ü漢?#&=%zz'\\";

/** A broker user that may do anything in a vhost, both named with every special character. */
async function stage(password: string) {
  const vhost = await testVhost({ suffix: SPECIAL });
  const user = vhost.name;
  await vhost.management.call('PUT', `/users/${encodeURIComponent(user)}`, { password, tags: '' });
  await vhost.management.allow(user);
  const url = new URL(vhost.url);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  const dispose = async () => {
    await vhost.management.call('DELETE', `/users/${encodeURIComponent(user)}`);
    await vhost.delete();
  };
  return { vhost, url: url.href, [Symbol.asyncDispose]: dispose };
}

describe.each(['plain', 'ü', '漢', SPECIAL])(
  'a login with the password %j, and special characters in user and vhost',
  (password) => {
    it('does everything that a service does with the broker', async () => {
      await using on = await stage(password);
      const { url } = on;
      const heard: string[] = [];
      const source = { service: 'email', handlers: [handling(({ id }) => heard.push(id))] };
      const topology = topologyOf({ ...source, retryDelaysMs: [50] });

      await applyTopology(url, topology);
      expect(await missingQueues(url, topology)).toEqual([]);
      await using _service = await startService(url, { handlers: source.handlers, setup: false });
      const log = reading({ url });
      const publisher = new Publisher({ url, name: 'signup relay' });
      await publisher.connect();
      const event = exampleEvent(UserSignedUp);
      await publisher.publish({
        exchange: EVENTS_EXCHANGE,
        routingKey: event.type,
        body: Buffer.from(JSON.stringify(event)),
        messageId: event.id,
        type: event.type,
        contentType: CLOUDEVENTS_CONTENT_TYPE,
      });
      await eventually(() => expect(heard).toEqual([event.id]));
      await eventually(() => expect(log.records.map((it) => it.event.id)).toEqual([event.id]));
      const marker = () => announcementOf(source);
      const handled = async (ids: string[]) => new Set(ids);
      await expect(catchUp({ url, topology, marker, since: 'first', handled })).resolves.toMatchObject({ heard: 1 });

      await Promise.all([publisher.close(), log.stop()]);
    });
  },
);

it('a vhost that does not exist, or that the login has no rights in, is named', async () => {
  await using on = await stage('pw');
  const elsewhere = Object.assign(new URL(on.url), { pathname: '/Str%C3%B6me' }).href;
  await expect(connectToBroker(elsewhere, 'spec')).rejects.toThrow(
    /^the broker at .* refuses the vhost "Ströme": there is none/,
  );
  await using other = await testVhost();
  const foreign = Object.assign(new URL(on.url), { pathname: `/${other.name}` }).href;
  await expect(connectToBroker(foreign, 'spec')).rejects.toThrow(`refuses the vhost "${other.name}"`);
});
