import { Injectable } from '@nestjs/common';
import { ServiceJoined } from '@tributary/contracts';
import { PrismaClient } from '../generated/prisma/client.ts';

export interface Funnel {
  signedUp: number;
  welcomed: number;
  provisioned: number;
  /** At least once no workspace was made of a name. */
  failed: number;
  /** Of these: another name did. */
  recovered: number;
  /** Welcomed and with a workspace, and still there. */
  completed: number;
  withdrawn: number;
}

export interface Minute {
  minute: Date;
  counts: Record<string, number>;
}

export interface ReactionFigures {
  service: string;
  type: string;
  promises: string[];
  withinMs: number | null;
  kept: number;
  open: number;
  /** Of the open ones: due by now. */
  late: number;
  /** Milliseconds from the fact being stated to the reaction being stated. */
  latencyMs: { p50: number | null; p95: number | null; p99: number | null };
}

export interface Participant {
  service: string;
  /** When it has started last. */
  joinedAt: Date | null;
  readsLog: boolean;
  states: { type: string; count: number; last: Date }[];
  hears: { type: string; promises: string[]; withinMs: number | null }[];
}

/** Counts over everybody. */
@Injectable()
export class Figures {
  constructor(private readonly prisma: PrismaClient) {}

  /** Signups whose beginning is in the log, by how far they have come. */
  async funnel(): Promise<Funnel> {
    const [funnel] = await this.prisma.$queryRaw<Funnel[]>`
      SELECT count(*)::int AS "signedUp",
             count(welcomed_at)::int AS welcomed,
             count(provisioned_at)::int AS provisioned,
             count(failed_at)::int AS failed,
             count(*) FILTER (WHERE provisioned_at > failed_at)::int AS recovered,
             count(*) FILTER (WHERE welcomed_at IS NOT NULL AND provisioned_at IS NOT NULL AND withdrawn_at IS NULL)::int AS completed,
             count(withdrawn_at)::int AS withdrawn
      FROM journeys WHERE signed_up_at IS NOT NULL`;
    if (!funnel) throw new Error('an aggregate without a row');
    return funnel;
  }

  /** Facts by type for each of the last minutes, the running one included; a minute without any is left out. */
  async series(minutes: number): Promise<Minute[]> {
    return this.prisma.$queryRaw<Minute[]>`
      SELECT minute, jsonb_object_agg(type, count ORDER BY type) AS counts FROM (
        SELECT minute, type, sum(count)::int AS count FROM facts_per_minute
        WHERE minute > now() - ${minutes} * interval '1 minute' GROUP BY minute, type
      ) AS by_type
      GROUP BY minute ORDER BY minute`;
  }

  /** Every promise that stands: of the last `minutes`, and whatever is still open from before. */
  async reactions(minutes: number): Promise<ReactionFigures[]> {
    return this.prisma.$queryRaw<ReactionFigures[]>`
      SELECT service, type, promise.promises, promise.within_ms AS "withinMs",
             count(kept_by)::int AS kept,
             count(*) FILTER (WHERE open)::int AS open,
             count(*) FILTER (WHERE open AND due_at < now())::int AS late,
             jsonb_build_object(
               'p50', percentile_cont(0.50) WITHIN GROUP (ORDER BY latency_ms),
               'p95', percentile_cont(0.95) WITHIN GROUP (ORDER BY latency_ms),
               'p99', percentile_cont(0.99) WITHIN GROUP (ORDER BY latency_ms)
             ) AS "latencyMs"
      FROM subscriptions AS promise
      LEFT JOIN (
        SELECT *, kept_by IS NULL AND waived_at IS NULL AS open FROM expectations
        WHERE since > now() - ${minutes} * interval '1 minute' OR (kept_by IS NULL AND waived_at IS NULL)
      ) AS expectation USING (service, type)
      WHERE promise.promises <> '{}'
      GROUP BY service, type, promise.promises, promise.within_ms
      ORDER BY service, type`;
  }

  /** The choreography as it is lived: who has stated what, and what everybody says they hear and promise. */
  async services(): Promise<Participant[]> {
    const [stated, subscriptions, joins] = await Promise.all([
      this.prisma.$queryRaw<{ service: string; type: string; count: number; last: Date }[]>`
        SELECT service, type, sum(count)::int AS count, max(minute) AS last FROM facts_per_minute
        GROUP BY service, type ORDER BY service, type`,
      this.prisma.subscription.findMany({ orderBy: [{ service: 'asc' }, { type: 'asc' }] }),
      this.prisma.$queryRaw<{ service: string; joinedAt: Date; readsLog: boolean }[]>`
        SELECT DISTINCT ON (service) service, stated_at AS "joinedAt", details->>'readsLog' = 'true' AS "readsLog"
        FROM facts WHERE type = ${ServiceJoined.type} AND details->>'service' = service
        ORDER BY service, stated_at DESC, event_id DESC`,
    ]);
    const joined = new Map(joins.map((join) => [join.service, join]));
    const names = new Set([...joined.keys(), ...stated.map(({ service }) => service)]);
    const of = (name: string) => (each: { service: string }) => each.service === name;
    return [...names].sort().map((service) => ({
      service,
      joinedAt: joined.get(service)?.joinedAt ?? null,
      readsLog: joined.get(service)?.readsLog ?? false,
      states: stated.filter(of(service)).map(({ type, count, last }) => ({ type, count, last })),
      hears: subscriptions.filter(of(service)).map(({ type, promises, withinMs }) => ({ type, promises, withinMs })),
    }));
  }
}
