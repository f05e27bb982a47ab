import type { ReceivedMail } from '@tributary/testing';

/** The headers that our mails have. Whatever else is in one was smuggled in. */
export const OUR_HEADERS = [
  ...['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'],
];

/** The addresses in a header, outside quoted names. */
export const addressesIn = (header = '') =>
  [...header.replaceAll(/"(?:\\.|[^"])*"/g, '').matchAll(/[^\s<>,]+@[^\s<>,]+/g)].map(([it]) => it);

/** The HTML part, decoded. */
export function htmlOf({ raw }: ReceivedMail): string {
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1] ?? '';
  const part = raw.split(`--${boundary}`).find((it) => /content-type: text\/html/i.test(it)) ?? '';
  const [head = '', ...body] = part.split('\r\n\r\n');
  const content = body.join('\r\n\r\n');
  if (/encoding: base64/i.test(head)) return Buffer.from(content, 'base64').toString();
  if (!/encoding: quoted-printable/i.test(head)) return content;
  const bytes = content
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text as it stands in HTML when it is nothing but text. */
export const asText = (text: string) => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
