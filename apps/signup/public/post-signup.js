import { send } from './send.js';

let last = { body: '', key: '' };

/**
 * Posts the signup until it has an answer. Repeats carry the same Idempotency-Key, so a lost answer never makes a second signup; another
 * body gets another key. `accepted` is `{ id, statusUrl }`.
 */
export async function postSignup(fields, firstKey) {
  const body = JSON.stringify(fields);
  if (body !== last.body) last = { body, key: last.key ? newKey() : firstKey };
  const headers = { 'content-type': 'application/json', 'idempotency-key': last.key };
  const answer = await send('/signups', { method: 'POST', headers, body });
  if (answer.problem?.code !== 'SIGNUP_EMAIL_TAKEN') return answer;
  const { title } = answer.problem;
  return { problem: { title, errors: [{ field: 'email', detail: title }] } };
}

// crypto.randomUUID exists on https and localhost only.
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
