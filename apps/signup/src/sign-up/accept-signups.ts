import type { UserSignedUp } from '@tributary/contracts';
import type { Outbox } from '@tributary/outbox';
import { Problem } from '../errors.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { IDEMPOTENCY_KEY_HOURS } from './idempotency-keys.ts';

/** A valid request, waiting for its row: the fact that will be stated if it is accepted. */
export interface Candidate {
  event: UserSignedUp;
  idempotency?: { key: string; fingerprint: string };
}

/** The id of the user, new or of the first request with this key; or why there is none. */
export type Outcome = string | Problem;

type Transaction = Prisma.TransactionClient;
type Claim = { userId: string; fingerprint: string };

/**
 * Decides many requests in one transaction: users, idempotency keys and facts, or nothing at all. Unique indexes decide who was
 * first, on this replica or another: an insert waits for the transaction that holds the same key or address to end.
 * Keys come before addresses, so that the repeat of an accepted request is not told that its own address is taken.
 */
export async function acceptSignups(
  tx: Transaction,
  outbox: Outbox<Transaction>,
  all: Candidate[],
): Promise<Outcome[]> {
  const claims = await claimKeys(tx, all);
  const owners = all.filter(({ event, idempotency }) => {
    return !idempotency || claims.get(idempotency.key)?.userId === event.data.userId;
  });
  const accepted = await insertUsers(tx, owners);
  const refused = new Set(owners.map(({ event }) => event.data.userId).filter((id) => !accepted.has(id)));

  // Only an acceptance is remembered; these rows were inserted by this very transaction, and nobody has seen them.
  const forgotten = owners.flatMap(({ event, idempotency }) => {
    return idempotency && refused.has(event.data.userId) ? [idempotency.key] : [];
  });
  if (forgotten.length > 0) await tx.idempotencyKey.deleteMany({ where: { key: { in: forgotten } } });

  const facts = owners.map(({ event }) => event).filter(({ data }) => accepted.has(data.userId));
  await outbox.add(tx, ...facts);

  return all.map(({ event, idempotency }): Outcome => {
    const { userId } = event.data;
    if (!idempotency) return refused.has(userId) ? new Problem('SIGNUP_EMAIL_TAKEN') : userId;
    const claim = claims.get(idempotency.key);
    // Taken when ours was inserted and gone when it was read: it expired, or its person withdrew, just then. Nothing was stored for this one.
    if (!claim) return new Problem('UNAVAILABLE', { retryAfterSeconds: 1 });
    if (claim.fingerprint !== idempotency.fingerprint) return new Problem('IDEMPOTENCY_KEY_REUSED');
    return refused.has(claim.userId) ? new Problem('SIGNUP_EMAIL_TAKEN') : claim.userId;
  });
}

/** Whose each key is: of this batch's first candidate with it, or of a request that was accepted before. */
async function claimKeys(tx: Transaction, candidates: Candidate[]): Promise<Map<string, Claim>> {
  const rows = candidates.flatMap(({ event, idempotency }) => {
    return idempotency ? [{ ...idempotency, userId: event.data.userId, createdAt: new Date() }] : [];
  });
  if (rows.length === 0) return new Map();
  const keys = rows.map(({ key }) => key);
  const expired = new Date(Date.now() - IDEMPOTENCY_KEY_HOURS * 3_600_000);
  await tx.idempotencyKey.deleteMany({ where: { key: { in: keys }, createdAt: { lt: expired } } });
  await tx.idempotencyKey.createMany({ data: inOrder(rows, ({ key }) => key), skipDuplicates: true });
  const claimed = await tx.idempotencyKey.findMany({ where: { key: { in: keys } } });
  return new Map(claimed.map(({ key, userId, fingerprint }) => [key, { userId, fingerprint }]));
}

/** @returns the ids of those who are in now; an address that is taken, by an earlier user or within the batch, is left out. */
async function insertUsers(tx: Transaction, candidates: Candidate[]): Promise<Set<string>> {
  const rows = candidates.map(({ event: { id: conversationId, data, time } }) => {
    const { userId: id, email, displayName, workspaceName } = data;
    const signedUpAt = new Date(time);
    return { id, email, displayName, workspaceName, workspaceNameAt: signedUpAt, signedUpAt, conversationId };
  });
  if (rows.length === 0) return new Set();
  const inserted = await tx.user.createManyAndReturn({
    data: inOrder(rows, ({ email }) => email),
    skipDuplicates: true,
    select: { id: true },
  });
  return new Set(inserted.map(({ id }) => id));
}

/** Two transactions that insert the same unique values in different orders wait for each other until one is killed. */
function inOrder<Row>(rows: Row[], unique: (row: Row) => string): Row[] {
  return rows.toSorted((a, b) => (unique(a) < unique(b) ? -1 : 1));
}
