import { decodeUtf8, type Event, type EventContract } from '@tributary/contracts';

/** A body that is not this queue's fact; delivering it again cannot help. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly reason: 'not-json' | 'unknown-type';

  constructor(reason: 'not-json' | 'unknown-type', message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * The fact in a message body. The type comes from the envelope: after a backoff tier the routing key is the queue's name.
 * @throws Unreadable | InvalidEvent, neither of which quotes the body.
 */
export function readEvent(contract: EventContract, body: Buffer): Event {
  const json = parseJson(body);
  const type = typeof json === 'object' && json !== null && 'type' in json ? json.type : undefined;
  if (typeof type === 'string' && type !== contract.type) {
    throw new Unreadable('unknown-type', `nothing here handles "${type.slice(0, 100)}", only "${contract.type}"`);
  }
  return contract.parse(json);
}

/** @throws Unreadable */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(decodeUtf8(body));
  } catch {
    throw new Unreadable('not-json', 'the body is not JSON in UTF-8');
  }
}
