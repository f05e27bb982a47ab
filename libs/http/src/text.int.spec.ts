import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpApp } from './http-app.fixture.ts';

let app: Awaited<ReturnType<typeof httpApp>>;
beforeAll(async () => void (app = await httpApp()));
afterAll(() => app.close());

const FORM = 'application/x-www-form-urlencoded';
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const NAME = 'José 東京 🚀';

describe('a body', () => {
  it.each([
    ['JSON', JSON.stringify({ name: NAME }), 'application/json'],
    ['JSON that says that it is UTF-8', JSON.stringify({ name: NAME }), 'application/json; charset="UTF-8"'],
    ['JSON behind a byte order mark', `\ufeff${JSON.stringify({ name: NAME })}`, 'application/json'],
    ['a form', new URLSearchParams({ name: NAME }).toString(), `${FORM};charset=utf-8`],
    ['a form that leaves its letters as they are', `name=${NAME.replaceAll(' ', '+')}`, FORM],
    ['a form behind a byte order mark', `\ufeffname=${encodeURIComponent(NAME)}`, FORM],
  ])('is read as UTF-8: %s', async (_what, body, type) => {
    const response = await app.post(body, type);
    expect([response.status, await response.json()]).toEqual([201, { name: NAME }]);
  });

  it('keeps every value of a field that is there twice', async () => {
    const response = await app.post('a=1&a=2&b=3&__proto__=4', FORM);
    expect(await response.text()).toBe('{"a":["1","2"],"b":"3","__proto__":"4"}');
  });

  it.each([
    ['a letter of ISO 8859-1', latin1('{"name":"José"}'), 'application/json'],
    ['half a letter', Buffer.from('{"name":"José"}').subarray(0, -3), 'application/json'],
    ['half a letter in the middle', latin1('{"name":"\xc3","b":1}'), 'application/json'],
    ['a letter in more bytes than it needs', latin1('{"name":"\xc0\xaf"}'), 'application/json'],
    ['half a UTF-16 pair', latin1('{"name":"\xed\xa0\x80"}'), 'application/json'],
    ['UTF-16', Buffer.from('\ufeff{"name":"Ada"}', 'utf16le'), 'application/json'],
    ['a bare letter of ISO 8859-1 in a form', latin1('name=José'), FORM],
    ['an encoded letter of ISO 8859-1 in a form', 'name=Jos%E9', FORM],
    ['the same in the name of a field', 'nam%E9=a', FORM],
    ['half an encoded letter in a form', 'name=Jos%C3&b=1', FORM],
    ['half a UTF-16 pair in a form', 'name=%ED%A0%80', FORM],
    ['a percent sign that encodes nothing', 'name=100%', FORM],
  ])('is refused instead of guessed at when it holds %s', async (_what, body, type) => {
    const response = await app.post(body, type);
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'TEXT_NOT_UTF8' }]);
  });

  it.each([
    'application/json; charset=iso-8859-1',
    'application/json;charset="windows-1252"',
    'application/json; version=1; Charset=utf-16',
    `${FORM}; charset=iso-8859-1`,
  ])('is refused in another encoding: %s', async (type) => {
    const response = await app.post('{}', type);
    expect([response.status, await response.json()]).toMatchObject([415, { code: 'CHARSET_UNSUPPORTED' }]);
  });

  it.each(['text/plain', 'text/plain; charset=utf-8', 'application/xml', 'multipart/form-data; boundary=x'])(
    'is not read at all when it is %s',
    async (type) => {
      const response = await app.post('{}', type);
      expect([response.status, await response.json()]).toMatchObject([415, { code: 'CONTENT_TYPE_UNSUPPORTED' }]);
    },
  );
});

describe('a query', () => {
  it('is read as UTF-8', async () => {
    const response = await app.get(`/query?${new URLSearchParams({ name: NAME })}`);
    expect([response.status, await response.json()]).toEqual([200, { name: NAME }]);
  });

  it.each(['name=Jos%E9', 'nam%E9=a', 'name=Jos%C3', 'name=%ED%A0%80', 'name=100%', 'name=%zz'])(
    'is refused instead of guessed at: %s',
    async (query) => {
      const response = await app.get(`/query?${query}`);
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'TEXT_NOT_UTF8' }]);
    },
  );
});
