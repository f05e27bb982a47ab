import { canonical, idempotencyKeyOf } from '../ledger/mix.ts';
import { intentOf, type World } from '../world.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

interface Request {
  who: string;
  email?: string;
  key?: string;
}

/** Somebody with an HTTP client and no patience: nothing is sent again. What is accepted is in the world's ledger all the same. */
export class Stranger {
  readonly #world: World;
  /** Signups that were answered, whatever the answer. */
  answered = 0;

  constructor(world: World) {
    this.#world = world;
  }

  url(service: string): string {
    return this.#world.stack.urls.services[service] ?? '';
  }

  /** All of them in one moment. */
  signUpAtOnce(requests: Request[]): Promise<Answer[]> {
    return Promise.all(requests.map((request) => this.#signUp(request)));
  }

  /** Signs up and keeps the token. */
  async holder(who: string): Promise<{ id: string; token: string }> {
    const { body } = await this.#signUp({ who });
    return { id: String(body['id']), token: String(body['manageToken']) };
  }

  post(body: object, key?: string): Promise<Answer> {
    return this.#send('POST', '/signups', { ...(key && { 'idempotency-key': key }) }, body);
  }

  /** A change to a signup, with this token or none. */
  ask(method: string, path: string, token?: string): Promise<Answer> {
    const body = method === 'PUT' ? { workspaceName: 'Mine' } : undefined;
    return this.#send(method, path, token ? { authorization: `Bearer ${token}` } : {}, body);
  }

  /** What a browser without scripts shows after the form was sent. */
  async formAfter(fields: Record<string, string>): Promise<string> {
    const answer = await fetch(this.url('signup'), { method: 'POST', body: new URLSearchParams(fields) });
    return answer.text();
  }

  async #signUp({ who, email, key = idempotencyKeyOf(`only-${who}`) }: Request): Promise<Answer> {
    const intent = intentOf(who);
    const { displayName, workspaceNames } = intent;
    const [workspaceName] = workspaceNames;
    const typed = email ?? intent.email;
    const answer = await this.post({ email: typed, displayName, workspaceName }, key);
    this.answered += 1;
    const id = String(answer.body['id']);
    const { accepted } = this.#world.ledger;
    if (answer.status === 202 && !accepted.some((signup) => signup.id === id)) {
      accepted.push({ who, id, key, address: canonical(typed), displayName, names: [workspaceName] });
    }
    return answer;
  }

  async #send(method: string, path: string, headers: Record<string, string>, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.url('signup')}${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? (JSON.parse(text) as Answer['body']) : {} };
  }
}
