import { describe, expect, it } from '@jest/globals';
import { createEvent, type EventOf, InvalidEvent, readFact, UserSignedUp } from './index.ts';

const ours = createEvent(UserSignedUp, UserSignedUp.example);
const foreign = (changes: object) => JSON.parse(JSON.stringify({ ...ours, ...changes })) as unknown;
const dataWith = (changes: object) => ({ data: { ...ours.data, ...changes } });
const base64 = Buffer.from(JSON.stringify(ours.data)).toString('base64');

describe.each<[string, (json: unknown) => unknown]>([
  ['the contract', (json): EventOf<typeof UserSignedUp> => UserSignedUp.parse(json)],
  ['the reader of facts of any type', readFact],
])('what a foreign producer may write otherwise, to %s', (_who, read) => {
  it.each([
    ['no datacontenttype', { datacontenttype: undefined }],
    ['null for what is not set', { datacontenttype: null, causationid: null, data_base64: null }],
    ['a charset', { datacontenttype: 'application/json; charset=utf-8' }],
    ['capitals, and no blank', { datacontenttype: 'Application/Json;charset="UTF-8"' }],
    ['another type that is JSON', { datacontenttype: 'text/json' }],
    ['a type built on JSON', { datacontenttype: 'application/vnd.elsewhere.v2+json' }],
    ['an id in capitals', { id: ours.id.toUpperCase() }],
    ['attributes of its own', { traceparent: '00-…', partitionkey: 'a', sequence: 7 }],
  ])('is the same fact: %s', (_what, changes) => {
    expect(read(foreign(changes))).toEqual(ours);
  });

  it.each([
    ['small letters', '2026-11-23t12:00:00z', '2026-11-23T12:00:00.000Z'],
    ['an offset', '2026-11-23T12:00:00.5+05:30', '2026-11-23T06:30:00.500Z'],
    ['an offset that is not known', '2026-11-23T12:00:00-00:00', '2026-11-23T12:00:00.000Z'],
    ['nanoseconds', '2026-11-23T12:00:00.123456789Z', '2026-11-23T12:00:00.123Z'],
    ['a leap second', '2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
    ['a leap second with decimals', '2017-01-01T00:59:60.25+01:00', '2016-12-31T23:59:59.250Z'],
  ])('has its time in one spelling: %s', (_what, time, expected) => {
    expect(read(foreign({ time }))).toEqual({ ...ours, time: expected });
  });

  it.each([
    ['data that is no JSON', { datacontenttype: 'application/xml' }],
    ['a name that only ends so', { datacontenttype: 'application/notjson' }],
    ['data in base64', { data: undefined, data_base64: base64 }],
    ['data and the same in base64', { data_base64: base64 }],
    ['a date', { time: '2026-11-23' }],
    ['a time without offset', { time: '2026-11-23T12:00:00' }],
    ['a day that is none', { time: '2026-02-29T12:00:00Z' }],
    ['a minute 60', { time: '2026-11-23T12:60:00Z' }],
    ['a time after the year 9999 in UTC', { time: '9999-12-31T23:59:59-01:00' }],
    ['no time', { time: undefined }],
    ['no id', { id: null }],
    ['an id that is no UUID', { id: '4711' }],
    ['another version of CloudEvents', { specversion: '0.3' }],
    ['a control character in an attribute', { source: '/elsewhere\n' }],
    ['half a surrogate pair in an attribute', { subject: 'a\ud800' }],
    ['U+0000 in the data', dataWith({ displayName: 'Ada\0' })],
    ['half a surrogate pair in the data', dataWith({ workspaceName: '\udc00Engines' })],
  ])('is refused: %s', (_what, changes) => {
    expect(() => read(foreign(changes))).toThrow(InvalidEvent);
  });

  it('keeps text as it was written, line breaks and all', () => {
    const data = { ...ours.data, displayName: 'Zoë\r\n👩‍👩‍👧‍👦\t' };
    expect(read(foreign({ data }))).toEqual({ ...ours, data });
  });
});

describe('a fact of a type that nobody here knows', () => {
  it('is read with its data as it came', () => {
    const fact = { ...ours, type: 'order.placed.v1', data: { any: ['thing'] } };
    expect(readFact({ ...fact, datacontenttype: undefined })).toEqual(fact);
  });

  it('is refused with a control character in an attribute', () => {
    expect(() => readFact({ ...ours, type: 'order.placed.v1', correlationid: 'a\0' })).toThrow(InvalidEvent);
  });
});

describe('what is refused', () => {
  it('is named by its path, never by its value', () => {
    const bad = foreign(dataWith({ displayName: 'Ada\0', workspaceName: '\ud800' }));
    expect(() => UserSignedUp.parse(bad)).toThrow(/: data\.displayName: unfit_text; data\.workspaceName: unfit_text$/);
  });

  it('is not stated either', () => {
    expect(() => createEvent(UserSignedUp, { ...UserSignedUp.example, displayName: 'Ada\0' })).toThrow(InvalidEvent);
  });
});
