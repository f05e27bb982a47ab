import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config.ts';
import { Problem } from '../errors.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { ExpectationModel, FactModel, JourneyModel } from '../generated/prisma/models.ts';
import { type Expected, expectedOf, type JourneyDetails, type JourneyStatus, statusOf, statedOf } from './journey.ts';

export interface JourneySummary {
  id: string;
  signupId: string | null;
  status: JourneyStatus;
  signedUpAt: Date | null;
  lastStatedAt: Date;
  facts: number;
  /** What is promised and not stated yet, the longest due first. */
  expected: Expected[];
}

/** What has happened to each signup, and what is missing. Every answer is of one moment, `now`. */
@Injectable()
export class Journeys {
  constructor(
    private readonly prisma: PrismaClient,
    @Inject(CONFIG) private readonly config: Pick<Config, 'TRACE_URL'>,
  ) {}

  /** The signups that came last. */
  async latest(limit: number): Promise<JourneySummary[]> {
    const journeys = await this.prisma.journey.findMany({
      where: { signedUpAt: { not: null } },
      orderBy: [{ signedUpAt: 'desc' }, { correlationId: 'asc' }],
      take: limit,
    });
    return this.#summaries(journeys);
  }

  /** Those for whom something is late, the longest due first. */
  async stuck(limit: number): Promise<JourneySummary[]> {
    const late = await this.prisma.expectation.groupBy({
      by: ['correlationId'],
      where: { ...OPEN, correlationId: { not: null }, dueAt: { lt: new Date() } },
      orderBy: [{ _min: { dueAt: 'asc' } }, { correlationId: 'asc' }],
      take: limit,
    });
    const ids = late.map(({ correlationId }) => correlationId ?? '');
    const journeys = await this.prisma.journey.findMany({ where: { correlationId: { in: ids } } });
    const byId = new Map(journeys.map((journey) => [journey.correlationId, journey]));
    return this.#summaries(ids.flatMap((id) => byId.get(id) ?? []));
  }

  /** @param id of the journey or of the signup. @throws Problem JOURNEY_NOT_FOUND */
  async journey(id: string): Promise<JourneyDetails> {
    const journey = await this.prisma.journey.findFirst({ where: { OR: [{ correlationId: id }, { signupId: id }] } });
    if (!journey) throw new Problem('JOURNEY_NOT_FOUND');
    const { correlationId, signupId, withdrawnAt } = journey;
    const where = { correlationId };
    const [facts, expectations]: [FactModel[], ExpectationModel[]] = await Promise.all([
      this.prisma.fact.findMany({ where, orderBy: [{ statedAt: 'asc' }, { eventId: 'asc' }], take: LONGEST }),
      this.prisma.expectation.findMany({ where, orderBy: [{ since: 'asc' }, { service: 'asc' }], take: LONGEST }),
    ]);
    const expected = expectedOf(expectations, new Date());
    return {
      id: correlationId,
      signupId,
      status: statusOf(journey, expected),
      signedUpAt: journey.signedUpAt,
      withdrawnAt,
      facts: facts.map((fact) => statedOf(fact, facts, this.config.TRACE_URL)),
      expected,
    };
  }

  async #summaries(journeys: JourneyModel[]): Promise<JourneySummary[]> {
    const ids = journeys.map(({ correlationId }) => correlationId);
    const open = await this.prisma.expectation.findMany({
      where: { ...OPEN, correlationId: { in: ids } },
      orderBy: [{ dueAt: 'asc' }, { service: 'asc' }],
    });
    const now = new Date();
    return journeys.map((journey) => {
      const { correlationId, signupId, signedUpAt, lastStatedAt, facts } = journey;
      const own = open.filter((expectation) => expectation.correlationId === correlationId);
      const expected = expectedOf(own, now);
      return {
        id: correlationId,
        signupId,
        status: statusOf(journey, expected),
        signedUpAt,
        lastStatedAt,
        facts,
        expected,
      };
    });
  }
}

/** A journey has about ten facts; somebody who states thousands with one correlation id gets no page of thousands. */
const LONGEST = 500;
const OPEN = { keptBy: null, waivedAt: null };
