import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { metrics, type ObservableCallback } from '@opentelemetry/api';
import { PrismaClient } from '../generated/prisma/client.ts';

/**
 * Reports `tributary.promises.late`: reactions that are overdue, for every promise that stands, by the service that gave it and the fact
 * it was given for. Asked at every export; every replica reports the same.
 */
@Injectable()
export class LatePromises implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly gauge = metrics.getMeter('tributary').createObservableGauge('tributary.promises.late', {
    unit: '{reaction}',
    description:
      'Reactions that were promised for now and have not come, by the service that promised and the fact it heard.',
  });

  constructor(private readonly prisma: PrismaClient) {}

  onApplicationBootstrap(): void {
    this.gauge.addCallback(this.#observe);
  }

  onModuleDestroy(): void {
    this.gauge.removeCallback(this.#observe);
  }

  readonly #observe: ObservableCallback = async (result) => {
    const promises = await this.prisma.$queryRaw<{ service: string; type: string; late: number }[]>`
      SELECT service, type, count(cause_id)::int AS late
      FROM subscriptions
      LEFT JOIN (
        SELECT service, type, cause_id FROM expectations WHERE kept_by IS NULL AND waived_at IS NULL AND due_at < now()
      ) AS overdue USING (service, type)
      WHERE subscriptions.promises <> '{}'
      GROUP BY service, type`;
    for (const { service, type, late } of promises) result.observe(late, { service, heard: type });
  };
}
