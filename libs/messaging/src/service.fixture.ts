import 'reflect-metadata';
import { Controller, type INestMicroservice, Module, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CLOUDEVENTS_CONTENT_TYPE, type Event, UserSignedUp } from '@tributary/contracts';
import { configureLogging } from '@tributary/telemetry';
import type { ConsumeMessage, Options } from 'amqplib';
import { applyTopology } from './apply-topology.ts';
import { connectToBroker } from './connect.ts';
import type { Delivery } from './delivery.ts';
import { EventConsumer, type EventConsumerOptions } from './event-consumer.ts';
import { EVENTS_EXCHANGE } from './names.ts';
import { On, type OnOptions } from './on.ts';
import { topologyOf, type Topology } from './topology.ts';

configureLogging({ level: 'silent', service: 'test' });

export const QUEUE = 'email.user.signed-up.v1';

/** A controller with one handler of `user.signed-up.v1`. */
export function handling(react: (event: UserSignedUp, delivery: Delivery) => unknown, options?: OnOptions): Type {
  @Controller()
  class Handlers {
    @On(UserSignedUp, options)
    async react(event: UserSignedUp, delivery: Delivery): Promise<void> {
      await react(event, delivery);
    }
  }
  return Handlers;
}

export interface Service extends AsyncDisposable {
  consumer: EventConsumer;
  app: INestMicroservice;
  topology: Topology;
  close(): Promise<void>;
}

interface ServiceOptions extends Partial<EventConsumerOptions> {
  handlers: Type[];
  providers?: Provider[];
  retryDelaysMs?: number[];
  /** Where setup goes when the service itself goes through a proxy. */
  setupUrl?: string;
  service?: string;
  setup?: boolean;
}

/** A whole Nest microservice called `email` with these handlers, its topology applied. */
export async function startService(url: string, options: ServiceOptions): Promise<Service> {
  const {
    handlers,
    providers = [],
    retryDelaysMs = [50],
    setupUrl = url,
    setup = true,
    service = 'email',
    ...rest
  } = options;
  const topology = topologyOf({ service, handlers, retryDelaysMs });
  if (setup) await applyTopology(setupUrl, topology);
  const consumer = new EventConsumer({ url, topology, checkIntervalMs: 200, pauseMs: 50, ...rest });

  @Module({ controllers: handlers, providers })
  class TestModule {}

  const app = await NestFactory.createMicroservice(TestModule, { strategy: consumer, logger: false });
  await app.listen();
  const close = () => app.close();
  return { consumer, app, topology, close, [Symbol.asyncDispose]: close };
}

/** A bare amqplib client: what other people's software would be. */
export async function rawClient(url: string) {
  const connection = await connectToBroker(url, 'raw client');
  connection.on('error', () => undefined);
  const channel = await connection.createConfirmChannel();
  const publishRaw = async (
    routingKey: string,
    body: Buffer,
    options: Options.Publish = {},
    exchange = EVENTS_EXCHANGE,
  ) => {
    channel.publish(exchange, routingKey, body, { persistent: true, ...options });
    await channel.waitForConfirms();
  };
  const close = () => connection.close().catch(() => undefined);
  return {
    connection,
    channel,
    publishRaw,
    publish: (event: Event, options: Options.Publish = {}) =>
      publishRaw(event.type, Buffer.from(JSON.stringify(event)), {
        messageId: event.id,
        type: event.type,
        contentType: CLOUDEVENTS_CONTENT_TYPE,
        ...options,
      }),
    /** The next message of a queue, taken from it; false when there is none. */
    take: async (queue: string): Promise<Pick<ConsumeMessage, 'content' | 'properties' | 'fields'> | false> =>
      (await channel.get(queue, { noAck: true })) as ConsumeMessage | false,
    /** Ready messages: what no consumer holds. */
    ready: async (queue: string) => (await channel.checkQueue(queue)).messageCount,
    close,
    [Symbol.asyncDispose]: close,
  };
}
