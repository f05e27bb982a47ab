import { setTimeout as delay } from 'node:timers/promises';
import { ask, type Answer } from './ask.ts';
import type { Ledger, Signup } from './ledger.ts';
import { canonical, type Intent } from './mix.ts';

interface Status {
  settled: boolean;
  steps: { name: string; state: 'pending' | 'done' | 'failed' }[];
}

/** Signup's HTTP interface as a patient client uses it; the ledger is written here and nowhere else. */
export class Player {
  readonly #ledger: Ledger;
  readonly #signup: string;
  readonly #patienceMs: number;
  readonly #giveUp: AbortSignal | undefined;
  readonly #tokens = new Map<string, string>();

  constructor(ledger: Ledger, options: { signup: string; patienceMs: number; giveUp?: AbortSignal }) {
    this.#ledger = ledger;
    this.#signup = options.signup;
    this.#patienceMs = options.patienceMs;
    this.#giveUp = options.giveUp;
  }

  /** @returns undefined when the address is taken */
  async signUp({
    who,
    email,
    displayName,
    workspaceNames: [workspaceName],
    ...intent
  }: Intent): Promise<Signup | undefined> {
    const key = intent.idempotencyKey;
    const body = { email, displayName, workspaceName };
    const send = () => this.#ask('POST', '/signups', { body, headers: { 'idempotency-key': key } });
    const [answer, ...others] = await Promise.all(Array.from({ length: intent.requests }, send));
    if (!answer) throw new Error(`${who} sends no request`);
    const address = canonical(email);
    for (const other of others) {
      if (other.status === answer.status && other.body['id'] === answer.body['id']) continue;
      this.#ledger.contradictions.push(`two answers to the key ${key}: ${inWords(answer)}, ${inWords(other)}`);
    }
    if (answer.status === 409) {
      this.#ledger.refused.push({ who, address });
      return undefined;
    }
    if (answer.status !== 202) throw new Error(`${who} cannot sign up: ${inWords(answer)}`);
    const signup: Signup = { who, id: String(answer.body['id']), key, address, displayName, names: [workspaceName] };
    this.#tokens.set(signup.id, String(answer.body['manageToken']));
    this.#ledger.accepted.push(signup);
    return signup;
  }

  /** Waits until the page says so. */
  async until(signup: Signup, reached: 'when-failed' | 'when-settled'): Promise<void> {
    const deadline = Date.now() + this.#patienceMs;
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 1.5, 1_500)) {
      const answer = await this.#ask('GET', `/signups/${signup.id}`);
      if (answer.status !== 200) throw new Error(`${signup.who} has no status: ${inWords(answer)}`);
      const { settled, steps } = answer.body as unknown as Status;
      if (settled && reached === 'when-settled') return;
      if (reached === 'when-failed' && steps.some(({ name, state }) => name === 'workspace' && state === 'failed'))
        return;
      if (Date.now() > deadline || this.#giveUp?.aborted)
        throw new Error(`${signup.who} (${signup.id}) waits too long: ${JSON.stringify(steps)}`);
      await delay(pauseMs);
    }
  }

  /** A repeat may be told that the name has been refused already: then the first request was accepted. */
  async choose(signup: Signup, workspaceName: string): Promise<void> {
    const answer = await this.#ask('PUT', `/signups/${signup.id}/workspace-name`, { body: { workspaceName }, signup });
    const accepted = answer.status === 202 || answer.body['code'] === 'WORKSPACE_NAME_REFUSED';
    if (!accepted) throw new Error(`${signup.who} cannot choose "${workspaceName}": ${inWords(answer)}`);
    signup.names.push(workspaceName);
  }

  async withdraw(signup: Signup, when: NonNullable<Intent['withdraws']>): Promise<void> {
    const answer = await this.#ask('DELETE', `/signups/${signup.id}`, { signup });
    if (answer.status !== 204) throw new Error(`${signup.who} cannot withdraw: ${inWords(answer)}`);
    signup.withdrawn = when;
  }

  #ask(method: string, path: string, more: { body?: object; headers?: object; signup?: Signup } = {}): Promise<Answer> {
    const { body, headers, signup } = more;
    const request = {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(signup && { authorization: `Bearer ${this.#tokens.get(signup.id)}` }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    };
    const { repeats } = this.#ledger;
    const onRepeat = (why: string) => void (repeats[why] = (repeats[why] ?? 0) + 1);
    return ask(`${this.#signup}${path}`, request, { patienceMs: this.#patienceMs, onRepeat });
  }
}

const inWords = ({ status, body }: Answer) => `${status} ${JSON.stringify(body)}`;
