import { describe, expect, it } from '@jest/globals';
import { MailSent, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, testVhost } from '@tributary/testing';
import { Header } from './names.ts';
import { handling, QUEUE, rawClient, startService } from './service.fixture.ts';

const DEAD = 'email.dead';
const never = () => {
  throw new Error('the handler must not run');
};

describe('what somebody else states', () => {
  it.each([
    ['a body that is not JSON', 'not-json', () => Buffer.from('{"type": ')],
    ['an empty body', 'not-json', () => Buffer.alloc(0)],
    ['JSON that is no event', 'invalid-event', () => Buffer.from('[]')],
    ['an event whose data is wrong', 'invalid-event', () => bodyOf({ data: { userId: 'x' } })],
    ['an event without an id', 'invalid-event', () => bodyOf({ id: undefined })],
    ['a version nobody here knows', 'unknown-type', () => bodyOf({ type: 'user.signed-up.v2' })],
    ['another fact', 'unknown-type', () => Buffer.from(JSON.stringify(exampleEvent(MailSent)))],
    ['a name in Latin-1', 'not-json', () => Buffer.from(named('Jos\u00e9').toString(), 'latin1')],
    ['a name that ends within a character', 'not-json', () => cutAfter(named('Jos\u00e9'), 0xc3)],
    [
      'half a surrogate pair in UTF-8',
      'not-json',
      () => Buffer.from(named('\u00e9').toString('latin1').replace('\u00c3\u00a9', '\u00ed\u00a0\u0080'), 'latin1'),
    ],
    ['UTF-16', 'not-json', () => Buffer.from('\ufeff' + named('Ada').toString(), 'utf16le')],
    ['a name with U+0000', 'invalid-event', () => named('Ada\0')],
    ['a name with half a surrogate pair', 'invalid-event', () => named('Ada\ud800')],
    ['data in base64', 'invalid-event', () => bodyOf({ data: undefined, data_base64: base64(UserSignedUp.example) })],
    ['data twice', 'invalid-event', () => bodyOf({ data_base64: base64(UserSignedUp.example) })],
  ])('declares %s dead as %s, byte for byte, without running the handler', async (_what, reason, body) => {
    await using vhost = await testVhost();
    await using _service = await startService(vhost.url, { handlers: [handling(never)] });
    await using raw = await rawClient(vhost.url);
    const bytes = body();
    await raw.publishRaw('user.signed-up.v1', bytes);
    const dead = await eventually(() => raw.take(DEAD));
    expect(dead.properties.headers).toMatchObject({ [Header.reason]: reason, [Header.sourceQueue]: QUEUE });
    expect(dead.content).toEqual(bytes);
  });

  it.each([
    ['a byte order mark', () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bodyOf({})])],
    ['no datacontenttype', () => bodyOf({ datacontenttype: undefined })],
    ['a charset', () => bodyOf({ datacontenttype: 'Application/JSON; charset=utf-8' })],
    ['a media type that is JSON', () => bodyOf({ datacontenttype: 'application/vnd.elsewhere+json' })],
    ['a time in small letters', () => bodyOf({ time: '2026-11-23t12:00:00.5z' })],
    ['attributes that are null', () => bodyOf({ datacontenttype: null, causationid: null, dataschema: null })],
    ['attributes of its own', () => bodyOf({ partitionkey: 'a', sampledrate: 7 })],
  ])('hands a fact with %s to the handler', async (_what, body) => {
    await using vhost = await testVhost();
    const heard: UserSignedUp[] = [];
    await using _service = await startService(vhost.url, { handlers: [handling((event) => heard.push(event))] });
    await using raw = await rawClient(vhost.url);
    await raw.publishRaw('user.signed-up.v1', body());
    await eventually(() => expect(heard).toHaveLength(1));
    expect(heard[0]).toMatchObject({ datacontenttype: 'application/json', data: UserSignedUp.example });
    expect(heard[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

const bodyOf = (changes: object) => Buffer.from(JSON.stringify({ ...exampleEvent(UserSignedUp), ...changes }));
const named = (displayName: string) => bodyOf({ data: { ...UserSignedUp.example, displayName } });
const base64 = (data: object) => Buffer.from(JSON.stringify(data)).toString('base64');
/** As if the rest had been lost, and somebody had closed the braces. */
const cutAfter = (body: Buffer, byte: number) =>
  Buffer.concat([body.subarray(0, body.indexOf(byte) + 1), Buffer.from('"}}')]);
