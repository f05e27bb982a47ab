import { type Attributes, type Context, type Span, SpanKind } from '@opentelemetry/api';
import { instruments } from './metrics.ts';
import { errorType, withSpan } from './with-span.ts';

/** One message as its span describes it. */
export interface MessageFacts {
  /** The exchange it is sent to, or the queue it is processed from. */
  destination: string;
  routingKey?: string;
  messageId?: string;
  /** The correlation id of the event. */
  conversationId?: string;
  /** Bytes. */
  bodySize?: number;
}

/**
 * Runs `send` inside a `send <exchange>` span below the message's own trace, and counts the message as sent.
 */
export async function withSendSpan<Result>(
  message: MessageFacts,
  parent: Context,
  send: (span: Span) => Promise<Result>,
): Promise<Result> {
  const common = operation(message.destination, 'send', 'send');
  const settings = { kind: SpanKind.PRODUCER, parent, attributes: describe(message, common) };
  try {
    const result = await withSpan(`send ${message.destination}`, settings, send);
    instruments.sent.add(1, common);
    return result;
  } catch (error) {
    instruments.sent.add(1, { ...common, 'error.type': errorType(error) });
    throw error;
  }
}

/**
 * Runs `process` inside a `process <queue>` span whose parent is the message's own trace, and measures it.
 * @throws what `process` throws, after recording it
 */
export async function withProcessSpan<Result>(
  message: MessageFacts,
  parent: Context,
  process: (span: Span) => Promise<Result>,
): Promise<Result> {
  const common = operation(message.destination, 'process', 'process');
  const settings = { kind: SpanKind.CONSUMER, parent, attributes: describe(message, common) };
  const start = performance.now();
  let failure: Attributes | undefined;
  try {
    return await withSpan(`process ${message.destination}`, settings, process);
  } catch (error) {
    failure = { 'error.type': errorType(error) };
    throw error;
  } finally {
    const labels = failure ? { ...common, ...failure } : common;
    instruments.consumed.add(1, labels);
    instruments.processDuration.record((performance.now() - start) / 1000, labels);
  }
}

// Few values each, so they also label the metrics. Semantic conventions 1.45 renamed messaging.system to
// messaging.system.name; trace backends still look for the old name.
function operation(destination: string, name: string, type: string): Attributes {
  return {
    'messaging.system': 'rabbitmq',
    'messaging.system.name': 'rabbitmq',
    'messaging.operation.name': name,
    'messaging.operation.type': type,
    'messaging.destination.name': destination,
  };
}

function describe(message: MessageFacts, common: Attributes): Attributes {
  return {
    ...common,
    'messaging.rabbitmq.destination.routing_key': message.routingKey,
    'messaging.message.id': message.messageId,
    'messaging.message.conversation_id': message.conversationId,
    'messaging.message.body.size': message.bodySize,
  };
}
