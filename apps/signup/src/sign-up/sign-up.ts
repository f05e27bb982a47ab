import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { createEvent, UserSignedUp } from '@tributary/contracts';
import { GroupCommit, Outbox } from '@tributary/outbox';
import { rememberTrace } from '@tributary/telemetry';
import { CONFIG, type Config } from '../config.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { manageToken } from '../manage/manage-token.ts';
import { acceptSignups, type Candidate } from './accept-signups.ts';
import type { SignupRequest } from './signup-request.ts';

export interface Accepted {
  id: string;
  manageToken: string;
}

/** Accepts a signup: the user and the fact are one commit, shared with whoever asks at the same moment. */
@Injectable()
export class SignUp {
  private readonly commits: GroupCommit<Candidate, string>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    outbox: Outbox<Prisma.TransactionClient>,
  ) {
    this.commits = new GroupCommit<Candidate, string>((candidates) =>
      outbox.transaction(async (tx) => {
        // A table that somebody has locked: people are told to come back, instead of queueing up behind it.
        await tx.$executeRaw`SET LOCAL lock_timeout = '2s'`;
        return acceptSignups(tx, outbox, candidates);
      }),
    );
  }

  /**
   * @param key makes a repeat, also one that arrives while the first is in flight, get the first answer.
   * @throws Problem SIGNUP_EMAIL_TAKEN, IDEMPOTENCY_KEY_REUSED
   */
  async signUp(request: SignupRequest, key?: string): Promise<Accepted> {
    const userId = randomUUID();
    const event = createEvent(UserSignedUp, { userId, ...request });
    rememberTrace(event);
    const id = await this.commits.submit({
      event,
      ...(key !== undefined && { idempotency: { key, fingerprint: fingerprintOf(request) } }),
    });
    return { id, manageToken: manageToken(this.config.MANAGE_TOKEN_SECRET, id) };
  }
}

/** Of the canonical request: two spellings of one request are the same request. */
function fingerprintOf({ email, displayName, workspaceName }: SignupRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([email, displayName, workspaceName]))
    .digest('base64url');
}
