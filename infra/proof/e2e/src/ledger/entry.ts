/** One thing that exists somewhere: a row, a message, a mail. */
export interface Entry {
  /** The table, the queue, the mailbox: `email.mails`. */
  where: string;
  /** The id of the signup it belongs to; empty when it belongs to nobody's. */
  whose: string;
  /** In words, and all that matters of it: two things that differ never read the same. */
  what: string;
}

/**
 * All the ways in which something can have gone; one of them must hold, whole. Usually there is one. There are more where a withdrawal and
 * a reaction were on their way at the same time: nobody outside knows which was first, but a mail that is recorded as sent is also stated,
 * and in the mailbox.
 */
export type Expectation = Entry[][];
