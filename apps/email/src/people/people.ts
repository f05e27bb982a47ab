import type { UserSignedUp } from '@tributary/contracts';
import type { Prisma } from '../generated/prisma/client.ts';

/** Whom a mail goes to. */
export interface Recipient {
  name: string;
  address: string;
}

/** Keeps where to write to: later facts about the person carry no address. Nothing is kept of somebody who has withdrawn. */
export async function remember(
  tx: Prisma.TransactionClient,
  { userId, email, displayName }: Pick<UserSignedUp['data'], 'userId' | 'email' | 'displayName'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO people (user_id, address, display_name) VALUES (${userId}::uuid, ${email}, ${displayName})
    ON CONFLICT (user_id) DO UPDATE SET address = excluded.address, display_name = excluded.display_name
    WHERE people.withdrawn_at IS NULL`;
}

/**
 * Deletes address and name for good, also those that are still to come. Waits for a claim that is being made.
 * @returns true for the one call that made it so
 */
export async function forget(tx: Prisma.TransactionClient, userId: string, withdrawnAt: string): Promise<boolean> {
  const rows = await tx.$executeRaw`
    INSERT INTO people (user_id, withdrawn_at) VALUES (${userId}::uuid, ${withdrawnAt}::timestamptz)
    ON CONFLICT (user_id) DO UPDATE SET address = NULL, display_name = NULL, withdrawn_at = excluded.withdrawn_at
    WHERE people.withdrawn_at IS NULL`;
  return rows === 1;
}

/**
 * Whom to write to, locked until `tx` ends: whoever withdraws meanwhile does so after it. Undefined before their signup
 * has been heard, whose address nobody knows yet; nothing is locked then.
 */
export async function lockPerson(
  tx: Prisma.TransactionClient,
  userId: string,
): Promise<Recipient | 'withdrawn' | undefined> {
  const [person] = await tx.$queryRaw<{ name: string; address: string; withdrawn: boolean }[]>`
    SELECT display_name AS name, address, withdrawn_at IS NOT NULL AS withdrawn FROM people
    WHERE user_id = ${userId}::uuid FOR UPDATE`;
  if (!person) return undefined;
  return person.withdrawn ? 'withdrawn' : { name: person.name, address: person.address };
}
