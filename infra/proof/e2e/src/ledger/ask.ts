import { setTimeout as delay } from 'node:timers/promises';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export interface AskOptions {
  /** Milliseconds after which it gives up. */
  patienceMs: number;
  /** Told why a request is repeated: `no answer`, `503`, `429`. */
  onRepeat: (why: string) => void;
}

/** What a client waits at most although the server asked for more: the proof is in a hurry. */
const LONGEST_PAUSE_MS = 1_000;

/**
 * Sends a request, and again while it gets no answer or one that promises nothing (429, 5xx).
 * @throws Error when patience is over
 */
export async function ask(url: string, request: RequestInit, { patienceMs, onRepeat }: AskOptions): Promise<Answer> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    let pauseMs = 200;
    let why = 'no answer';
    try {
      // A server that was stopped, or whose machine is gone, answers nothing and closes nothing.
      const response = await fetch(url, { ...request, signal: AbortSignal.timeout(15_000) });
      const text = await response.text();
      if (response.status !== 429 && response.status < 500) {
        return { status: response.status, body: text ? (JSON.parse(text) as Answer['body']) : {} };
      }
      why = String(response.status);
      pauseMs = Math.min(Number(response.headers.get('retry-after') ?? 0) * 1000 || pauseMs, LONGEST_PAUSE_MS);
    } catch {
      // no answer, or half of one
    }
    if (Date.now() + pauseMs > deadline)
      throw new Error(`${request.method ?? 'GET'} ${url}: still ${why} after ${patienceMs} ms`);
    onRepeat(why);
    await delay(pauseMs);
  }
}
