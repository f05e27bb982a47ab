import { Injectable } from '@nestjs/common';
import { createEvent, WorkspaceNameChosen } from '@tributary/contracts';
import { Outbox } from '@tributary/outbox';
import { Problem } from '../errors.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { whyAbsent } from '../onboarding/absent.ts';
import { StatusChanges } from '../onboarding/status-changes.ts';
import { lockedUser } from './locked-user.ts';

/** The contract's limit: whoever has tried so many names is not looking for one. */
const MOST_ATTEMPTS = 1_000;

/** Another name for the workspace after a failure: the person goes on from there instead of starting again. */
@Injectable()
export class ChooseName {
  constructor(
    private readonly outbox: Outbox<Prisma.TransactionClient>,
    private readonly changes: StatusChanges,
  ) {}

  /**
   * The name that is being tried already may be chosen again: a repeat whose first answer was lost changes nothing.
   * @throws Problem SIGNUP_NOT_FOUND, SIGNUP_WITHDRAWN, WORKSPACE_NAME_NOT_NEEDED, WORKSPACE_NAME_REFUSED, WORKSPACE_NAMES_EXHAUSTED
   */
  async choose(userId: string, workspaceName: string): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const user = await lockedUser(tx, userId);
      if (!user) throw await whyAbsent(tx, userId);
      const failure = user.steps.find(({ step, state }) => step === 'workspace' && state === 'failed');
      const known = workspaceName === user.workspaceName;
      if (!failure && known && user.attempt > 1) return;
      if (!failure) throw new Problem('WORKSPACE_NAME_NOT_NEEDED');
      if (known) throw new Problem('WORKSPACE_NAME_REFUSED');
      if (user.attempt >= MOST_ATTEMPTS) throw new Problem('WORKSPACE_NAMES_EXHAUSTED');

      const attempt = user.attempt + 1;
      const cause = { id: failure.factId, correlationid: user.conversationId };
      const chosen = createEvent(WorkspaceNameChosen, { userId, attempt, workspaceName }, cause);
      const data = { workspaceName, attempt, workspaceNameAt: new Date(chosen.time) };
      await tx.user.update({ where: { id: userId }, data });
      await tx.onboardingStep.delete({ where: { userId_step: { userId, step: 'workspace' } } });
      await this.outbox.add(tx, chosen);
    });
    this.changes.announce();
  }
}
