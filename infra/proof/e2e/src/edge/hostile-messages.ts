import { randomUUID } from 'node:crypto';
import { handmade } from '../wire.ts';

const somebody = () => ({ userId: randomUUID(), email: 'stranger@example.org' });

/** Bodies that are no fact, on the queues of one; why they are dead, and never more than that. */
export const hostileMessages: [what: string, body: Buffer, reason: string][] = [
  ['nothing', Buffer.alloc(0), 'not-json'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'not-json'],
  [
    'a name in Latin-1',
    Buffer.from(handmade({ ...somebody(), displayName: 'Jos\u00e9' }).toString(), 'latin1'),
    'not-json',
  ],
  ['half a JSON text', handmade(somebody()).subarray(0, 100), 'not-json'],
  ['null', Buffer.from('null'), 'invalid-event'],
  ['a list of facts', Buffer.from(`[${handmade(somebody()).toString()}]`), 'invalid-event'],
  ['100,000 lists in one another', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)), 'invalid-event'],
  ['no id', handmade(somebody(), { id: undefined }), 'invalid-event'],
  ['no type', handmade(somebody(), { type: undefined }), 'invalid-event'],
  ['a time that is none', handmade(somebody(), { time: 'yesterday' }), 'invalid-event'],
  ['no data', handmade({}, { data: undefined }), 'invalid-event'],
  ['a user that is none', handmade({ ...somebody(), userId: "' OR 1=1 --" }), 'invalid-event'],
  ['half a character', handmade({ ...somebody(), displayName: 'Ada\ud800' }), 'invalid-event'],
  ['U+0000', handmade({ ...somebody(), workspaceName: 'Works\0' }), 'invalid-event'],
  ['a control character in an attribute', handmade(somebody(), { source: '/nowhere\0' }), 'invalid-event'],
  ['data in base64', handmade({}, { data: undefined, data_base64: 'e30=' }), 'invalid-event'],
  ['two addresses', handmade({ ...somebody(), email: 'two@example.org,three@example.org' }), 'invalid-event'],
  ['a name of 10 MB', handmade({ ...somebody(), displayName: 'x'.repeat(10_000_000) }), 'invalid-event'],
  ['another major version', handmade(somebody(), { type: 'user.signed-up.v2' }), 'unknown-type'],
  ['a type that nobody knows', handmade(somebody(), { type: '__proto__' }), 'unknown-type'],
];

/** Headers that only we have a use for, as somebody may set them who means no good. */
export const hostileHeaders: Record<string, unknown> = {
  traceparent: `00-${'0'.repeat(32)}-nonsense`,
  'tributary-attempts': -1_000_000,
  'tributary-published-at': 'never',
  'x-death': [{ count: 99, queue: 'email.user.signed-up.v1', reason: 'expired' }],
  'x-delivery-count': 99,
};
