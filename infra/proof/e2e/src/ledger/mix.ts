import { createHash } from 'node:crypto';
import { anotherReservedName, everybodysName, goodNames, reservedNames } from './names.ts';
import { random, type Random } from './random.ts';

/** When somebody withdraws: without waiting, once told that a name failed, or once told that everything is over. */
export type Withdrawal = 'at-once' | 'when-failed' | 'when-settled';

/** What one person is going to do. */
export interface Intent {
  /** Unique in the mix, for reports: `7-0042`. */
  who: string;
  /** As they type it. */
  email: string;
  displayName: string;
  /** One after the other: the next one when the page says that the last one failed. */
  workspaceNames: [string, ...string[]];
  idempotencyKey: string;
  /** How often the first request is sent, all at once, with the same key. */
  requests: number;
  withdraws?: Withdrawal;
  /** Signs up again with the same address after withdrawing. */
  comesBack: boolean;
}

type Story = (draw: Random) => Pick<Intent, 'workspaceNames'> & Partial<Intent>;

const good = (draw: Random) => draw.pick(goodNames).name;
const reserved = (draw: Random) => draw.pick(reservedNames);

/** What people do, and how many in a hundred do it. */
const stories: Record<string, [share: number, story: Story]> = {
  'a name of their own': [30, (draw) => ({ workspaceNames: [good(draw)] })],
  'the name that everybody wants': [12, () => ({ workspaceNames: [everybodysName] })],
  'the same request several times': [8, (draw) => ({ workspaceNames: [good(draw)], requests: 2 + draw.below(3) })],
  "somebody else's address": [8, (draw) => ({ workspaceNames: [good(draw)] })],
  'a reserved name, then another': [12, (draw) => ({ workspaceNames: [reserved(draw), good(draw)] })],
  'two reserved names, then another': [
    4,
    (draw) => ({ workspaceNames: [reserved(draw), anotherReservedName, everybodysName] }),
  ],
  'a reserved name, and never another': [5, (draw) => ({ workspaceNames: [reserved(draw)] })],
  'withdraws at once': [5, (draw) => ({ workspaceNames: [good(draw)], withdraws: 'at-once' })],
  'withdraws a reserved name at once': [2, (draw) => ({ workspaceNames: [reserved(draw)], withdraws: 'at-once' })],
  'withdraws after choosing another name': [
    2,
    (draw) => ({ workspaceNames: [reserved(draw), good(draw)], withdraws: 'at-once' }),
  ],
  'withdraws after a failure': [3, (draw) => ({ workspaceNames: [reserved(draw)], withdraws: 'when-failed' })],
  'withdraws after everything': [5, () => ({ workspaceNames: [everybodysName], withdraws: 'when-settled' })],
  'withdraws and comes back': [
    4,
    (draw) => ({ workspaceNames: [good(draw)], withdraws: draw.pick(WITHDRAWALS), comesBack: true }),
  ],
};
const WITHDRAWALS: Withdrawal[] = ['at-once', 'when-settled'];

/** The same seed gives the same people, with the same idempotency keys. */
export function mix(seed: number, people: number): Intent[] {
  const draw = random(seed);
  const hat = Object.entries(stories).flatMap(([title, [share]]) => Array<string>(share).fill(title));
  const intents: Intent[] = [];
  for (let n = 1; n <= people; n++) {
    const title = draw.pick(hat);
    const who = `${seed}-${String(n).padStart(4, '0')}`;
    const taken = title === "somebody else's address" && intents.length > 0 ? draw.pick(intents) : undefined;
    intents.push({
      who,
      email: taken ? otherSpelling(taken.email) : address(draw, who),
      displayName: `Person ${who}`,
      idempotencyKey: idempotencyKeyOf(`mix-${who}`),
      requests: 1,
      comesBack: false,
      ...stories[title]?.[1](draw),
    } as Intent);
  }
  return intents;
}

/** The same in every run, and as long as signup demands of a secret. */
export const idempotencyKeyOf = (request: string) =>
  `${request}-${createHash('sha256').update(request).digest('base64url').slice(0, 22)}`;

const DOMAINS = ['example.com', 'example.org', 'bücher.example', 'xn--bcher-kva.example', '例え.example'];
const address = (draw: Random, who: string) => `p${who}@${draw.pick(DOMAINS)}`;
const otherSpelling = (email: string) => email.toUpperCase();

/** The one spelling that mail goes to. Of the mix's addresses only: case and international domains are all they vary. */
export function canonical(email: string): string {
  const [local, domain] = email.split('@');
  return `${local?.toLowerCase()}@${new URL(`http://${domain}`).hostname}`;
}
