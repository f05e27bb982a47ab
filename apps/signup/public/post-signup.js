const RETRY_MS = [500, 1_500, 4_000];
const LONGEST_WAIT_MS = 10_000;

let last = { body: '', key: '' };

/**
 * Posts the signup until it has an answer. Repeats carry the same Idempotency-Key, so a lost answer never makes a second signup; another
 * body gets another key.
 * @returns {Promise<{ accepted: { id: string, statusUrl: string } } | { problem: { title: string, errors: { field: string, detail: string }[] } }>}
 */
export async function postSignup(fields, firstKey) {
  const body = JSON.stringify(fields);
  if (body !== last.body) last = { body, key: last.key ? newKey() : firstKey };
  for (const delay of [...RETRY_MS, undefined]) {
    const { answer, waitMs } = await attempt(body, last.key);
    if (answer) return answer;
    if (delay === undefined) break;
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(delay, waitMs), LONGEST_WAIT_MS)));
  }
  return problem('We cannot be reached right now. What you typed is still here: try again in a moment.');
}

/** No `answer` when repeating can help. */
async function attempt(body, key) {
  try {
    const response = await fetch('/signups', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body,
    });
    if (response.status === 202) return { answer: { accepted: await response.json() } };
    if (response.status === 429 || response.status >= 500) {
      return { waitMs: Number(response.headers.get('retry-after') ?? 0) * 1_000 };
    }
    return { answer: refusal(await response.json()) };
  } catch {
    return { waitMs: 0 };
  }
}

function refusal({ code, title, errors = [] }) {
  if (code === 'SIGNUP_EMAIL_TAKEN') return problem(title, [{ field: 'email', detail: title }]);
  return problem(
    title,
    errors.map(({ pointer, detail }) => ({ field: pointer.replace('#/', ''), detail })),
  );
}

const problem = (title, errors = []) => ({ problem: { title, errors } });

// crypto.randomUUID exists on https and localhost only.
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
