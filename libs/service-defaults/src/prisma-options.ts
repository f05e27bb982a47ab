import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';

/**
 * For a service's generated client, `new PrismaClient(prismaOptions(pool))`: on the pool the process has already, which outlives it.
 * Minimal, because for its other error formats Prisma captures a stack at every query, to quote our source when one fails.
 */
export function prismaOptions(pool: pg.Pool) {
  return { adapter: new PrismaPg(pool, { disposeExternalPool: false }), errorFormat: 'minimal' as const };
}
