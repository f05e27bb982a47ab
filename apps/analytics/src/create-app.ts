import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { serveHttp } from '@tributary/http';
import type { EventConsumer } from '@tributary/messaging';
import type pg from 'pg';
import { AnalyticsModule } from './analytics.module.ts';
import type { Config } from './config.ts';
import { problemPage } from './page/layout.ts';

/** Answers questions over HTTP when this returns; the reader of the log has started with it. */
export function createApp(config: Config, strategy: EventConsumer, pool: pg.Pool): Promise<NestFastifyApplication> {
  return serveHttp(AnalyticsModule.with(config, pool), strategy, {
    host: config.HOST,
    port: config.PORT,
    assets: new URL('../public/', import.meta.url),
    rateLimit: () => ({ name: 'READS_PER_MINUTE', perMinute: config.READS_PER_MINUTE }),
    problemPage: (problem) => problemPage(problem),
  });
}
