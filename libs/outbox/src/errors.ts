/** An event too big to travel. Stating it again cannot help. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
  readonly code = 'OUTBOX_EVENT_TOO_LARGE';
}

/** More work waits than can be done soon. Nothing of it was begun: trying again later is safe. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
  readonly code = 'OUTBOX_OVERLOADED';
}
