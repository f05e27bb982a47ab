import { Injectable } from '@nestjs/common';
import { createEvent, UserWithdrawn } from '@tributary/contracts';
import { Outbox } from '@tributary/outbox';
import type { Prisma } from '../generated/prisma/client.ts';
import { whyAbsent } from '../onboarding/absent.ts';
import { StatusChanges } from '../onboarding/status-changes.ts';
import { lockedUser } from './locked-user.ts';

/** Forgets a person and says so, in one commit: what others did for them is theirs to undo. */
@Injectable()
export class Withdraw {
  constructor(
    private readonly outbox: Outbox<Prisma.TransactionClient>,
    private readonly changes: StatusChanges,
  ) {}

  /**
   * Only the id is kept, so that a repeat is the same withdrawal. The address is free again.
   * @throws Problem SIGNUP_NOT_FOUND
   */
  async withdraw(userId: string): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      // Keys before the user, as when somebody signs up: in the other order the two can wait for each other.
      await tx.idempotencyKey.deleteMany({ where: { userId } });
      const user = await lockedUser(tx, userId);
      if (!user) {
        const absent = await whyAbsent(tx, userId);
        if (absent.code === 'SIGNUP_WITHDRAWN') return;
        throw absent;
      }
      await tx.user.delete({ where: { id: userId } });
      await tx.withdrawal.create({ data: { userId } });
      const cause = { id: user.conversationId, correlationid: user.conversationId };
      await this.outbox.add(tx, createEvent(UserWithdrawn, { userId }, cause));
    });
    this.changes.announce();
  }
}
