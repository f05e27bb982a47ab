import type { Withdrawal } from './mix.ts';

/** A signup that HTTP accepted, and what it accepted for it afterwards. */
export interface Signup {
  /** Of the intent, for reports. */
  who: string;
  id: string;
  /** The idempotency key of the request that was accepted. */
  key: string;
  /** The canonical spelling. */
  address: string;
  displayName: string;
  /** The workspace names accepted, one per attempt, the first with the signup itself. Every one but the last has failed. */
  names: string[];
  withdrawn?: Withdrawal;
}

/** What HTTP answered, and nothing else: whatever must exist is derived from it. */
export interface Ledger {
  accepted: Signup[];
  /** Refused because the address is taken (409): nothing may exist of them. */
  refused: { who: string; address: string }[];
  /** How often a request was sent again, by the reason: `no answer`, `503`. */
  repeats: Record<string, number>;
  /** Answers that no honest service gives, such as two different ones to one idempotency key. */
  contradictions: string[];
}

export const emptyLedger = (): Ledger => ({ accepted: [], refused: [], repeats: {}, contradictions: [] });
