import { CLOUDEVENTS_CONTENT_TYPE, type Event } from '@tributary/contracts';
import { type ConfirmChannel, connect } from 'amqplib';

/** Puts facts where one service finds them, and nobody else: as `catch-up` does. For analytics that is the event log. */
export interface Courier extends AsyncDisposable {
  deliver(service: string, ...bodies: (Event | Buffer)[]): Promise<void>;
}

/** @param amqpUrl of an administrator: no service may do this */
export async function courier(amqpUrl: string): Promise<Courier> {
  const connection = await connect(amqpUrl);
  const channel = await connection.createConfirmChannel();
  return {
    async deliver(service, ...bodies) {
      for (const body of bodies) send(channel, service, Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)));
      await channel.waitForConfirms();
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

function send(channel: ConfirmChannel, service: string, body: Buffer): void {
  const { id, type } = JSON.parse(body.toString()) as Event;
  const properties = { messageId: id, type, contentType: CLOUDEVENTS_CONTENT_TYPE, persistent: true };
  if (service === 'analytics') channel.sendToQueue('events.log', body, properties);
  else channel.publish(`${service}.return`, `${service}.${type}`, body, properties);
}
