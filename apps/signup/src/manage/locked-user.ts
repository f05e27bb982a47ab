import type { Prisma } from '../generated/prisma/client.ts';

/**
 * The person and the steps heard of, locked until the transaction ends: facts about them, another name and their withdrawal wait for each
 * other, for two seconds at most. Null when there is nobody (any more).
 */
export async function lockedUser(tx: Prisma.TransactionClient, id: string) {
  await tx.$executeRaw`SET LOCAL lock_timeout = '2s'`;
  await tx.$executeRaw`SELECT FROM users WHERE id = ${id}::uuid FOR UPDATE`;
  return tx.user.findUnique({ where: { id }, include: { steps: true } });
}
