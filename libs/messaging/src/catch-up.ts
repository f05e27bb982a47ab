import { setTimeout as delay } from 'node:timers/promises';
import { CLOUDEVENTS_CONTENT_TYPE, type Event } from '@tributary/contracts';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { checkTopology } from './check-topology.ts';
import { ConfirmingChannel } from './confirming-channel.ts';
import { connectToBroker } from './connect.ts';
import { dispose } from './kept-connection.ts';
import { offsetOf, tryRecord } from './log-record.ts';
import { type LogPosition, LogSubscription } from './log-subscription.ts';
import { propertiesForAnotherTrip } from './message-headers.ts';
import { EVENT_LOG, EVENTS_EXCHANGE, Header, returnExchange, subscriptionQueue } from './names.ts';
import { refusal } from './own-channel.ts';
import type { Topology } from './topology.ts';

/** Records at once: see `LogReaderOptions`. */
const BATCH = 100;
/** More than a publish takes that was routed before the queue was bound, and less than anybody minds. */
const MARGIN_MS = 2_000;
/** The log finds a time by the broker's clock, `since` is by another. */
const CLOCKS_MS = 60_000;
/** A marker is in the log before it is confirmed: if nothing comes for so long, it went past the log. */
const SILENCE_MS = 30_000;

export interface CatchUpOptions {
  /** The login of `setup`, or another that may read `events.log` and write to `events` and `<service>.return`. */
  url: string;
  topology: Topology;
  /** From where on in the log: a time, or the oldest record there is. Records of about a minute before the time are read as well. */
  since: Date | 'first';
  /** Types of facts, all that the service hears unless given. */
  only?: readonly string[];
  /** Which of these ids (UUIDs in lower case) the service has handled. The others are put into its queues. */
  handled(ids: string[]): Promise<ReadonlySet<string>>;
  /** A new fact, stated to find the present in the log: see `announcementOf`. */
  marker(): Event;
  onProgress?(progress: CatchUpProgress): void;
  signal?: AbortSignal;
}

export interface CatchUpProgress {
  /** Messages of the log. */
  read: number;
  /** The facts among them that the service hears. */
  heard: number;
  /** Those that it had not handled, and that are in its queues now. Some may have been waiting there already. */
  missing: number;
  /** When the oldest fact of the log was stated, if older ones were asked for and are not in it any more. */
  beginsAt?: string;
}

/**
 * Reads the log up to the present and puts into the service's queues what it hears and has not handled, byte for byte, through its own
 * return exchange: nobody else gets anything. Its inbox and natural keys take care of what comes twice, so this may be repeated,
 * interrupted, or run by several at once while the service works.
 * @throws what the broker refuses; the reason of `signal`. What is in the queues then stays there.
 */
export async function catchUp(options: CatchUpOptions): Promise<CatchUpProgress> {
  const { url, topology, marker, since, signal = new AbortController().signal } = options;
  const connection = await connectToBroker(url, `${topology.service} catch-up`);
  connection.on('error', () => undefined);
  try {
    // From here on the queues get what is stated: the log has to be read up to a point after this one.
    const { problems } = await checkTopology(connection, topology);
    if (problems.length > 0) throw new Error(problems.map(({ detail }) => detail).join('; '));
    const sender = new ConfirmingChannel(await connection.createConfirmChannel());
    const subscription = await subscribe(connection, since === 'first' ? since : new Date(+since - CLOCKS_MS), BATCH);
    const first = await state(sender, marker());
    const beginsAt = await beginOf(connection, since, signal);
    const progress: CatchUpProgress = { read: 0, heard: 0, missing: 0, ...(beginsAt && { beginsAt }) };
    await readUpTo(first, subscription, sender, { ...options, signal, progress });
    // A fact that was routed just before the queue was bound is not in the queue, and may be behind the marker in the log: it
    // came on another connection. A second marker, stated when such a publish has long ended, is behind it.
    await delay(MARGIN_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    await readUpTo(await state(sender, marker()), subscription, sender, { ...options, signal, progress });
    return progress;
  } finally {
    await dispose(connection);
  }
}

/** @returns its id, when the broker has it. */
async function state(sender: ConfirmingChannel, event: Event): Promise<string> {
  const { id, type } = event;
  const headers = { [Header.publishedAt]: Date.now() };
  const properties = { messageId: id, type, contentType: CLOUDEVENTS_CONTENT_TYPE, headers };
  await sender.send({
    exchange: EVENTS_EXCHANGE,
    routingKey: type,
    body: Buffer.from(JSON.stringify(event)),
    properties,
  });
  return id;
}

/** @returns when the log's oldest fact was stated, where that is later than asked for and others were before it. */
async function beginOf(
  connection: ChannelModel,
  since: Date | 'first',
  signal: AbortSignal,
): Promise<string | undefined> {
  const subscription = await subscribe(connection, 'first', 1);
  const [oldest] = await subscription.take(1, AbortSignal.any([signal, AbortSignal.timeout(SILENCE_MS)]));
  await subscription.close();
  if (!oldest || offsetOf(oldest) === 0) return undefined;
  const time = tryRecord(oldest)?.event.time ?? '';
  return since === 'first' || Date.parse(time) > +since ? time : undefined;
}

async function subscribe(connection: ChannelModel, from: LogPosition, prefetch: number): Promise<LogSubscription> {
  try {
    return await LogSubscription.open(connection, from, prefetch);
  } catch (error) {
    throw new Error(refusal(`queue ${EVENT_LOG}`, error).detail, { cause: error });
  }
}

type Reading = CatchUpOptions & { signal: AbortSignal; progress: CatchUpProgress };

async function readUpTo(
  marker: string,
  subscription: LogSubscription,
  sender: ConfirmingChannel,
  reading: Reading,
): Promise<void> {
  const { signal, progress, onProgress } = reading;
  for (let found = false; !found;) {
    const messages = await subscription.take(BATCH, AbortSignal.any([signal, AbortSignal.timeout(SILENCE_MS)]));
    signal.throwIfAborted();
    if (messages.length === 0) throw new Error(`what is stated does not reach ${EVENT_LOG}: run setup`);
    found = messages.some((message) => message.properties.messageId === marker);
    await putBack(messages, sender, reading);
    subscription.ack(messages);
    onProgress?.({ ...progress });
  }
}

async function putBack(messages: ConsumeMessage[], sender: ConfirmingChannel, reading: Reading): Promise<void> {
  const { topology, only = topology.hears, handled, progress } = reading;
  const { service } = topology;
  const heard = messages.flatMap((message) => {
    const event = tryRecord(message)?.event;
    return event && only.includes(event.type) ? [{ message, type: event.type, id: event.id }] : [];
  });
  const known = heard.length > 0 ? await handled(heard.map(({ id }) => id)) : new Set();
  const missing = heard.filter(({ id }) => !known.has(id));
  const put = ({ message, type }: (typeof missing)[number]) =>
    sender.send({
      exchange: returnExchange(service),
      routingKey: subscriptionQueue(service, type),
      body: message.content,
      properties: propertiesForAnotherTrip(message.properties),
    });
  await Promise.all(missing.map(put));
  progress.read += messages.length;
  progress.heard += heard.length;
  progress.missing += missing.length;
}
