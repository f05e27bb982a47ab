import { Problem } from '../errors.ts';
import type { Prisma } from '../generated/prisma/client.ts';

/** Why there is no user with this id: they have withdrawn, or there has never been one. */
export async function whyAbsent(
  database: Pick<Prisma.TransactionClient, 'withdrawal'>,
  userId: string,
): Promise<Problem> {
  const withdrawal = await database.withdrawal.findUnique({ where: { userId } });
  return new Problem(withdrawal ? 'SIGNUP_WITHDRAWN' : 'SIGNUP_NOT_FOUND');
}
