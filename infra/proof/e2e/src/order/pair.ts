/** The facts that a pair is made of: what each is, `facts-of.ts` knows. */
export type FactName =
  | 'signed-up'
  | 'signed-up-reserved'
  | 'name-2'
  | 'name-2-reserved'
  | 'name-3'
  | 'provisioned'
  | 'provisioned-2'
  | 'failed'
  | 'welcome-sent'
  | 'welcome-refused'
  | 'ready-sent'
  | 'withdrawn'
  | 'removed';

/** Two facts about one person that a service can hear in either order. */
export interface Pair {
  /** Who hears them. */
  service: 'signup' | 'email' | 'workspace-provisioning' | 'analytics';
  /** Heard before either, because both follow from it. */
  before?: FactName;
  /** In the order in which they were stated, or would be. */
  first: FactName;
  second: FactName;
  /** How the second can be heard first. */
  because: string;
  /** What the service does then. */
  then: string;
  /** What it holds in the end, and what it has stated: entries of the ledger. */
  end: string[];
  /** Where the order makes a difference that is meant: the end when the second came first. */
  otherwise?: string[];
}

/** What a service has stated: it stays in the outbox while no relay runs. */
export const states = (service: Pair['service'], ...types: string[]) =>
  types.map((type) => `${service}.outbox: ${type} is not published`);
