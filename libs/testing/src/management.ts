import { eventually, type EventuallyOptions } from './eventually.ts';

export interface QueueInfo {
  name: string;
  type: string;
  arguments: Record<string, unknown>;
  /** Ready, unacknowledged and waiting for at-least-once dead-lettering (`messages_dlx`); AMQP's messageCount is only the first. */
  messages?: number;
  messages_ready?: number;
  messages_unacknowledged?: number;
  consumers?: number;
}
export interface Binding {
  source: string;
  destination: string;
  destination_type: 'queue' | 'exchange';
  routing_key: string;
  properties_key: string;
}
export interface Connection {
  name: string;
  user: string;
  /** What the client called itself, amqplib's `clientProperties.connection_name`. */
  client_properties?: { connection_name?: string };
}
export interface Consumer {
  consumer_tag: string;
  ack_required: boolean;
  prefetch_count: number;
  queue: { name: string };
  channel_details: { connection_name?: string };
}

/** Regular expressions, as a service's `topology` prints them under `rights`. */
export interface Rights {
  configure: string;
  write: string;
  read: string;
  topics: { exchange: string; write: string; read: string };
}

/** RabbitMQ's management API, limited to one vhost. Its figures lag: up to 10 s for depths, 5 s for connections. */
export class Management {
  private readonly vhost: string;

  constructor(
    private readonly server: URL,
    vhost: string,
  ) {
    this.vhost = encodeURIComponent(vhost);
  }

  /** One call, for whatever the methods below do not cover. `path` starts after `/api`. @throws Error on any status but 2xx. */
  async call<Answer>(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> {
    const { origin, username, password } = this.server;
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const response = await fetch(`${origin}/api${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(login).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as Answer;
  }

  createVhost = () => this.call<void>('PUT', `/vhosts/${this.vhost}`, { description: 'made by a test' });
  /** Also when it is gone already. */
  deleteVhost = () => this.call('DELETE', `/vhosts/${this.vhost}`).then(() => true, unlessGone);
  allow = (user: string) =>
    this.call<void>('PUT', `/permissions/${this.vhost}/${encodeURIComponent(user)}`, {
      configure: '.*',
      write: '.*',
      read: '.*',
    });

  /** Gives a user these rights in this vhost, and no others. RabbitMQ 4.3 refuses topic permissions for an exchange that is not there yet. */
  async grant(user: string, { topics, ...permissions }: Rights): Promise<void> {
    const path = `${this.vhost}/${encodeURIComponent(user)}`;
    await this.call('PUT', `/exchanges/${this.vhost}/${encodeURIComponent(topics.exchange)}`, {
      type: 'topic',
      durable: true,
    });
    await this.call('PUT', `/permissions/${path}`, permissions);
    await this.call('PUT', `/topic-permissions/${path}`, topics);
  }

  /** Asked again where it answers 500, as it does now and then on a busy machine, without a word why. */
  queues = () => eventually(() => this.call<QueueInfo[]>('GET', `/queues/${this.vhost}`));
  bindings = () => this.call<Binding[]>('GET', `/bindings/${this.vhost}`);
  connections = () => this.call<Connection[]>('GET', `/vhosts/${this.vhost}/connections`);
  consumers = () => this.call<Consumer[]>('GET', `/consumers/${this.vhost}`);
  deleteQueue = (name: string) => this.call<void>('DELETE', `/queues/${this.vhost}/${encodeURIComponent(name)}`);

  /** Removes every binding from `exchange` to `queue`. @throws Error when there is none: the test would prove nothing. */
  async deleteBinding(exchange: string, queue: string): Promise<void> {
    const path = `/bindings/${this.vhost}/e/${encodeURIComponent(exchange)}/q/${encodeURIComponent(queue)}`;
    const bindings = await this.call<Binding[]>('GET', path);
    if (bindings.length === 0) throw new Error(`no binding from ${exchange} to ${queue}`);
    for (const { properties_key } of bindings) {
      await this.call('DELETE', `${path}/${encodeURIComponent(properties_key)}`);
    }
  }

  /** Messages per queue, streams left out (they keep what was read). A queue without figures yet counts as NaN. */
  async depths(): Promise<Record<string, number>> {
    const queues = (await this.queues()).filter(({ type }) => type !== 'stream');
    return Object.fromEntries(queues.map(({ name, messages }) => [name, messages ?? NaN]));
  }

  /** Ids and headers of the messages that wait in `queue`, 1,000 at most; they stay there. Asked of the queue itself: nothing lags. */
  async peek(queue: string): Promise<{ id: string; headers: Record<string, unknown> }[]> {
    type Message = { properties: { message_id: string; headers?: Record<string, unknown> } };
    const look = { count: 1_000, ackmode: 'ack_requeue_true', encoding: 'auto' };
    const path = `/queues/${this.vhost}/${encodeURIComponent(queue)}/get`;
    const messages = await this.call<Message[]>('POST', path, look);
    return messages.map(({ properties: { message_id: id, headers = {} } }) => ({ id, headers }));
  }

  /** Closes the connections whose client name passes, as an operator would. Waits until the lagging list shows at least one. */
  async killConnections(passes: (name: string) => boolean = () => true, options?: EventuallyOptions): Promise<number> {
    return eventually(async () => {
      const victims = (await this.connections()).filter((it) => passes(it.client_properties?.connection_name ?? ''));
      const killed = await Promise.all(victims.map(({ name }) => this.kill(name)));
      return killed.filter(Boolean).length || false;
    }, options);
  }

  private kill(name: string): Promise<boolean> {
    return this.call('DELETE', `/connections/${encodeURIComponent(name)}`).then(() => true, unlessGone);
  }
}

/** The lists lag: what they show may be gone already. */
function unlessGone(error: Error): false {
  if (error.message.includes(': 404 ')) return false;
  throw error;
}
