import { Injectable } from '@nestjs/common';
import type { Event } from '@tributary/contracts';
import { Inbox } from '@tributary/outbox';
import { PrismaClient, type Prisma } from '../generated/prisma/client.ts';
import { whyAbsent } from './absent.ts';
import { signupId } from './signup-id.ts';
import { StatusChanges } from './status-changes.ts';
import { statusOf, type Status, type StepName } from './status.ts';

const select = { id: true, signedUpAt: true, attempt: true, workspaceNameAt: true, steps: true };

/** What a fact says about one step of somebody's onboarding. */
interface Outcome {
  userId: string;
  step: StepName;
  state: 'done' | 'failed';
  /** Of a fact that is about one of the person's names: about an earlier one it is no news. */
  attempt?: number;
  reason?: string;
}

/** How far somebody's onboarding has come, as far as the facts heard so far tell. */
@Injectable()
export class Onboarding {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly inbox: Inbox<Prisma.TransactionClient>,
    private readonly changes: StatusChanges,
  ) {}

  /** @throws Problem SIGNUP_NOT_FOUND, SIGNUP_WITHDRAWN */
  async statusOf(text: string): Promise<Status> {
    const id = signupId(text);
    const someone = await this.prisma.user.findUnique({ where: { id }, select });
    if (!someone) throw await whyAbsent(this.prisma, id);
    return statusOf(someone);
  }

  /** Of many people at once; whoever is missing has withdrawn. */
  async statusesOf(ids: string[]): Promise<Map<string, Status>> {
    const people = await this.prisma.user.findMany({ where: { id: { in: ids } }, select });
    return new Map(people.map((someone) => [someone.id, statusOf(someone)]));
  }

  /**
   * Records what a fact says about a step. The user's row is older than any fact about them, so an unknown user is one who has withdrawn, and
   * is left alone; the lock makes a withdrawal or another name that is under way come first. Facts may arrive in any order: a mail refused
   * first and sent after a redrive is sent, either way round.
   */
  async record(fact: Event, { userId, step, state, attempt, reason }: Outcome): Promise<void> {
    await this.inbox.once(fact, async (tx) => {
      await tx.$executeRaw`
        INSERT INTO onboarding_steps (user_id, step, state, at, fact_id, reason)
        SELECT id, ${step}, ${state}::step_state, ${fact.time}::timestamptz, ${fact.id}::uuid, ${reason ?? null}
        FROM users WHERE id = ${userId}::uuid AND attempt = COALESCE(${attempt ?? null}::int, attempt)
        FOR SHARE
        ON CONFLICT (user_id, step) DO UPDATE
        SET state = EXCLUDED.state, at = EXCLUDED.at, fact_id = EXCLUDED.fact_id, reason = EXCLUDED.reason
        WHERE onboarding_steps.state = 'failed' AND EXCLUDED.state = 'done'`;
    });
    this.changes.announce();
  }
}
