import { Injectable } from '@nestjs/common';
import type { Event } from '@tributary/contracts';
import { Inbox } from '@tributary/outbox';
import { Problem } from '../errors.ts';
import { PrismaClient, type Prisma } from '../generated/prisma/client.ts';
import { StatusChanges } from './status-changes.ts';
import { statusOf, type Heard, type Status, type StepName } from './status.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How far somebody's onboarding has come, as far as the facts heard so far tell. */
@Injectable()
export class Onboarding {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly inbox: Inbox<Prisma.TransactionClient>,
    private readonly changes: StatusChanges,
  ) {}

  /** @throws Problem SIGNUP_NOT_FOUND */
  async statusOf(id: string): Promise<Status> {
    const select = { id: true, signedUpAt: true, steps: true };
    const someone = UUID.test(id) ? await this.prisma.user.findUnique({ where: { id }, select }) : null;
    if (!someone) throw new Problem('SIGNUP_NOT_FOUND');
    return statusOf(someone);
  }

  /** The steps heard of, of many people in one query. */
  async stepsOf(ids: string[]): Promise<Map<string, Heard['steps']>> {
    const rows = await this.prisma.onboardingStep.findMany({ where: { userId: { in: ids } } });
    return Map.groupBy(rows, ({ userId }) => userId);
  }

  /**
   * Records what a fact says about a step. The user's row is older than any fact about them, so an unknown user is one we no longer
   * have, and is left alone. Facts may arrive in any order: a mail refused first and sent after a redrive is sent, either way round.
   */
  async record(fact: Event, userId: string, step: StepName, state: 'done' | 'failed'): Promise<void> {
    await this.inbox.once(fact, async (tx) => {
      await tx.$executeRaw`
        INSERT INTO onboarding_steps (user_id, step, state, at)
        SELECT id, ${step}, ${state}::step_state, ${fact.time}::timestamptz FROM users WHERE id = ${userId}::uuid
        ON CONFLICT (user_id, step) DO UPDATE SET state = EXCLUDED.state, at = EXCLUDED.at
        WHERE onboarding_steps.state = 'failed' AND EXCLUDED.state = 'done'`;
    });
    this.changes.announce();
  }
}
