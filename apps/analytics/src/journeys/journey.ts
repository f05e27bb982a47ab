import type { ExpectationModel, FactModel, JourneyModel } from '../generated/prisma/models.ts';

/** `completed`: welcomed, and with a workspace. `stuck`: somebody has promised something and is late. */
export type JourneyStatus = 'completed' | 'withdrawn' | 'stuck' | 'waiting';

export interface Expected {
  service: string;
  promises: string[];
  cause: { id: string; type: string };
  since: Date;
  dueAt: Date | null;
  late: boolean;
  waitedMs: number;
}

export interface Reaction {
  id: string;
  type: string;
  service: string;
  statedAt: Date;
  /** Since the fact it is a reaction to was stated: that service has handled it by then. */
  afterMs: number;
}

export interface Stated {
  id: string;
  type: string;
  service: string;
  statedAt: Date;
  publishedAt: Date | null;
  causationId: string | null;
  details: Record<string, unknown>;
  traceId: string | null;
  traceUrl: string | null;
  reactions: Reaction[];
}

export interface JourneyDetails {
  id: string;
  signupId: string | null;
  status: JourneyStatus;
  signedUpAt: Date | null;
  withdrawnAt: Date | null;
  facts: Stated[];
  expected: Expected[];
}

/** What is open: neither kept nor waived. */
export function expectedOf(expectations: ExpectationModel[], now: Date): Expected[] {
  const open = expectations.filter(({ keptBy, waivedAt }) => !keptBy && !waivedAt);
  return open.map(({ service, promises, causeId, type, since, dueAt }) => ({
    service,
    promises,
    cause: { id: causeId, type },
    since,
    dueAt,
    late: dueAt !== null && dueAt < now,
    waitedMs: now.getTime() - since.getTime(),
  }));
}

export function statusOf(journey: JourneyModel, expected: Expected[]): JourneyStatus {
  if (expected.some(({ late }) => late)) return 'stuck';
  if (journey.withdrawnAt) return 'withdrawn';
  return journey.welcomedAt && journey.provisionedAt ? 'completed' : 'waiting';
}

/** @param all facts of the journey, in which the reactions are */
export function statedOf(fact: FactModel, all: FactModel[], traceUrl: string | undefined): Stated {
  const { eventId: id, type, service, statedAt, publishedAt, causationId, traceId, traceSampled } = fact;
  return {
    ...{ id, type, service, statedAt, publishedAt, causationId, traceId },
    // What was not sampled was exported nowhere. Facts that an older version has kept do not say.
    traceUrl: (traceId && traceSampled !== false && traceUrl?.replaceAll('{traceId}', traceId)) || null,
    details: fact.details as Record<string, unknown>,
    reactions: all
      .filter((other) => other.causationId === id)
      .map((other) => ({
        ...{ id: other.eventId, type: other.type, service: other.service, statedAt: other.statedAt },
        afterMs: other.statedAt.getTime() - statedAt.getTime(),
      })),
  };
}
