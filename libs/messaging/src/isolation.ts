import { logger } from '@tributary/telemetry';
import type { Delivery } from './delivery.ts';
import { CrashedTheProcess, NotBegun } from './errors.ts';
import { Room } from './room.ts';

const log = logger('messaging');
/** One was made while others were handled beside it, and says little. Two were made alone: somebody stopping the process twice just then is not likely. */
const MARKS_OF_A_CULPRIT = 3;

/** What is remembered of messages that are being handled, where the end of the process does not reach it. By the event's id and the queue. */
export interface CrashMarks {
  /** How often handling it was begun and never ended. */
  count(eventId: string, queue: string): Promise<number>;
  add(eventId: string, queue: string): Promise<void>;
  clear(eventId: string, queue: string): Promise<void>;
}

/**
 * Finds the message that ends the process among all that are in flight when it does. To the broker they are alike: all are redelivered,
 * as after a lost connection, and all come closer to the delivery limit. So a redelivered message is marked while it is handled. Who has
 * no mark goes with the others, as fast as ever; who has one was there at two crashes at least and goes alone, everything else waiting;
 * who has three has ended the process twice with nobody else there.
 */
export class Isolation {
  readonly #marks: CrashMarks | undefined;
  readonly #room = new Room();
  readonly #marked = new Set<{ eventId: string; queue: string }>();
  #stopping = false;

  /** @param marks none: redelivered messages are like any other, and the delivery limit is all there is */
  constructor(marks?: CrashMarks) {
    this.#marks = marks;
  }

  /**
   * Handles one message, when it may be.
   * @throws what `handle` throws; CrashedTheProcess without handling it; NotBegun when it still had to wait at `stop`
   */
  async run<Result>(eventId: string, { queue, redelivered }: Delivery, handle: () => Promise<Result>): Promise<Result> {
    if (!this.#marks) return handle();
    if (!redelivered) return this.#room.together(() => this.#begin(handle));
    const count = await this.#marks.count(eventId, queue);
    if (count >= MARKS_OF_A_CULPRIT) {
      throw new CrashedTheProcess(
        `the process ended ${count} times while it was handled, the last times with nothing beside it`,
      );
    }
    const marked = () => this.#begin(() => this.#withMark(this.#marks as CrashMarks, { eventId, queue }, handle));
    if (count === 0) return this.#room.together(marked);
    log.warn({ queue, event_id: eventId, count }, 'a message is handled alone: processes ended while it was handled');
    return this.#room.alone(marked);
  }

  /** From now on nothing begins. */
  stop(): void {
    this.#stopping = true;
  }

  /** What still runs and is left behind has not ended the process. */
  async forgive(): Promise<void> {
    await Promise.allSettled([...this.#marked].map(({ eventId, queue }) => this.#marks?.clear(eventId, queue)));
  }

  async #begin<Result>(handle: () => Promise<Result>): Promise<Result> {
    if (this.#stopping) throw new NotBegun('the process is shutting down');
    return handle();
  }

  async #withMark<Result>(
    marks: CrashMarks,
    message: { eventId: string; queue: string },
    handle: () => Promise<Result>,
  ): Promise<Result> {
    const { eventId, queue } = message;
    await marks.add(eventId, queue);
    this.#marked.add(message);
    try {
      return await handle();
    } finally {
      this.#marked.delete(message);
      // A mark that stays costs a later crash a little time, and is forgotten like inbox rows are.
      await marks
        .clear(eventId, queue)
        .catch((err) => log.warn({ err, queue, event_id: eventId }, 'a crash mark stays'));
    }
  }
}
