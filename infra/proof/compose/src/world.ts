import {
  emptyLedger,
  everybodysName,
  idempotencyKeyOf,
  type Intent,
  type Ledger,
  play,
  type Signup,
} from '@tributary/e2e';
import type { ServiceTopology } from '@tributary/local';
import { type Addresses, json } from './addresses.ts';
import type { Compose } from './compose.ts';
import type { Mailbox } from './mailbox.ts';

/** What `node dist/main.js topology` prints, as far as the check needs it. */
export interface Topology extends ServiceTopology {
  exchanges: { name: string }[];
  queues: { name: string }[];
}

/** The running stack, and everything that was accepted in it. */
export interface World {
  compose: Compose;
  at: Addresses;
  topologies: Topology[];
  mailbox: Mailbox;
  ledger: Ledger;
  /** How often something was killed between which and the mail server a mail may be in doubt. */
  crashes: number;
}

/** While something is down, and until it has caught up. */
const PATIENCE_MS = 240_000;

export const newWorld = (start: Omit<World, 'ledger' | 'crashes'>): World => ({
  ...start,
  ledger: emptyLedger(),
  crashes: 0,
});

/** Lets these people do what they intend. Resolves when all are through. */
export const letPlay = ({ at, ledger }: World, intents: readonly Intent[]) =>
  play(intents, ledger, { signup: at.signup, patienceMs: PATIENCE_MS });

/** One person, who does nothing but sign up. Resolves when they are accepted. */
export async function signUp(world: World, who: string): Promise<Signup> {
  const [email, displayName] = [`${who}@example.com`, `Person ${who}`];
  const intent = {
    who,
    email,
    displayName,
    workspaceNames: [everybodysName],
    idempotencyKey: idempotencyKeyOf(who),
    requests: 1,
  };
  await letPlay(world, [{ ...intent, comesBack: false } as Intent]);
  const signup = world.ledger.accepted.find((accepted) => accepted.who === who);
  if (!signup) throw new Error(`${who} was not accepted`);
  return signup;
}

export interface Step {
  name: string;
  state: string;
}

export interface Journey {
  status: string;
  facts: { type: string; service: string; traceId: string | null }[];
  expected: { service: string; promises: string[]; cause: { type: string } }[];
}

export const stepsOf = async ({ at }: World, { id }: Signup) =>
  (await json<{ steps: Step[] }>(`${at.signup}/signups/${id}`)).steps;

/** What analytics knows of somebody's signup. */
export const journeyOf = ({ at }: World, { id }: Signup) => json<Journey>(`${at.analytics}/journeys/${id}`);

/** The page says that everything is done, and analytics that nobody owes anything. */
export async function isSettled(world: World, signup: Signup): Promise<boolean> {
  const steps = await stepsOf(world, signup);
  if (!steps.every(({ state }) => state === 'done')) return false;
  const { status, expected } = await journeyOf(world, signup);
  return status === 'completed' && expected.length === 0;
}
