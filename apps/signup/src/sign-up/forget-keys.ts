import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { logger } from '@tributary/telemetry';
import { PrismaClient } from '../generated/prisma/client.ts';
import { IDEMPOTENCY_KEY_HOURS } from './accept-signups.ts';

const EVERY_MS = 10 * 60_000;

/** Deletes idempotency keys that are long expired. A margin beyond the expiry leaves those that somebody may be using just now. */
@Injectable()
export class ForgetKeys implements OnModuleInit, OnModuleDestroy {
  readonly #log = logger('forget-keys');
  readonly #prisma: PrismaClient;
  #timer: NodeJS.Timeout | undefined;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.forget(), EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  async forget(): Promise<void> {
    try {
      const lt = new Date(Date.now() - (IDEMPOTENCY_KEY_HOURS + 1) * 3_600_000);
      await this.#prisma.idempotencyKey.deleteMany({ where: { createdAt: { lt } } });
    } catch (error) {
      this.#log.warn({ err: error }, 'expired keys stay until the next attempt');
    }
  }
}
