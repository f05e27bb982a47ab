import { Injectable } from '@nestjs/common';
import { createEvent, type UserWithdrawn, WorkspaceRemoved } from '@tributary/contracts';
import { Inbox, Outbox } from '@tributary/outbox';
import type { Prisma } from '../generated/prisma/client.ts';
import { lockPerson } from '../people/lock-person.ts';

@Injectable()
export class RemoveWorkspace {
  constructor(
    private readonly inbox: Inbox<Prisma.TransactionClient>,
    private readonly outbox: Outbox<Prisma.TransactionClient>,
  ) {}

  /** Deletes what there is and lets nothing come after it. Stated also when there was nothing: others wait for it. */
  async remove(cause: UserWithdrawn): Promise<void> {
    const { userId } = cause.data;
    await this.inbox.once(cause, async (tx) => {
      const { withdrawn, workspaceId } = await lockPerson(tx, userId);
      if (withdrawn) return;
      await tx.person.update({ where: { userId }, data: { withdrawnAt: new Date(cause.time) } });
      if (workspaceId) await tx.workspace.delete({ where: { id: workspaceId } });
      const data = { userId, ...(workspaceId && { workspaceId }) };
      await this.outbox.add(tx, createEvent(WorkspaceRemoved, data, cause));
    });
  }
}
