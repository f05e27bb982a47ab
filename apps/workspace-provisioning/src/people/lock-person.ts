import type { Prisma } from '../generated/prisma/client.ts';

/** What was done for one person so far. */
export interface Person {
  withdrawn: boolean;
  /** The newest attempt that was dealt with, 0 before the first. */
  attempt: number;
  workspaceId: string | undefined;
}

/**
 * One fact about a person at a time: holds their row, made for the first fact, until the transaction ends. Looking for a withdrawal
 * without holding anything is not enough: it may commit after the look, and a workspace after that is left for ever.
 */
export async function lockPerson(tx: Prisma.TransactionClient, userId: string): Promise<Person> {
  // The update changes nothing: it waits for whoever has the row, and makes RETURNING answer for one that is already there.
  const [person] = await tx.$queryRaw<[{ withdrawn: boolean; attempt: number }]>`
    INSERT INTO people (user_id) VALUES (${userId}::uuid)
    ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
    RETURNING withdrawn_at IS NOT NULL AS withdrawn, attempt`;
  // A statement of its own: it sees what was committed before it began, and the one above may have waited for that.
  const workspace = await tx.workspace.findUnique({ where: { ownerId: userId }, select: { id: true } });
  return { ...person, workspaceId: workspace?.id };
}
