import { describe, expect, it } from '@jest/globals';
import { MailSent, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { logWith, reading } from './log-reader.fixture.ts';

describe('a record of the event log', () => {
  it('is no fact when every service would call it dead, and is one when they read it', async () => {
    await using log = await logWith(0);
    const { data, ...rest } = exampleEvent(UserSignedUp);
    const [fact, other] = [
      { ...rest, data },
      { ...rest, type: 'order.placed.v1' },
    ];
    const refused = [
      Buffer.from(JSON.stringify({ ...fact, data: { ...data, displayName: 'Jos\u00e9' } }), 'latin1'),
      { ...fact, data: { ...data, email: 'none' } },
      { ...fact, data: { ...data, displayName: 'Ada\0' } },
      { ...fact, source: '/signup\0' },
      { ...rest, data_base64: Buffer.from(JSON.stringify(data)).toString('base64') },
      { ...exampleEvent(MailSent) }, // whoever may state one noun would state another
    ];
    const read = [
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(JSON.stringify(fact))]),
      { ...fact, datacontenttype: undefined, time: fact.time.toLowerCase() },
    ];
    for (const body of [...refused, ...read]) {
      await log.raw.publishRaw(fact.type, body instanceof Buffer ? body : Buffer.from(JSON.stringify(body)));
    }
    await log.raw.publishRaw(other.type, Buffer.from(JSON.stringify({ ...other, data: ['any', 'thing\0'] })));
    await using reader = reading({ url: log.vhost.url });
    await eventually(() => expect(reader.records).toHaveLength(3));
    expect(reader.records.map(({ event }) => event)).toEqual([fact, fact, { ...other, data: ['any', 'thing\0'] }]);
  });

  it('is known again as the last one read although its id has capitals', async () => {
    await using log = await logWith(1);
    await log.raw.publish({ ...exampleEvent(UserSignedUp), id: 'ABCDEF00-0000-4000-8000-000000000001' });
    await log.state(1);
    // As PostgreSQL has it.
    const position = async () => ({ next: 2, lastId: 'abcdef00-0000-4000-8000-000000000001' });
    await using reader = reading({ url: log.vhost.url, position });
    await eventually(() => expect(reader.offsets()).toContain(2));
    expect(reader.offsets()).toEqual([2]);
  });
});
