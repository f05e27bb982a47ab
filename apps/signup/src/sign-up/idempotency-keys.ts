import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { logger } from '@tributary/telemetry';
import { Problem } from '../errors.ts';
import { PrismaClient } from '../generated/prisma/client.ts';

/** How long a key gives the first answer. */
export const IDEMPOTENCY_KEY_HOURS = 24;
const FORGET_EVERY_MS = 10 * 60_000;

/**
 * The client's name for one attempt to sign up: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * It is a secret: with the same body it gets the manage token of the first answer again. 22 characters can hold 128 random bits; that they
 * are random is up to the client.
 * @throws Problem IDEMPOTENCY_KEY_INVALID
 */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || /^[\x21-\x7e]{22,255}$/.test(header)) return header;
  throw new Problem('IDEMPOTENCY_KEY_INVALID');
}

/** Deletes idempotency keys that are long expired. A margin beyond the expiry leaves those that somebody may be using just now. */
@Injectable()
export class ForgetKeys implements OnModuleInit, OnModuleDestroy {
  private readonly log = logger('forget-keys');
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly prisma: PrismaClient) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.forget(), FORGET_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async forget(): Promise<void> {
    try {
      const lt = new Date(Date.now() - (IDEMPOTENCY_KEY_HOURS + 1) * 3_600_000);
      await this.prisma.idempotencyKey.deleteMany({ where: { createdAt: { lt } } });
    } catch (err) {
      this.log.warn({ err }, 'expired keys stay until the next attempt');
    }
  }
}
