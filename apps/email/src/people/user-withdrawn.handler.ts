import { Controller } from '@nestjs/common';
import { createEvent, MailAddressForgotten, UserWithdrawn } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { Inbox, Outbox } from '@tributary/outbox';
import type { Prisma } from '../generated/prisma/client.ts';
import { forget } from './people.ts';

@Controller()
export class UserWithdrawnHandler {
  constructor(
    private readonly inbox: Inbox<Prisma.TransactionClient>,
    private readonly outbox: Outbox<Prisma.TransactionClient>,
  ) {}

  @On(UserWithdrawn, { promises: [MailAddressForgotten], within: '10s' })
  async forgetAddress(event: UserWithdrawn): Promise<void> {
    const { userId } = event.data;
    await this.inbox.once(event, async (tx) => {
      // The inbox forgets after a while, the person's row does not.
      if (!(await forget(tx, userId, event.time))) return;
      await this.outbox.add(tx, createEvent(MailAddressForgotten, { userId }, event));
    });
  }
}
