import { Injectable } from '@nestjs/common';
import { createEvent, type Event, WorkspaceProvisioned, WorkspaceProvisioningFailed } from '@tributary/contracts';
import { Inbox, Outbox } from '@tributary/outbox';
import type { Prisma } from '../generated/prisma/client.ts';
import { lockPerson } from '../people/lock-person.ts';
import { createWorkspace } from './create-workspace.ts';
import { planWorkspace, type Wish } from './plan-workspace.ts';

@Injectable()
export class ProvisionWorkspace {
  constructor(
    private readonly inbox: Inbox<Prisma.TransactionClient>,
    private readonly outbox: Outbox<Prisma.TransactionClient>,
  ) {}

  /** One transaction: the workspace with all that belongs to it and the fact, or the stated refusal, or nothing at all. */
  async provision(cause: Event, wish: Wish): Promise<void> {
    const { userId, attempt, name } = wish;
    await this.inbox.once(cause, async (tx) => {
      const plan = planWorkspace(wish, await lockPerson(tx, userId));
      if (plan.step === 'nothing') return;
      await tx.person.update({ where: { userId }, data: { attempt } });

      if (plan.step === 'refuse') {
        const data = { userId, attempt, workspaceName: name, reason: plan.reason };
        return this.outbox.add(tx, createEvent(WorkspaceProvisioningFailed, data, cause));
      }
      const { id: workspaceId, slug } = await createWorkspace(tx, wish, plan.slug);
      const data = { workspaceId, userId, attempt, name, slug };
      await this.outbox.add(tx, createEvent(WorkspaceProvisioned, data, cause));
    });
  }
}
