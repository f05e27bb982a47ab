import { once } from 'node:events';
import { CLOUDEVENTS_CONTENT_TYPE, type Event } from '@tributary/contracts';
import { connectAmqp } from './connect-amqp.ts';

/** States facts as other services' relays do. */
export interface FactPublisher {
  /** One after the other. @returns when the broker has confirmed all of them. @throws Error naming a fact that no queue has taken */
  publish(events: Event[], headersOf?: (event: Event) => object): Promise<void>;
  close(): Promise<void>;
}

/** Written for the wire as it is documented, not with our own publisher: a service has to understand whoever keeps to it. */
export async function factPublisher(url: string): Promise<FactPublisher> {
  const connection = await connectAmqp(url, 'fact publisher');
  connection.on('error', () => undefined); // a test may delete the vhost first
  const ended = once(connection, 'close');
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => undefined);
  const unroutable = new Set<string>();
  channel.on('return', ({ properties }) => unroutable.add(String(properties.messageId)));

  async function publish(events: Event[], headersOf: (event: Event) => object = () => ({})): Promise<void> {
    for (const event of events) {
      const { id: messageId, type } = event;
      const options = { messageId, type, contentType: CLOUDEVENTS_CONTENT_TYPE, persistent: true, mandatory: true };
      const body = Buffer.from(JSON.stringify(event));
      channel.publish('events', type, body, { ...options, headers: headersOf(event) });
    }
    await channel.waitForConfirms();
    const lost = events.filter(({ id }) => unroutable.has(id));
    if (lost.length > 0) throw new Error(`no queue takes ${lost.map(({ type, id }) => `${type} ${id}`).join(', ')}`);
  }
  async function close(): Promise<void> {
    // Rejects when it is closed already.
    await connection.close().catch(() => undefined);
    await ended;
  }
  return { publish, close };
}
