const RETRY_MS = [500, 1_500, 4_000];
const LONGEST_WAIT_MS = 10_000;

/**
 * Sends a request that may be repeated until it has an answer.
 * @returns {Promise<{ accepted: object } | { problem: { code?: string, title: string, errors: { field: string, detail: string }[] } }>}
 */
export async function send(url, init) {
  for (const delay of [...RETRY_MS, undefined]) {
    const { answer, waitMs } = await attempt(url, init);
    if (answer) return answer;
    if (delay === undefined) break;
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(delay, waitMs), LONGEST_WAIT_MS)));
  }
  const title = 'We cannot be reached right now. What you typed is still here: try again in a moment.';
  return { problem: { title, errors: [] } };
}

/** No `answer` when repeating can help. */
async function attempt(url, init) {
  try {
    const response = await fetch(url, init);
    if (response.status === 429 || response.status >= 500) {
      return { waitMs: Number(response.headers.get('retry-after') ?? 0) * 1_000 };
    }
    const body = response.status === 204 ? {} : await response.json();
    return { answer: response.ok ? { accepted: body } : { problem: problemOf(body) } };
  } catch {
    return { waitMs: 0 };
  }
}

function problemOf({ code, title, errors = [] }) {
  return { code, title, errors: errors.map(({ pointer, detail }) => ({ field: pointer.replace('#/', ''), detail })) };
}
