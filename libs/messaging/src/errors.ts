/** Thrown by a handler when trying again cannot help: the message goes to `<service>.dead` at once. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
  /** A code of the service's own `errors.ts`. */
  readonly code: string | undefined;

  constructor(message: string, options: { cause?: unknown; code?: string } = {}) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

/** Another fact was handled under this id already, and it was not this one. The first one stays. */
export class EventIdReused extends Error {
  override readonly name = 'EventIdReused';
}

/** Process after process ended without a word while it handled this message, and nothing else. */
export class CrashedTheProcess extends Error {
  override readonly name = 'CrashedTheProcess';
}

/** It still waited for its turn when the process was told to stop, or lost the broker. Nothing happened, and the broker hands it out again. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';
}

/** The handler did not finish in its `timeoutMs`. It may still be running: only the inbox keeps a second run harmless. */
export class HandlerTimeout extends Error {
  override readonly name = 'HandlerTimeout';
}

/** The broker took the message but no queue is bound for it: it is gone, and the publisher knows. */
export class Unroutable extends Error {
  override readonly name = 'Unroutable';
}

/** The broker refused the message (`basic.nack`), for instance because a bound queue is full. */
export class Nacked extends Error {
  override readonly name = 'Nacked';
}

/** No confirm in time. The message may or may not have arrived: publish it again, readers drop the repeat. */
export class ConfirmTimeout extends Error {
  override readonly name = 'ConfirmTimeout';
}

/** No connection, or it was lost before the confirm. The message may or may not have arrived. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected';
}

/** What the broker has is not what the topology says, and no command can turn the one into the other. */
export class TopologyConflict extends Error {
  override readonly name = 'TopologyConflict';
}

/** The handlers Nest bound are not the ones the topology was derived from. */
export class HandlerMismatch extends Error {
  override readonly name = 'HandlerMismatch';
}

/** The certificate that the broker shows is not one to trust: waiting cannot cure that. */
export class CertificateRefused extends Error {
  override readonly name = 'CertificateRefused';
}
