import { describeError } from './describe-error.ts';
import { maskCredentials, REDACTED } from './mask-text.ts';

// Compared without case, `_` and `-`: display_name and X-Display-Name are displayName.
const PERSONAL_OR_SECRET = new Set([
  ...['email', 'emailaddress', 'displayname', 'fullname', 'firstname', 'lastname', 'workspacename', 'phone', 'ip'],
  ...['to', 'cc', 'bcc', 'replyto', 'recipient', 'recipients', 'rcpt', 'accepted', 'rejected', 'html', 'text'],
  ...['token', 'managetoken', 'password', 'pass', 'secret', 'authorization', 'cookie', 'setcookie', 'apikey'],
]);

// pino's own `redact` knows fixed depths only; an event nested one level deeper would be printed in full.
const DEEPEST = 8;

/** A copy for the log: personal and secret fields are replaced at any depth, errors described, credentials in URLs hidden. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.includes('://') ? maskCredentials(value) : value;
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= DEEPEST) return '[too deep]';
  if (value instanceof Map) return redact(Object.fromEntries(value), depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Set) return redact([...value], depth);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactField(key, item, depth)]));
}

function redactField(key: string, value: unknown, depth: number): unknown {
  if (value === undefined || value === null) return value;
  return PERSONAL_OR_SECRET.has(key.toLowerCase().replaceAll(/[_-]/g, '')) ? REDACTED : redact(value, depth + 1);
}
